/** What is said where a text is not read, or has more than one meaning: which part, what of it is known, what could be meant. */
import type { Schema } from '../../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../../core/errors.ts'
import { list, shellQuote } from '../../../../core/text.ts'
import type { SingleAsk } from '../ask.ts'
import { isName } from '../text.ts'
import { leftOf } from './additions.ts'
import type { Bag } from './bag.ts'
import { tableName } from './frames.ts'
import type { Place } from './mentions.ts'
import { type Grounded, readClause } from './read.ts'
import { sentenceFor } from './say.ts'

const MOST = 4

const said = (asks: SingleAsk[]) => asks.map(sentenceFor).join('; ')
const command = (sentence: string) => `martsmith db ${shellQuote(sentence)}`

/** @param examples sentences that are understood, for where nothing else is known to offer. */
export function notRead(
  text: string,
  read: Exclude<Grounded, { is: 'read' }>,
  schema: Schema,
  examples: string[],
): MartsmithError {
  if (read.is === 'open')
    return new MartsmithError({
      code: 'database.which',
      message: `"${read.part}" may mean ${read.readings.length === 2 ? 'two things' : 'several things'}. Nothing was run.`,
      details: read.readings.slice(0, MOST).map(said),
      mend: ['Say which:', ...read.readings.slice(0, MOST).map((r) => command(said(r)))],
      exitCode: 3,
    })
  const near = nearReadings(read.bag, schema)
  const known = namesIn(read.bag)
  const left = read.bag ? leftOf(read.bag).map((l) => `"${l}"`) : []
  const isPart = read.part !== '' && read.part !== text.trim().replace(/[.!;\s]+$/, '')
  return new MartsmithError({
    code: 'database.request',
    message: `This is not understood as a change of a database: "${text.trim()}". Nothing was run.`,
    details: [
      ...(isPart ? [`The part that is not understood: "${read.part}".`] : []),
      ...(known.length > 0 ? [`What of it is in the database: ${list(known)}.`] : []),
      ...(known.length > 0 && left.length > 0 ? [`What has no meaning here: ${list(left)}.`] : []),
      ...(near.length > 0
        ? []
        : ['What is understood, by itself or with others in a list:', ...examples.map((e) => `  ${e}`)]),
    ],
    mend:
      near.length > 0
        ? ['What is near to it, if that is wanted:', ...near.map(command)]
        : ['Say it in these forms; names may be written in words, or as they are in the database.'],
    exitCode: near.length > 0 ? 3 : 2,
  })
}

function namesIn(bag: Bag | null): string[] {
  const place = ({ table, column }: Place) => `column ${column.name} of ${table.name}`
  const names = (bag?.mentions ?? []).flatMap((m) =>
    m.tables.length > 0 ? m.tables.map((t) => `table ${t.name}`) : m.columns.slice(0, 2).map(place),
  )
  return [...new Set(names)].slice(0, MOST)
}

/** As it would be read without the words that have no meaning: to be offered, never to be done. */
function nearReadings(bag: Bag | null, schema: Schema): string[] {
  if (!bag || bag.mentions.length === 0) return []
  const without = bag.runs.reduce((t, run) => t.replace(run, ' '), bag.masked.text)
  const readings = readClause(
    bag.masked.back(without).replace(/\s+/g, ' ').trim(),
    schema,
    bag.context,
    () => null,
  )
  const found = [...new Set(readings.map(said))].slice(0, MOST)
  return found.length > 0 ? found : possible(bag)
}

/** What may be done with the one thing that is named. */
function possible(bag: Bag): string[] {
  const [place, ...others] = bag.mentions.flatMap((m) => m.columns)
  const [table, ...more] = bag.mentions.flatMap((m) => m.tables)
  const on = place?.table ?? table
  if (!on || others.length > 0 || (more.length > 0 && !place)) return []
  const [word, ...words] = bag.runs
  if (place) {
    const at = { table: tableName(on), column: place.column.name }
    return [
      { op: 'drop-column' as const, ...at },
      { op: 'set-nullable' as const, ...at, nullable: !place.column.nullable },
      { op: 'add-unique' as const, table: at.table, columns: [at.column] },
      { op: 'add-index' as const, table: at.table, columns: [at.column] },
    ].map(sentenceFor)
  }
  if (word === undefined || words.length > 0 || !isName(word)) return []
  const clauses = { type: null, default: null, nullable: null, unique: false, rule: null }
  return [sentenceFor({ op: 'add-column', table: tableName(on), column: word, ...clauses })]
}
