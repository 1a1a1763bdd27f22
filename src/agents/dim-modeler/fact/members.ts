/**
 * Members that facts need of dimensions that stand: one for what is not known, and one for each value that the
 * dimension's own source lacks, so that they are found and heal when it comes. The dimension's file is extended
 * where that is safe; else it is said.
 */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { surrogateKeySql } from '../../../project/conventions/names.ts'
import { scan, ctes as scanCtes } from '../../../project/conventions/scan.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { ctes, freeNames, named, selectLines } from '../../../refactor/house-sql.ts'
import { projectPath } from '../../../refactor/models.ts'
import type { Claim } from '../../../refactor/types.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactDimension, StandingDimension } from '../../data-modeler/fact/types.ts'
import { withColumns } from '../../data-modeler/search/origins.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { defaultUnknown, type Members } from './foreign-keys.ts'
import { cast, castOf, type Making } from './making.ts'

export type Extended = {
  making: Making
  membersOf: (role: string) => Members
  claims: Claim[]
  words: string[]
}

/** What is read is called so inside, or the dimension's own column of a name would be meant. */
const EVENTS = 'named_in_events'

type Wish = { standing: StandingDimension; unknown: boolean; inferred: FactDimension[] }

export async function extendDimensions(making: Making): Promise<Extended> {
  const claims: Claim[] = []
  const words: string[] = []
  const done = new Map<string, { unknown: boolean; inferred: boolean }>()
  for (const wish of wishesOf(making)) {
    const { standing } = wish
    const made = await extend(making, wish)
    if (typeof made === 'string') {
      words.push(`${standing.name} is left as it is: ${made}.`)
      continue
    }
    done.set(standing.id, { unknown: wish.unknown, inferred: wish.inferred.length > 0 })
    claims.push({ kind: 'shows-difference', before: standing.id, after: standing.id })
    words.push(
      `${standing.name} gets ${list([
        ...(wish.unknown ? ['an unknown member'] : []),
        ...wish.inferred.map(
          (d) => `members for ${count(d.unmatched, 'row')} whose ${d.role} its own source lacks`,
        ),
      ])}.`,
    )
  }
  const { recommendation } = making
  const dimensions = recommendation.dimensions.map((d) => {
    const added = d.dimension && done.get(d.dimension.id)?.unknown
    if (!d.dimension || !added) return d
    const natural = d.dimension.natural.map(defaultUnknown)
    const key = surrogateKeySql(making.writing.style, natural, making.textType)
    return { ...d, dimension: { ...d.dimension, unknown: { key, natural } } }
  })
  return {
    making: { ...making, recommendation: { ...recommendation, dimensions } },
    claims,
    words,
    membersOf: (role) => {
      const standing = recommendation.dimensions.find((d) => d.role === role)?.dimension
      const made = standing ? done.get(standing.id) : undefined
      const unknown = standing?.unknown ? 'there' : made?.unknown ? 'added' : 'absent'
      return { unknown, inferred: made?.inferred ?? false }
    },
  }
}

function wishesOf({ recommendation }: Making): Wish[] {
  const wishes = new Map<string, Wish>()
  for (const d of recommendation.dimensions) {
    if (!d.dimension || d.kind === 'calendar' || d.dimension.versions || !d.dimension.keyIsHash) continue
    const unknown = d.dimension.unknown === null && d.nulls > 0
    const infers = d.unmatched > 0
    if (!unknown && !infers) continue
    const wish = wishes.get(d.dimension.id) ?? { standing: d.dimension, unknown: false, inferred: [] }
    wish.unknown ||= unknown
    if (infers) wish.inferred.push(d)
    wishes.set(d.dimension.id, wish)
  }
  return [...wishes.values()]
}

/** Null where it is done; else why it is not. */
async function extend(making: Making, wish: Wish): Promise<string | null> {
  const { writing, recommendation } = making
  const { graph, project } = writing.context
  const { standing } = wish
  const node = graph.node(standing.id)
  if (!node || !graph.isOwn(standing.id) || node.resource_type !== 'model' || node.language !== 'sql')
    return 'it is no SQL model of this project'
  if (!['table', 'view'].includes(node.config?.materialized ?? 'view'))
    return `it is ${node.config?.materialized}, and what is added once stays`
  if (node.contract?.enforced) return 'a contract says what it has'
  const reads = recommendation.reads.map((r) => r.id)
  if (wish.inferred.length > 0 && graph.ancestors(reads).includes(standing.id))
    return 'what the fact is made from reads it'
  const [origin] = await withColumns(writing.context, [standing.id])
  if (!origin?.stands) return 'its columns are not known, for it is not in the warehouse'
  const broken = brokenTest(making, wish, origin.columns)
  if (broken !== null) return broken
  if (wish.unknown && (await isTaken(making, standing, origin.relation)))
    return 'a row has the name of the unknown member'
  const path = projectPath(project, node.original_file_path)
  const text = extendedSql(making, wish, origin.columns, await writing.files.read(path))
  if (text === null) return 'its SQL does not end in a select of all from its last CTE'
  await writing.files.write(path, text)
  return null
}

/** A member says Unknown, or nothing: a test that cannot hold then is never weakened for it. */
function brokenTest(
  { writing }: Making,
  { standing, inferred }: Wish,
  columns: OriginColumn[],
): string | null {
  const { graph } = writing.context
  const isKey = (name: string) =>
    [standing.key, ...standing.natural].some((c) => c.name.toLowerCase() === name.toLowerCase())
  for (const id of graph.children(standing.id)) {
    const test = graph.node(id)
    const name = test?.test_metadata?.name
    const column = test?.column_name?.replace(/^["`[]|["`\]]$/g, '')
    if (!test || !name || test.attached_node !== standing.id || !column) continue
    const kind = columns.find((c) => c.name.toLowerCase() === column.toLowerCase())?.kind
    const fails =
      name === 'accepted_values' ||
      (name === 'relationships' && (kind === 'text' || isKey(column))) ||
      (name === 'not_null' && kind !== 'text' && !isKey(column)) ||
      (name === 'unique' && inferred.length > 0 && !isKey(column))
    if (fails) return `${name} of ${column} would not hold for such a member`
  }
  return null
}

async function isTaken(
  { writing }: Making,
  { natural }: StandingDimension,
  relation: string,
): Promise<boolean> {
  const { quote } = dialectOf(writing.adapter)
  const where = natural.map((n) => `${quote(n.name)} = ${defaultUnknown(n)}`).join(' and ')
  const [answer] = await writing.context.dbt.query([`select count(*) from ${relation} where ${where}`])
  if (!answer || 'error' in answer)
    throw new MartsmithError({
      code: 'fact.dimension',
      message: `${relation} could not be asked: ${answer?.error ?? 'no answer'}. Nothing was run.`,
    })
  return Number(answer.rows[0]?.[0]) > 0
}

/** Null where the file does not end in `select * from` its last CTE. `columns` are those that it has. */
export function extendedSql(
  making: Making,
  { standing, unknown, inferred }: Wish,
  columns: OriginColumn[],
  text: string,
): string | null {
  const { writing, word } = making
  const { style, adapter } = writing
  const found = scanCtes(scan(text))
  const last = found?.ctes.at(-1)
  if (!found || !last) return null
  const [select, star, from, table, ...more] = found.rest
  const isPlain =
    select?.low === 'select' &&
    star?.text === '*' &&
    from?.low === 'from' &&
    table?.low === last.name.toLowerCase()
  const tail = text.slice(last.closeAt + 1)
  if (!isPlain || more.length > 0 || /\{[%#]|--|\/\*/.test(tail)) return null
  const free = freeNames(style, last.name)
  for (const cte of found.ctes) free(cte.name)
  const written = (c: OriginColumn) => writtenName(c.name, adapter)
  const isNatural = (c: OriginColumn) => standing.natural.some((n) => n.name === c.name)
  const others = columns.filter((c) => c.name !== standing.key.name && !isNatural(c))
  const blank = others.map((c) =>
    named(
      style,
      c.kind === 'text' ? cast(making, "'Unknown'", c.type) : cast(making, word('null'), c.type),
      written(c),
    ),
  )
  const keyed = [written(standing.key), ...standing.natural.map(written), ...others.map(written)]
  const key = surrogateKeySql(style, standing.natural.map(written), making.textType)
  const parts: { name: string; lines: string[] }[] = []
  if (unknown)
    parts.push({
      name: free('unknown_member', 'not_known'),
      lines: selectLines(
        style,
        [
          ...standing.natural.map((n) => named(style, cast(making, defaultUnknown(n), n.type), written(n))),
          ...blank,
        ],
        null,
      ),
    })
  for (const dimension of inferred)
    parts.push({
      name: free(`inferred_by_${dimension.role}`, 'inferred_members'),
      lines: [
        ...inferredLines(making, standing, dimension, { blank, own: last.name }),
        ...parts
          .filter((p) => p.name.startsWith('inferred'))
          .flatMap((p) => [notAmong(making, standing, dimension, p.name)]),
      ],
    })
  const members = free('members', 'all_members')
  const union = [
    ...[`${word('select')} ${keyed.join(', ')} ${word('from')} ${last.name}`],
    ...parts.flatMap((p) => [
      word('union all'),
      `${word('select')} ${[named(style, key, written(standing.key)), ...keyed.slice(1)].join(', ')} ${word('from')} ${p.name}`,
    ]),
  ]
  const added = ctes(style, [...parts, { name: members, lines: union }])
  // The first line that `ctes` writes is its `with`: what is added goes on behind a comma instead.
  const lines = added.slice(added.findIndex((l) => l.toLowerCase().includes(parts[0]?.name ?? members)))
  const first = (lines[0] ?? '').replace(/^with /i, '')
  const body = [style.cteCommas === 'leading' ? `, ${first}` : first, ...lines.slice(1)]
  const glue =
    style.cteCommas === 'leading' ? `)${style.lineEnd}${style.lineEnd}` : `),${style.lineEnd}${style.lineEnd}`
  return `${text.slice(0, last.closeAt)}${glue}${body.join(style.lineEnd)}${tail.replace(new RegExp(`${table?.text}(\\s*;?\\s*)$`), (_, end: string) => members + end)}`
}

/** What the fact names and the dimension does not have. */
function inferredLines(
  making: Making,
  standing: StandingDimension,
  dimension: FactDimension,
  { blank, own }: { blank: string[]; own: string },
): string[] {
  const { writing, word, events, header } = making
  const { style, adapter } = writing
  const model = dimension.columns[0]?.from === 'header' ? (header?.name ?? '') : events.name
  const values = naturalValues(making, standing, dimension)
  return [
    ...selectLines(
      style,
      [
        ...standing.natural.map((n, i) => named(style, values[i] ?? '', writtenName(n.name, adapter))),
        ...blank,
      ],
      `{{ ref('${model}') }}${style.tableAs ? ` ${word('as')}` : ''} ${EVENTS}`,
      'select distinct',
    ),
    `${word('where')} ${values.map((v) => `${v} ${word('is not null')}`).join(` ${word('and')} `)}`,
    notAmong(making, standing, dimension, own),
  ]
}

function notAmong(
  making: Making,
  standing: StandingDimension,
  dimension: FactDimension,
  cte: string,
): string {
  const { writing, word } = making
  const values = naturalValues(making, standing, dimension)
  const same = standing.natural
    .map((n, i) => `${cte}.${writtenName(n.name, writing.adapter)} = ${values[i]}`)
    .join(` ${word('and')} `)
  return `${writing.style.indent}${word('and not exists')} (${word('select')} 1 ${word('from')} ${cte} ${word('where')} ${same})`
}

function naturalValues(
  { holding, ...making }: Making,
  standing: StandingDimension,
  dimension: FactDimension,
): string[] {
  return dimension.columns.map((c, i) => {
    const held = holding.of(c)
    const like = standing.natural[i]
    const column = castOf(c, `${EVENTS}.${held.source}`)
    return like && like.type.toLowerCase() !== held.type.toLowerCase()
      ? cast(making, column, like.type)
      : column
  })
}
