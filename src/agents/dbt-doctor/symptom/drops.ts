/** Rows that fall out on the way to a model: every condition and join that loses some, with how much speaks against it. */
import { count } from '../../../core/text.ts'
import {
  type Block,
  blockOf,
  fromUpTo,
  joinPairs,
  readOf,
  type Scope,
  textOf,
  withOf,
} from '../data/block.ts'
import { counted } from '../data/counted.ts'
import { alikeKeys } from '../data/ideas/alike.ts'
import { atTheBound, undoneJoin } from '../data/ideas/conditions.ts'
import { nearestValue } from '../data/ideas/literals.ts'
import { lostToNull } from '../data/ideas/not-in.ts'
import type { Look } from '../data/look.ts'
import { partnersLost } from '../data/lost.ts'
import { periodOf } from '../data/periods.ts'
import { culpritIn, culpritOf, incrementalVars, sourceWords, stepWords } from '../data/places.ts'
import { tooCoarse } from '../data/standing.ts'
import type { Culprit, Trail } from '../data/types.ts'
import { unmetDrop } from '../data/unmet.ts'

export type Suspect = { culprit: Culprit; weight: number }

/** The model and what its rows come from, one after the other; the most suspicious first. */
export async function dropsOn(look: Look, id: string, trail: Trail): Promise<Suspect[]> {
  const found: Suspect[] = []
  await ofNode(look, id, trail, found, 0)
  return found.sort((a, b) => b.weight - a.weight)
}

async function ofNode(look: Look, id: string, trail: Trail, found: Suspect[], depth: number): Promise<void> {
  const { relation, scope, rows, anew } = await counted(look, id, trail, depth)
  if (!scope) return
  if (relation && anew > rows) {
    const how = look.graph.node(id)?.config?.materialized === 'incremental'
    const of = `${withOf(scope)}select * from (${textOf(scope.model, scope.span)}) as m`
    const coarse = how ? await tooCoarse(look, id, `(${of}) as anew`) : null
    if (coarse) found.push({ weight: 94, culprit: coarse })
    found.push({
      weight: 90,
      culprit: culpritOf(look, id, {
        born: how ? 'passed over' : 'build',
        evidence: how ? incrementalVars(look, id) : [],
        sentence: `${count(anew - rows, 'row')} that its SQL gives when built anew are not in the table ${look.label(id)}: ${how ? 'its incremental build passes them over' : 'it was built before they came'}.`,
      }),
    })
  }
  await ofScope(look, scope, trail, found, depth + 1)
}

async function ofScope(
  look: Look,
  scope: Scope,
  trail: Trail,
  found: Suspect[],
  depth: number,
): Promise<void> {
  for (const [arm] of scope.body.arms.entries()) {
    const block = await blockOf(look, scope, arm)
    if (block) await ofSelect(look, block, trail, found, depth)
  }
  const operation = scope.body.operations[0]
  if (operation && /^(?:except|intersect)/.test(operation.words)) {
    const block = await blockOf(look, scope, 0)
    if (block)
      found.push({
        weight: 35,
        culprit: culpritIn(look, block, operation.span, {
          born: 'filter',
          sentence: `The ${operation.words} of ${stepWords(look, block, operation.span)} lets rows fall out.`,
        }),
      })
  }
}

async function ofSelect(
  look: Look,
  block: Block,
  trail: Trail,
  found: Suspect[],
  depth: number,
): Promise<void> {
  const { select, scope } = block
  const before = withOf(scope)
  const [first] = select.sources
  if (!first) return
  await joinsOf(look, block, found)
  await conditionsOf(look, block, found)
  if (select.limited)
    found.push({
      // `distinct on` takes the first of each, which is what it is there for.
      weight: /\b(?:limit|fetch|offset)\b/i.test(textOf(scope.model, select.span)) ? 70 : 30,
      culprit: culpritIn(
        look,
        block,
        select.span,
        {
          born: 'filter',
          sentence: `${stepWords(look, block, select.span)} takes a limited number of rows.`,
        },
        { span: select.span },
      ),
    })
  if (select.having || select.qualify) {
    const at = select.having ?? select.qualify
    if (at) {
      const all = select.qualify
        ? await look.numbers([`${before}select count(*) from ${fromUpTo(block, select.sources.length - 1)}`])
        : []
      const words = all[0] ? ` of ${count(all[0][0] ?? 0, 'row')}` : ''
      found.push({
        weight: 25,
        culprit: culpritIn(
          look,
          block,
          at,
          {
            born: 'filter',
            sentence: `${stepWords(look, block, at)} keeps some${words}: ${textOf(scope.model, at)}.`,
          },
          { span: at },
        ),
      })
    }
  }
  const read = readOf(look, block, first)
  if (read?.kind === 'node') await ofNode(look, read.id, trail, found, depth)
  else if (read?.kind === 'scope') await ofScope(look, read.scope, trail, found, depth)
}

async function joinsOf(look: Look, block: Block, found: Suspect[]): Promise<void> {
  const { select, scope } = block
  for (const [at, joined] of select.sources.entries()) {
    if (at === 0 || joined.join !== 'inner') continue
    const pairs = joinPairs(look, block, at)
    if (pairs.length === 0 && !periodOf(look, block, at)) continue
    // Rows of what stands before that find nothing: those that repeat are no loss.
    const matches = pairs.map((p) => `m.${look.quote(p.own.column)} = ${p.other.text}`).join(' and ')
    const side = joined.on
      ? `${textOf(scope.model, joined.item)} where ${textOf(scope.model, joined.on)}`
      : `(select * from ${textOf(scope.model, joined.item)}) as m where ${matches}`
    const [answer] = await look.numbers([
      `${withOf(scope)}select count(*), coalesce(sum(case when exists (select 1 from ${side}) then 0 else 1 end), 0) from ${fromUpTo(block, at - 1)}`,
    ])
    const [all = 0, lost = 0] = answer ?? []
    if (lost === 0) continue
    const place = { start: joined.words.start, end: joined.item.end }
    const weight = lost === all ? 92 : 80
    const unmet = await unmetDrop(look, block, at)
    if (unmet) {
      found.push({ weight: weight + 1, culprit: unmet })
      continue
    }
    // What is joined may have lost them itself: then that is where they fall out.
    const above = await partnersLost(look, block, at)
    if (above) {
      const { spot } = above
      const never = spot?.span ? await nearestValue(look, spot.block, spot.span) : []
      found.push({ weight: never.length > 0 ? 96 : weight + 1, culprit: above })
    }
    const partner = readOf(look, block, joined)
    // Keys that are there but for capitals or blanks are no fault of what is joined.
    const spot = { block, source: at, span: place, outputs: [] }
    const isAlike = !above && (await alikeKeys(look, spot)).length > 0
    if (partner?.kind === 'node' && partner.id.startsWith('seed.') && !above && !isAlike) {
      // Which rows it should have nobody knows who only sees the data.
      const name = look.label(partner.id)
      const sentence = `${lost} of ${count(all, 'row')} fall out in the inner join of ${stepWords(look, block, place)}: the seed ${name} has no row for them.`
      found.push({ weight: weight + 1, culprit: culpritOf(look, partner.id, { born: 'source', sentence }) })
    }
    found.push({
      weight,
      culprit: culpritIn(
        look,
        block,
        place,
        {
          born: 'drop',
          sentence: `${lost} of ${count(all, 'row')} fall out in the inner join of ${stepWords(look, block, place)}: ${sourceWords(look, block, at)} has ${isAlike ? 'their keys in other capitals, or with other blanks' : 'nothing for them'}.`,
        },
        { source: at },
      ),
    })
  }
}

async function conditionsOf(look: Look, block: Block, found: Suspect[]): Promise<void> {
  const { select, scope } = block
  const last = select.sources.length - 1
  const from = fromUpTo(block, last)
  for (const at of select.where) {
    const text = textOf(scope.model, at)
    const [answer] = await look.numbers([
      `${withOf(scope)}select count(*), coalesce(sum(case when (${text}) then 0 else 1 end), 0) from ${from}`,
    ])
    const [all = 0, lost = 0] = answer ?? []
    if (lost === 0) continue
    const undone = undoneJoin(look, block, at)
    const bound = await atTheBound(look, block, at)
    const edge = bound === lost ? bound : 0
    const never = (await nearestValue(look, block, at)).length > 0
    const nulls = await lostToNull(look, block, at)
    const weight = never ? 95 : nulls ? 94 : undone !== null ? 85 : edge ? 75 : lost === all ? 82 : 40
    const why = never
      ? ' It compares with a value that never occurs.'
      : nulls
        ? ' Its list holds a null, and with it nothing is ever not in it.'
        : undone !== null
          ? ` It undoes the left join to ${sourceWords(look, block, undone)}: what has none there falls out.`
          : edge
            ? ` ${edge} of them stand right at its edge.`
            : ''
    found.push({
      weight,
      culprit: culpritIn(
        look,
        block,
        at,
        {
          born: 'filter',
          sentence: `${lost} of ${count(all, 'row')} fall out in ${stepWords(look, block, at)}: ${text.replace(/\s+/g, ' ')}.${why}`,
        },
        { span: at },
      ),
    })
  }
}
