/** A ref or source to something that is not there: the name it has now, by git; else the nearest one. */
import { basename, extname } from 'node:path'
import { isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml'
import { collectChanges, type TextEdit } from '../../../changes/index.ts'
import { escaped, list } from '../../../core/text.ts'
import { callsInFile, refTarget } from '../../../project/sql/jinja-calls.ts'
import { distanceScore, nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'

export const reference: Fixer = {
  id: 'reference',
  classes: ['P17'],
  find: async (failure, context) => {
    const { thing, message } = failure
    if (!thing) return []
    const isSource = /depends on a source named/.test(message)
    return isSource ? sourceFixes(thing, failure, context) : refFixes(thing, failure, context)
  },
}

async function refFixes(thing: string, failure: Failure, context: FixContext): Promise<Candidate[]> {
  const names = refNames(context)
  const name = await writtenAs(thing, context)
  const renames = (await context.git?.renames()) ?? []
  const renamed = renames.find((r) => bare(r.from) === name && names.has(bare(r.to)))
  const scored = new Map<string, { score: number; because: string[] }>()
  if (renamed) {
    const when = renamed.commit
      ? `in ${renamed.commit.hash} (${renamed.commit.subject})`
      : 'and not committed yet'
    scored.set(bare(renamed.to), {
      score: 95,
      because: [`git: ${renamed.from} was renamed to ${renamed.to} ${when}`],
    })
  }
  const plain =
    name
      .replace(/\.(?:sql|py|csv)$/, '')
      .split(/[./]/)
      .at(-1) ?? name
  if (plain !== name && names.has(plain))
    scored.set(plain, {
      score: 90,
      because: ['a ref takes the name alone, without folder, schema or ending'],
    })
  for (const near of nearNames(name, names)) {
    const known = scored.get(near.name)
    if (known) known.score = Math.min(100, known.score + 5)
    else scored.set(near.name, { score: near.score, because: [isNear(near.name)] })
  }
  const described = await describedIn(context)
  // A file that is called otherwise leaves its YAML behind: tests that find no model are passed over without a word.
  const isLeft = (to: string) => described.has(name) && !described.has(to)
  const everywhere = new Map([...scored].filter(([to]) => isLeft(to)))
  const here = new Map([...scored].filter(([to]) => !isLeft(to)))
  const all = { ...failure, file: null }
  return [
    ...(await made(everywhere, name, all, context, (text, to) => [
      ...refEdits(text, name, to),
      ...entryEdits(text, name, to),
    ])),
    ...(await made(here, name, failure, context, (text, to) => refEdits(text, name, to))),
    ...(renamed ? [] : await broughtBack(name, context)),
  ]
}

/** As a ref has it, dots and all; else what follows a package. */
async function writtenAs(thing: string, { files, read }: FixContext): Promise<string> {
  if (!thing.includes('.')) return thing
  for (const file of files)
    if (refEdits(await read(file).catch(() => ''), thing, thing).length > 0) return thing
  return thing.split('.').at(-1) ?? thing
}

const DESCRIBED = ['models', 'seeds', 'snapshots']

/** Names under which YAML describes models, seeds and snapshots, with its tests. */
async function describedIn({ files, read }: FixContext): Promise<Set<string>> {
  const names = new Set<string>()
  for (const path of files.filter((p) => /\.ya?ml$/.test(p)))
    for (const { value } of entriesIn(await read(path).catch(() => ''))) names.add(String(value))
  return names
}

/** The names of what a file of YAML describes, and of the models that its unit tests are of. */
function entriesIn(text: string): Scalar[] {
  const document = parseDocument(text)
  const named = (section: string, key: string) => {
    const list = document.get(section)
    return isSeq(list)
      ? list.items.flatMap((item) => {
          const value = isMap(item) ? item.get(key, true) : null
          return isScalar(value) && value.range ? [value] : []
        })
      : []
  }
  if (!isMap(document.contents)) return []
  return [...DESCRIBED.flatMap((section) => named(section, 'name')), ...named('unit_tests', 'model')]
}

function entryEdits(text: string, name: string, to: string): TextEdit[] {
  if (!/^(?:models|seeds|snapshots|unit_tests)\s*:/m.test(text)) return []
  return entriesIn(text).flatMap(({ value, range }) => {
    // Between its quotes, where it has some.
    const at = value === name && range ? text.indexOf(name, range[0]) : -1
    return range && at >= 0 && at < range[1] ? [{ start: at, end: at + name.length, text: to }] : []
  })
}

/** A file of that name that was deleted, while others still read it: it comes back as git has it, word for word. */
async function broughtBack(name: string, { git, place, files, read }: FixContext): Promise<Candidate[]> {
  const known = (await git?.deleted()) ?? []
  const gone = known.find(
    ({ path }) => isRead(path) && bare(path) === name && inProject(path, files) && !files.includes(path),
  )
  if (!git || !gone) return []
  const { path, commit } = gone
  const text = commit ? await git.before(commit.hash, path) : await git.committed(path)
  if (text === null) return []
  const readers: string[] = []
  for (const file of files)
    if (refEdits(await read(file).catch(() => ''), name, name).length > 0) readers.push(file)
  const changed = collectChanges(place)
  await changed.write(path, text)
  const when = commit ? `in ${commit.hash} (${commit.subject})` : 'since the last commit'
  const changes = await changed.changeSet(`Bring back ${path}, which was deleted ${when}`)
  const because = `git: it was deleted ${when}, and ${list(readers, 3)} still ${readers.length === 1 ? 'reads' : 'read'} it`
  return [{ title: changes.title, because: [because], score: 74, changes, takesBack: true }]
}

/** Where files that are refs lie now, one of that kind lay. */
const inProject = (path: string, files: string[]) =>
  files.some((f) => isRead(f) && f.split('/')[0] === path.split('/')[0])

async function sourceFixes(thing: string, failure: Failure, context: FixContext): Promise<Candidate[]> {
  const [source = '', table = ''] = thing.split('.').slice(-2)
  const declared = await sourceNames(context)
  const scored = new Map<string, { score: number; because: string[] }>()
  for (const near of nearNames(thing, declared))
    scored.set(near.name, { score: near.score, because: [isNear(near.name)] })
  // The same table under another source, or another table of the same source.
  for (const one of declared) {
    const [s, t] = one.split('.')
    if (!scored.has(one) && (t === table || s === source)) {
      const near = t === table ? 70 : distanceScore(table, t ?? '')
      if (near > 0) scored.set(one, { score: near, because: [`${one} is declared`] })
    }
  }
  return made(scored, thing, failure, context, (text, to) =>
    sourceEdits(text, [source, table], to.split('.')),
  )
}

async function made(
  scored: Map<string, { score: number; because: string[] }>,
  from: string,
  failure: Failure,
  context: FixContext,
  edits: (text: string, to: string) => TextEdit[],
): Promise<Candidate[]> {
  const found: Candidate[] = []
  const paths = failure.file ? [failure.file] : context.files
  for (const [to, { score, because }] of scored) {
    const files = collectChanges(context.place)
    for (const path of paths) {
      const text = await context.read(path).catch(() => null)
      const own = text === null ? [] : edits(text, to)
      if (text !== null && own.length > 0) await files.write(path, edited(text, own, path))
    }
    const changes = await files.changeSet(`Read ${to} instead of ${from}`)
    if (changes.changes.length > 0) found.push({ title: changes.title, because, score, changes })
  }
  return found
}

export function refEdits(text: string, name: string, to: string): TextEdit[] {
  const calls = callsInFile(text, ['ref']) ?? []
  const inTags = calls.flatMap((call) => {
    const target = refTarget(call)
    return target?.name === name ? [{ ...target.nameSpan, text: to }] : []
  })
  return inTags.length > 0 ? inTags : bareEdits(text, 'ref', [name], [to])
}

export function sourceEdits(text: string, from: string[], to: string[]): TextEdit[] {
  const calls = callsInFile(text, ['source']) ?? []
  const inTags = calls.flatMap(({ arguments: given }) => {
    const [a, b] = given.map((g) => g.literal)
    if (!a || !b || a.text !== from[0] || b.text !== from[1]) return []
    return [
      { ...a.span, text: to[0] ?? '' },
      { ...b.span, text: to[1] ?? '' },
    ]
  })
  return inTags.length > 0 ? inTags : bareEdits(text, 'source', from, to)
}

/** In YAML and Python a call stands without tags: `to: ref('customers')`, `dbt.ref("customers")`. */
function bareEdits(text: string, call: string, from: string[], to: string[]): TextEdit[] {
  const literal = (name: string) => `(['"])${escaped(name)}\\d`
  const pattern = from.map((name, i) => literal(name).replace('\\d', `\\${i + 1}`)).join('\\s*,\\s*')
  return [...text.matchAll(new RegExp(`\\b${call}\\(\\s*${pattern}\\s*\\)`, 'g'))].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
    text: `${call}(${to.map((name, i) => `${m[i + 1]}${name}${m[i + 1]}`).join(', ')})`,
  }))
}

/** By the files, for a project that cannot be read has no graph: models, Python models, seeds, snapshots. */
export function refNames({ files, foreign, graph }: FixContext): Set<string> {
  const ofFiles = [...files, ...foreign].filter(isRead).map(bare)
  const ofGraph = Object.values(graph?.manifest.nodes ?? {})
    .filter((n) => ['model', 'seed', 'snapshot'].includes(n.resource_type))
    .map((n) => n.name)
  return new Set([...ofFiles, ...ofGraph])
}

/** Those of files of the user's own. */
export const ownRefNames = ({ files }: FixContext) => new Set(files.filter(isRead).map(bare))

/** Models, Python models, seeds, snapshots, by where they lie. */
const isRead = (p: string) => /\.(sql|py|csv)$/.test(p) && !/(^|\/)(macros|tests|analyses|analysis)\//.test(p)

export async function sourceNames({ files, read }: FixContext): Promise<Set<string>> {
  const found = new Set<string>()
  for (const path of files.filter((p) => /\.ya?ml$/.test(p))) {
    const text = await read(path).catch(() => '')
    if (!/^sources\s*:/m.test(text)) continue
    const sources = (parseDocument(text).toJS() as { sources?: unknown } | null)?.sources
    for (const source of Array.isArray(sources) ? sources : [])
      for (const table of Array.isArray(source?.tables) ? source.tables : [])
        if (source?.name && table?.name) found.add(`${source.name}.${table.name}`)
  }
  return found
}

const isNear = (name: string) => `${name} is there, and is written nearly so`
const bare = (path: string) => basename(path, extname(path))
