/** How a schema is named, learned from it: new names look like those that stand. */
import { isNameTooLong } from '../../adapters/databases/capabilities.ts'
import type { Database, Schema, Table } from '../../adapters/databases/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { inNumber } from '../../project/conventions/plural.ts'
import { bare } from './requests/text.ts'

type Case = 'snake' | 'camel' | 'pascal'

/** One name says nothing about camel or snake where it is one word: only those that show it are counted. */
function caseOf(names: string[]): Case {
  const count = (form: RegExp) => names.filter((n) => form.test(n)).length
  const votes: [Case, number][] = [
    ['snake', count(/^[a-z0-9]+(_[a-z0-9]+)+$/)],
    ['camel', count(/^[a-z]+[a-z0-9]*[A-Z]/)],
    ['pascal', count(/^[A-Z][a-z0-9]+([A-Z][a-z0-9]*)*$/)],
  ]
  const [best] = votes.sort((a, b) => b[1] - a[1])
  return best && best[1] > 0 ? best[0] : 'snake'
}

function inCase(words: string[], to: Case): string {
  const capital = (w: string) => w.charAt(0).toUpperCase() + w.slice(1)
  if (to === 'snake') return words.join('_')
  const parts = words.map(capital)
  return to === 'pascal' ? parts.join('') : [words[0] ?? '', ...parts.slice(1)].join('')
}

/** What was written as a name already, or in quotes, is kept to the letter. */
function wordsIn(said: string): string[] | null {
  const isQuoted = /^\s*["'`].+["'`]\s*$/.test(said)
  const name = bare(said)
  if (isQuoted || (/[_A-Z]/.test(name.slice(1)) && !/\s/.test(name))) return null
  return name.toLowerCase().split(/[^\p{L}\p{N}]+/u)
}

export function columnName(said: string, table: Pick<Table, 'columns'>, schema: Schema): string {
  const words = wordsIn(said)
  if (words === null) return bare(said)
  const own = table.columns.map((c) => c.name)
  const shows = own.some((n) => /_|[A-Z]/.test(n))
  return inCase(words, caseOf(shows ? own : schema.tables.flatMap((t) => t.columns.map((c) => c.name))))
}

/** As it was said, in the case that most tables have. */
export function tableNameAsSaid(said: string, schema: Schema): string {
  const words = wordsIn(said)
  return words === null ? bare(said) : inCase(words, caseOf(schema.tables.map((t) => t.name)))
}

/** In the number, singular or plural, that most tables have. */
export function tableNameFrom(said: string, schema: Schema): string {
  const words = wordsIn(said)
  if (words === null) return bare(said)
  const names = schema.tables.map((t) => t.name)
  const plurals = names.filter((n) => inNumber(n, 'singular') !== n).length
  const last = words.at(-1) ?? ''
  const number = plurals * 2 >= names.length && names.length > 0 ? 'plural' : 'singular'
  return inCase([...words.slice(0, -1), inNumber(inNumber(last, 'singular'), number)], caseOf(names))
}

export type ConstraintKind = 'check' | 'unique' | 'foreign-key' | 'index' | 'statistics'

const PREFIXES: Record<ConstraintKind, RegExp> = {
  check: /^(ck|chk|check)(_|$)/i,
  unique: /^(uq|uk|uniq|unique|ux)(_|$)/i,
  'foreign-key': /^(fk)(_|$)/i,
  index: /^(ix|idx|index)(_|$)/i,
  statistics: /^(st|stat|stats|stx)(_|$)/i,
}
const SUFFIX: Record<ConstraintKind, string> = {
  check: 'check',
  unique: 'key',
  'foreign-key': 'fkey',
  index: 'idx',
  statistics: 'stat',
}

/** With the prefix that the schema's own names of that kind have, else `<table>_<columns>_check`; and free. */
export function constraintName(
  kind: ConstraintKind,
  table: string,
  columns: string[],
  schema: Schema,
  db: Pick<Database, 'capabilities'>,
): string {
  const standing = schema.tables.flatMap((t) => namesOf(t, kind))
  const prefixed = standing.flatMap((n) => PREFIXES[kind].exec(n)?.[1] ?? [])
  const prefix = prefixed.length * 2 > standing.length ? prefixed[0] : undefined
  const body = [table, ...columns].join('_')
  const name = prefix ? `${prefix}_${body}` : `${body}_${SUFFIX[kind]}`
  const taken = new Set(
    schema.tables.flatMap((t) => (Object.keys(PREFIXES) as ConstraintKind[]).flatMap((k) => namesOf(t, k))),
  )
  const short = (n: string) => shortened(n, db)
  for (let i = 1; ; i += 1) {
    const candidate = short(i === 1 ? name : `${name}_${i}`)
    if (!taken.has(candidate)) return candidate
  }
}

function shortened(name: string, db: Pick<Database, 'capabilities'>): string {
  let short = name
  while (isNameTooLong(short, db.capabilities)) short = short.slice(1).replace(/^_+/, '')
  return short
}

function namesOf(t: Table, kind: ConstraintKind): string[] {
  if (kind === 'check') return t.checks.map((c) => c.name)
  if (kind === 'unique') return t.uniques.map((u) => u.name)
  if (kind === 'foreign-key') return t.foreignKeys.map((f) => f.name)
  if (kind === 'statistics') return (t.statistics ?? []).map((s) => s.name)
  return t.indexes.map((i) => i.name)
}

/** @throws MartsmithError `database.name` for what the server would cut off or cannot keep. */
export function assertName(name: string, db: Pick<Database, 'capabilities' | 'server'>): void {
  const { longestName, nameUnit } = db.capabilities
  if (isNameTooLong(name, db.capabilities))
    throw new MartsmithError({
      code: 'database.name',
      message: `The name ${name.slice(0, 40)}... is too long: ${db.server.product} keeps ${longestName} ${nameUnit} of a name.`,
      mend: ['Say a shorter name, in quotes.'],
    })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (name === '' || /[\u0000-\u001f\u007f"'`;\\]|--|\/\*/.test(name))
    throw new MartsmithError({
      code: 'database.name',
      message: `The name ${JSON.stringify(name)} holds what no name should: quotes, semicolons, comments or control characters.`,
      mend: ['Say the name in plain words.'],
    })
}

const RESERVED = new Set(
  `all analyse analyze and any array as asc between both by case cast check collate column constraint create cross
   current_date current_time current_timestamp current_user default delete desc distinct do drop else end except exists
   explain false fetch for foreign from full grant group having in index inner insert intersect interval into is join key
   keys lateral leading left like limit lock match natural not null offset on only or order outer over primary range rank
   read references release rename repeat replace right row rows select set show some system table then to trailing
   trigger true union unique update usage user using values when where window with write`.split(/\s+/),
)

/** A note where every query has to quote the name. */
export function reservedNote(name: string): string[] {
  return RESERVED.has(name.toLowerCase())
    ? [`${name} is a reserved word: every query has to quote it. Another name would spare that.`]
    : []
}
