/** A source entry for a relation that is none yet: in the source of its schema, else in a file where the house has them. */
import { join } from 'node:path/posix'
import type { ChangeCollector } from '../../changes/index.ts'
import { editYaml, type Value } from '../../changes/yaml/index.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { stagingFolder } from '../../project/conventions/names.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { type Identifier, keyOf, keyOfStored } from '../../project/sql/names.ts'

export type Declared = { source: string; table: string; path: string; isNew: boolean }

export type Place = {
  graph: ProjectGraph
  adapter: string
  style: HouseStyle
  /** The folder of models, from that of dbt_project.yml. */
  modelRoot: string
  /** The target's. */
  database: string | null
  pathOf(file: string): string
}

/** `path` has a schema and a name, and maybe a database. */
export async function declareSource(
  files: ChangeCollector,
  place: Place,
  path: Identifier[],
  declared: Declared[],
): Promise<Declared> {
  const [name, schema, database] = path.toReversed().map((part) => stored(part, place.adapter))
  if (name === undefined || schema === undefined) throw new Error('a relation without a schema is no source')
  const known = Object.values(place.graph.manifest.sources).find(
    (s) =>
      place.graph.isOwn(s.unique_id) &&
      keyOfStored(s.schema, place.adapter) === keyOfStored(schema, place.adapter) &&
      (database === undefined ||
        keyOfStored(s.database ?? '', place.adapter) === keyOfStored(database, place.adapter)),
  )
  const earlier = declared.find((d) => d.source === schema)
  const file =
    known?.original_file_path ??
    join(place.modelRoot, stagingFolder(place.style, schema), fileName(place.style, schema))
  const target = known ? place.pathOf(file) : (earlier?.path ?? place.pathOf(file))
  const source = known?.source_name ?? schema
  const there = await files.exists(target)
  const yaml = editYaml(target, there ? await files.read(target) : head(place.style))
  const isNew = !yaml.has(['sources', { name: source }])
  if (isNew) yaml.add(['sources'], entry(place, source, database, name))
  else yaml.add(['sources', { name: source }, 'tables'], { name })
  if (there) await files.write(target, yaml.text)
  else await files.create(target, yaml.text)
  return { source, table: name, path: target, isNew }
}

function entry(
  { database: own, adapter }: Place,
  source: string,
  database: string | undefined,
  table: string,
): Value {
  const elsewhere =
    database !== undefined && (own === null || keyOfStored(own, adapter) !== keyOfStored(database, adapter))
  return {
    name: source,
    ...(elsewhere ? { database } : {}),
    schema: source,
    tables: [{ name: table }],
  }
}

function fileName(style: HouseStyle, source: string): string {
  const folder = stagingFolder(style, source).split('/').at(-1) || 'models'
  return style.sourcesName.replace('{source}', source).replace('{folder}', folder)
}

function head(style: HouseStyle): string {
  return style.yaml.version ? `version: 2${style.lineEnd}${style.lineEnd}` : ''
}

/** A name as the warehouse has it, where the engine folds what is not quoted; else as it is written. */
function stored(part: Identifier, adapter: string): string {
  const folds = keyOf({ name: 'a' }, adapter) !== keyOf({ name: 'A', quoted: true }, adapter)
  return folds ? keyOf(part, adapter) : part.name
}
