/** A join that finds nothing though what is joined has the key: which of the other conditions are not met, and why. */
import { count, list } from '../../../core/text.ts'
import { literal } from '../../../project/profile/sql.ts'
import { conditionsWithin } from '../../../project/sql/outline.ts'
import { type Block, fromUpTo, joinPairs, type Output, type Ref, readOf, textOf, withOf } from './block.ts'
import { type Asking, asking, atTheEdge, type Told, type Unmatched } from './edges.ts'
import type { Look } from './look.ts'
import { andWhere } from './made-here.ts'
import { type Lowest, lowestOf, type Rows } from './passed-down.ts'
import {
  asOfPeriods,
  type Beside,
  type Bound,
  besideCondition,
  boundWords,
  isData,
  keyNames,
  momentWords,
  type Period,
  periodOf,
  periodRows,
  periodsIn,
  periodWords,
  restBefore,
} from './periods.ts'
import { culpritIn, culpritOf, examplesOf, joinPlace, named, sourceWords, stepWords } from './places.ts'
import type { Culprit, Trail } from './types.ts'

/** Rows that have nothing in the columns, since a left join finds nothing for them. `condition`: over the block's FROM. */
export function unmatchedLeft(
  look: Look,
  at: { block: Block; outputs: Output[]; source: number; rows: number },
  { words, condition }: { words: string; condition: string },
): Unmatched {
  const { block, source, outputs, rows } = at
  const from = fromUpTo(block, block.select.sources.length - 1)
  return {
    ...at,
    born: 'unmatched',
    sentence: `${list(outputs.map(named))} is ${words} because the join of ${stepWords(look, block, joinPlace(block, source))} finds nothing in ${sourceWords(look, block, source)} for ${count(rows, 'row')}`,
    from: (also) => `${from}${andWhere(look, block, `${condition} and ${also}`)}`,
  }
}

/** Why an inner join lets rows fall out though what is joined has their key; null where it is not so. */
export async function unmetDrop(
  look: Look,
  block: Block,
  source: number,
  { outputs = [], among = '1 = 1' }: { outputs?: Output[]; among?: string } = {},
  trail: Trail = [],
): Promise<Culprit | null> {
  const joined = block.select.sources[source]
  if (joined?.join !== 'inner' || !joined.on) return null
  const from = (also: string) => `${restBefore(look, block, source, [])} and ${among} and ${also}`
  const [found] = await look.numbers([`${withOf(block.scope)}select count(*) from ${from('1 = 1')}`])
  const rows = found?.[0] ?? 0
  if (rows === 0) return null
  const sentence = `${count(rows, 'row')} fall out in the inner join of ${stepWords(look, block, joinPlace(block, source))} with ${sourceWords(look, block, source)}`
  return unmetIn(look, { block, source, outputs, rows, born: 'drop', sentence, from }, trail)
}

/** Null where it is the key that is not there, or nothing else is asked for. */
export async function unmetIn(look: Look, unmatched: Unmatched, trail: Trail): Promise<Culprit | null> {
  const { block, source } = unmatched
  const joined = block.select.sources[source]
  if (!joined?.on) return null
  const { model } = block.scope
  const pairs = joinPairs(look, block, source)
  const others = conditionsWithin(model.sql, joined.on, look.adapter).filter(
    (c) => !pairs.some((p) => p.condition?.start === c.start),
  )
  if (others.length === 0) return null
  const keyed = pairs.flatMap((p) => (p.condition ? [textOf(model, p.condition)] : []))
  const asked = asking(unmatched, keyed)
  const [found] = await look.numbers([asked.count(asked.there([]))])
  const rows = found?.[0] ?? 0
  if (rows === 0 || rows * 2 < unmatched.rows) return null
  const period = periodOf(look, block, source)
  if (period) return asOfPeriods(await noPeriod(look, unmatched, period, asked, rows, trail))
  if (pairs.length === 0) return null
  const met = await look.numbers(others.map((c) => asked.count(asked.there([textOf(model, c)]))))
  const words = sourceWords(look, block, source)
  return told(look, unmatched, {
    why: `${words} has their ${list(pairs.map((p) => p.own.column))}, but no row of it meets the other conditions`,
    evidence: others.map((c, i) => {
      const isMet = met[i]?.[0] ?? 0
      const text = textOf(model, c).replace(/\s+/g, ' ')
      return isMet === rows
        ? `${text}: met by a row of each key, and not by one that meets the others too.`
        : `${text}: met by no row of the key of ${count(rows - isMet, 'row')}.`
    }),
  })
}

function told(
  look: Look,
  { block, outputs, source, born, sentence }: Unmatched,
  { why, evidence, bounds }: Told,
): Culprit {
  const place = joinPlace(block, source)
  const spot = { source, outputs, ...(bounds ? { bounds } : {}) }
  return culpritIn(look, block, place, { born, sentence: `${sentence}: ${why}.`, evidence }, spot)
}

async function noPeriod(
  look: Look,
  unmatched: Unmatched,
  period: Period,
  asked: Asking,
  keyed: number,
  trail: Trail,
): Promise<Culprit> {
  const { block, source } = unmatched
  const { begin, end, keys } = period
  const words = sourceWords(look, block, source)
  const moment = momentWords(begin)
  const by = `${boundWords(begin)} to ${boundWords(end)}`
  const owned = list(keys.map((k) => k.own.column))
  const why = `${owned === '' ? '' : `${words} has their ${owned}, but `}no row of it whose ${by} has their ${moment}`
  const atEdge = await atTheEdge(look, unmatched, period, asked, keyed)
  if (atEdge) return told(look, unmatched, atEdge)
  const texts = [begin, end].map((b) => `(${b.moment.text})`)
  const alone = [begin, end].map((b) => asked.there([sideText(b)]))
  const isThere = `${asked.there([])} and ${texts[0]} is not null`
  const counts = await look.numbers([
    asked.count(`${asked.there([])} and ${texts[0]} is null`),
    asked.count(`${isThere} and not ${alone[0]}`),
    asked.count(`${isThere} and ${alone[0]} and not ${alone[1]}`),
    asked.count(`${isThere} and ${alone[0]} and ${alone[1]}`),
  ])
  const [empty = 0, early = 0, late = 0, among = 0] = counts.map((c) => c?.[0] ?? 0)
  const of = owned === '' ? '' : ` of their ${owned}`
  const evidence = [
    ...(empty > 0 ? [`${count(empty, 'row')}: there is no ${moment}.`] : []),
    ...(early > 0 ? [`${count(early, 'row')}: before the first period${of}.`] : []),
    ...(among > 0 ? [`${count(among, 'row')}: between two periods${of}.`] : []),
    ...(late > 0 ? [`${count(late, 'row')}: behind the last period${of}.`] : []),
  ]
  const rows = periodRows(look, block, period)
  const joined = block.select.sources[source]
  if (!joined || !rows || empty * 2 >= keyed) return told(look, unmatched, { why, evidence })
  const texted = [...keys.map((k, i) => `${k.other.text} as k${i}`), `${begin.moment.text} as m`]
  const missing = `select distinct ${texted.join(', ')} from ${unmatched.from(isThere)}`
  const left = (relation: string, of: Rows) =>
    `${withOf(block.scope)}select count(*) from (${missing}) as w where not exists (select 1 from (${periodsIn(look, of, relation)}) as x where ${covers(period)})`
  const found = await lowestOf(look, readOf(look, block, joined), rows, {
    filtered: false,
    has: async (id, of) => {
      const relation = await look.relation(id)
      const [answer] = relation ? await look.numbers([left(relation, { ...of, filters: [] })]) : []
      const n = answer?.[0] ?? null
      if (n !== null)
        trail.push(
          `${look.label(id)}: ${n > 0 ? `no period for ${n} ${list([...keys.map((k) => k.own.column), moment])}` : 'a period for all of them'}.`,
        )
      return n
    },
  })
  const most = among >= early && among >= late ? 'among' : early >= late ? 'early' : 'late'
  const culprit = told(look, unmatched, { why, evidence })
  const below = await bornBelow(look, found, culprit, { period, left, most })
  return {
    ...below,
    evidence: [
      ...below.evidence,
      ...(await examplesOf(
        look,
        [...keys.map((k) => k.other.refs[0]?.column ?? k.own.column), moment],
        `${withOf(block.scope)}${missing} order by ${texted.map((_, i) => i + 1).join(', ')}`,
      )),
    ],
  }
}

/** One bound of a period as a condition by itself. */
function sideText({ own, moment, side, takes, open }: Bound): string {
  const sign = `${side === 'begin' ? '>' : '<'}${takes ? '=' : ''}`
  return `${moment.text} ${sign} ${own.text}${open ? ` or ${own.text} is null` : ''}`
}

const covers = ({ keys, begin, end }: Period) =>
  [
    ...keys.map((_, i) => `x.k${i} = w.k${i}`),
    `w.m >${begin.takes ? '=' : ''} x.b`,
    `(w.m <${end.takes ? '=' : ''} x.e${end.open ? ' or x.e is null' : ''})`,
  ].join(' and ')

type Below = {
  period: Period
  left(relation: string, rows: Rows): string
  most: 'among' | 'early' | 'late'
}

/** Where the gap comes about: in the source, or in a step that has it and reads what has it not. */
async function bornBelow(
  look: Look,
  { last, stopped }: Lowest,
  culprit: Culprit,
  { period, left, most }: Below,
): Promise<Culprit> {
  if (last && !stopped && isData(look, last.id)) {
    const relation = (await look.relation(last.id)) ?? ''
    const { condition, beside, said, missing } = await gapIn(look, last.rows, relation, period, most)
    return culpritOf(look, last.id, {
      born: 'source',
      wrong: {
        source: last.id,
        columns: [...new Set(last.rows.columns.flatMap((c) => c.columns))],
        condition: besideCondition(look, period, last.rows, relation, { condition, beside }),
        missing: `${periodWords(last.rows)} of ${look.label(last.id)} ${missing}`,
      },
      sentence: `${culprit.sentence} ${said} ${look.label(last.id)}.`,
      evidence: culprit.evidence,
    })
  }
  const below = stopped?.below
  const relation = below ? await look.relation(below.id) : null
  if (!stopped?.block || !below || !relation) return culprit
  const label = look.label(below.id)
  const { filters } = below.rows
  const open = await look.numbers(
    filters.map((f) => left(relation, { columns: below.rows.columns, filters: [f] })),
  )
  const filter = filters.find((_, i) => (open[i]?.[0] ?? 0) > 0)
  if (filter) {
    const text = textOf(filter.block.scope.model, filter.at).replace(/\s+/g, ' ')
    return culpritIn(
      look,
      filter.block,
      filter.at,
      {
        born: 'filter',
        sentence: `${culprit.sentence} ${label} has it, and it falls out in ${stepWords(look, filter.block, filter.at)}: ${text}.`,
        evidence: culprit.evidence,
      },
      { span: filter.at },
    )
  }
  const at = stopped.block.select.span
  const how = stopped.why === 'expression' ? 'what is done to the bounds' : 'what is done'
  return culpritIn(look, stopped.block, at, {
    born: stopped.why === 'expression' ? 'expression' : 'unknown',
    sentence: `${culprit.sentence} ${label} has one: ${how} in ${stepWords(look, stopped.block, at)} makes the gap.`,
    evidence: culprit.evidence,
  })
}

type Gap = { condition: string; beside: Beside[]; said: string; missing: string }

/** The periods of a source beside a gap. Behind the last of them, or before the first, the moment may be what is wrong. */
async function gapIn(
  look: Look,
  rows: Rows,
  relation: string,
  { begin, end }: Period,
  most: Below['most'],
): Promise<Gap> {
  const said = 'Nor does the source itself have one:'
  const moment = momentWords(begin)
  if (most === 'early')
    return {
      condition: 'ever is null',
      beside: ['ever'],
      said,
      missing: `begins too late, or ${moment} is too early`,
    }
  if (most === 'late')
    return {
      condition: 'next is null',
      beside: ['next'],
      said,
      missing: `ends too early, or ${moment} is too late`,
    }
  // Whole days, or numbers, that are both taken leave nothing out from one to the next.
  const step = `select count(*) from (${periodsIn(look, rows, relation)}) as p where e + 1 < b`
  const isWhole = begin.takes && end.takes && (await look.numbers([step]))[0] !== null
  const keys = list(keyNames(rows))
  return {
    condition: isWhole ? 'next > e + 1' : 'next > e',
    beside: ['next'],
    said: 'The source itself leaves it out:',
    missing: `leaves something out between two rows${keys === '' ? '' : ` of one ${keys}`}`,
  }
}

/** How many of the keys are there, written otherwise; those that are there as they are do not count. */
export async function nearMatches(
  look: Look,
  block: Block,
  source: number,
  keys: string[],
  own: Ref,
): Promise<number> {
  const joined = block.select.sources[source]
  if (keys.length === 0 || !joined) return 0
  const plain = (k: string) =>
    k
      .trim()
      .toLowerCase()
      .replace(/^0+(?=.)/, '')
  const wanted = [...new Set(keys.map(plain))].map((k) => literal(k)).join(', ')
  const there = keys.map((k) => literal(k)).join(', ')
  const text = `ltrim(lower(trim(cast(${look.quote(own.column)} as varchar))), '0')`
  const [found] = await look.numbers([
    `${withOf(block.scope)}select count(distinct ${text}) from ${textOf(block.scope.model, joined.item)} where ${text} in (${wanted}) and cast(${look.quote(own.column)} as varchar) not in (${there})`,
  ])
  return found?.[0] ?? 0
}
