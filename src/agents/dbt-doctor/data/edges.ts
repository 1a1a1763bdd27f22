/** Rows that find nothing in a join by a period, and stand right at its edge: what would take them, and nothing else. */
import { type Block, type Output, whereUpTo, withOf } from './block.ts'
import type { Look } from './look.ts'
import {
  asDay,
  type BoundEdit,
  boundWords,
  editedText,
  endsMeant,
  fromWith,
  momentWords,
  opened,
  type Period,
  restBefore,
  turned,
} from './periods.ts'
import { sourceText, sourceWords } from './places.ts'
import type { BoundChange } from './types.ts'

/** Rows of a block for which a join finds nothing. */
export type Unmatched = {
  block: Block
  outputs: Output[]
  source: number
  rows: number
  born: 'unmatched' | 'drop'
  /** What comes of it, without why. */
  sentence: string
  /** They, as what stands behind FROM, with another condition. */
  from(also: string): string
}

export type Asking = {
  /** Whether what is joined has a row for one of the block: its key, and more. */
  there(conditions: string[]): string
  count(condition: string): string
}

export function asking({ block, source, from }: Unmatched, keyed: string[]): Asking {
  const item = sourceText(block, source)
  return {
    there: (conditions) =>
      `exists (select 1 from ${item} where ${[...keyed, ...conditions].map((c) => `(${c})`).join(' and ') || '1 = 1'})`,
    count: (also) => `${withOf(block.scope)}select count(*) from ${from(also)}`,
  }
}

export type Told = { why: string; evidence: string[]; bounds?: BoundChange[] }

/** All of them stand right at a bound that the join does not take, or in a period without an end; else null. */
export async function atTheEdge(
  look: Look,
  { block, source, born }: Unmatched,
  period: Period,
  asked: Asking,
  keyed: number,
): Promise<Told | null> {
  const words = sourceWords(look, block, source)
  const { begin, end } = period
  // Where one begins as another ends, the end is meant to be that of the next.
  const meant = await endsMeant(look, block, source, period)
  const changes: (BoundChange & { why: string; said: string; moment: null })[] = []
  for (const bound of meant.next ? [] : [end, begin].filter((b) => !b.takes)) {
    const name = boundWords(bound)
    changes.push({
      title: `Take the ${bound.side} of a period too: ${name} is in it`,
      because: `all ${keyed} rows that find nothing stand right at ${name} of a period`,
      why: `they stand right at ${name} of a period, which the condition does not take`,
      said: `With it, each finds one row of ${words}, and no other row finds another.`,
      edits: turned(block, bound),
      moment: null,
    })
  }
  const days = end.takes && !meant.next ? asDay(block, end) : []
  if (days.length > 0)
    changes.push({
      title: `Compare the day of ${momentWords(end)} with ${boundWords(end)}`,
      because: `all ${keyed} rows that find nothing are of the day that is ${boundWords(end)} of a period, and later than its beginning`,
      why: `they are of the day that is ${boundWords(end)} of a period, which as a time is over when it begins`,
      said: `By its day, each finds one row of ${words}, and no other row finds another.`,
      edits: days,
      moment: null,
    })
  const open = end.open ? [] : opened(block, end)
  if (open.length > 0)
    changes.push({
      title: `Take a period without ${boundWords(end)} as one that goes on`,
      because: `all ${keyed} rows that find nothing stand behind ${boundWords(begin)} of a period that has no ${boundWords(end)}`,
      why: `the period that they stand in has no ${boundWords(end)}, and nothing is before what is not there`,
      said: `Taken as open, it is found by each of them, and no other row finds another.`,
      edits: open,
      moment: null,
    })
  const { on } = block.select.sources[source] ?? {}
  if (!on || changes.length === 0) return null
  const { moment } = end
  const before = withOf(block.scope)
  const where = whereUpTo(look, block, source - 1)
  const joinedRows = (edits: BoundEdit[]) =>
    `${before}select count(*) from ${fromWith(block, source, edits, moment)}${where}`
  const none = (edits: BoundEdit[]) =>
    `${before}select count(*) from ${restBefore(look, block, source, edits, moment)}`
  const [all, lost, ...counted] = await look.numbers([
    joinedRows([]),
    none([]),
    ...changes.flatMap(({ edits }) => [
      asked.count(asked.there([editedText(block, on, edits, moment)])),
      joinedRows(edits),
      none(edits),
    ]),
  ])
  const fits = changes.flatMap(({ why, said, ...change }, i) => {
    const [there, rows, left] = counted.slice(3 * i, 3 * i + 3).map((c) => c?.[0] ?? 0)
    // A left join has a row for what finds nothing: then there are as many as before.
    const more = born === 'drop' ? (lost?.[0] ?? 0) - (left ?? 0) : 0
    return there === keyed && rows === (all?.[0] ?? 0) + more ? [{ why, said, change }] : []
  })
  const [first] = fits
  return first ? { why: first.why, evidence: [first.said], bounds: fits.map((f) => f.change) } : null
}
