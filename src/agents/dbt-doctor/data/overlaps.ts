/** Keys that repeat at a join by a period: periods of what is joined overlap, or the join takes both of their ends. */
import { count, list } from '../../../core/text.ts'
import { type Block, fromUpTo, type Output, readOf, whereUpTo, withOf } from './block.ts'
import { repeats, repeatsStatement } from './counts.ts'
import { writtenColumn } from './ideas/idea.ts'
import { sharedColumns } from './ideas/joins.ts'
import type { Look } from './look.ts'
import { columnMade, lowestOf, type Rows } from './passed-down.ts'
import {
  type Beside,
  besideCondition,
  boundWords,
  endsMeant,
  fromWith,
  inOrder,
  isData,
  keyNames,
  momentWords,
  type Period,
  periodOf,
  periodRows,
  periodWords,
  restBefore,
  turned,
} from './periods.ts'
import { culpritIn, culpritOf, examplesOf, named, sourceText, sourceWords, stepWords } from './places.ts'
import { sinceWhen } from './since.ts'
import type { Culprit, Trail } from './types.ts'

function overlapping({ begin, end }: Period): { condition: string; beside: Beside[] } {
  const [over, under] = begin.takes && end.takes ? ['>=', '<='] : ['>', '<']
  const some = `before ${over} b or next ${under} e`
  return end.open
    ? {
        condition: `${some} or ever = 1 or (e is null and next is not null)`,
        beside: ['before', 'ever', 'next'],
      }
    : { condition: some, beside: ['before', 'next'] }
}

type Overlap = { keys: number; rows: number }

async function overlapOf(
  look: Look,
  period: Period,
  rows: Rows,
  relation: string,
  before = '',
): Promise<Overlap | null> {
  const { condition, beside } = overlapping(period)
  const keys = rows.columns.slice(0, -2).map((_, i) => `k${i}`)
  const of = `select count(*) as n from (${inOrder(look, rows, period, relation, beside)}) as o where ${condition}${keys.length > 0 ? ` group by ${keys.join(', ')}` : ' having count(*) > 0'}`
  const [found] = await look.numbers([`${before}select count(*), coalesce(sum(n), 0) from (${of}) as g`])
  return found ? { keys: found[0] ?? 0, rows: found[1] ?? 0 } : null
}

/** A key that repeats at a join by a period: its bounds meet, or periods of what is joined overlap. */
export async function periodRepeats(
  look: Look,
  block: Block,
  keys: Output[],
  at: number,
  trail: Trail,
): Promise<Culprit | null> {
  const source = block.select.sources[at]
  const period = periodOf(look, block, at)
  const rows = period && periodRows(look, block, period)
  if (!source || !period || !rows) return null
  const meeting = await boundsMeet(look, block, keys, at, period)
  if (meeting) return meeting
  const before = withOf(block.scope)
  const here = await overlapOf(look, period, rows, sourceText(block, at), before)
  if (!here || here.keys === 0) return null
  const lacking = await keyLacking(look, block, keys, at, period, rows)
  if (lacking) return lacking
  const place = { start: source.words.start, end: source.item.end }
  const by = `${boundWords(period.begin)} to ${boundWords(period.end)}`
  const howMany = (o: Overlap, of: Rows) => {
    const owned = list(keyNames(of))
    return `overlap ${owned === '' ? 'in' : `for ${o.keys} ${owned}, in`} ${count(o.rows, 'row')}`
  }
  const found = new Map<string, Overlap>()
  const { last, stopped } = await lowestOf(look, readOf(look, block, source), rows, {
    filtered: true,
    has: async (id, asked) => {
      const relation = await look.relation(id)
      const overlap = relation ? await overlapOf(look, period, asked, relation) : null
      if (!overlap) return null
      trail.push(
        `${look.label(id)}: periods ${overlap.keys > 0 ? howMany(overlap, asked) : 'do not overlap'}.`,
      )
      found.set(id, overlap)
      return overlap.keys
    },
  })
  const because = `${list(keys.map(named))} repeats because the join of ${stepWords(look, block, place)} finds several periods for one ${momentWords(period.begin)}`
  const words = last ? look.label(last.id) : sourceWords(look, block, at)
  const overlap = (last && found.get(last.id)) ?? here
  const relation = last ? await look.relation(last.id) : null
  if (!last || !relation || stopped || !isData(look, last.id)) {
    const within = stopped?.block ?? block
    const at = stopped?.block ? stopped.block.select.span : place
    const below = stopped?.below ? `, and not those of ${look.label(stopped.below.id)}, which it reads` : ''
    return culpritIn(look, within, at, {
      born: 'unknown',
      sentence: `${because}: ${by} of ${words} ${howMany(overlap, last?.rows ?? rows)}${below}. They are made in ${stepWords(look, within, at)}.`,
    })
  }
  const condition = besideCondition(look, period, last.rows, relation, overlapping(period))
  const names = last.rows.columns.slice(0, -1).flatMap((c) => c.columns)
  const columns = [...new Set(names)]
  return culpritOf(look, last.id, {
    born: 'source',
    wrong: { source: last.id, columns, condition },
    sentence: `${because}: ${periodWords(last.rows)} of ${words} ${howMany(overlap, last.rows)}. The source itself holds them so.`,
    evidence: [
      ...(await sinceWhen(look, last.id, relation, condition)),
      ...(await examplesOf(
        look,
        columns,
        `select distinct ${columns.map(look.quote).join(', ')} from ${relation} where ${condition} order by ${columns.map(look.quote).join(', ')}`,
      )),
    ],
  })
}

/** Periods of several things overlap, those of one do not, and the condition does not ask for the one. */
async function keyLacking(
  look: Look,
  block: Block,
  keys: Output[],
  at: number,
  period: Period,
  rows: Rows,
): Promise<Culprit | null> {
  const source = block.select.sources[at]
  if (!source?.on) return null
  const { on } = source
  const before = withOf(block.scope)
  for (const shared of sharedColumns(look, block, at)) {
    if (period.keys.some((k) => k.own.column === shared.own)) continue
    const within = { ...rows, columns: [columnMade(shared.own), ...rows.columns] }
    const overlap = await overlapOf(look, period, within, sourceText(block, at), before)
    if (overlap?.keys !== 0) continue
    const [own, other] = [
      writtenColumn(look, block, at, shared.own),
      writtenColumn(look, block, shared.source, shared.column),
    ]
    const edits = [{ span: { start: on.end, end: on.end }, text: () => ` and ${own} = ${other}` }]
    const [then] = await repeats(look, [
      repeatsStatement(
        keys.map((k) => k.text),
        `${fromWith(block, at, edits, period.end.moment)}${whereUpTo(look, block, at)}`,
        before,
      ),
    ])
    if (then?.keys !== 0) continue
    const place = { start: source.words.start, end: source.item.end }
    const words = sourceWords(look, block, at)
    return culpritIn(
      look,
      block,
      place,
      {
        born: 'join',
        sentence: `${list(keys.map(named))} repeats because the join of ${stepWords(look, block, place)} finds periods of several ${shared.own} for one ${momentWords(period.begin)}: those of one ${shared.own} do not overlap in ${words}, and the condition does not ask for it.`,
      },
      {
        source: at,
        outputs: keys,
        bounds: [
          {
            title: `Join ${words} by ${shared.own} too`,
            because: `periods of one ${shared.own} do not overlap in ${words}, and both sides have ${shared.own}`,
            edits,
            moment: null,
          },
        ],
      },
    )
  }
  return null
}

/** Both ends are in the period, and one begins as another ends: with the end left out, each finds one, and none is lost. */
async function boundsMeet(
  look: Look,
  block: Block,
  keys: Output[],
  at: number,
  period: Period,
): Promise<Culprit | null> {
  const { begin, end } = period
  if (!begin.takes || !end.takes || (await endsMeant(look, block, at, period)).last) return null
  const edits = turned(block, end)
  const { moment } = end
  const before = withOf(block.scope)
  const texts = keys.map((k) => k.text)
  const where = whereUpTo(look, block, at)
  const [[now, then], [none, noneThen]] = await Promise.all([
    repeats(look, [
      repeatsStatement(texts, `${fromUpTo(block, at)}${where}`, before),
      repeatsStatement(texts, `${fromWith(block, at, edits, moment)}${where}`, before),
    ]),
    look.numbers([
      `${before}select count(*) from ${restBefore(look, block, at, [], moment)}`,
      `${before}select count(*) from ${restBefore(look, block, at, edits, moment)}`,
    ]),
  ])
  if (!now || !then || now.keys === 0 || then.keys > 0 || !none || none[0] !== noneThen?.[0]) return null
  const source = block.select.sources[at]
  const place = source ? { start: source.words.start, end: source.item.end } : null
  const words = sourceWords(look, block, at)
  return culpritIn(
    look,
    block,
    place,
    {
      born: 'join',
      sentence: `${list(keys.map(named))} repeats because the join of ${stepWords(look, block, place)} takes both ends of a period of ${words}: where ${boundWords(end)} of one is ${boundWords(begin)} of the next, both are found (${count(now.rows, 'row')}).`,
      evidence: [
        `Without the end, each ${list(keys.map(named))} finds one, and none finds nothing that finds something now.`,
      ],
    },
    {
      source: at,
      outputs: keys,
      bounds: [
        {
          title: `Leave the end of a period to the next: ${boundWords(end)} is not in it`,
          because: `${now.keys} ${list(keys.map(named))} stand right at ${boundWords(end)} of one period, which is ${boundWords(begin)} of the next`,
          edits,
          moment: end.between?.moment ?? null,
        },
      ],
    },
  )
}
