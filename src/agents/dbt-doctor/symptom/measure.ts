/** A symptom as a query: what is wrong of the model now, in one number, and the steps that could make it so. */
import { count, list } from '../../../core/text.ts'
import { kindOf, literal } from '../../../project/profile/sql.ts'
import { declaredKeys } from '../../../sandbox/compare/keys.ts'
import { badIn, IS_NULL } from '../data/bad-rows.ts'
import { repeats, repeatsStatement } from '../data/counts.ts'
import type { Look } from '../data/look.ts'
import { lostOn } from '../data/lost.ts'
import type { Rule } from '../data/made-here.ts'
import { culpritOf } from '../data/places.ts'
import { repeatedIn } from '../data/repeated.ts'
import type { Trail } from '../data/types.ts'
import { dropsOn, type Suspect } from './drops.ts'
import { multipliedOn } from './multiplied.ts'
import { addedOnce } from './once.ts'
import type { Symptom } from './read.ts'

export type Measured = {
  /** In words, what the symptom is in the data; null where it is not there. */
  words: string | null
  suspects: Suspect[]
  trail: Trail
}

const isValue = (value: number): Rule => ({
  isBad: (texts) => texts.map((t) => `(${t}) = ${value}`).join(' and '),
  ofNulls: false,
  words: value === 0 ? 'zero' : String(value),
})

const IS_NEGATIVE: Rule = {
  isBad: (texts) => texts.map((t) => `(${t}) < 0`).join(' or '),
  ofNulls: false,
  words: 'negative',
}

/** Every row, where what is meant is in none. */
const isNot = (text: string): Rule => ({
  isBad: (texts) =>
    texts.map((t) => `(cast(${t} as varchar) <> ${literal(text)} or (${t}) is null)`).join(' or '),
  ofNulls: false,
  words: `never ${text}`,
  written: literal(text),
})

const ruleOf = ({ complaint, value = 0, text = '' }: Symptom): Rule =>
  complaint === 'never'
    ? isNot(text)
    : complaint === 'null'
      ? IS_NULL
      : complaint === 'negative'
        ? IS_NEGATIVE
        : isValue(value)

/**
 * The less, the better: what a fix has to lower; where the first is the same, the next decides. Null where it cannot be
 * asked.
 */
export type Amount = number[]

export const isLess = (after: Amount | null, before: Amount | null): boolean => {
  const at = after && before ? after.findIndex((n, i) => n !== before[i]) : -1
  return at >= 0 && (after?.[at] ?? 0) < (before?.[at] ?? 0)
}

export async function amountOf(look: Look, symptom: Symptom, today: Date): Promise<Amount | null> {
  const { complaint, node, column, daysAgo } = symptom
  const relation = await look.relation(node)
  if (!relation || complaint === 'other') return null
  const c = column === null ? '' : look.quote(column)
  const ask = async (statement: string) => (await look.numbers([statement]))[0] ?? null
  const negative = (found: Amount | null) => found?.map((n) => -n) ?? null
  if (complaint === 'same') return negative(await ask(`select count(distinct ${c}) from ${relation}`))
  if (complaint === 'missing') return negative(await ask(await sizeOf(look, relation, column)))
  if (complaint === 'repeated') return ask(await sizeOf(look, relation, column))
  if (complaint === 'day') {
    const day = await dayColumn(look, relation, column)
    const wanted = dateOf(today, daysAgo)
    return day === null
      ? null
      : negative(
          await ask(`select count(*) from ${relation} where cast(${look.quote(day)} as date) = ${wanted}`),
        )
  }
  return ask(`select count(*) from ${relation} where ${ruleOf(symptom).isBad([c])}`)
}

/** How much there is: of numbers their sum, and where that stays their average; of moments how late they are; else rows. */
async function sizeOf(look: Look, relation: string, column: string | null): Promise<string> {
  const kind = column === null ? '' : ((await typesOf(look, relation)).get(column) ?? '')
  const c = look.quote(column ?? '')
  if (kind === 'integer' || kind === 'number')
    return `select coalesce(sum(${c}), 0), coalesce(avg(${c}), 0) from ${relation}`
  if (kind === 'date' || kind === 'timestamp')
    return `select coalesce(sum(extract(epoch from ${c})), 0) from ${relation}`
  return `select count(*) from ${relation}`
}

export async function measured(look: Look, symptom: Symptom, today: Date): Promise<Measured> {
  const trail: Trail = []
  const { complaint, node, column } = symptom
  if (complaint === 'missing') return missing(look, symptom, trail)
  if (complaint === 'repeated') return repeated(look, node, column, trail)
  if (complaint === 'day') return absentDay(look, symptom, today, trail)
  if (complaint === 'same' || complaint === 'other') return { words: null, suspects: [], trail }
  return constant(
    look,
    complaint === 'never' ? { ...symptom, always: true } : symptom,
    ruleOf(symptom),
    trail,
  )
}

async function missing(look: Look, { node, column }: Symptom, trail: Trail): Promise<Measured> {
  const suspects = await dropsOn(look, node, trail)
  const relation = await look.relation(node)
  const [empty] =
    column && relation
      ? await look.numbers([`select count(*) from ${relation} where ${look.quote(column)} is null`])
      : []
  // A sum is too low also where rows are there without it.
  if (column && (empty?.[0] ?? 0) > 0) {
    const culprit = await badIn(look, node, [column], IS_NULL, trail)
    if (culprit.born !== 'unknown') suspects.push({ culprit, weight: 78 })
  }
  const once = column === null ? [] : await addedOnce(look, node, column)
  suspects.push(...once)
  suspects.sort((a, b) => b.weight - a.weight)
  const isOnce = suspects[0] !== undefined && suspects[0] === once[0]
  if (isOnce)
    return { words: `equal values of ${look.label(node)}.${column} are added once`, suspects, trail }
  return {
    words: suspects.length > 0 ? `rows fall out on the way to ${look.label(node)}` : null,
    suspects,
    trail,
  }
}

async function repeated(look: Look, node: string, column: string | null, trail: Trail): Promise<Measured> {
  const relation = await look.relation(node)
  const keys = declaredKeys(look.graph.manifest, node)
  const held = relation
    ? await repeats(
        look,
        keys.map((k) => repeatsStatement(k.map(look.quote), relation)),
      )
    : []
  const at = held.findIndex((h) => (h?.keys ?? 0) > 0)
  const key = keys[at]
  if (key) {
    const culprit = await repeatedIn(look, node, key, trail)
    return {
      words: `${list(key)} repeats in ${look.label(node)}`,
      suspects: [{ culprit, weight: 95 }],
      trail,
    }
  }
  const suspects = await multipliedOn(look, node, column, trail)
  return {
    words:
      suspects.length > 0
        ? `rows are counted more than once on the way to ${look.label(node)}${column ? `.${column}` : ''}`
        : null,
    suspects,
    trail,
  }
}

/** So many of the rows have to have it before it is more than an exception. */
const MOSTLY = 0.5

async function constant(
  look: Look,
  { complaint, node, column, always = false, some = false }: Symptom,
  rule: Rule,
  trail: Trail,
): Promise<Measured> {
  const relation = await look.relation(node)
  if (!relation || column === null) return { words: null, suspects: [], trail }
  const [answer] = await look.numbers([
    `select count(*), coalesce(sum(case when ${rule.isBad([look.quote(column)])} then 1 else 0 end), 0) from ${relation}`,
  ])
  const [rows = 0, bad = 0] = answer ?? []
  const label = `${look.label(node)}.${column}`
  trail.push(`${label}: ${rule.words} in ${bad} of ${count(rows, 'row')}.`)
  // What is said of every row is not so where some have another value; one row below zero is one too many.
  const least = some || complaint === 'negative' ? Number.MIN_VALUE : always ? 1 : MOSTLY
  if (rows === 0 || bad / rows < least) return { words: null, suspects: [], trail }
  const culprit = await badIn(look, node, [column], rule, trail)
  return {
    words: `${label} is ${rule.words} in ${bad} of ${count(rows, 'row')}`,
    suspects: [{ culprit, weight: 90 }],
    trail,
  }
}

async function absentDay(
  look: Look,
  { node, column, daysAgo }: Symptom,
  today: Date,
  trail: Trail,
): Promise<Measured> {
  const relation = await look.relation(node)
  const day = relation ? await dayColumn(look, relation, column) : null
  if (!relation || day === null)
    return {
      words: null,
      suspects: [],
      trail: [`${look.label(node)} has no column of dates that could be asked.`],
    }
  const wanted = dateOf(today, daysAgo)
  const d = look.quote(day)
  const last = await look.rows(
    `select cast(max(cast(${d} as date)) as varchar), sum(case when cast(${d} as date) = ${wanted} then 1 else 0 end) from ${relation}`,
    1,
  )
  const [latest, rows] = last?.rows[0] ?? []
  trail.push(`${look.label(node)}: the last day of ${day} is ${String(latest ?? 'none')}.`)
  if (Number(rows) > 0) return { words: null, suspects: [], trail }
  const text = /'([\d-]+)'/.exec(wanted)?.[1] ?? ''
  const culprit = await lostOn(look, node, day, [text], trail, { asDay: true })
  const suspects: Suspect[] = culprit ? [{ culprit, weight: 90 }] : []
  const built = (await dropsOn(look, node, [])).find(
    (s) => s.culprit.born === 'build' || s.culprit.born === 'passed over',
  )
  if (built) suspects.unshift(built)
  if (suspects.length === 0)
    suspects.push({
      weight: 50,
      culprit: culpritOf(look, node, {
        born: 'source',
        sentence: `${look.label(node)} has no row for ${text}, and nothing that it is made from has one: it was not loaded.`,
      }),
    })
  return { words: `${look.label(node)} has no row for ${text}`, suspects, trail }
}

function dateOf(today: Date, daysAgo: number | null): string {
  const day = new Date(today.getTime() - (daysAgo ?? 0) * 86_400_000)
  return `cast('${day.toISOString().slice(0, 10)}' as date)`
}

async function dayColumn(look: Look, relation: string, named: string | null): Promise<string | null> {
  const types = await typesOf(look, relation)
  const isDay = (c: string) => ['date', 'timestamp'].includes(types.get(c) ?? '')
  if (named && isDay(named)) return named
  const days = [...types.keys()].filter(isDay)
  return days.find((c) => !/(?:updated|loaded|inserted|modified|synced)/i.test(c)) ?? days[0] ?? null
}

async function typesOf(look: Look, relation: string): Promise<Map<string, string>> {
  const [names = null] = await look.columns([`select * from ${relation} limit 0`])
  if (!names || names.length === 0) return new Map()
  const asked = names.map((n) =>
    look.adapter === 'postgres' ? `cast(pg_typeof(${look.quote(n)}) as varchar)` : `typeof(${look.quote(n)})`,
  )
  const found = await look.rows(`select ${asked.join(', ')} from ${relation} limit 1`, 1)
  return new Map(names.map((n, i) => [n, kindOf(String(found?.rows[0]?.[i] ?? ''))]))
}
