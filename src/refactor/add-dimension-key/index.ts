/** `add-dimension-key FACT DIMENSION`: the key of a dimension in one more role, in a fact that lacks it. */
import { z } from 'zod'
import { collectChanges } from '../../changes/index.ts'
import { addTest, setDescription } from '../../changes/yaml/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { surrogateKeySql } from '../../project/conventions/names.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import type { Column } from '../../project/profile/types.ts'
import { dateKeySql, localTimeSql } from '../business-time.ts'
import { compileEdited } from '../compile-edited.ts'
import { inHouseCase } from '../house-sql.ts'
import { openKnown } from '../known.ts'
import { ownModel, projectPath } from '../models.ts'
import { operation } from '../operation.ts'
import { houseStyleOf, propertiesOf } from '../properties.ts'
import { refused, sqlFile } from '../sql-file.ts'
import type { Plan, RefactorContext } from '../types.ts'
import { writtenName } from '../written.ts'
import { incrementalNotes, keepsNewColumns } from './incremental.ts'
import { keyName } from './role.ts'
import { columnsOf, isHash, matches, type Standing, standingOf, type Unknown, unknownOf } from './standing.ts'
import { type NewKey, withKey } from './text.ts'

const input = z.strictObject({
  fact: z.string({ error: 'name the fact' }),
  dimension: z.string({ error: 'name the dimension' }),
  column: z.string().min(1).nullable(),
  role: z.string().min(1).nullable(),
})
export type Input = z.output<typeof input>

export const addDimensionKey = operation<Input>({
  id: 'add-dimension-key',
  purpose: 'add the key of a dimension to a fact, in one more role',
  usage: '<fact> <dimension> [--column <column of the fact>] [--role <name>]',
  example: 'add-dimension-key fct_trips dim_zone --column dropoff_zone --role dropoff',
  input,
  words: ['fact', 'dimension'],
  flags: { column: 'text', role: 'text' },
  plan,
})

type Work = {
  context: RefactorContext
  style: HouseStyle
  adapter: string
  fact: ManifestNode
  dimension: ManifestNode
  path: string
}

type Found = { column: Column; natural: Column; nulls: number; unmatched: number; rows: number }

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const known = await openKnown(context.dbt, context.project)
  const { graph, adapter } = known
  const [fact, dimension] = [ownModel(graph, wanted.fact), ownModel(graph, wanted.dimension)]
  const style = await houseStyleOf({ ...context, graph })
  const path = projectPath(context.project, fact.original_file_path)
  const work: Work = { context: { ...context, graph }, style, adapter, fact, dimension, path }
  if (fact.unique_id === dimension.unique_id)
    throw refused(path, null, 'a fact and its dimension are two models')
  if (graph.ancestors([dimension.unique_id]).includes(fact.unique_id))
    throw refused(path, null, `${dimension.name} reads ${fact.name}, so ${fact.name} cannot read its key`)
  const file = sqlFile(known, fact, context.project)
  const asking = { ...context, adapter, style }
  const standing = await standingOf(asking, dimension, path)
  const columns = await columnsOf(asking, fact, path)
  const found = await columnOf(work, standing, columns, wanted)
  const key = keyName(style, {
    role: wanted.role,
    column: found.column.name,
    key: standing.key.name,
    natural: found.natural.name,
    isCalendar: standing.isCalendar,
  })
  if (columns.some((c) => c.name.toLowerCase() === key.toLowerCase()))
    throw thereAlready(fact, dimension, key)
  const unknown = await unknownOf(asking, standing, found.natural)
  assertAnswerable(work, found, standing, unknown)
  const hash =
    found.unmatched === 0 &&
    !standing.isCalendar &&
    (await isHash(asking, standing, found.natural, dimension))
  const made = keySql(work, { standing, found, unknown, hash }, key)
  const raw = withKey(file, made, style)
  // dbt knows no ref that is new to a model before it parses it: that is seen in the sandbox.
  if (made.join === null || graph.parents(fact.unique_id).includes(dimension.unique_id)) {
    const modes = file.versions.map((v) => v.mode)
    await compileEdited(context.dbt, fact, raw, modes, path)
  }
  const isIncremental = fact.config?.materialized === 'incremental'
  const files = collectChanges(context.project)
  await files.write(path, isIncremental ? keepsNewColumns(raw, path, fact) : raw)
  await document(work, files, { key, standing, found, unknown })
  const title = `Add ${key} of ${dimension.name} to ${fact.name}`
  const value = dayValue(work, found, standing, dialectOf(adapter).quote(found.column.name))
  return {
    title,
    changes: await files.changeSet(title),
    claims: [
      { kind: 'builds' },
      { kind: 'same-rows', before: fact.unique_id, after: fact.unique_id, added: [key] },
      {
        kind: 'dimension-key',
        node: fact.unique_id,
        key,
        value,
        dimension: dimension.unique_id,
        dimensionKey: standing.key.name,
        natural: found.natural.name,
      },
    ],
    ...(isIncremental ? { fullRefresh: true } : {}),
    notes: [
      ...howNotes(work, { standing, found, unknown, hash }, key),
      ...(isIncremental ? await incrementalNotes(work, { key, made }) : []),
      ...passedOn(work, key),
    ],
    next: [
      {
        command: `martsmith pipeline --select ${fact.name}+${isIncremental ? ' --full-refresh' : ''}`,
        why: isIncremental
          ? 'builds it anew, with the key in all rows'
          : 'builds the change in the warehouse',
      },
    ],
  }
}

/** The column that the person names; else the one of the fact whose values the dimension has. */
async function columnOf(work: Work, standing: Standing, columns: Column[], wanted: Input): Promise<Found> {
  const { fact, dimension, path, context, adapter, style } = work
  const named = columns.filter(
    (c) => wanted.column === null || c.name.toLowerCase() === wanted.column.toLowerCase(),
  )
  if (named.length === 0)
    throw refused(
      path,
      null,
      `${fact.name} has no column ${wanted.column}: its key is made of one that the fact has`,
      [`martsmith refactor add-column <model.column> --to ${fact.name}   carries it there first`],
    )
  const fits = (c: Column, n: Column) =>
    standing.isCalendar ? c.kind === 'date' || c.kind === 'timestamp' : c.kind === n.kind
  const pairs = named.flatMap((column) =>
    standing.naturals.filter((natural) => fits(column, natural)).map((natural) => ({ column, natural })),
  )
  const { quote } = dialectOf(adapter)
  const measured = await matches(
    { ...context, adapter, style },
    fact.relation_name ?? '',
    pairs.map(({ column, natural }) => ({
      value: dayValue(work, { column }, standing, quote(column.name)),
      natural,
      dimension: standing.relation,
    })),
  )
  const all = pairs.map((pair, i) => ({ ...pair, rows: 0, nulls: 0, unmatched: 0, ...measured[i] }))
  const found = all
    .filter((p) => p.rows - p.nulls - p.unmatched > 0 && (wanted.column !== null || likely(p, standing)))
    .sort((a, b) => a.unmatched - b.unmatched)
  const [best] = found
  const others = new Set(found.map((f) => f.column.name))
  if (best && others.size === 1) return best
  const cases = best ? [...others] : columns.map((c) => c.name)
  throw new MartsmithError({
    code: best ? 'refactor.which-column' : 'refactor.no-column',
    message: best
      ? `Several columns of ${fact.name} have values of ${dimension.name}: say which. Nothing was changed.`
      : `${wanted.column ?? `No column of ${fact.name}`} has ${wanted.column === null ? '' : 'no '}values of ${dimension.name} (${list(standing.naturals.map((n) => n.name))}). Nothing was changed.`,
    details: [`Columns: ${list(cases, 20)}`],
    mend: best
      ? cases.map((c) => `martsmith refactor add-dimension-key ${fact.name} ${dimension.name} --column ${c}`)
      : [`martsmith refactor add-column <model.column> --to ${fact.name}   carries a column there first`],
    exitCode: best ? 3 : 2,
  })
}

/** Whole numbers lie in each other by chance: there the names have to be alike. */
function likely({ column, natural, unmatched }: Found, { isCalendar }: Standing): boolean {
  if (isCalendar) return true
  const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return unmatched === 0 && (natural.kind === 'text' || bare(column.name).endsWith(bare(natural.name)))
}

function dayValue(
  { context, style, adapter }: Work,
  { column }: Pick<Found, 'column'>,
  { isCalendar }: Standing,
  sql: string,
): string {
  if (!isCalendar) return sql
  const zones = context.project.config.modeling
  return `cast(${localTimeSql(sql, { type: column.type, zones, style, adapter })} as date)`
}

function assertAnswerable(
  { path, dimension }: Work,
  { nulls, unmatched, column }: Found,
  { isCalendar }: Standing,
  unknown: Unknown | null,
): void {
  if (unmatched > 0 && isCalendar)
    throw refused(
      path,
      null,
      `${count(unmatched, 'row')} have a ${column.name} that ${dimension.name} has no day for: extend it first`,
      ['martsmith dimension date   says where it ends'],
    )
  if (unknown !== null || nulls + unmatched === 0) return
  throw refused(
    path,
    null,
    `${dimension.name} has no unknown member, and ${count(nulls + unmatched, 'row')} have no ${column.name} that it knows: their key would be null`,
    [`Add a row for the unknown to ${dimension.original_file_path} first.`],
  )
}

type Making = { standing: Standing; found: Found; unknown: Unknown | null; hash: boolean }

function keySql({ style, adapter, context, dimension }: Work, making: Making, key: string): NewKey {
  const { standing, found, unknown, hash } = making
  const column = writtenName(found.column.name, adapter)
  const house = (sql: string) => inHouseCase(style, sql)
  const name = writtenName(key, adapter)
  if (standing.isCalendar) {
    const local = localTimeSql(column, {
      type: found.column.type,
      zones: context.project.config.modeling,
      style,
      adapter,
    })
    const day = dateKeySql(local, style)
    return { key: name, sql: unknown ? house(`coalesce(${day}, ${unknown.key})`) : day, join: null }
  }
  if (hash) {
    const value = unknown ? house(`coalesce(${column}, ${written(unknown.natural)})`) : column
    return { key: name, sql: surrogateKeySql(style, [value]), join: null }
  }
  const own = `{dimension}.${writtenName(standing.key.name, adapter)}`
  return {
    key: name,
    sql: unknown ? house(`coalesce(${own}, ${unknown.key})`) : own,
    join: {
      dimension: dimension.name,
      on: `{row}.${column} = {dimension}.${writtenName(found.natural.name, adapter)}`,
    },
  }
}

function written(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

function howNotes({ dimension }: Work, { standing, found, unknown, hash }: Making, key: string): string[] {
  const { column, natural, nulls, unmatched, rows } = found
  const way = standing.isCalendar
    ? `worked out of ${column.name}, as the key of ${dimension.name} is yyyymmdd in all rows`
    : hash
      ? `worked out of ${column.name}, as the key of ${dimension.name} is of ${natural.name} in all rows: a row that comes later there is found by itself`
      : `looked up in ${dimension.name} by ${column.name} = ${natural.name}`
  const none = [
    ...(nulls > 0 ? [`${count(nulls, 'row')} without a ${column.name}`] : []),
    ...(unmatched > 0 ? [`${count(unmatched, 'row')} whose ${column.name} is not in ${dimension.name}`] : []),
  ]
  return [
    `${key} is ${way}.`,
    unknown
      ? none.length > 0
        ? `The unknown member (${unknown.natural}) is for ${list(none)}, of ${rows.toLocaleString('en-US')}.`
        : `The unknown member (${unknown.natural}) is for rows to come that have no ${column.name}; today all have one.`
      : `${dimension.name} has no unknown member: a row without a ${column.name} would fail not_null of ${key}.`,
  ]
}

function passedOn({ context: { graph }, fact }: Work, key: string): string[] {
  const readers = graph.children(fact.unique_id).filter((id) => id.startsWith('model.'))
  if (readers.length === 0) return []
  return [
    `${list(readers.map(graph.label), 5)} ${readers.length === 1 ? 'reads' : 'read'} ${fact.name}: those that take all columns (*) have ${key} too.`,
  ]
}

async function document(
  { context, style, fact, dimension, adapter }: Work,
  files: ReturnType<typeof collectChanges>,
  { key, standing, found, unknown }: { key: string } & Omit<Making, 'hash'>,
): Promise<void> {
  const properties = await propertiesOf(context, files, fact)
  properties.ensureModel()
  const entry = properties.ensureColumn(key, writtenName(key, adapter) === key ? undefined : { quote: true })
  const end = style.describe.end === 'none' ? '' : '.'
  setDescription(
    properties.yaml,
    entry,
    `Key of ${dimension.name}, found by ${found.column.name}${unknown ? '; its unknown member where there is none' : ''}. Foreign key${end}`,
  )
  const spelling = { key: style.testsKey, arguments: style.testArguments }
  addTest(properties.yaml, entry, { test: 'not_null' }, spelling)
  const args = { to: `ref('${dimension.name}')`, field: writtenName(standing.key.name, adapter) }
  addTest(properties.yaml, entry, { test: 'relationships', args }, spelling)
  await properties.done()
}

function thereAlready(fact: ManifestNode, dimension: ManifestNode, key: string): MartsmithError {
  return new MartsmithError({
    code: 'refactor.nothing-to-do',
    message: `${fact.name} has ${key} already; there is nothing to change.`,
    mend: [
      `martsmith refactor add-dimension-key ${fact.name} ${dimension.name} --column <column> --role <name>   adds it in another role`,
    ],
    exitCode: 0,
  })
}
