/** A snapshot that is made with its dimension: in YAML where dbt reads that (1.9), else as the block that it was before. */
import { join } from 'node:path/posix'
import { addTest, editYaml, setDescription, type Value } from '../../../../changes/yaml/index.ts'
import { MartsmithError } from '../../../../core/errors.ts'
import { entityOf } from '../../../../project/conventions/cte-style.ts'
import { inNumber } from '../../../../project/conventions/plural.ts'
import type { ManifestNode } from '../../../../project/manifest.ts'
import { projectPath } from '../../../../refactor/models.ts'
import { dbtProject, pathsIn } from '../../../../refactor/project-files.ts'
import { writtenName } from '../../../../refactor/written.ts'
import { ownSnapshots } from '../../../data-modeler/dimension/history/snapshots.ts'
import type { VersionsRecommendation } from '../../../data-modeler/dimension/history/types.ts'
import { ended, one } from '../../document.ts'
import type { Reads, Writing } from '../../writing.ts'

export type MadeSnapshot = {
  id: string
  name: string
  /** As stored in what it reads. */
  key: string[]
  updatedAt: string | null
}

const AFFIX = {
  prefix: /^(snp|snap|snapshot|scd\d?|hist)_/i,
  suffix: /_(snp|snap|snapshots?|scd\d?|hist|history)$/i,
}

/** @throws MartsmithError `design.file`, `design.name` where something is in the way. */
export async function writeSnapshot(
  writing: Writing,
  recommendation: VersionsRecommendation,
  reads: Reads,
): Promise<MadeSnapshot> {
  const { context, adapter, files, style } = writing
  const { graph, project } = context
  const standing = ownSnapshots(graph)
  const name = snapshotName(standing, reads.name)
  const stored = (c: { name: string }) => reads.renamed.get(c.name) ?? c.name
  const written = (c: { name: string }) => writtenName(stored(c), adapter)
  const keys = recommendation.natural.map((n) => written(n.column))
  const at = recommendation.snapshot?.updatedAt ?? null
  const strategy: Record<string, Value> = at
    ? { strategy: 'timestamp', updated_at: written(at) }
    : { strategy: 'check', check_cols: recommendation.attributes.map(written) }
  const isNew = atLeast(graph.manifest.metadata.dbt_version, 1, 9)
  if (keys.length > 1 && !isNew) throw tooOld(keys)
  const deletes: Record<string, Value> = isNew
    ? { hard_deletes: 'invalidate' }
    : { invalidate_hard_deletes: true }
  const own = schemaOf(standing, isNew)
  const [key = ''] = keys
  const config = { ...own, unique_key: keys.length === 1 ? key : keys, ...strategy, ...deletes }
  const taken = Object.values(graph.manifest.nodes).find((n) => n.name === name)
  if (taken) throw inTheWay(`a ${taken.resource_type} ${name} already (${taken.original_file_path})`)
  const isYaml =
    isNew && (standing.length === 0 || standing.some((s) => /\.ya?ml$/.test(s.original_file_path)))
  const folder = pathsIn(await dbtProject(project.dbtDir), 'snapshot-paths')[0] ?? 'snapshots'
  const file = projectPath(project, join(folder, `${name}.${isYaml ? 'yml' : 'sql'}`))
  if (await files.exists(file)) throw inTheWay(`a file ${file} already`)
  const relation = `ref('${reads.name}')`
  const thing = recommendation.subject.trim().toLowerCase()
  const description = ended(
    style,
    `History of ${reads.name}: one row per version of ${one(thing)}, from the first run of the snapshot on`,
  )
  const text = isYaml
    ? yamlOf(writing, file, { name, description, relation, config })
    : blockOf(writing, { name, relation, config })
  await files.create(file, text)
  return {
    id: `snapshot.${graph.manifest.metadata.project_name}.${name}`,
    name,
    key: recommendation.natural.map((n) => stored(n.column)),
    updatedAt: at ? stored(at) : null,
  }
}

/** As most snapshots of the project are called; else `customers_snapshot`. */
function snapshotName(standing: ManifestNode[], reads: string): string {
  const found = standing.flatMap(({ name }) => {
    const [prefix] = AFFIX.prefix.exec(name) ?? []
    const [suffix] = AFFIX.suffix.exec(name) ?? []
    return prefix ? [{ prefix, suffix: '' }] : suffix ? [{ prefix: '', suffix }] : []
  })
  const { prefix, suffix } = found[0] ?? { prefix: '', suffix: '_snapshot' }
  return `${prefix}${inNumber(entityOf(reads), 'plural')}${suffix}`
}

/** Where the others lie, if that is said of each of them; before 1.9 dbt asks for it. */
function schemaOf(standing: ManifestNode[], isNew: boolean): Record<string, Value> {
  const said = standing.map((s) => {
    const config = s.unrendered_config ?? {}
    const key = ['target_schema', 'schema'].find(
      (k) => typeof config[k] === 'string' && s.raw_code.includes(k),
    )
    return key === undefined ? null : { key, value: String(config[key]) }
  })
  const [first] = said
  if (first && said.every((s) => s?.value === first.value)) return { [first.key]: first.value }
  return isNew ? {} : { target_schema: 'snapshots' }
}

type Snapshot = { name: string; relation: string; config: Record<string, Value> }

function yamlOf(
  { style }: Writing,
  file: string,
  { name, description, relation, config }: Snapshot & { description: string },
): string {
  const dash = style.yaml.listsIndented ? `${' '.repeat(style.yaml.indent)}- ` : '- '
  const lines = [...(style.yaml.version ? ['version: 2', ''] : []), 'snapshots:', `${dash}name: ${name}`, '']
  const yaml = editYaml(file, lines.join(style.lineEnd))
  const entry = ['snapshots', { name }]
  setDescription(yaml, entry, description)
  yaml.set([...entry, 'relation'], relation)
  for (const [key, value] of Object.entries(config)) yaml.set([...entry, 'config', key], value)
  const column = [...entry, 'columns', { name: 'dbt_scd_id' }]
  yaml.add([...entry, 'columns'], { name: 'dbt_scd_id' })
  setDescription(yaml, column, ended(style, 'Key of the version, made by dbt'))
  for (const test of ['unique', 'not_null'])
    addTest(yaml, column, { test }, { key: style.testsKey, arguments: style.testArguments })
  return yaml.text
}

function blockOf({ style }: Writing, { name, relation, config }: Snapshot): string {
  const literal = (value: Value): string => {
    if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
    return value === true ? 'True' : `'${String(value).replaceAll("'", "\\'")}'`
  }
  const { indent } = style
  const entries = Object.entries(config).map(([k, v]) => `${indent}${indent}${k}=${literal(v)}`)
  return [
    `{% snapshot ${name} %}`,
    '',
    '{{',
    `${indent}config(`,
    entries.join(`,${style.lineEnd}`),
    `${indent})`,
    '}}',
    '',
    `${style.keywords === 'upper' ? 'SELECT * FROM' : 'select * from'} {{ ${relation} }}`,
    '',
    '{% endsnapshot %}',
    '',
  ].join(style.lineEnd)
}

export function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map((n) => Number.parseInt(n, 10))
  return a > major || (a === major && b >= minor)
}

function inTheWay(what: string): MartsmithError {
  return new MartsmithError({ code: 'design.file', message: `There is ${what}. Nothing was run.` })
}

function tooOld(keys: string[]): MartsmithError {
  return new MartsmithError({
    code: 'dimension.history',
    message: `A snapshot takes a key of several columns (${keys.join(', ')}) from dbt 1.9 on. Nothing was run.`,
  })
}
