/** How properties files are laid out, how tests are spelled, and how much is described. */
import { basename, dirname } from 'node:path'
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { type Convention, settle, type Votes } from './types.ts'

export type YamlFile = { path: string; text: string }

type Described = { file: string; name: string; has: boolean }
type Seen = { models: Described[]; columns: Described[]; spelling: Votes; arguments: Votes }

export function yamlStyle(files: YamlFile[]): Convention[] {
  const seen: Seen = { models: [], columns: [], spelling: [], arguments: [] }
  for (const file of files) read(file, seen)
  const described = (all: Described[]): Votes =>
    all.map((d) => ({ place: d.name, choice: d.has ? 'described' : 'not described' }))
  return [
    settle('properties files', 'models in them', layout(seen.models)),
    settle('tests are spelled', 'lists of tests', seen.spelling),
    settle('arguments of tests', 'tests with arguments', seen.arguments),
    settle('models are', 'models in properties files', described(seen.models)),
    settle('columns are', 'columns in properties files', described(seen.columns)),
  ].filter((c) => c !== null)
}

function read({ path, text }: YamlFile, seen: Seen): void {
  const document = parseDocument(text)
  if (document.errors.length > 0) return // dbt says so itself
  const models = document.get('models')
  if (!isSeq(models)) return
  for (const model of models.items) {
    if (!isMap(model)) continue
    const name = String(model.get('name') ?? '')
    seen.models.push({ file: path, name, has: isText(model.get('description')) })
    readTests(model, path, seen)
    const columns = model.get('columns')
    for (const column of isSeq(columns) ? columns.items : []) {
      if (!isMap(column)) continue
      seen.columns.push({
        file: path,
        name: `${name}.${String(column.get('name') ?? '')}`,
        has: isText(column.get('description')),
      })
      readTests(column, path, seen)
    }
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function readTests(holder: { get(key: string): unknown }, path: string, seen: Seen): void {
  for (const key of ['tests', 'data_tests'] as const) {
    const tests = holder.get(key)
    if (!isSeq(tests)) continue
    seen.spelling.push({ place: path, choice: `${key}:` })
    for (const test of tests.items) {
      const body = isMap(test) ? test.items[0]?.value : undefined
      if (!isMap(body)) continue
      const keys = body.items.map((i) => (isScalar(i.key) ? String(i.key.value) : ''))
      const own = keys.filter(
        (k) => !['name', 'config', 'description', 'severity', 'where', 'tags'].includes(k),
      )
      if (own.length > 0)
        seen.arguments.push({
          place: path,
          choice: own.includes('arguments') ? 'under arguments:' : 'beside the name',
        })
    }
  }
}

/** One file for each model, or for each folder, called how. */
function layout(models: Described[]): Votes {
  const perFile = Map.groupBy(models, (m) => m.file)
  return [...perFile].flatMap(([file, inside]) => {
    const name = basename(file).replace(/\.ya?ml$/, '')
    const folder = basename(dirname(file))
    const [only] = inside
    const choice =
      inside.length === 1 && only && (name === only.name || name === `_${only.name}`)
        ? 'one for each model'
        : `one for each folder, called ${name.replaceAll(folder, '<folder>')}.yml`
    return inside.map((m) => ({ place: m.name, choice }))
  })
}
