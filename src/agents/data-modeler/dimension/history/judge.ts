/** Whether counts are those of history: of intervals, of begins alone, of copies. Decides; asks nothing. */
import { gapsOf, type IntervalCounts, meeting, type StartCounts } from './measure.ts'

/** So many of the rows of a copy are in the next one. */
const STAYS = 0.8
/** Intervals that nobody calls so have to meet this often. */
const MEETS = 0.5
const ENOUGH = 3
/** Above this share, what overlaps is several things of one key at a time, and no versions of it. */
const MOST_OVERLAPS = 0.5

/**
 * Named as begin and end, intervals may have faults; the others have to be flawless. Where no key has a second row,
 * they are a property of the thing (an offer from, to), unless every end is open: then history has just begun.
 */
export function areIntervals(counts: IntervalCounts, isNamed: boolean, isValidity: boolean): boolean {
  const { rows, keys, open, overlaps, openBefore, sameStart, inverted } = counts
  const boundaries = rows - keys
  if (rows === 0) return false
  if (boundaries === 0) return isNamed && isValidity && open === rows
  const bad = overlaps + openBefore + sameStart
  if (isNamed) return bad <= boundaries * MOST_OVERLAPS && inverted <= rows * MOST_OVERLAPS
  return (
    bad + inverted === 0 &&
    boundaries >= ENOUGH &&
    meeting(counts) >= boundaries * MEETS &&
    gapsOf(counts) <= boundaries * MEETS
  )
}

/** One row for each key and begin, and keys that have several. */
export function areStarts({ rows, keys, repeated }: StartCounts): boolean {
  return rows > keys && repeated === 0
}

/** The begins are those of loads, and each load has (nearly) everything that the one before had: not what changed alone. */
export function areCopies({ rows, times, followed, last }: StartCounts): boolean {
  return times > 1 && rows >= times * 2 && followed >= (rows - last) * STAYS
}
