/** Properties files as different houses write them, for property tests. */
import fc from 'fast-check'

export type Column = { name: string; description: string | null; tests: string[] }
export type Model = { name: string; description: string | null; columns: Column[] }

type Quote = '' | "'" | '"'
type House = {
  eol: string
  step: number
  dash: number
  bom: boolean
  version: boolean
  finalNewline: boolean
  gap: boolean
  flowTests: boolean
  quote: Quote
  comments: 'none' | 'above' | 'beside' | 'below'
  description: 'plain' | 'double' | 'literal' | 'folded'
  pad: string
}

const house: fc.Arbitrary<House> = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  step: fc.constantFrom(2, 4),
  dash: fc.constantFrom(0, 2, 4),
  bom: fc.boolean(),
  version: fc.boolean(),
  finalNewline: fc.boolean(),
  gap: fc.boolean(),
  flowTests: fc.boolean(),
  quote: fc.constantFrom('', "'", '"'),
  comments: fc.constantFrom('none', 'above', 'beside', 'below'),
  description: fc.constantFrom('plain', 'double', 'literal', 'folded'),
  pad: fc.constantFrom(' ', '   '),
})

export const identifier = fc
  .tuple(fc.constantFrom('a', 'Ab', 'fct_', 'é', 'zone '), fc.nat({ max: 99 }))
  .map(([word, n]) => `${word}${n}`)

/** Names and texts that YAML might take for something else. */
export const anyText = fc.oneof(
  fc.constantFrom(
    'on',
    'no',
    'y',
    '1',
    '1.5',
    '2020-01-01',
    '12:30',
    '~',
    'null',
    '',
    ' x',
    'x ',
    '#a',
    'a #b',
    'a: b',
    "it's",
    '"q"',
    '- a',
    '&a',
    '*a',
    '!t',
    '%',
    '@',
    '`',
    '{a}',
    '[a]',
    '{{ x }}',
    'a\nb',
    'a\n\nb\n',
    '  a\nb',
    'tab\tx',
    'a\\n',
    '=',
    '<<',
    '...',
    '---',
    '😀',
  ),
  fc.string({ maxLength: 12 }),
)

const sentence = fc
  .array(fc.constantFrom('the', 'fare', 'of', 'a', 'trip', 'in', 'USD'), { minLength: 1, maxLength: 8 })
  .map((w) => w.join(' '))

const column: fc.Arbitrary<Column> = fc.record({
  name: identifier,
  description: fc.option(sentence),
  tests: fc.uniqueArray(fc.constantFrom('unique', 'not_null', 'my.test'), { maxLength: 2 }),
})
const model: fc.Arbitrary<Model> = fc.record({
  name: identifier,
  description: fc.option(sentence),
  columns: fc.uniqueArray(column, { maxLength: 3, selector: (c) => c.name }),
})
const models = fc.uniqueArray(model, { minLength: 1, maxLength: 3, selector: (m) => m.name })

export const anyDocument = fc
  .record({ house, models })
  .map((d) => ({ models: d.models, text: written(d.models, d.house) }))

function written(all: Model[], h: House): string {
  const lines = [...(h.version ? ['version: 2', ''] : []), 'models:']
  for (const [i, m] of all.entries()) {
    if (h.gap && i > 0) lines.push('')
    lines.push(...entry([...named(m, h), ...columns(m, h)], h.dash, h))
  }
  const text = lines.join(h.eol)
  return (h.bom ? '\ufeff' : '') + text + (h.finalNewline ? h.eol : '')
}

/** Lines of a mapping behind a dash. */
function entry(inner: string[], column: number, h: House): string[] {
  const [first, ...rest] = inner
  const margin = ' '.repeat(column)
  const own = [
    `${margin}-${h.pad}${first}`,
    ...rest.map((l) => (l === '' ? l : `${margin} ${' '.repeat(h.pad.length)}${l}`)),
  ]
  if (h.comments === 'above') return [`${margin}# about this`, ...own]
  return h.comments === 'below' ? [...own, `${margin}   # so far`] : own
}

function named({ name, description }: { name: string; description: string | null }, h: House): string[] {
  const beside = h.comments === 'beside' ? ' # here' : ''
  const lines = [`name: ${h.quote}${name}${h.quote}${beside}`]
  if (description === null) return lines
  const margin = ' '.repeat(h.step)
  const words = description.split(' ')
  const half = Math.ceil(words.length / 2)
  const parts = [words.slice(0, half), words.slice(half)]
    .filter((p) => p.length > 0)
    .map((p) => margin + p.join(' '))
  return {
    plain: [...lines, `description: ${description}${beside}`],
    double: [...lines, `description: "${description}"`],
    literal: [...lines, 'description: |', ...parts],
    folded: [...lines, 'description: >-', ...parts, ''],
  }[h.description]
}

function columns({ columns: all }: Model, h: House): string[] {
  if (all.length === 0) return []
  return ['columns:', ...all.flatMap((c) => entry([...named(c, h), ...tests(c, h)], h.dash, h))]
}

function tests({ tests: all }: Column, h: House): string[] {
  if (all.length === 0) return []
  if (h.flowTests) return [`data_tests: [${all.map((t) => h.quote + t + h.quote).join(', ')}]`]
  return ['data_tests:', ...all.map((t) => `${' '.repeat(h.dash)}-${h.pad}${t}`)]
}
