import fc from 'fast-check'
import { type NewTask, STATUS_TEXT, TASK_PREFIXES, type TaskStatus } from './types.ts'

/** What the specs of the ledger make up: hostile texts, tasks, and files as people edit them. */

const PIECES = [
  ...['a', 'fct_trips', 'Binder Error: x not found', '\n', '\n\n', '\r\n', '\r', '\t', ' ', '  ', '    '],
  ...['+++', '\n+++\n', '---', '===', '- [ ] ', '- [x] ', '* [ ] ', '- ', '1. ', '12) ', '- [✅] ', '> '],
  ...['## Log Entries', '# Checklist', '### Scope', '#### deep', '#', '```', '~~~~', '```sql', '`', '<!--'],
  ...['-->', '<!-- once x -->', ' <!-- once k/1 -->', '<pre>', '"', "'", '"""', "'''", '\\', '\\u001b'],
  ...[
    '\\u005c',
    '\\u003c',
    'u0041',
    ' · ',
    '·',
    '[',
    ']',
    '[x]: y',
    '|',
    '_',
    '*',
    '$1',
    '$&',
    '{{ ref() }}',
  ],
  ...['\u0000', '\u001b[31m', '\u0085', '\u2028', '\ufeff', '\u202e', '\ud800', '\udc00', '🟡', 'é', '日本'],
]

/** Any text, most of it made of what has a meaning in Markdown, TOML or our own marks. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((p) => p.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.lorem({ maxCount: 8 }) },
)

export const filledText = anyText.map((text) => `x${text}`)

/** Text that TOML can hold as it is: no halves of surrogate pairs. */
const tomlText = filledText.map((text) => text.toWellFormed())

const sectionHeadings = fc.constantFrom('Plan', 'Design', 'Hand-over #', 'Notes: a `b`', 'Plan B')

export const anySection = fc.record({ heading: sectionHeadings, markdown: anyText })

const optionalTexts = fc.option(fc.array(tomlText, { maxLength: 3 }), { nil: undefined })

export const anyNewTask: fc.Arbitrary<NewTask> = fc.record({
  prefix: fc.constantFrom(...TASK_PREFIXES),
  title: fc.oneof(tomlText, fc.constantFrom('Checklist', 'Log Entries', '## Log #', 'Scope', 'C#')),
  type: tomlText,
  priority: tomlText,
  assignedTo: tomlText,
  coordinator: tomlText,
  status: fc.constantFrom(...(Object.keys(STATUS_TEXT) as TaskStatus[]), undefined),
  parentTaskId: fc.option(tomlText, { nil: undefined }),
  inputArtifacts: optionalTexts,
  relatedDocs: optionalTexts,
  tags: optionalTexts,
  description: fc.record({ goal: filledText, context: filledText, scope: filledText }),
  sections: fc.option(fc.uniqueArray(anySection, { maxLength: 2, selector: (section) => section.heading }), {
    nil: undefined,
  }),
  acceptanceCriteria: fc.array(filledText, { minLength: 1, maxLength: 3 }),
  checklist: fc.array(filledText, { minLength: 1, maxLength: 4 }),
})

const EXTRA_KEYS = [
  'custom = "kept"',
  "path = 'C:\\temp\\new'  # a literal string",
  'notes = """\nfirst\n+++\n- [ ] not an item\n"""',
  "raw = '''\n## Log Entries\n'''",
  'matrix = [\n  [1, 2], # one\n  [ 3,4 ,],\n]',
  'point = { x = 1, y = { z = [1,2] } }',
  '"quoted key" = 0x1F',
  'when = 2026-11-21 08:15:02Z',
  'review.by = "ada"',
  '# a comment of its own',
  '',
]

const TABLES = ['[extra . table]  # spaced\nk   =    1', '[[runs]]\nid = "a"\n\n[[runs]]\nid = "b"', '']

const LISTS = [
  'output_artifacts = []',
  "output_artifacts = [ 'a.sql' ]  # made",
  'output_artifacts = [\n  "a.sql", # first\n  "b.sql" # last\n  # and more\n]',
  'output_artifacts = [\n\t"a.sql",\n\t"b.sql",\n]',
  'output_artifacts = [ # none yet\n]',
  'output_artifacts = ["a.sql" # a, b\n , ]',
  'output_artifacts = "a.sql"',
  '',
]

const REQUIRED = [
  'id = "TASK-PIPE-20261121-081502"',
  "title = 'By hand'",
  'status="🟡 To Do"# tight',
  '"type" = "Pipeline"',
  'priority = "High"',
  'created_date = 2026-11-21T08:15:02Z',
  'updated_date   =   "2026-11-21"   # day',
  "assigned_to = 'dbt-runner'",
  'coordinator = """ada"""',
]

const frontMatters = fc
  .tuple(
    fc.shuffledSubarray(REQUIRED, { minLength: 6 }),
    fc.shuffledSubarray(EXTRA_KEYS),
    fc.constantFrom(...LISTS),
    fc.constantFrom(...TABLES),
    fc.nat(20),
  )
  .map(([required, extra, list, tables, turn]) => {
    const keys = [...required, ...extra, list]
    const order = [...keys.slice(turn % keys.length), ...keys.slice(0, turn % keys.length)]
    return ['+++', ...order, tables, '+++'].join('\n')
  })

const LOOK_ALIKE = '```md\n## Log Entries\n- [ ] in a fence\n```'

const BOXES = ['- [ ] ', '- [x] ', '* [X] ', '+ [✅] ', '1. [ ] ', '- [] ', '- [~] ', '  - [ ] ', '- [✔️] ']

const checklistItems = fc.array(
  fc
    .tuple(fc.constantFrom(...BOXES), fc.constantFrom('load', 'build', 'test `a`', 'say [x]', ''))
    .map((p) => p.join('')),
  { maxLength: 6 },
)

const LOG_LINES = [
  '- 2026-11-20T08:00:00Z · ada · by the book',
  '- 2026-11-20T08:00:00Z · bob · in two\n  lines',
  '* yesterday: went home',
  'a paragraph\nlazy end',
  '1.  wide\n\n    still wide',
  '1.  wide\n\n  less wide',
  '- # odd\nafter odd',
  '- fenced\n  ```\n  - [ ] x\n  ```\nafter it',
  '- item\nlazy one',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '<!-- hidden\n- hidden\n-->',
  '> quote',
  '---',
  '### 2026-11-20',
  LOOK_ALIKE,
]

function headings(name: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('# ', '## ', '### ', '=', '-'), fc.constantFrom('', ' 📝', ':', ' ##'))
    .map(([level, end]) => {
      if (level === '=' || level === '-') return `${name}\n${level.repeat(5)}`
      return `${level}${name}${end}`
    })
}

const checklistSections = fc
  .tuple(headings('Checklist'), checklistItems)
  .map(([heading, items]) => `${heading}\n\n${items.join('\n')}`)

const logSections = fc
  .tuple(headings('Log Entries'), fc.array(fc.constantFrom(...LOG_LINES), { maxLength: 4 }))
  .map(([heading, lines]) => `${heading}\n\n${lines.join('\n')}`)

const otherSections = fc.constantFrom(
  '## Description\n\nBy hand.\n\n### Goal\n\nFresh marts.',
  '# Description\n\nBy hand, in short.',
  'Acceptance Criteria\n---\n* all tests pass\n* [x] boxed',
  `## Notes\n\n${LOOK_ALIKE}\n\n    - [ ] indented code`,
  '- a list\n\n      - [ ] code in it\n  - [ ] nested',
  '<!-- comment\n## Log Entries\n- [ ] hidden\n-->',
  '~~~\n- [ ] tilde\n```\n~~~',
)

/** A task file as a person may have left it. */
export const handMadeFile = fc
  .record({
    front: frontMatters,
    sections: fc.tuple(
      fc.option(checklistSections, { nil: '' }),
      fc.option(logSections, { nil: '' }),
      fc.option(otherSections, { nil: '' }),
      fc.option(otherSections, { nil: '' }),
    ),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    gap: fc.constantFrom('\n', '\n\n', '\n\n\n'),
    eol: fc.constantFrom('\n', '\r\n'),
    start: fc.constantFrom('', '\ufeff', '\n'),
    end: fc.constantFrom('', '\n', '\n\n\n'),
  })
  .map(({ front, sections, order, gap, eol, start, end }) => {
    const body = order.map((index) => sections[index]).filter((section) => section !== '')
    const text = start + [front, ...body].join(gap) + end
    return text.replaceAll('\n', eol)
  })

/** Front matter, then anything at all. */
export const wildFile = fc
  .tuple(frontMatters, fc.array(fc.oneof(anyText, headings('Log')), { maxLength: 8 }))
  .map(([front, lines]) => [front, ...lines].join('\n'))

const entry = fc.record({
  who: anyText,
  text: anyText,
  at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
})

/** A change without sections, and with or without a key that makes it apply once. */
export const anyChange = fc.record({
  status: fc.constantFrom(...(Object.keys(STATUS_TEXT) as TaskStatus[]), undefined),
  assignedTo: fc.option(tomlText, { nil: undefined }),
  check: fc.array(fc.nat(5), { maxLength: 3 }),
  log: fc.array(entry, { minLength: 1, maxLength: 3 }),
  outputArtifacts: fc.array(fc.oneof(tomlText, fc.constantFrom('a.sql', 'c.sql')), { maxLength: 3 }),
  once: fc.option(
    filledText.map((text) => `run/${text}`),
    { nil: undefined },
  ),
})
