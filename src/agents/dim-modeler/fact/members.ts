/**
 * Members that facts need of dimensions that stand: one for what is not known, and one for each value that the
 * dimension's own source lacks, so that they are found and heal when it comes. The dimension's file is extended
 * where that is safe; else it is said.
 */
import { editYaml, giveNoRows } from '../../../changes/yaml/index.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { scan } from '../../../project/conventions/scan.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { projectPath } from '../../../refactor/models.ts'
import type { Claim } from '../../../refactor/types.ts'
import type { FactDimension, StandingDimension } from '../../data-modeler/fact/types.ts'
import { withColumns } from '../../data-modeler/search/origins.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { isPlainText } from '../dimension/table/design.ts'
import { defaultUnknown, keySql, type Members } from './foreign-keys.ts'
import type { Making } from './making.ts'
import { extendedSql, namedBy, type Wish } from './members-sql.ts'

type InferredBy = NonNullable<Extract<Claim, { kind: 'dimension' }>['inferred']>

export type Extended = {
  making: Making
  membersOf: (role: string) => Members
  claims: Claim[]
  words: string[]
  /** Of dimensions that are made in the same change, by id: what their inferred members are named by. */
  inferred: ReadonlyMap<string, InferredBy>
}

/** A dimension that is made in the same change is not in the project yet: its file is, and what it will have. */
export type MadeDimension = {
  file: string
  columns: OriginColumn[]
  tests: { column: string; test: string }[]
  /** The one relation that all its rows are of. */
  of: string | null
  /** Files with unit tests of it. */
  testedIn: string[]
}

type Target = MadeDimension & { relation: string | null }

type Done = { unknown: boolean; roles: Set<string> }

export async function extendDimensions(
  making: Making,
  fresh: ReadonlyMap<string, MadeDimension> = new Map(),
): Promise<Extended> {
  const claims: Claim[] = []
  const words: string[] = []
  const inferred = new Map<string, InferredBy>()
  const done = new Map<string, Done>()
  for (const wanted of wishesOf(making)) {
    const { standing } = wanted
    const target = await targetOf(making, standing, fresh.get(standing.id))
    const { made, why } = await extendOrLess(making, wanted, target)
    if (why !== null) words.push(`${standing.name} ${leftWords(wanted, made)}: ${why}.`)
    if (made === null) continue
    done.set(standing.id, { unknown: made.unknown, roles: new Set(made.inferred.map((d) => d.role)) })
    if (fresh.has(standing.id)) inferred.set(standing.id, inferredBy(making, made))
    else if (made.changed) claims.push({ kind: 'shows-difference', before: standing.id, after: standing.id })
    if (made.changed) words.push(`${standing.name} gets ${list(gains(made))}.`)
  }
  const { recommendation } = making
  const dimensions = recommendation.dimensions.map((d) => {
    const added = d.dimension && done.get(d.dimension.id)?.unknown
    if (!d.dimension || !added) return d
    const natural = d.dimension.natural.map(defaultUnknown)
    const key = keySql(making, d.dimension, natural)
    return { ...d, dimension: { ...d.dimension, unknown: { key, natural } } }
  })
  return {
    making: { ...making, recommendation: { ...recommendation, dimensions } },
    claims,
    words,
    inferred,
    membersOf: (role) => {
      const standing = recommendation.dimensions.find((d) => d.role === role)?.dimension
      const made = standing ? done.get(standing.id) : undefined
      const unknown = standing?.unknown ? 'there' : made?.unknown ? 'added' : 'absent'
      return { unknown, inferred: made?.roles.has(role) ?? false }
    },
  }
}

function inferredBy(making: Making, { standing, inferred }: Wish): InferredBy {
  return inferred.flatMap((d) => {
    const by = namedBy(making, standing, d)
    return by ? [{ id: by.id, values: by.values }] : []
  })
}

function gains({ unknown, inferred }: Wish): string[] {
  const roles = list(inferred.map((d) => d.role))
  const today = inferred.reduce((sum, d) => sum + d.unmatched, 0)
  return [
    ...(unknown ? ['an unknown member'] : []),
    ...(inferred.length === 0
      ? []
      : [
          `inferred members: a row for each ${roles} that the events name before its own source does (${today === 0 ? 'none today' : count(today, 'row')}), healed when it comes`,
        ]),
  ]
}

function leftWords(wanted: Wish, made: Wish | null): string {
  if (made === null) return 'is left as it is'
  return made.inferred.length === 0 ? 'gets no inferred members' : wanted.unknown ? 'is extended in part' : ''
}

/** A key that is computed needs a row for whatever comes, today or not: so each such dimension is asked for them. */
function wishesOf({ recommendation }: Making): Wish[] {
  const wishes = new Map<string, Wish>()
  for (const d of recommendation.dimensions) {
    if (
      !d.dimension ||
      d.each ||
      d.kind === 'calendar' ||
      d.dimension.versions ||
      d.dimension.keyIs === 'other'
    )
      continue
    const unknown = d.dimension.unknown === null
    const wish = wishes.get(d.dimension.id) ?? { standing: d.dimension, unknown, inferred: [] }
    wish.inferred.push(d)
    wishes.set(d.dimension.id, wish)
  }
  return [...wishes.values()]
}

/** What it is, where it can be extended at all; else why not. */
async function targetOf(
  { writing }: Making,
  standing: StandingDimension,
  made: MadeDimension | undefined,
): Promise<Target | string> {
  if (made) return { ...made, relation: null }
  const { graph, project } = writing.context
  const node = graph.node(standing.id)
  if (!node || !graph.isOwn(standing.id) || node.resource_type !== 'model' || node.language !== 'sql')
    return 'it is no SQL model of this project'
  if (!['table', 'view'].includes(node.config?.materialized ?? 'view'))
    return `it is ${node.config?.materialized}, and what is added once stays`
  if (node.contract?.enforced) return 'a contract says what it has'
  const [origin] = await withColumns(writing.context, [standing.id])
  if (!origin?.stands) return 'its columns are not known, for it is not in the warehouse'
  const children = graph.children(standing.id).flatMap((id) => graph.node(id) ?? [])
  const tests = children.flatMap((test) => {
    const name = test.test_metadata?.name
    const column = test.column_name?.replace(/^["`[]|["`\]]$/g, '')
    return name && column && test.attached_node === standing.id ? [{ column, test: name }] : []
  })
  const parents = graph.parents(standing.id)
  const unitTests = Object.values(graph.manifest.unit_tests).filter((t) => t.model === standing.name)
  return {
    file: projectPath(project, node.original_file_path),
    columns: origin.columns,
    tests,
    testedIn: [...new Set(unitTests.map((t) => projectPath(project, t.original_file_path)))],
    of: parents.length === 1 ? (parents[0] ?? null) : null,
    relation: origin.relation,
  }
}

type Extension = Wish & { changed: boolean }

/** All that is wished for, or the unknown member alone; and why not all. */
async function extendOrLess(
  making: Making,
  wish: Wish,
  target: Target | string,
): Promise<{ made: Extension | null; why: string | null }> {
  if (typeof target === 'string') return { made: null, why: target }
  const roles = wish.inferred.filter((d) => namedBy(making, wish.standing, d) !== null)
  const why = roles.length < wish.inferred.length ? 'two relations name it together' : null
  const all = await extend(making, { ...wish, inferred: roles }, target)
  if (typeof all !== 'string') return { made: roles.length > 0 || all.unknown ? all : null, why }
  for (const less of [
    { ...wish, unknown: false, inferred: roles },
    { ...wish, inferred: [] },
  ]) {
    if (!wish.unknown || (less.inferred.length === 0 && !less.unknown)) continue
    const part = await extend(making, less, target)
    if (typeof part !== 'string') return { made: part, why: all }
  }
  return { made: null, why: all }
}

/** What is done; else why it is not. */
async function extend(making: Making, wish: Wish, target: Target): Promise<Extension | string> {
  const { writing, recommendation } = making
  const { graph } = writing.context
  const { standing } = wish
  const reads = recommendation.reads.map((r) => r.id)
  if (wish.inferred.length > 0 && graph.ancestors(reads).includes(standing.id))
    return 'what the fact is made from reads it'
  const text = await writing.files.read(target.file)
  // All its rows are of the events: it has what they name, and at once.
  const lacking = wish.inferred.filter((d) => !isOf(making, wish, d, { target, text }))
  const wanted = { ...wish, inferred: lacking }
  if (!wish.unknown && lacking.length === 0) return { ...wish, changed: false }
  const broken = brokenTest(wanted, target)
  if (broken !== null) return broken
  const word = (n: OriginColumn) =>
    n.kind === 'text' ? isPlainText(n.type) : /^(integer|number)$/.test(n.kind)
  if (wish.unknown && !standing.natural.every(word)) return 'its natural key has no word for unknown'
  if (wish.unknown && target.relation && (await isTaken(making, standing, target.relation)))
    return 'a row has the name of the unknown member'
  const extended = extendedSql(making, wanted, target.columns, text)
  if (extended === null) return 'its SQL does not end in a plain select'
  if (extended !== text) {
    await writing.files.write(target.file, extended)
    await giveNoEvents(making, wanted, target)
  }
  return { ...wish, changed: extended !== text }
}

/** dbt wants rows for all that a model reads: its unit tests get none of these, and say what they said. */
async function giveNoEvents(
  making: Making,
  { standing, inferred }: Wish,
  { testedIn }: Target,
): Promise<void> {
  const { files } = making.writing
  const models = new Set(inferred.flatMap((d) => namedBy(making, standing, d)?.model ?? []))
  for (const file of testedIn) {
    const yaml = editYaml(file, await files.read(file))
    giveNoRows(yaml, standing.name, models)
    await files.write(file, yaml.text)
  }
}

/** It reads nothing but what names its members, by the same column, and lacks none of them. */
function isOf(
  making: Making,
  { standing }: Wish,
  dimension: FactDimension,
  { target, text }: { target: Target; text: string },
): boolean {
  const by = namedBy(making, standing, dimension)
  if (by === null || by.id !== target.of || dimension.unmatched > 0) return false
  const names = new Set(scan(text).map((t) => t.text.toLowerCase()))
  return by.values.every((v) => names.has(v.toLowerCase()))
}

/** A member says Unknown, or nothing: a test that cannot hold then is never weakened for it. */
function brokenTest({ standing, inferred }: Wish, { columns, tests }: Target): string | null {
  const isKey = (name: string) =>
    [standing.key, ...standing.natural].some((c) => c.name.toLowerCase() === name.toLowerCase())
  for (const { column, test } of tests) {
    const found = columns.find((c) => c.name.toLowerCase() === column.toLowerCase())
    const isText = found?.kind === 'text' && isPlainText(found.type)
    const fails =
      test === 'accepted_values' ||
      (test === 'relationships' && (isText || isKey(column))) ||
      (test === 'not_null' && !isText && !isKey(column)) ||
      (test === 'unique' && inferred.length > 0 && !isKey(column))
    if (fails) return `${test} of ${column} would not hold for such a member`
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
