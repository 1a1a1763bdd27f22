/** Which column could tell when the rows of a source were loaded, and where its properties say so. */
import type { WarehouseColumn } from '../../adapters/dbt/types.ts'
import type { YamlPath } from '../../changes/yaml/index.ts'
import { isMartsmithError } from '../../core/errors.ts'
import type { ManifestSource } from '../../project/manifest.ts'
import { kindOf } from '../../project/profile/sql.ts'
import { isPlain, quoteName } from '../../project/sql/names.ts'
import { LOADED } from './data/since.ts'
import { fileOf } from './fixes/files.ts'
import { opened } from './fixes/opened.ts'
import { propose } from './fixes/propose.ts'
import { earlierTexts } from './fixes/versions.ts'
import { nearNames } from './score.ts'
import type { Candidate, FixContext } from './types.ts'

type Context = Pick<FixContext, 'place' | 'adapter' | 'read' | 'git'>
type Named = Pick<ManifestSource, 'source_name' | 'name' | 'original_file_path'>

/** Most columns of which it is tried whether they tell it. */
const MOST_WAYS = 4

/** `wanted`: what tells it by now; null where nothing does. The best first. */
export async function fieldWays(
  source: Named,
  { wanted, columns }: { wanted: string | null; columns: WarehouseColumn[] },
  context: Context,
): Promise<Candidate[]> {
  const { place, adapter, read, git } = context
  const path = fileOf(source, place)
  const text = await read(path).catch(() => null)
  if (text === null || !/\.ya?ml$/.test(path)) return []
  const before = (await earlierTexts(path, { git, read })).flatMap((v) => said(path, v.text, source))
  const times = columns.filter((c) => isTime(c) && !isOf(c, wanted))
  const found: { value: string; score: number; because: string; where?: YamlPath }[] = []
  for (const { value, where } of before)
    if (value !== wanted && columns.some((c) => isOf(c, value)))
      found.push({ value, where, score: 90, because: 'the file said so before' })
  const own = wanted === null ? undefined : columns.find((c) => isOf(c, wanted))
  if (own && !isTime(own) && !/\(/.test(wanted ?? ''))
    found.push({
      value: `cast(${column(own.name, adapter)} as timestamp)`,
      score: 85,
      because: `${own.name} is of the type ${own.type}, and holds times`,
    })
  if (wanted !== null && !own)
    for (const near of nearNames(
      bare(wanted),
      columns.map((c) => c.name),
    ))
      found.push({
        value: column(near.name, adapter),
        score: near.score,
        because: `${source.name} has a column ${near.name}, written nearly so`,
      })
  for (const c of times.filter((t) => LOADED.test(t.name)))
    found.push({
      value: column(c.name, adapter),
      score: 60,
      because: `${c.name} is a time, and called as loaders call when a row came`,
    })
  const ways = await Promise.all(
    found.map(({ value, score, because, where }) => {
      const after = withField(path, text, source, value, where)
      return propose(context, {
        title: `Tell the age of ${source.source_name}.${source.name} by ${value}`,
        because: [because],
        score,
        texts: after === null ? {} : { [path]: after },
      })
    }),
  )
  return ways
    .flat()
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_WAYS)
}

const bare = (name: string) => name.replace(/["`]/g, '')
const isOf = ({ name }: WarehouseColumn, wanted: string | null) =>
  wanted !== null && bare(wanted).toLowerCase() === name.toLowerCase()
export const isTime = ({ type }: WarehouseColumn) => ['timestamp', 'date'].includes(kindOf(type))
const column = (name: string, adapter: string) => (isPlain(name, adapter) ? name : quoteName(name, adapter))

const sourcePath = ({ source_name }: Named): YamlPath => ['sources', { name: source_name }]
const tablePath = (source: Named): YamlPath => [...sourcePath(source), 'tables', { name: source.name }]

/** Where a source or its table says the field: beside its name, or in its config. */
const holders = (source: Named): YamlPath[] =>
  [tablePath(source), sourcePath(source)].flatMap((p) => [p, [...p, 'config']])

function said(path: string, text: string, source: Named): { value: string; where: YamlPath }[] {
  const yaml = opened(path, text)
  return holders(source).flatMap((at) => {
    const where = [...at, 'loaded_at_field']
    const value = yaml?.get(where)
    return typeof value === 'string' ? [{ value, where }] : []
  })
}

function withField(
  path: string,
  text: string,
  source: Named,
  value: string,
  where: YamlPath | undefined,
): string | null {
  const yaml = opened(path, text)
  if (!yaml) return null
  const [standing] = said(path, text, source)
  try {
    yaml.set(where ?? standing?.where ?? [...tablePath(source), 'loaded_at_field'], value, {
      after: ['description', 'name'],
    })
    return yaml.text
  } catch (error) {
    if (isMartsmithError(error)) return null
    throw error
  }
}

/** The line of a key of a source, of its table above all; else that of the table itself. */
export function writtenAt(path: string, text: string, source: Named, key: string): number | null {
  const yaml = opened(path, text)
  if (!yaml) return null
  const places = [...holders(source).map((at) => [...at, key]), tablePath(source), sourcePath(source)]
  const at = places.find((p) => yaml.has(p))
  return at ? yaml.lineOf(at) : null
}
