/** How numbers may be added up: told from what was proven of them; the name alone is only a hint, and said to be one. */
import type { Series } from './series.ts'
import type { Behaviour, ColumnProfile, Dependency, Inclusion, Key, ProvenFormula } from './types.ts'

export type Evidence = {
  rows: number
  sampled: number
  keys: Key[]
  dependencies: Dependency[]
  formulas: ProvenFormula[]
  inclusions: Inclusion[]
  series: Series[]
}

type Rule = (column: ColumnProfile, evidence: Evidence, all: ColumnProfile[]) => Behaviour | null

export function behaviourOf(
  column: ColumnProfile,
  evidence: Evidence,
  all: ColumnProfile[],
): Behaviour | null {
  if (column.kind !== 'integer' && column.kind !== 'number') return null
  for (const rule of RULES) {
    const found = rule(column, evidence, all)
    if (found) return found
  }
  return { is: 'unknown', because: 'nothing tells', from: 'nothing' }
}

const is = (what: Behaviour['is'], because: string, from: Behaviour['from'] = 'rows'): Behaviour => ({
  is: what,
  because,
  from,
})

const key: Rule = (c, { keys }) => {
  if (c.kind !== 'integer') return null
  const own = keys.find((k) => k.proven && k.columns.length === 1 && k.columns[0] === c.name)
  if (own) return is('identifier', 'it is never repeated')
  const part = keys.find((k) => k.proven && k.columns.includes(c.name))
  return part
    ? is('identifier', `with ${list(part.columns.filter((x) => x !== c.name))} it is never repeated`)
    : null
}

const foreign: Rule = (c, { inclusions }) => {
  const into = inclusions.find((i) => i.column === c.name && i.orphans === 0 && !i.chance)
  return into ? is('identifier', `every value is a ${into.key} of ${into.of}`) : null
}

/** A number that names something: each has one text. */
const code: Rule = (c, { dependencies }, all) => {
  const named = dependencies.find(
    (d) => d.from === c.name && d.proven && all.find((x) => x.name === d.to)?.kind === 'text',
  )
  return c.kind === 'integer' && named ? is('code', `each has one ${named.to}`) : null
}

const formula: Rule = (c, { formulas }) => {
  const sum = formulas.find((f) => f.kind === 'sum' && (f.whole === c.name || f.parts.includes(c.name)))
  if (sum) return is('additive', `${sum.whole} = ${sum.parts.join(' + ')}`)
  const product = formulas.find((f) => f.kind === 'product' && f.whole === c.name)
  return product ? is('additive', `${product.whole} = ${product.parts.join(' * ')}`) : null
}

/** Of two factors the whole number counts, and the other is per one of it. */
const factor: Rule = (c, { formulas }, all) => {
  const product = formulas.find((f) => f.kind === 'product' && f.parts.includes(c.name))
  const other = all.find((x) => x.name === product?.parts.find((p) => p !== c.name))
  if (!product || !other || other.kind === c.kind) return null
  return c.kind === 'integer'
    ? is('additive', `${product.whole} = ${product.parts.join(' * ')}, and it is a whole number`)
    : is('ratio', `${product.whole} = ${product.parts.join(' * ')}: it is per one of ${other.name}`)
}

const share: Rule = (c, { rows }) => {
  if (c.kind !== 'number' || rows < FEWEST || c.distinct <= 2) return null
  const [least, most] = [Number(c.min), Number(c.max)]
  return c.min !== null && least >= 0 && most <= 1 ? is('ratio', 'all values lie between 0 and 1') : null
}

const attribute: Rule = (c, { dependencies }) => {
  const of = dependencies.find((d) => d.to === c.name && d.proven)
  return of && c.distinct > 1 ? is('attribute', `each ${of.from} has one`) : null
}

const balance: Rule = (c, { series }) => {
  const own = series.find((s) => s.column === c.name)
  if (!own || own.roughness === null || own.roughness > STEADY) return null
  return is('balance', `it moves little from one ${own.over} to the next of a ${list(own.per)}`)
}

const FEWEST = 10
/** Squares of steps against squares of distances from the mean: 2 for what is independent, near 0 for what stands. */
const STEADY = 0.2

/** Words of names, in English and German. */
const HINTS: [string, Behaviour['is']][] = [
  [
    'id key sk hk pk fk nr no number code zip plz year month day week hour jahr monat tag type typ status kind class category mode method tier segment priority kategorie',
    'code',
  ],
  [
    'pct percent percentage ratio rate share avg average mean price preis per temperature score lat lon latitude longitude speed anteil quote',
    'ratio',
  ],
  ['balance stock inventory hand level saldo bestand headcount', 'balance'],
  [
    'amount total revenue sales cost fee tax tip toll tolls fare qty quantity count duration distance sum minutes seconds betrag umsatz menge anzahl',
    'additive',
  ],
]

/** `avg_amount` is a ratio; else the last word that says something decides. */
const hint: Rule = (c) => {
  const words = c.name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
  const first = words.find((word) => meaning(word) === 'ratio')
  const found = first ? 'ratio' : words.map(meaning).findLast((what) => what !== null)
  if (!found || (found === 'code' && c.kind !== 'integer')) return null
  return is(found, 'by its name alone', 'name')
}

function meaning(word: string): Behaviour['is'] | null {
  return HINTS.find(([words]) => words.split(' ').includes(word))?.[1] ?? null
}

const RULES: Rule[] = [key, foreign, code, formula, factor, share, attribute, balance, hint]

function list(names: string[]): string {
  return names.join(', ')
}
