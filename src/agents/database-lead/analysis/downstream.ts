/**
 * Who reads a table further on, as far as the text of the repository says: dlt pipelines that load it, dbt sources, the
 * models built on those, exposures, Power BI models that show them. dbt is not started.
 */

import { basename, dirname } from 'node:path'
import { parseDocument } from 'yaml'
import { escaped } from '../../../core/text.ts'
import { eachFile, lineAt, type Reader } from './code.ts'

/** `key` is what models call it by, `table` what it is called in the database. */
type Source = { key: string; table: string; place: Reader }
type Model = { name: string; file: string; text: string; refs: string[]; sources: string[] }
type Exposure = { name: string; refs: string[]; sources: string[]; place: Reader }

/** `columns`: what is to be gone; a model whose text has one of them is told so. */
export async function findDownstream(
  root: string,
  tables: readonly string[],
  columns: readonly string[],
  skip: string[],
): Promise<Reader[]> {
  if (tables.length === 0) return []
  const loads = await pipelines(root, tables, skip)
  const { sources, exposures } = await declared(root, skip)
  const models = await modelsIn(root, skip)
  const reads = (name: string) => tables.some((t) => squeezed(t) === squeezed(name))
  const own = sources.filter((s) => reads(s.table))
  const sourceKeys = new Set(own.map((s) => s.key))
  // A source that no file declares is called as its table is.
  const known = new Set(sources.map((s) => s.key))
  const isOwn = (key: string) => sourceKeys.has(key) || (!known.has(key) && reads(key.split('.')[1] ?? ''))
  const touched = new Set(models.filter((m) => m.sources.some(isOwn)).map((m) => m.name))
  for (let before = -1; before !== touched.size; ) {
    before = touched.size
    for (const m of models) if (m.refs.some((r) => touched.has(r))) touched.add(m.name)
  }
  const named = (text: string) =>
    columns.filter((c) => new RegExp(`(?<!\\w)${escaped(c)}(?!\\w)`, 'i').test(text))
  return [
    ...loads,
    ...own.map((s) => s.place),
    ...models
      .filter((m) => touched.has(m.name))
      .map((m) => {
        const gone = named(m.text)
        return {
          file: m.file,
          line: 1,
          what: `dbt model ${m.name}${gone.length > 0 ? `, which names ${gone.join(', ')}` : ''}`,
        }
      }),
    ...exposures
      .filter((e) => e.refs.some((r) => touched.has(r)) || e.sources.some(isOwn))
      .map((e) => e.place),
    ...(await semanticModels(root, [...touched, ...tables], skip)),
  ]
}

/** A pipeline that names the table as a text, in a file that uses dlt. */
async function pipelines(root: string, tables: readonly string[], skip: string[]): Promise<Reader[]> {
  const found: Reader[] = []
  await eachFile(root, '**/*.py', skip, (file, text) => {
    if (!/^\s*(import dlt\b|from dlt\b)/m.test(text)) return
    for (const table of tables) {
      const at = new RegExp(
        `["'](?:\\w+\\.)?${escaped(table)}["']|(?:from|join)\\s+["\`]?(?:\\w+\\.)?${escaped(table)}\\b`,
        'i',
      ).exec(text)
      if (at) found.push({ file, line: lineAt(text, at.index), what: 'dlt pipeline' })
    }
  })
  return found
}

async function declared(root: string, skip: string[]): Promise<{ sources: Source[]; exposures: Exposure[] }> {
  const sources: Source[] = []
  const exposures: Exposure[] = []
  await eachFile(root, '**/*.{yml,yaml}', skip, (file, text) => {
    if (!/^(sources|exposures):/m.test(text)) return
    const document = parseDocument(text, { logLevel: 'silent' })
    if (document.errors.length > 0) return
    const content = document.toJS() as Content
    for (const s of items(content.sources))
      for (const t of items(s.tables)) {
        const at = new RegExp(`name:\\s*["']?${escaped(t.name)}["']?\\s*$`, 'm').exec(text)?.index ?? 0
        const place = { file, line: lineAt(text, at), what: `dbt source ${s.name}.${t.name}` }
        sources.push({ key: `${s.name}.${t.name}`.toLowerCase(), table: t.identifier ?? t.name, place })
      }
    for (const e of items(content.exposures)) {
      const on = (e.depends_on ?? []).map(String)
      const at = text.indexOf(e.name)
      exposures.push({
        name: e.name,
        refs: on.flatMap(refsIn),
        sources: on.flatMap(sourcesIn),
        place: { file, line: lineAt(text, Math.max(0, at)), what: `exposure ${e.label ?? e.name}` },
      })
    }
  })
  return { sources, exposures }
}

type Content = {
  sources?: { name: string; tables?: { name: string; identifier?: string }[] }[]
  exposures?: { name: string; label?: string; depends_on?: unknown[] }[]
}

/** What a file says as a list of things with names; anything else is no list. */
function items<T extends { name: string }>(list: T[] | undefined): T[] {
  return Array.isArray(list) ? list.filter((i) => typeof i?.name === 'string') : []
}

async function modelsIn(root: string, skip: string[]): Promise<Model[]> {
  const models: Model[] = []
  await eachFile(root, '**/*.{sql,py}', skip, (file, text) => {
    const [refs, sources] = [refsIn(text), sourcesIn(text)]
    if (refs.length + sources.length === 0) return
    models.push({ name: basename(file).replace(/\.\w+$/, ''), file, text, refs, sources })
  })
  return models
}

/** `ref('a')`, `ref('package', 'a')`, `ref('a', v=2)`, `dbt.ref("a")`. */
function refsIn(text: string): string[] {
  return [...text.matchAll(/\bref\(\s*(?:["'][^"']+["']\s*,\s*)?["']([^"']+)["']/g)].map((m) => m[1] ?? '')
}

function sourcesIn(text: string): string[] {
  return [...text.matchAll(/\bsource\(\s*["']([^"']+)["']\s*,\s*["']([^"']+)["']/g)].map((m) =>
    `${m[1]}.${m[2]}`.toLowerCase(),
  )
}

/** Tables of Power BI models whose source names one of these. */
async function semanticModels(root: string, names: string[], skip: string[]): Promise<Reader[]> {
  const found: Reader[] = []
  await eachFile(root, '**/*.tmdl', skip, (file, text) => {
    const table = /^table\s+(?:'((?:[^']|'')+)'|(\S+))/m.exec(text)
    const name = names.find((n) =>
      new RegExp(
        `(?:Item|Name)\\s*=\\s*"${escaped(n)}"|entityName:\\s*'?${escaped(n)}\\b|\\b(?:from|join)\\s+(?:[\\w"\\[\\]]+\\.)?["\\[]*${escaped(n)}\\b`,
        'i',
      ).test(text),
    )
    if (!name) return
    const model = basename(dirname(dirname(dirname(file)))).replace(/\.SemanticModel$/, '')
    found.push({
      file,
      line: 1,
      what: `Power BI table ${table?.[1] ?? table?.[2] ?? basename(file, '.tmdl')}${model === '' || model === '.' ? '' : ` of ${model}`}`,
    })
  })
  return found
}

/** Loaders write names in a form of their own. */
function squeezed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
