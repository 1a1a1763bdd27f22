/** Which of the fixes that prove themselves is taken, and where nothing decides between them. */
import type { Proven } from './heal.ts'
import { AS_IT_STANDS, type Seen } from './try.ts'
import { type Candidate, CLEAR, type Failure } from './types.ts'

/** How much it says for a fix that all which stands stays what it is. */
const STANDS = 15

/** Whether a candidate can be left untried: what fails after one that lets dbt read on says nothing against it. */
export function isClear(best: Proven, other: Candidate, failure: Failure): boolean {
  const { stage } = failure
  // Where it makes other rows than stand, it is asked whether they come back with what was there before.
  if (other.takesBack && isAboutCode(failure) && best.seen.data.some(hasOtherRows)) return false
  // Where it takes a column along that stands, another way may keep it.
  if (losesColumn(best) && !best.candidate.takesBack && !other.takesBack) return false
  return (best.next.length === 0 || stage === 'parse') && other.score < best.candidate.score - CLEAR
}

export function byWorth(a: Proven, b: Proven): number {
  return (
    Number(isForPerson(a)) - Number(isForPerson(b)) ||
    a.next.length - b.next.length ||
    worthOf(b) - worthOf(a)
  )
}

/** How much it says against a fix that a column which stands, and which somebody may read, would not be there any more. */
const COLUMN_GONE = 25

const worthOf = (proven: Proven) =>
  proven.candidate.score +
  (mendsAsItWas(proven) ? STANDS : 0) -
  (losesColumn(proven) && !proven.candidate.takesBack ? COLUMN_GONE : 0)

const losesColumn = ({ seen }: Proven) => seen.data.some((d) => d.lost > 0)

/** What was there is made again, by what somebody would write now: taking back what they wrote does so always. */
const mendsAsItWas = ({ candidate, seen }: Proven) => candidate.takesBack !== true && holdsWhatStands(seen)

/** However well it proves itself, nobody but a person takes it. */
export const isForPerson = (proven: Proven) =>
  proven.candidate.asks !== undefined || losesWork(proven) || empties(proven)

/** A table that stands with rows would have none: it builds, and that proves little. */
export const empties = ({ seen }: Proven) =>
  seen.data.some((d) => /: [1-9]\d* rows stand, 0 would\b/.test(d.text))

/** Taking back a change takes columns along that stand by now: whether that work is given up is for a person to say. */
function losesWork(proven: Proven): boolean {
  return proven.candidate.takesBack === true && losesColumn(proven)
}

/** Near in what speaks for them, and not the same in what they do to the data. */
export function isTie(best: Proven, other: Proven): boolean {
  if (other === best || other.next.length !== best.next.length) return false
  if (empties(other) && !empties(best)) return false
  if (worthOf(best) - worthOf(other) >= CLEAR) return false
  return !sameData(best, other)
}

/** Failures of code: what mends one says what was meant. A test that found rows is about them. */
const isAboutCode = ({ class: of }: Failure) => !/^[TSW]/.test(of?.id ?? '')

const hasOtherRows = ({ text }: Seen['data'][number]) => /: \d+ rows stand, \d+ would\b/.test(text)

/** It makes other rows than stand, and the other one makes those that stand, of the same data: one of both is not meant. */
export function isContradicted(best: Proven, other: Proven, failure: Failure): boolean {
  if (!isAboutCode(failure) || other === best) return false
  return best.seen.data.some(
    (d) => hasOtherRows(d) && other.seen.data.some((o) => o.node === d.node && o.print === AS_IT_STANDS),
  )
}

/** All that could be compared holds what stands, and something could. */
export function holdsWhatStands({ data }: Seen): boolean {
  const told = data.filter((d) => d.print !== null)
  return told.length > 0 && told.every((d) => d.print === AS_IT_STANDS)
}

/** Whether all that both have built holds the same; what does not stand yet says nothing, and what reads it may. */
function sameData(a: Proven, b: Proven): boolean {
  const prints = ({ seen }: Proven) =>
    new Map(seen.data.flatMap((d) => (/: does not stand/.test(d.text) ? [] : [[d.node, d.print] as const])))
  const [one, two] = [prints(a), prints(b)]
  // What only one of them has built stays what it is by the other.
  const printIn = (of: Map<string, string | null>, id: string) => (of.has(id) ? of.get(id) : AS_IT_STANDS)
  const ids = [...new Set([...one.keys(), ...two.keys()])]
  return (
    ids.length > 0 && ids.every((id) => printIn(one, id) !== null && printIn(one, id) === printIn(two, id))
  )
}
