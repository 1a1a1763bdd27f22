/** Several changes as one order: each is designed on what those before it leave, and in an order that works. */
import { isSameTable, type Schema, tableWords } from '../../adapters/databases/types.ts'
import { isMartsmithError, MartsmithError } from '../../core/errors.ts'
import { list } from '../../core/text.ts'
import { schemaAfter } from './order/after.ts'
import type { SchemaChange } from './order/change.ts'
import type { SingleAsk } from './requests/ask.ts'
import { listed } from './requests/text.ts'
import { wordsOf } from './resolve.ts'
import { type Criterion, type Design, design, type World } from './types.ts'

type DesignOne = (ask: SingleAsk, world: World) => Promise<Design>

/** What is not there yet may be made by another part: that one goes first. */
const LATER = new Set(['database.unknown-table', 'database.unknown-column'])

/** What gives a table or a column another name or place: other parts would be proven on the one of before. */
const ALONE: readonly SingleAsk['op'][] = [
  'rename-table',
  'finish-table',
  'split-table',
  'merge-table',
  'finish-beside',
  'split-column',
  'join-columns',
  'finish-parts',
  'partition-table',
  'finish-partition',
]

export async function designTogether(asks: SingleAsk[], world: World, designOne: DesignOne): Promise<Design> {
  if (asks.some((a) => ALONE.includes(a.op)))
    throw new MartsmithError({
      code: 'database.alone',
      message:
        'One part of the request gives a table or a column another name or place: that is done by itself.',
      mend: ['Ask for it first, and for the rest when it has run.'],
    })
  const done: Design[] = []
  const fills = asks.some((a) => a.op === 'fill')
  // What is required has to be filled first, and what is referred to has to be there.
  const rank = (a: SingleAsk) =>
    a.op === 'create-table' ? 0 : fills && a.op === 'set-nullable' && !a.nullable ? 2 : 1
  let left = [...asks].sort((a, b) => rank(a) - rank(b))
  while (left.length > 0) {
    const waiting: { ask: SingleAsk; error: unknown }[] = []
    for (const ask of left) {
      try {
        const before = done.flatMap((d) => d.changes)
        done.push(
          await designOne(ask, { ...world, before, schema: schemaAfter(world.schema, before, world.db) }),
        )
      } catch (error) {
        if (!isMartsmithError(error) || !LATER.has(error.code)) throw error
        waiting.push({ ask, error })
      }
    }
    if (waiting.length === left.length) throw waiting[0]?.error
    left = waiting.map((w) => w.ask)
  }
  return combined(done)
}

function combined(designs: Design[]): Design {
  const changes = defaultsFirst(designs.flatMap((d) => d.changes))
  assertOnce(changes)
  const made = changes.flatMap((c) => (c.kind === 'create-table' ? [c.table] : []))
  const unique = (texts: string[]) => [...new Set(texts)]
  return design({
    title: list(designs.map((d) => d.title)),
    tables: designs
      .flatMap((d) => d.tables)
      .filter((t, i, all) => all.findIndex((o) => isSameTable(o, t)) === i)
      .filter((t) => !made.some((m) => isSameTable(m, t))),
    changes,
    criteria: lastWord(designs.flatMap((d) => d.criteria)),
    because: unique(designs.flatMap((d) => d.because)),
    alternatives: unique(designs.flatMap((d) => d.alternatives)),
    loses: unique(designs.flatMap((d) => d.loses)),
    gone: designs.flatMap((d) => d.gone),
    later: unique(designs.flatMap((d) => d.later)),
  })
}

/** Rows that arrive while others are filled have to get the value too. */
function defaultsFirst(changes: SchemaChange[]): SchemaChange[] {
  const early = (c: SchemaChange) =>
    c.kind === 'set-default' &&
    changes.some((f) => f.kind === 'fill' && f.column === c.column && isSameTable(f.table, c.table))
  const first = changes.findIndex((c) => c.kind === 'fill')
  if (first < 0) return changes
  const later = changes.slice(first)
  return [...changes.slice(0, first), ...later.filter(early), ...later.filter((c) => !early(c))]
}

/** The same index or key from two parts would be made twice. */
function assertOnce(changes: SchemaChange[]): void {
  const names = changes.flatMap((c) => {
    if (c.kind === 'add-index' || c.kind === 'add-unique') return [`${tableWords(c.table)}.${c.key.name}`]
    return c.kind === 'add-check' ? [`${tableWords(c.table)}.${c.name}`] : []
  })
  const twice = names.find((n, i) => names.indexOf(n) !== i)
  if (twice === undefined) return
  throw new MartsmithError({
    code: 'database.twice',
    message: `Two parts of the request would make ${twice}.`,
    mend: ['Say it once.'],
  })
}

/** What one part says of a column and a later one says otherwise holds as the later one has it. */
function lastWord(criteria: Criterion[]): Criterion[] {
  const about = ({ check }: Criterion) =>
    check.kind === 'column' || check.kind === 'no-column'
      ? `${tableWords(check.table)}.${check.column}`
      : null
  return criteria.filter((c, i) => {
    const mine = about(c)
    return mine === null || !criteria.slice(i + 1).some((later) => about(later) === mine)
  })
}

/** `make the email and phone of customers required`: one change for each, unless a column is called so. */
export function oneForEachColumn(ask: SingleAsk, schema: Schema): SingleAsk[] {
  if (
    !('column' in ask) ||
    ask.op === 'add-column' ||
    ask.op === 'add-foreign-key' ||
    ask.op === 'rename-column' ||
    ask.op === 'split-column'
  )
    return [ask]
  const names = listed(ask.column)
  const whole = wordsOf(ask.column).join(' ')
  const isOne = schema.tables.some((t) => t.columns.some((c) => wordsOf(c.name).join(' ') === whole))
  if (names.length < 2 || isOne) return [ask]
  return names.map((column) => ({ ...ask, column }))
}
