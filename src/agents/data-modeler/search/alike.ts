/** Columns that name one thing in several roles: `pickup_zone` and `dropoff_zone` name a zone each. Told by names. */
import { wordsIn } from '../../../project/conventions/names.ts'
import type { Candidate, Origin, OriginColumn } from '../types.ts'
import { bareWords, nameScore } from './names.ts'

const ABOUT = 0.6
const MOST_ROLES = 5

/** What each role calls one thing, or something of it: in the order of the roles. */
export type InRoles = { name: string; columns: OriginColumn[] }

export type Alike = { roles: string[]; key: InRoles; others: InRoles[] }

/**
 * The roles that a choice is between, where all of it is one thing in several roles of one relation.
 * @param called what a column will be called: a staging model may say it otherwise than its source.
 */
export function alikeOf(
  wanted: string[],
  choice: Candidate[],
  called: (name: string) => string = (name) => name,
): (Alike & { origin: Origin }) | null {
  const [first] = choice
  const column = first?.column
  if (!first || !column || choice.some((c) => c.column === null || c.origin.id !== first.origin.id))
    return null
  const { origin } = first
  const found = choice.slice(1).flatMap((c) => {
    const apart = c.column ? apartOf(lowWords(called(column.name)), lowWords(called(c.column.name))) : null
    return apart && isAbout(wanted, apart) ? [apart] : []
  })
  const [apart] = found
  if (!apart) return null
  const alike = rolesOf(origin, column, apart, called)
  const known = new Set(alike ? [alike.key, ...alike.others].flatMap((o) => o.columns) : [])
  const isTold = choice.every((c) => c.column && known.has(c.column))
  return alike && isTold ? { ...alike, origin } : null
}

/** The words of a name before its role, of the role, and behind it. */
export type Apart = { before: string[]; role: string[]; behind: string[] }

/** Where two names differ in their role alone; null where they share nothing, or one of them has no role. */
export function apartOf(words: string[], its: string[]): Apart | null {
  const least = Math.min(words.length, its.length) - 1
  let behind = 0
  while (behind < least && words.at(-1 - behind) === its.at(-1 - behind)) behind += 1
  let before = 0
  while (before < least - behind && words[before] === its[before]) before += 1
  if (before + behind === 0) return null
  const role = words.slice(before, words.length - behind)
  return { before: words.slice(0, before), role, behind: words.slice(words.length - behind) }
}

function lowWords(name: string): string[] {
  return wordsIn(name).map((w) => w.toLowerCase())
}

/** What is left of the names says what the thing is; an ending alone says nothing. */
function isAbout(wanted: string[], apart: Apart): boolean {
  return nameScore(wanted, thingIn(apart)) >= ABOUT
}

function thingIn({ before, behind }: Apart): string[] {
  return bareWords([...before, ...behind].join('_'))
}

/** Other columns of the relation that differ from this one in a role alone, and what they all name: `zone`. */
export function sistersOf(origin: Origin, column: OriginColumn): { thing: string; column: OriginColumn }[] {
  return origin.columns.flatMap((other) => {
    const apart =
      other !== column && other.kind === column.kind
        ? apartOf(lowWords(column.name), lowWords(other.name))
        : null
    const thing = apart ? thingIn(apart).join(' ') : ''
    return thing === '' ? [] : [{ thing, column: other }]
  })
}

function rolesOf(
  { columns }: Origin,
  first: OriginColumn,
  apart: Apart,
  called: (name: string) => string,
): Alike | null {
  const roleIn = ({ name }: OriginColumn): string[] | null => {
    const words = lowWords(called(name))
    const { before, behind } = apart
    const role = words.slice(before.length, words.length - behind.length)
    const isSame =
      words.slice(0, before.length).join() === before.join() &&
      words.slice(words.length - behind.length).join() === behind.join()
    return isSame && role.length > 0 ? role : null
  }
  const mates = columns.filter((c) => c.kind === first.kind && roleIn(c) !== null)
  const roles = mates.map((c) => roleIn(c) ?? [])
  // A role within a role (`pickup` and `first_pickup`) may be something else.
  const isNested = roles.some((a, i) => roles.some((b, j) => i !== j && a.join(' ').endsWith(b.join(' '))))
  if (mates.length < 2 || mates.length > MOST_ROLES || isNested) return null
  return {
    roles: roles.map((r) => r.join(' ')),
    key: { name: without(called(first.name), roleIn(first) ?? []), columns: mates },
    others: twins(columns, mates, roles, called),
  }
}

/** What each of the roles has beside: `pickup_borough` and `dropoff_borough`. */
function twins(
  columns: OriginColumn[],
  mates: OriginColumn[],
  roles: string[][],
  called: (name: string) => string,
): InRoles[] {
  const [first = []] = roles
  const words = (c: OriginColumn) => lowWords(called(c.name))
  const at = (all: string[], role: string[]) =>
    all.findIndex((_, i) => role.every((w, j) => all[i + j] === w))
  return columns
    .filter((c) => !mates.includes(c))
    .flatMap((c): InRoles[] => {
      const own = words(c)
      const from = at(own, first)
      if (from < 0 || own.length === first.length) return []
      const all = roles.map((role) => {
        const wanted = [...own.slice(0, from), ...role, ...own.slice(from + first.length)].join(' ')
        return columns.find((o) => o.kind === c.kind && words(o).join(' ') === wanted)
      })
      const there = all.filter((o) => o !== undefined)
      return there.length === roles.length ? [{ name: without(called(c.name), first), columns: there }] : []
    })
}

/** `zone` of `pickup_zone`, `Zone` of `Pickup Zone`, `zone` of `pickupZone`. */
export function without(name: string, role: string[]): string {
  const parts = [
    ...name.matchAll(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{N}]+|[^\p{L}\p{N}]+|[\p{L}\p{N}]/gu),
  ].map(String)
  const isWord = (p: string) => /[\p{L}\p{N}]/u.test(p)
  const words = parts.flatMap((p, at) => (isWord(p) ? [{ low: p.toLowerCase(), at }] : []))
  const from = words.findIndex((_, i) => role.every((w, j) => words[i + j]?.low === w))
  const [start, end] = [words[from], words[from + role.length - 1]]
  if (from < 0 || !start || !end) return name
  const [head, tail] = [parts.slice(0, start.at).join(''), parts.slice(end.at + 1).join('')]
  const isCamel = /^\p{Ll}/u.test(name) && !/[^\p{L}\p{N}]/u.test(name)
  const isApart = head === '' || /[^\p{L}\p{N}]$/u.test(head)
  const rest = `${head}${isApart ? tail.replace(/^[^\p{L}\p{N}]+/u, '') : tail}`.replace(
    /[^\p{L}\p{N}]+$/u,
    '',
  )
  return isCamel ? `${rest.charAt(0).toLowerCase()}${rest.slice(1)}` : rest
}
