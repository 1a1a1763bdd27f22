import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { parseTask } from './parse.ts'
import { renderTask } from './render.ts'
import { anyNewTask, anyText, wildFile } from './test-arbitraries.ts'
import { normalizeText, singleLine } from './text.ts'
import { type NewTask, STATUS_TEXT, type TaskStatus } from './types.ts'

vi.setConfig({ testTimeout: 60_000 })

const ID = 'TASK-PIPE-20261121-081502'
const PATH = `.tasks/${ID}.md`
const NOW = new Date('2026-11-21T08:15:02.345Z')

const PIPELINE: NewTask = {
  prefix: 'PIPE',
  title: 'Run the full pipeline',
  type: 'Pipeline',
  priority: 'High',
  assignedTo: 'dbt-runner',
  coordinator: 'ada',
  inputArtifacts: ['data/taxis.csv'],
  tags: ['nyc-taxi'],
  description: { goal: 'Fresh marts.', context: 'taxis.csv changed.', scope: 'fct_trips and above.' },
  acceptanceCriteria: ['All 61 tests pass.'],
  checklist: ['Run dlt ingestion', 'dbt build --select +fct_trips'],
}

function file(front: string, body = ''): string {
  return `+++\n${front}\n+++\n${body}`
}

const KEYS = `id = "${ID}"\ntitle = "By hand"\ntype = "x"\npriority = "x"
created_date = 2026-11-21\nupdated_date = "2026-11-21"\nassigned_to = "x"\ncoordinator = "x"`

describe('a new task', () => {
  test('reads well', () => {
    expect(renderTask(ID, PIPELINE, NOW)).toBe(`+++
id = "TASK-PIPE-20261121-081502"
title = "Run the full pipeline"
status = "🟡 To Do"
type = "Pipeline"
priority = "High"
created_date = "2026-11-21T08:15:02Z"
updated_date = "2026-11-21T08:15:02Z"
assigned_to = "dbt-runner"
coordinator = "ada"
input_artifacts = ["data/taxis.csv"]
output_artifacts = []
related_docs = []
tags = ["nyc-taxi"]
+++

# Run the full pipeline

## Description

### Goal

Fresh marts.

### Context

taxis.csv changed.

### Scope

fct_trips and above.

## Acceptance Criteria

- All 61 tests pass.

## Checklist

- [ ] Run dlt ingestion
- [ ] dbt build --select +fct_trips

## Log Entries

- 2026-11-21T08:15:02Z · ada · Created and assigned to dbt-runner.
`)
  })

  test('is read back as it was made, whatever its texts hold', () => {
    fc.assert(
      fc.property(anyNewTask, (made) => {
        const task = parseTask(renderTask(ID, made, NOW), PATH)
        expect(task).toMatchObject({
          ...{ id: ID, path: PATH, problems: [], outputArtifacts: [], status: made.status ?? 'todo' },
          ...{ title: made.title, type: made.type, priority: made.priority },
          ...{ assignedTo: made.assignedTo, coordinator: made.coordinator, parentTaskId: made.parentTaskId },
          ...{ inputArtifacts: made.inputArtifacts ?? [], relatedDocs: made.relatedDocs ?? [] },
          ...{ tags: made.tags ?? [], createdDate: '2026-11-21T08:15:02Z' },
          description: {
            goal: normalizeText(made.description.goal),
            context: normalizeText(made.description.context),
            scope: normalizeText(made.description.scope),
          },
          acceptanceCriteria: made.acceptanceCriteria.map(normalizeText),
        })
        expect(task.checklist.map(({ text, done }) => [text, done])).toEqual(
          made.checklist.map((text) => [normalizeText(text), false]),
        )
        expect(task.log.map(({ who, text }) => [who, text])).toEqual([
          [singleLine(made.coordinator), normalizeText(`Created and assigned to ${made.assignedTo}.`)],
        ])
      }),
      { numRuns: 500 },
    )
  })

  test('is refused until it is filled in', () => {
    const empty = { ...PIPELINE, priority: ' ', checklist: ['a', '\n'], acceptanceCriteria: [] }
    expect(() => renderTask(ID, empty, NOW)).toThrowError(
      'The task "Run the full pipeline" is not filled in: priority, checklist[1], acceptanceCriteria.',
    )
    expect(() => renderTask(ID, PIPELINE, new Date(Number.NaN))).toThrowError('invalid date')
    const sections = [{ heading: 'Log Entries', markdown: 'x' }]
    expect(() => renderTask(ID, { ...PIPELINE, sections }, NOW)).toThrowError('cannot be the heading')
  })
})

describe('parseTask', () => {
  test.each(Object.entries(STATUS_TEXT))('knows the status %s', (status, text) => {
    expect(parseTask(file(`${KEYS}\nstatus = "${text}"`), PATH).status).toBe(status)
    const words = text.replace(/^\S+ /, '')
    expect(parseTask(file(`${KEYS}\nstatus = "${words.toLowerCase()}"`), PATH).status).toBe(status)
  })

  test.each(['"Finished"', '""', '5', '["done"]'])('refuses the status %s', (status) => {
    expect(() => parseTask(file(`${KEYS}\nstatus = ${status}`), PATH)).toThrowError(
      expect.objectContaining({
        code: 'ledger.unreadable',
        message: expect.stringMatching(
          /^\.tasks\/TASK-PIPE-20261121-081502\.md:10: the status ".*" is unknown\.$/,
        ),
        mend: expect.arrayContaining([expect.stringContaining('"🟣 Review"')]),
      }),
    )
  })

  test('tolerates what is missing or odd, and says so', () => {
    const task = parseTask(file('id = "TASK-X"\ntitle = 5\ntags = ["a", 1]\nextra = "kept"'), PATH)
    expect(task).toMatchObject({ id: ID, title: '5', status: 'todo', tags: ['a'], log: [], checklist: [] })
    expect(task.frontMatter).toMatchObject({ extra: 'kept' })
    expect(task.problems).toEqual([
      `The key "id" is TASK-X, but the file is ${ID}.md.`,
      'The key "title" is not a text.',
      'The key "status" is missing; the task is taken as to do.',
      ...['type', 'priority', 'created_date', 'updated_date', 'assigned_to', 'coordinator'].map(
        (key) => `The key "${key}" is missing.`,
      ),
      'The key "tags" is not a list of texts.',
      'There is no "Acceptance Criteria".',
      'There is no "Checklist".',
      'There is no "Log Entries".',
    ])
  })

  test('reads files as people leave them', () => {
    const body = `# By hand

## 5. Log 🪵 ##

* 2026-11-20: went home
- 2026-11-21T08:00:00+01:00 · bob · looked \\*twice\\*
  - nested, not an entry

### ✅ Checklist:

1. [X] load
   * [ ] nested
- [✔] build

#### Scope

- [ ] under a heading inside the checklist

\`\`\`
## Log Entries
- [ ] look-alike
\`\`\`

# Acceptance criteria
- all tests pass
- [ ] boxed, but no checklist item

# Description
All by hand.
`
    const task = parseTask(file(`${KEYS}\nstatus = "Done"`, body).replaceAll('\n', '\r\n'), PATH)
    expect(task.createdDate).toBe('2026-11-21')
    expect(task.description).toEqual({ goal: 'All by hand.', context: '', scope: '' })
    expect(task.acceptanceCriteria).toEqual(['all tests pass', 'boxed, but no checklist item'])
    expect(task.checklist).toEqual([
      { text: 'load', done: true, line: 22 },
      { text: 'nested', done: false, line: 23 },
      { text: 'build', done: true, line: 24 },
      { text: 'under a heading inside the checklist', done: false, line: 28 },
    ])
    expect(task.log).toEqual([
      { at: '', who: '', text: '2026-11-20: went home', line: 16 },
      { at: '2026-11-21T08:00:00+01:00', who: 'bob', text: 'looked \\*twice\\*', line: 17 },
    ])
    expect(task.problems).toEqual([])
  })

  test('takes boxes for the checklist where no heading says so', () => {
    const body = 'Do this:\n- [ ] a\n\n## Acceptance Criteria\n- [ ] b\n\n## Log\n- [ ] c\n'
    expect(parseTask(file(KEYS, body), PATH).checklist.map((item) => item.text)).toEqual(['a'])
  })

  test('a task can be written as JSON', () => {
    const front = `${KEYS}\nbig = 123456789012345678901\nwhen = 2026-11-21T08:00:00Z\n[a.b]\nc = inf`
    const task = parseTask(file(front), PATH)
    expect(JSON.parse(JSON.stringify(task)).frontMatter).toMatchObject({ when: '2026-11-21T08:00:00Z' })
  })

  test('reads anything or says that it cannot', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          wildFile.map((text) => text.slice(0, -3)),
          wildFile,
        ),
        (text) => {
          try {
            const status: TaskStatus = parseTask(text, PATH).status
            expect(STATUS_TEXT).toHaveProperty(status)
          } catch (error) {
            expect(error).toMatchObject({ code: 'ledger.unreadable' })
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
