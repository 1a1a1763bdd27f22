/**
 * Rows that a rule does not let be: null, a value that is not accepted, a condition that does not hold. The rule is put
 * to each ancestor as long as the columns only pass through; where they are made, or come of a join that finds nothing,
 * they are born.
 */
import { count, list } from '../../../core/text.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import {
  type Block,
  blockOf,
  columnText,
  fromUpTo,
  joinPairs,
  type Output,
  outputsOf,
  type Read,
  type Ref,
  readOf,
  type Scope,
  scopeOf,
  textOf,
  withOf,
} from './block.ts'
import { crossedAt } from './ideas/crossed.ts'
import { otherKey } from './ideas/joins.ts'
import { badBefore, madeOfNothing } from './inputs.ts'
import type { Look } from './look.ts'
import { keysIn, lostInScope, lostOn } from './lost.ts'
import { andWhere, madeHere, READS_WELL, type Rule, sourceHolds } from './made-here.ts'
import { periodOf } from './periods.ts'
import { culpritIn, culpritOf, examplesOf, named, sourceWords, stepWords } from './places.ts'
import type { Culprit, Trail } from './types.ts'
import { nearMatches, unmatchedLeft, unmetIn } from './unmet.ts'

export const IS_NULL: Rule = {
  isBad: (texts) => texts.map((t) => `(${t}) is null`).join(' or '),
  ofNulls: true,
  words: 'null',
}

/** What is there and not among the keys of another relation. `keys`: a statement without WITH. */
export function notIn(relation: string, keys: string, key: string): Rule {
  return {
    isBad: (texts) =>
      texts
        .map((t) => `((${t}) is not null and (${t}) not in (${keys} where ${key} is not null))`)
        .join(' or '),
    ofNulls: false,
    words: `not in ${relation}`,
  }
}

const MOST_DEPTH = 60

export async function badIn(
  look: Look,
  id: string,
  columns: string[],
  rule: Rule,
  trail: Trail,
  depth = 0,
): Promise<Culprit> {
  const [relation, model] = await Promise.all([look.relation(id), look.model(id)])
  const scope = model && depth < MOST_DEPTH ? scopeOf(model) : null
  const where = rule.isBad(columns.map(look.quote))
  const [stands, says] = await look.numbers([
    ...(relation ? [`select count(*) from ${relation} where ${where}`] : ['select null']),
    ...(scope
      ? [`${withOf(scope)}select count(*) from (${textOf(scope.model, scope.span)}) as m where ${where}`]
      : []),
  ])
  const label = look.label(id)
  const rows = relation ? (stands?.[0] ?? 0) : (says?.[0] ?? 0)
  if (stands ?? says) trail.push(`${label}: ${count(rows, 'row')} with ${list(columns)} ${rule.words}.`)
  if (!model) return sourceHolds(look, id, columns, rule, relation ?? '', rows)
  if (!scope) return unknown(look, id, columns, rule, 'its SQL has a shape that cannot be taken apart')
  if (relation && rows > 0 && says?.[0] === 0)
    return culpritOf(look, id, {
      born: 'build',
      sentence: `${list(columns)} is ${rule.words} in ${count(rows, 'row')} of the table ${label}, and in none of what its SQL gives when built anew: they were left by an earlier build.`,
    })
  return badInScope(look, scope, columns, rule, trail, depth + 1)
}

function unknown(look: Look, id: string, columns: string[], rule: Rule, why: string): Culprit {
  return culpritOf(look, id, {
    born: 'unknown',
    sentence: `${list(columns)} is ${rule.words} in ${look.label(id)}: ${why}.`,
  })
}

async function badInScope(
  look: Look,
  scope: Scope,
  columns: string[],
  rule: Rule,
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const key = (name: string) => keyOfStored(name, look.adapter)
  const arms = await Promise.all(
    scope.body.arms.map(async (_, i) => {
      const block = await blockOf(look, scope, i)
      return { block, outputs: block && outputsOf(look, block) }
    }),
  )
  const first = arms[0]?.outputs
  const at = columns.map((c) => first?.findIndex((o) => o.name !== null && key(o.name) === key(c)) ?? -1)
  const { id } = scope.model
  if (!first || at.some((i) => i < 0))
    return unknown(look, id, columns, rule, 'which expression makes it cannot be told from its SQL')
  const bad = await look.numbers(
    arms.map(({ block, outputs }) =>
      block && outputs
        ? `${withOf(scope)}select count(*) from ${fromUpTo(block, block.select.sources.length - 1)}${andWhere(look, block, rule.isBad(at.map((n) => outputs[n]?.text ?? 'null')))}`
        : 'select 0',
    ),
  )
  const most = Math.max(0, ...bad.map((b) => b?.[0] ?? 0))
  const worst = Math.max(
    0,
    bad.findIndex((b) => (b?.[0] ?? 0) === most && most > 0),
  )
  const { block, outputs } = arms[worst] ?? {}
  if (!block || !outputs) return unknown(look, id, columns, rule, 'its SQL cannot be asked part by part')
  if (arms.length > 1)
    trail.push(
      `${stepWords(look, block, block.select.span)}: part ${worst + 1} of ${arms.length} of the union has most of them.`,
    )
  const [place, ...others] = at
  const crossed = place === undefined || others.length > 0 ? null : crossedAt(look, first, outputs, place)
  if (crossed) {
    const [one, other] = crossed
    return culpritIn(
      look,
      block,
      one.at,
      {
        born: 'union',
        sentence: `${list(columns)} is ${rule.words} in ${count(most, 'row')} of part ${worst + 1} of the union in ${stepWords(look, block, one.at)}: ${one.name} stands in the place of ${other.name} there, and ${other.name} in that of ${one.name}.`,
      },
      { crossed },
    )
  }
  return badInSelect(
    look,
    block,
    at.flatMap((i) => outputs[i] ?? []),
    rule,
    trail,
    depth,
  )
}

async function badInSelect(
  look: Look,
  block: Block,
  outputs: Output[],
  rule: Rule,
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const sources = [...new Set(outputs.flatMap((o) => o.refs.map((r) => r.source)))]
  const [source] = sources
  if (outputs.every((o) => o.plain) && sources.length === 1 && source !== undefined)
    return badBelow(look, block, outputs, source, rule, trail, depth)
  const refs = outputs.flatMap((o) => o.refs).filter((r, i, all) => all.findIndex((x) => same(x, r)) === i)
  // The same rule for each column that it is made of: what is bad before is not made here.
  const tested = outputs.length === 1 && rule.written === undefined ? refs : []
  const asked = { outputs, refs: tested, rule }
  const { total, ref } = await badBefore(look, block, asked)
  if (ref) return badBelow(look, block, [asOutput(look, block, ref)], ref.source, rule, trail, depth)
  // `coalesce(x, 0)` is zero where there is nothing.
  const asNull = rule.ofNulls ? null : await madeOfNothing(look, block, asked, total)
  if (asNull)
    return badBelow(look, block, [asOutput(look, block, asNull)], asNull.source, IS_NULL, trail, depth)
  const here = await madeHere(look, block, outputs, rule, total)
  const beside = await outlier(look, block, outputs, rule, refs, trail, depth)
  return beside
    ? {
        ...here,
        evidence: [beside.said, ...here.evidence.filter((e) => !e.startsWith(READS_WELL))],
        ...beside.rest,
      }
    : here
}

/**
 * An input that is outside of what it is in all other rows, in every row that is bad: the expression may be right, and
 * what it reads not. Which of the two is not known, so both are told.
 */
async function outlier(
  look: Look,
  block: Block,
  outputs: Output[],
  rule: Rule,
  refs: Ref[],
  trail: Trail,
  depth: number,
): Promise<{ said: string; rest: Pick<Culprit, 'wrong'> } | null> {
  if (block.select.group || rule.ofNulls || refs.length < 2) return null
  const from = fromUpTo(block, block.select.sources.length - 1)
  const isBad = rule.isBad(outputs.map((o) => o.text))
  const texts = refs.map((r) => columnText(look, block, r))
  const ranges = await look.rows(
    `${withOf(block.scope)}select ${texts.map((t) => `min(${t}), max(${t})`).join(', ')} from ${from}${andWhere(look, block, `not (${isBad})`)}`,
    1,
  )
  const bounds = texts.map((_, i) => {
    const [low, high] = [ranges?.rows[0]?.[2 * i], ranges?.rows[0]?.[2 * i + 1]].map(Number)
    const isKnown = Number.isFinite(low) && Number.isFinite(high) && ranges?.rows[0]?.[2 * i] !== null
    return isKnown ? (text: string) => `(${text} < ${low} or ${text} > ${high})` : null
  })
  const counts = await look.numbers(
    texts.map((t, i) => {
      const outside = bounds[i]?.(t)
      return `${withOf(block.scope)}select count(*), coalesce(sum(case when ${outside ?? 'false'} then 1 else 0 end), 0) from ${from}${andWhere(look, block, isBad)}`
    }),
  )
  const beyond = refs.filter((_, i) => {
    const [all = 0, outside = 0] = counts[i] ?? []
    return all > 0 && outside === all
  })
  const [ref, ...more] = beyond
  const bound = ref && bounds[refs.indexOf(ref)]
  if (!ref || !bound || more.length > 0) return null
  const words = 'outside of what it is in all other rows'
  const asked: Rule = { isBad: ([t = '']) => bound(t), ofNulls: false, words }
  const found = await badBelow(look, block, [asOutput(look, block, ref)], ref.source, asked, trail, depth)
  return {
    said: `${ref.column} is ${words} there. ${found.sentence}`,
    rest: found.wrong ? { wrong: found.wrong } : {},
  }
}

const same = (a: Ref, b: Ref) => a.source === b.source && a.column === b.column

function asOutput(look: Look, block: Block, ref: Ref): Output {
  return { name: ref.column, text: columnText(look, block, ref), at: ref.span, refs: [ref], plain: true }
}

/** The columns are those of one source: they came so, or the join found nothing. */
async function badBelow(
  look: Look,
  block: Block,
  outputs: Output[],
  source: number,
  rule: Rule,
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const read = block.select.sources[source] ? readOf(look, block, block.select.sources[source]) : null
  const columns = outputs.flatMap((o) => o.refs.map((r) => r.column))
  if (rule.ofNulls && mayBeMissing(block, source)) {
    const unmatched = await unmatchedIn(look, block, outputs, source, rule, trail, depth)
    if (unmatched) return unmatched
  }
  if (read?.kind === 'node') return badIn(look, read.id, columns, rule, trail, depth)
  if (read?.kind === 'scope') return badInScope(look, read.scope, columns, rule, trail, depth)
  return unknown(
    look,
    block.scope.model.id,
    columns,
    rule,
    `${sourceWords(look, block, source)} is read in place`,
  )
}

/** Whether an outer join can leave the source's columns empty. */
function mayBeMissing({ select }: Block, source: number): boolean {
  const own = select.sources[source]?.join
  const later = select.sources.slice(source + 1).some((s) => s.join === 'right' || s.join === 'full')
  return own === 'left' || own === 'full' || later
}

async function unmatchedIn(
  look: Look,
  block: Block,
  outputs: Output[],
  source: number,
  rule: Rule,
  trail: Trail,
  depth: number,
): Promise<Culprit | null> {
  const joined = block.select.sources[source]
  const pairs = joinPairs(look, block, source)
  const [pair] = pairs
  // A join by a period alone has no key.
  const [key] = pair ? [pair.own] : (periodOf(look, block, source)?.begin.own.refs ?? [])
  if (!joined || !key) return null
  const own = columnText(look, block, key)
  const isBad = rule.isBad(outputs.map((o) => o.text))
  const from = fromUpTo(block, block.select.sources.length - 1)
  const before = withOf(block.scope)
  const counting = (condition: string) =>
    `${before}select count(*) from ${from}${andWhere(look, block, condition)}`
  const [all, none, keyless] = await look.numbers([
    counting(isBad),
    counting(`(${isBad}) and ${own} is null`),
    pair ? counting(`(${isBad}) and ${own} is null and (${pair.other.text}) is null`) : 'select 0',
  ])
  const [total, unmatched, empty] = [all?.[0] ?? 0, none?.[0] ?? 0, keyless?.[0] ?? 0]
  if (unmatched === 0 || unmatched * 2 < total) return null
  const condition = `(${isBad}) and ${own} is null`
  const at = { block, outputs, source, rows: unmatched }
  const unmet = await unmetIn(look, unmatchedLeft(look, at, { words: rule.words, condition }), trail)
  if (unmet) return unmet
  if (!pair) return null
  const place = { start: joined.words.start, end: joined.item.end }
  const words = sourceWords(look, block, source)
  const keyed = list(pairs.map((p) => p.own.column))
  const same = pairs.map((p) => `${columnText(look, block, p.own)} = ${p.other.text}`).join(' and ')
  const isThere = joined.on
    ? ` and not exists (select 1 from ${textOf(block.scope.model, joined.item)} where ${same})`
    : ''
  const keys = await keysIn(
    look,
    `${before}select distinct ${pair.other.text} from ${from}${andWhere(look, block, `${own} is null and (${pair.other.text}) is not null${isThere}`)}`,
  )
  const read = await passedOn(look, readOf(look, block, joined))
  const isOneKey = pairs.length === 1 || read?.kind === 'scope'
  if (read && isOneKey && keys.length > 0 && empty < unmatched) {
    const { column } = pair.own
    const lost =
      read.kind === 'node'
        ? await lostOn(look, read.id, column, keys, trail)
        : await lostInScope(look, read.scope, column, keys, trail, {}, depth + 1)
    if (lost) {
      trail.push(
        `${stepWords(look, block, place)}: the join to ${words} finds nothing for ${count(unmatched, 'row')}.`,
      )
      return lost
    }
  }
  const alike = await nearMatches(look, block, source, keys, pair.own)
  const to = read?.kind === 'node' ? await look.relation(read.id) : null
  const [ref] = pair.other.refs
  // A join by the wrong columns finds little, whatever the data is.
  const spot = { block, source, span: null, outputs }
  const isWrong = (await otherKey(look, spot)).length > 0
  if (to && ref && pair.other.plain && pairs.length === 1 && alike === 0 && empty === 0 && !isWrong) {
    const missing = notIn(
      words,
      `select ${look.quote(pair.own.column)} from ${to}`,
      look.quote(pair.own.column),
    )
    trail.push(
      `${stepWords(look, block, place)}: the join finds nothing in ${words} for ${count(unmatched, 'row')}; nothing that it is made from has their ${keyed}.`,
    )
    const from = await badBelow(look, block, [asOutput(look, block, ref)], ref.source, missing, trail, depth)
    if (from.born === 'source' || from.born === 'expression') return from
  }
  return culpritIn(
    look,
    block,
    place,
    {
      born: 'unmatched',
      sentence: `${list(outputs.map(named))} is ${rule.words} because the join of ${stepWords(look, block, place)} finds nothing in ${words} for ${count(unmatched, 'row')}${empty > 0 ? `, ${empty} of which have no ${list(pair.other.refs.map((r) => r.column))}` : ''}.`,
      evidence: [
        ...(keys.length > 0 ? [`Not in ${words} by ${keyed}: ${count(keys.length, 'key')}.`] : []),
        ...(alike > 0 ? [`${alike} of them are there but for capitals, blanks or leading zeros.`] : []),
        ...(await examplesOf(
          look,
          [pair.other.name ?? pair.other.text],
          `${before}select distinct ${pair.other.text} from ${from}${andWhere(look, block, `${own} is null and (${pair.other.text}) is not null`)}`,
        )),
      ],
    },
    { source, outputs },
  )
}

/** The relation that a CTE passes on as it is. */
async function passedOn(look: Look, read: Read): Promise<Read> {
  if (read?.kind !== 'scope' || read.scope.body.arms.length > 1) return read
  const block = await blockOf(look, read.scope, 0)
  const [source, ...more] = block?.select.sources ?? []
  const isAll = block?.select.items.every((i) => i.star) && block.select.where.length === 0
  return block && source && more.length === 0 && isAll ? passedOn(look, readOf(look, block, source)) : read
}
