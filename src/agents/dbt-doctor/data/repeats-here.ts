/** Keys that repeat because of what one place does: a union, what is grouped by, how a table is added to, the source itself. */
import { count, list } from '../../../core/text.ts'
import {
  type Block,
  fromUpTo,
  type Output,
  outputsOf,
  type Scope,
  textOf,
  whereUpTo,
  withOf,
} from './block.ts'
import { type Repeats, repeats, repeatsStatement, repeatWords } from './counts.ts'
import type { Look } from './look.ts'
import { culpritIn, culpritOf, examplesOf, named, stepWords } from './places.ts'
import { sinceWhen } from './since.ts'
import type { Culprit } from './types.ts'

export type Arm = { block: Block | null; keys: Output[] }

/** Each part has the key once, and several have the same. */
export async function unionRepeats(
  look: Look,
  scope: Scope,
  arms: Arm[],
  columns: string[],
): Promise<Culprit> {
  const [block] = arms.flatMap((a) => a.block ?? [])
  const operation = scope.body.operations[0]
  const keyed = arms.flatMap(({ block: b, keys }) =>
    b
      ? [
          `select distinct ${keys.map((k, i) => `${k.text} as k${i}`).join(', ')} from ${fromUpTo(b, b.select.sources.length - 1)}${whereUpTo(look, b, b.select.sources.length - 1)}`,
        ]
      : [],
  )
  const pairs = keyed.flatMap((_, i) => keyed.slice(i + 1).map((__, n) => [i, i + 1 + n] as const))
  const on = columns.map((_, i) => `a.k${i} = b.k${i}`).join(' and ')
  const shared = await look.numbers(
    pairs.map(
      ([a, b]) =>
        `${withOf(scope)}select count(*) from (${keyed[a]}) as a inner join (${keyed[b]}) as b on ${on}`,
    ),
  )
  const told = pairs.flatMap(([a, b], i) => {
    const both = shared[i]?.[0] ?? 0
    return both > 0
      ? [`${both} ${list(columns)} stand in both part ${a + 1} and part ${b + 1} of the union.`]
      : []
  })
  if (!block || !operation)
    return culpritOf(look, scope.model.id, {
      born: 'unknown',
      sentence: `${list(columns)} repeats in ${look.label(scope.model.id)}.`,
    })
  return culpritIn(
    look,
    block,
    operation.span,
    {
      born: 'union',
      sentence: `${list(columns)} repeats because of the ${operation.words} of ${stepWords(look, block, operation.span)}: each part has it once, and ${told.length > 0 ? 'several have the same' : 'together they repeat it'}.`,
      evidence: told,
    },
    { outputs: arms[0]?.keys ?? [] },
  )
}

/** Rows are folded by more than the key: what else varies within one. */
export async function groupRepeats(look: Look, block: Block, keys: Output[]): Promise<Culprit> {
  const { select, scope } = block
  const outputs = outputsOf(look, block) ?? []
  const others = outputs.filter(
    (o) => o.name !== null && !keys.some((k) => k.name === o.name) && !AGGREGATES.test(o.text),
  )
  const k = keys.map((x) => look.quote(x.name ?? '')).join(', ')
  const all = `${withOf(scope)}select count(*) from (select ${k} from (${textOf(scope.model, select.span)}) as m group by ${k} having count(distinct`
  const found = await look.numbers(others.map((o) => `${all} ${look.quote(o.name ?? '')}) > 1) as g`))
  const varying = others.flatMap((o, i) =>
    (found[i]?.[0] ?? 0) > 0 ? [{ output: o, keys: found[i]?.[0] ?? 0 }] : [],
  )
  const at = select.group ?? select.span
  const how = select.group ? 'groups by' : 'keeps what is distinct in'
  const what =
    varying.length > 0
      ? list(
          varying.map((v) => named(v.output)),
          4,
        )
      : 'more than the key'
  return culpritIn(
    look,
    block,
    at,
    {
      born: 'group',
      sentence: `${list(keys.map(named))} repeats because ${stepWords(look, block, at)} ${how} ${what} too, of which one ${list(keys.map(named))} has several.`,
      evidence: varying.map((v) => `${v.keys} ${list(keys.map(named))} have several ${named(v.output)}.`),
    },
    { outputs: keys },
  )
}

/**
 * Parts of a union that read a finer grain rightly, and of which each row once has the key once: nothing but the union
 * brings them to it, and this one keeps them all. Null where it is not so.
 */
export async function unionKeepsAll(
  look: Look,
  scope: Scope,
  block: Block,
  columns: string[],
  { grain = [] }: Culprit,
): Promise<Culprit | null> {
  const at = scope.body.operations.find((o) => o.words === 'union all')
  if (!at) return null
  const once = `(select distinct * from (${textOf(scope.model, scope.span)}) as u) as once`
  const [left] = await repeats(look, [repeatsStatement(columns.map(look.quote), once, withOf(scope))])
  if (left?.keys !== 0) return null
  return culpritIn(
    look,
    block,
    at.span,
    {
      born: 'union',
      sentence: `${list(columns)} repeats because the union all of ${stepWords(look, block, at.span)} keeps every row of parts that have one row per ${list(grain)}: each of them once has one row per ${list(columns)}.`,
    },
    { span: at.span, isFine: true },
  )
}

const AGGREGATES =
  /\b(?:sum|count|avg|min|max|any_value|string_agg|array_agg|list|bool_or|bool_and|median|first|last|arg_max|arg_min|max_by|min_by)\s*\(/i

export function builtOtherwise(look: Look, id: string, columns: string[], stands: Repeats): Culprit {
  const how = look.graph.node(id)?.config?.materialized
  const key = look.graph.node(id)?.config?.unique_key
  const why =
    how === 'incremental'
      ? key
        ? `it is built on top of itself with unique_key ${String(key)}`
        : 'it is built on top of itself without a unique_key, so what comes again is added again'
      : 'it was built from something else'
  return culpritOf(look, id, {
    born: 'build',
    sentence: `${list(columns)} repeats in the table ${look.label(id)} and not in what its SQL gives when built anew: ${why}.`,
    evidence: [`${look.label(id)}: ${repeatWords(columns, stands)}; its SQL, built anew: none.`],
  })
}

/** The data came so: copies that differ in nothing, or versions. */
export async function sourceRepeats(
  look: Look,
  id: string,
  columns: string[],
  relation: string,
  found: Repeats | null,
): Promise<Culprit> {
  const [names = null] = await look.columns([`select * from ${relation} limit 0`])
  const rest = (names ?? []).filter((c) => !columns.includes(c) && !c.startsWith('_'))
  const keys = columns.map(look.quote).join(', ')
  const there = columns.map((c) => `${look.quote(c)} is not null`).join(' and ')
  const differing = await look.numbers(
    rest.map(
      (c) =>
        `select count(*) from (select ${keys} from ${relation} where ${there} group by ${keys} having count(*) > 1 and (count(distinct ${look.quote(c)}) > 1 or (count(${look.quote(c)}) > 0 and count(${look.quote(c)}) < count(*)))) as g`,
    ),
  )
  const differ = rest.filter((_, i) => (differing[i]?.[0] ?? 0) > 0)
  const kind =
    differ.length === 0 ? 'copies that differ in nothing' : `versions, which differ in ${list(differ, 5)}`
  return culpritOf(look, id, {
    born: 'source',
    wrong: {
      source: id,
      columns,
      condition: null,
      ...(differ.length === 0 ? { areCopies: true as const } : {}),
    },
    sentence: `The ${id.startsWith('seed.') ? 'seed' : 'source'} itself repeats: ${look.label(id)} holds ${found?.keys ?? 'some'} ${list(columns)} more than once, in ${count(found?.rows ?? 0, 'row')}: ${kind}.`,
    evidence: [
      ...(await sinceWhen(
        look,
        id,
        relation,
        `(${keys}) in (select ${keys} from ${relation} group by ${keys} having count(*) > 1)`,
      )),
      ...(await repeatExamples(look, columns, relation, '')),
    ],
  })
}

export function repeatExamples(
  look: Look,
  columns: string[],
  from: string,
  before: string,
): Promise<string[]> {
  const keys = columns.map(look.quote).join(', ')
  return examplesOf(
    look,
    columns,
    `${before}select ${keys} from ${from} where ${columns.map((c) => `${look.quote(c)} is not null`).join(' and ')} group by ${keys} having count(*) > 1 order by count(*) desc, ${keys}`,
  )
}
