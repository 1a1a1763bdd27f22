import { diffArrays } from 'diff'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { changeTask } from './change.ts'
import { parseTask } from './parse.ts'
import { renderTask, timestamp } from './render.ts'
import { anyChange, anyNewTask, anySection, handMadeFile, wildFile } from './test-arbitraries.ts'
import { normalizeText, singleLine } from './text.ts'
import type { Task, TaskChange } from './types.ts'

vi.setConfig({ testTimeout: 60_000 })

const ID = 'TASK-PIPE-20261121-081502'
const PATH = `.tasks/${ID}.md`
const NOW = new Date('2026-11-21T09:00:00Z')

const KEYS = `id = "${ID}"\ntitle = "By hand"\nstatus = "🟡 To Do" # for now\ntype = "x"\npriority = "x"
created_date = "2026-11-21"\nupdated_date = "2026-11-21"\nassigned_to = "x"\ncoordinator = "x"`

function file(body: string): string {
  return `+++\n${KEYS}\n+++\n${body}`
}

function change(text: string, what: TaskChange): string {
  return changeTask(text, PATH, what, NOW).text
}

/** The lines that a change takes from a text and those that it puts there instead or besides. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const parts = diffArrays(linesWithEnds(before), linesWithEnds(after))
  return {
    gone: parts.filter((part) => part.removed).flatMap((part) => part.value),
    come: parts.filter((part) => part.added).flatMap((part) => part.value),
  }
}

function linesWithEnds(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []
}

const UPDATED = {
  gone: ['updated_date = "2026-11-21"\n'],
  come: ['updated_date = "2026-11-21T09:00:00Z"\n'],
}

const entry = (text: string, who = 'dbt-runner') => ({ who, text, at: new Date('2026-11-21T08:30:00.999Z') })

describe('checking an item', () => {
  test.each([
    ['- [ ] a', '- [✅] a'],
    ['  * [] a', '  * [✅] a'],
    ['3) [~] a  ', '3) [✅] a  '],
    ['- - [ ] a', '- - [✅] a'],
    ['- [ ]   a\n  - [ ] b', '- [✅]   a\n  - [ ] b'],
  ])('changes its mark alone in %j', (before, after) => {
    const text = file(`## Checklist\n${before}\n`)
    const { gone, come } = difference(text, change(text, { check: ['a'] }))
    expect(gone).toEqual([...UPDATED.gone, `${before.split('\n')[0]}\n`])
    expect(come).toEqual([...UPDATED.come, `${after.split('\n')[0]}\n`])
  })

  test.each(['x', 'X', '✅', '✔️', '☑'])('leaves one that is marked %s as it is', (mark) => {
    const text = file(`## Checklist\n- [${mark}] a\n`)
    expect(change(text, { check: ['a', 0] })).toBe(text)
    expect(change(text, { uncheck: ['a'] })).toContain('\n- [ ] a\n')
  })

  test('does not touch look-alikes', () => {
    const text = file('## Checklist\n```\n- [ ] a\n```\n<!--\n- [ ] a\n-->\n- [ ] a\n')
    const { gone } = difference(text, change(text, { check: ['a'] }))
    expect(gone).toEqual([...UPDATED.gone, '- [ ] a\n'])
    expect(change(text, { check: ['a'] })).toContain('-->\n- [✅] a\n')
  })

  test('reports an item that is not there, and does the rest', () => {
    const changed = changeTask(file('## Checklist\n- [ ] a\n'), PATH, { check: ['b', 'a', 7] }, NOW)
    expect(changed.problems).toEqual(['The checklist has no item "b".', 'The checklist has no item 7.'])
    expect(changed.text).toContain('- [✅] a')
  })

  test('refuses to check and uncheck at once', () => {
    const text = file('## Checklist\n- [ ] a\n')
    expect(() => change(text, { check: ['a'], uncheck: [0] })).toThrowError('both checks and unchecks')
  })
})

describe('a log entry', () => {
  const line = '- 2026-11-21T08:30:00Z · dbt-runner · built'

  test.each([
    ['into an empty log', '## Log Entries\n', `## Log Entries\n\n${line}\n`],
    ['behind the last entry', '## Log\n- a\n\n## Next\n', `## Log\n- a\n${line}\n\n## Next\n`],
    ['behind a lazy one', '## Log\n- a\nlazy\n', `## Log\n- a\nlazy\n${line}\n`],
    [
      'behind an entry with a fence',
      '## Log\n- a\n  ```\n  # x\n  ```\n',
      `## Log\n- a\n  \`\`\`\n  # x\n  \`\`\`\n${line}\n`,
    ],
    ['before a closing rule', '## Log\n- a\n\n---\n', `## Log\n- a\n${line}\n\n---\n`],
    ['behind a paragraph', '## Log\nnotes\n', `## Log\nnotes\n\n${line}\n`],
    ['under the last day', '## Log\n### Fri\n- a\n### Sat\n', `## Log\n### Fri\n- a\n### Sat\n\n${line}\n`],
    ['where no text takes it', '## Log\n- # a\nb\n', `## Log\n- # a\nb\n\n${line}\n`],
    ['where it takes no text', '## Log\n1.  a\n\n  b\n', `## Log\n1.  a\n\n  b\n\n${line}\n`],
    ['at the end without a log', 'Text.\n', `Text.\n\n## Log Entries\n\n${line}\n`],
    ['at the end without a final line end', '## Log\n- a', `## Log\n- a\n${line}`],
    ['at the end of no body', '', `\n## Log Entries\n\n${line}\n`],
    [
      'past look-alikes',
      '```\n## Log Entries\n```\n## Log\n',
      `\`\`\`\n## Log Entries\n\`\`\`\n## Log\n\n${line}\n`,
    ],
    ['behind an open fence', '## Log\n- a\n\n```\nb\n', `## Log\n- a\n${line}\n\n\`\`\`\nb\n`],
    [
      'not into the checklist below',
      '# Log\n- a\n## Checklist\n- [ ] b',
      `# Log\n- a\n${line}\n## Checklist\n- [ ] b`,
    ],
  ])('goes %s', (_, before, after) => {
    const text = change(file(before), { log: [entry('built')] })
    expect(text.slice(text.indexOf('\n+++\n') + 5)).toBe(after)
  })

  test('follows the line ends of the file', () => {
    const text = file('## Log\n- a\n').replaceAll('\n', '\r\n')
    const after = change(text, { log: [entry('built\nand tested')] })
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(after).toContain(`${line}\r\n  and tested\r\n`)
  })

  test('cannot break out', () => {
    const text = 'x\n+++\n## Log Entries\n- [ ] y\n```\n<!-- once z -->\u0000'
    const after = change(file('## Checklist\n- [ ] a\n## Log\n'), { log: [entry(text, 'a · b\n- c')] })
    const task = parseTask(after, PATH)
    expect(task.log).toMatchObject([{ who: 'a · b - c', text }])
    expect(task.checklist).toHaveLength(1)
  })
})

describe('repeating a change', () => {
  const made = renderTask(
    ID,
    {
      ...{ prefix: 'PIPE', title: 'Run', type: 'Pipeline', priority: 'High' },
      ...{ assignedTo: 'dbt-runner', coordinator: 'ada' },
      description: { goal: 'a', context: 'b', scope: 'c' },
      ...{ acceptanceCriteria: ['d'], checklist: ['load', 'build'] },
    },
    NOW,
  )

  test('adds no entry of the same second, author and text', () => {
    const once = change(made, { log: [entry('built')] })
    expect(change(once, { log: [entry('built')] })).toBe(once)
    expect(parseTask(change(once, { log: [entry('built', 'bob'), entry('tested')] }), PATH).log).toHaveLength(
      4,
    )
  })

  test('adds no entry of the same author and text when its items are checked', () => {
    const once = change(made, { check: ['load'], log: [entry('loaded')] })
    const later = { ...entry('loaded'), at: new Date('2026-11-22') }
    expect(change(once, { check: ['load'], log: [later] })).toBe(once)
    expect(change(once, { log: [later] })).not.toBe(once)
    expect(change(once, { check: ['load', 'build'], log: [later] })).not.toBe(once)
    // A person checked the item meanwhile; what was done is still told.
    expect(change(once, { check: ['load'], log: [entry('loaded anew')] })).not.toBe(once)
  })

  test('changes nothing at all under a key that was applied', () => {
    const what: TaskChange = { status: 'in-progress', log: [entry('built')], once: 'pipe-7f3a/2 -->' }
    const once = change(made, what)
    expect(once).toContain('· built <!-- once pipe-7f3a/2%20--%3E -->\n')
    const byHand = change(once, { status: 'review' })
    expect(change(byHand, { ...what, log: [{ ...entry('built'), at: NOW }] })).toBe(byHand)
    expect(parseTask(change(byHand, { ...what, once: 'pipe-7f3a/3' }), PATH).log).toHaveLength(3)
    expect(parseTask(byHand, PATH).log.at(-1)?.text).toBe('built')
    expect(() => change(made, { status: 'done', once: 'x' })).toThrowError('needs a key and a log entry')
  })

  test('that changes nothing leaves updated_date alone', () => {
    const what: TaskChange = {
      status: 'todo',
      assignedTo: 'dbt-runner',
      outputArtifacts: [],
      check: [],
      log: [],
    }
    expect(change(made, what)).toBe(made)
  })
})

describe('a section', () => {
  const plan = { heading: 'Plan', markdown: '1. stage\n2. model' }

  test('is added before the log, and replaced under its heading', () => {
    const text = file('## Checklist\n- [ ] a\n\n## Log\n\n- b\n')
    const first = change(text, { sections: [plan] })
    expect(first).toContain('- [ ] a\n\n## Plan\n\n1. stage\n2. model\n\n## Log\n\n- b\n')
    expect(change(first, { sections: [plan] })).toBe(first)
    const second = change(first, { sections: [{ ...plan, markdown: 'Just do it.' }] })
    expect(second).toContain('- [ ] a\n\n## Plan\n\nJust do it.\n\n## Log\n\n- b\n')
  })

  test('never changes what the rest of a file means', () => {
    const sections = fc.uniqueArray(anySection, { minLength: 1, maxLength: 2, selector: (s) => s.heading })
    const files = anyNewTask.map((task) => renderTask(ID, task, NOW))
    fc.assert(
      fc.property(fc.oneof(files, handMadeFile), sections, (text, added) => {
        const before = parseTask(text, PATH)
        let after = ''
        try {
          after = change(text, { sections: added })
        } catch (error) {
          expect(error).toMatchObject({ code: 'ledger.unsafe-edit' })
          return
        }
        const { checklist, log, description, acceptanceCriteria } = withoutLines(parseTask(after, PATH))
        expect(withoutLines(before)).toMatchObject({ checklist, log, description, acceptanceCriteria })
        expect(change(after, { sections: added })).toBe(after)
      }),
      { numRuns: 300 },
    )
  })
})

function withoutLines(task: Task) {
  return {
    ...task,
    checklist: task.checklist.map(({ text, done }) => ({ text, done })),
    log: task.log.map(({ at, who, text }) => ({ at, who, text })),
  }
}

describe('any change of any file', () => {
  const files = fc.oneof(
    handMadeFile,
    wildFile,
    anyNewTask.map((task) => renderTask(ID, task, NOW)),
  )
  const changes = anyChange.map((made) => ({
    ...made,
    log: made.log.map((e, i) => ({ ...e, text: `${i}${e.text}` })),
  }))

  test('shows when it is read, and nothing else does', () => {
    fc.assert(
      fc.property(files, changes, (text, what) => {
        const before = withoutLines(parseTask(text, PATH))
        const after = withoutLines(parseTask(change(text, what), PATH))
        const artifacts = [...new Set([...before.outputArtifacts, ...what.outputArtifacts])]
        const added = what.log.map(({ who, text, at }) => ({
          at: timestamp(at),
          who: singleLine(who),
          text: normalizeText(text),
        }))
        expect(after).toEqual({
          ...before,
          status: what.status ?? before.status,
          assignedTo: what.assignedTo ?? before.assignedTo,
          outputArtifacts: artifacts,
          checklist: before.checklist.map((item, i) => ({
            ...item,
            done: item.done || what.check.includes(i),
          })),
          log: [...before.log, ...added],
          updatedDate: timestamp(NOW),
          frontMatter: after.frontMatter,
          problems: after.problems,
        })
        const rest = ({
          status,
          assigned_to,
          output_artifacts,
          updated_date,
          ...others
        }: Task['frontMatter']) => others
        expect(rest(after.frontMatter)).toEqual(rest(before.frontMatter))
      }),
      { numRuns: 600 },
    )
  })

  test('keeps every line that it does not mean, byte for byte, and is done once', () => {
    fc.assert(
      fc.property(files, changes, (text, what) => {
        const after = change(text, what)
        expect(change(after, what)).toBe(after)
        expect(/[\r\n]$/.test(after)).toBe(/[\r\n]$/.test(text))
        expect(after.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'))
        const { gone } = difference(text, after)
        const isMeant = (line: string) =>
          /^"?(status|updated_date|assigned_to|output_artifacts)\b/.test(line) ||
          /^\s*("b\.sql"|, \])/.test(line) ||
          /\[[^\]]?\ufe0f?\]/u.test(line) ||
          text.endsWith(line) // Only its line end may come to stand elsewhere.
        expect(gone.filter((line) => !isMeant(line))).toEqual([])
      }),
      { numRuns: 600 },
    )
  })
})
