/** A column that is gone or misspelt: the nearest one that is really there, or the one it was renamed to upstream. */
import { isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml'
import { hunksBetween } from '../../../changes/diff.ts'
import { collectChanges, type TextEdit } from '../../../changes/index.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { writtenName } from '../../../refactor/written.ts'
import { nearNames } from '../score.ts'
import { isTestId } from '../try.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, type Word, wordsIn, wordsNamed } from '../words.ts'
import { fileOf, testedModel } from './files.ts'
import { macroArguments } from './macro-arguments.ts'
import { unfinishedNames } from './renamed-back.ts'
import { replacements } from './replaced.ts'
import { slipsFor } from './upstream.ts'

export const column: Fixer = {
  id: 'column',
  classes: ['D01'],
  find: async (failure, context) => {
    const { thing } = failure
    const { graph } = context
    if (!thing || !graph) return []
    // What a unit test stumbles over is written in the model that it tests.
    const nodes = [...new Set(failure.nodes.flatMap((id) => testedModel(id, context) ?? id))]
    const name = lastName(thing)
    const models = nodes.filter((id) => !isTestId(id))
    const found: Candidate[] = []
    const stands = await standsWith(name, models, context)
    for (const near of await namesFor(thing, failure, context)) {
      for (const mode of models.length > 0 ? MODES : (['all'] as const)) {
        const files = collectChanges(context.place)
        for (const id of nodes) {
          const node = graph.node(id)
          const isYaml = node && isTestId(id) && !node.original_file_path.endsWith('.sql')
          if (node && isYaml) await renameInYaml(node, name, near.name, files, context)
          else if (node)
            await renameInSql(node, { name, to: near.name, mode, of: near.of }, failure, files, context)
        }
        const keep = mode !== 'all'
        const title = keep
          ? `Read ${near.name}, and go on calling it ${name}`
          : `Read ${near.name} instead of ${name}`
        const changes = await files.changeSet(title)
        if (changes.changes.length === 0) continue
        const isPromised = models.some((id) => promises(name, id, context))
        const known = isPromised || stands
        const others = isPromised ? 'others know it by' : 'it is called in what stands'
        const because = keep && known ? [...near.because, `${name} is what ${others}`] : near.because
        found.push({
          title,
          because,
          score: near.score - (keep === known ? 0 : 20) - (mode === 'first' ? 12 : 0),
          changes,
          ...(near.guess ? { guess: true as const } : {}),
        })
      }
    }
    return found
  },
}

/**
 * `all`: under the new name wherever it is read. `alias`: so too, and what it puts out keeps the old name. `first`: the
 * first place that reads it gives it the old name, and what stands below reads that.
 */
const MODES = ['all', 'alias', 'first'] as const

type Named = {
  name: string
  score: number
  because: string[]
  /** See `Candidate`. */
  guess?: true
  /** Only where it is read of this relation: others may have a column of the name. */
  of?: string
}

async function namesFor(thing: string, failure: Failure, context: FixContext): Promise<Named[]> {
  const name = lastName(thing)
  const of = thing.split('.').at(-2)
  const there = new Map(failure.reads.flatMap((r) => r.columns.map((c) => [c.name, r.label] as const)))
  const scored = new Map<string, Named>()
  for (const near of nearNames(name, there.keys()))
    scored.set(near.name, {
      ...near,
      because: [`${there.get(near.name)} has a column ${near.name}, written nearly so`],
    })
  for (const one of [...ofTested(name, there, failure, context), ...fuller(name, of, there)])
    if ((scored.get(one.name)?.score ?? 0) < one.score) scored.set(one.name, one)
  for (const { id } of failure.reads) {
    for (const { to, because } of await renamedIn(id, name, [...there.keys()], context)) {
      const known = scored.get(to)
      scored.set(to, { name: to, score: 92, because: [because, ...(known?.because ?? [])] })
    }
  }
  // What is written nearly so, and what git shows, needs no look at the data.
  if (![...scored.values()].some((s) => s.score >= CERTAIN))
    for (const one of await replacements(name, failure, context)) {
      const known = scored.get(one.name)
      const because = [...(known?.because ?? []), ...one.because]
      scored.set(
        one.name,
        known ? { ...known, score: Math.max(known.score, one.score), because } : { ...one, because },
      )
    }
  for (const one of await guesses(name, failure, context, there))
    if (!scored.has(one.name)) scored.set(one.name, one)
  // It is the slip that is mended, where nobody else says it.
  const slips = [...(await slipsFor(failure, context)), ...(await unfinishedNames(failure, context))]
  for (const slip of slips) {
    const followed = [...scored.values()].find((s) => s.name.toLowerCase() === slip.toLowerCase())
    if (followed) followed.score = Math.min(followed.score, OF_A_SLIP)
  }
  return [...scored.values()].sort((a, b) => b.score - a.score).slice(0, 4)
}

const CERTAIN = 85
const OF_A_SLIP = 55

/** Of what nobody names yet: what the database offers, and what is called like it in part. */
async function guesses(
  name: string,
  { message, file }: Failure,
  { read }: FixContext,
  there: Map<string, string>,
): Promise<Named[]> {
  const text = file === null ? '' : sqlOnly(await read(file).catch(() => ''))
  const [, hint] = /Perhaps you meant to reference the column "(?:[^"]*\.)?([^".]+)"/.exec(message) ?? []
  const words = (of: string) =>
    of
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((w) => w.length > 3)
  const asked = words(name)
  return [...there].flatMap(([column, label]) => {
    const isOffered = column === hint
    const isAlike = words(column).some((w) => asked.includes(w))
    if ((!isOffered && !isAlike) || wordsNamed(text, column).length > 0) return []
    const because = isOffered ? 'the database offers it' : `it is called like ${name} in part`
    return [
      {
        name: column,
        score: isOffered ? 62 : 52,
        because: [`${label} has ${column}, which nothing here reads: ${because}`],
        guess: true,
      },
    ]
  })
}

/** `albums.id` for `album_id`, and the reverse: a key under its short and its full name. */
function fuller(name: string, of: string | undefined, there: Map<string, string>): Named[] {
  const words = (text: string) =>
    text.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).map((w) => w.toLowerCase())
  const end = (long: string[], short: string[]) =>
    short.length < long.length && short.every((w, i) => w === long[long.length - short.length + i])
  const relation = of === undefined ? '' : lastName(of)
  return [...there].flatMap(([column, label]) => {
    const [asked, has] = [words(name), words(column)]
    const [long, short] = asked.length > has.length ? [asked, has] : [has, asked]
    if (!end(long, short)) return []
    const rest = long.slice(0, long.length - short.length).join('')
    // An alias may say less than the name: then the relation's own counts, and says less too.
    const [isNamed, isLabel] = [relation, label].map((l) => rest.length > 2 && l.toLowerCase().includes(rest))
    const because = [`${label} has ${column}, which is the same in full`]
    return isNamed || isLabel
      ? [{ name: column, score: isNamed || !of ? 70 : 58, because, ...(of ? { of: lastName(of) } : {}) }]
      : []
  })
}

/** A test that compares a column with one of another relation: that is most likely called the same there. */
function ofTested(
  name: string,
  there: Map<string, string>,
  { nodes }: Failure,
  { graph }: FixContext,
): Named[] {
  return nodes.flatMap((id) => {
    const { column_name: column, test_metadata: meta } = graph?.node(id) ?? {}
    const label = column ? there.get(column) : undefined
    const because = [`${label} has a column ${column}, as what is tested is called`]
    return column && label && column !== name && argumentsNaming(meta?.kwargs, name)
      ? [{ name: column, score: 84, because }]
      : []
  })
}

/** Whether an argument of a test is the name, or a list that holds it. */
const argumentsNaming = (kwargs: unknown, name: string): boolean =>
  Object.values((kwargs ?? {}) as Record<string, unknown>).some(
    (v) =>
      v === name ||
      (Array.isArray(v) ? v.includes(name) : v !== null && typeof v === 'object' && argumentsNaming(v, name)),
  )

/** A line that named the column went, and one that names another column came in its place. */
export async function renamedIn(
  id: string,
  name: string,
  columns: string[],
  { git, graph, read, place }: FixContext,
): Promise<{ to: string; because: string }[]> {
  const node = graph?.node(id)
  if (!git || !node) return []
  const path = fileOf(node, place)
  const now = await read(path).catch(() => null)
  if (now === null) return []
  const [last] = await git.log(path, 1)
  const committed = await git.committed(path)
  const versions = [
    { old: committed, when: 'since the last commit' },
    ...(last ? [{ old: await git.before(last.hash, path), when: `in ${last.hash} (${last.subject})` }] : []),
  ]
  const found: { to: string; because: string }[] = []
  for (const { old, when } of versions) {
    if (old === null || old === now) continue
    for (const { lines } of hunksBetween(old, now, 0)) {
      const names = (sign: string) =>
        new Set(
          lines
            .filter((l) => l.startsWith(sign))
            .flatMap((l) => wordsIn(sqlOnly(l.slice(1))).map((w) => w.name.toLowerCase())),
        )
      const [gone, come] = [names('-'), names('+')]
      if (!gone.has(name.toLowerCase())) continue
      for (const to of columns.filter(
        (c) => come.has(c.toLowerCase()) && wordsNamed(sqlOnly(old), c).length === 0,
      ))
        found.push({ to, because: `git: ${path} has ${to} in place of ${name} ${when}` })
    }
    if (found.length > 0) break
  }
  return found
}

type Renaming = { name: string; to: string; mode: (typeof MODES)[number]; of?: string | undefined }

async function renameInSql(
  node: ManifestNode,
  { name, to, mode, of }: Renaming,
  { line }: Failure,
  files: ReturnType<typeof collectChanges>,
  { read, place, adapter }: FixContext,
): Promise<void> {
  const path = fileOf(node, place)
  const text = await read(path).catch(() => null)
  if (text === null || !path.endsWith('.sql')) return
  const masked = sqlOnly(text)
  const isOf = (w: Word) =>
    of === undefined || new RegExp(`(?<![\\w$])"?${of}"?\\s*\\.\\s*$`, 'i').test(masked.slice(0, w.start))
  const words = wordsNamed(masked, name).filter((w) => !isAlias(masked, w) && isOf(w))
  // What a macro is given as text is a name of SQL where it comes out.
  const given = mode === 'all' && of === undefined ? macroArguments(text, name) : []
  const put = (w: Word): string => (w.quoted ? `"${to.replaceAll('"', '""')}"` : writtenName(to, adapter))
  const named = (w: Word) =>
    mode === 'alias' && isBareItem(masked, w)
      ? `${put(w)} ${asIn(masked)} ${text.slice(w.start, w.end)}`
      : put(w)
  const edits: TextEdit[] =
    mode === 'first'
      ? keptFrom(text, masked, words, line, put)
      : [
          ...words.map((w) => ({ start: w.start, end: w.end, text: named(w) })),
          ...given.map((at) => ({ ...at, text: to })),
        ]
  if (edits.length > 0) await files.write(path, edited(text, edits, path))
}

/** The first place that only names it, at the line of the error if there is one: from there on it has the old name. */
function keptFrom(
  text: string,
  masked: string,
  words: Word[],
  line: number | null,
  put: (w: Word) => string,
): TextEdit[] {
  const bare = words.filter((w) => isBareItem(masked, w))
  const lineOf = (w: Word) => text.slice(0, w.start).split('\n').length
  const at = bare.find((w) => lineOf(w) === line) ?? bare[0]
  if (!at) return []
  return [
    { start: at.start, end: at.end, text: `${put(at)} ${asIn(masked)} ${text.slice(at.start, at.end)}` },
  ]
}

/** In the capitals in which the file writes it. */
const asIn = (masked: string) => (/\bAS\b/.test(masked) && !/\bas\b/.test(masked) ? 'AS' : 'as')
const isAlias = (masked: string, { start }: Word) => /\bas\s+$/i.test(masked.slice(0, start))
const isBareItem = (masked: string, { end }: Word) => /^\s*(?:,|\bfrom\b)/i.test(masked.slice(end))

/** Whether others know a column of the node by this name: its YAML, a test, or what reads it, also through all of its columns. */
function promises(name: string, id: string, { graph }: FixContext): boolean {
  const node = graph?.node(id)
  const same = (c: string) => c.toLowerCase() === name.toLowerCase()
  const described = Object.values(node?.columns ?? {}).some((c) => same(c.name))
  const below = graph ? new Set([...graph.children(id), ...graph.descendants([id])]) : []
  const read = [...below].some((c) => {
    const child = graph?.node(c)
    // A test of the column of another model says nothing of this one's.
    if (child?.column_name) return child.attached_node === id && same(child.column_name)
    return wordsNamed(sqlOnly(child?.raw_code ?? ''), name).length > 0
  })
  return described || read
}

/** Whether one of the models stands with a column of the name: who reads the warehouse knows it by that. */
async function standsWith(name: string, models: string[], { graph, dbt }: FixContext): Promise<boolean> {
  const relations = models.flatMap((id) => graph?.node(id)?.relation_name ?? [])
  const answers = relations.length > 0 ? await dbt.columns(relations) : []
  return answers.some(
    (columns) => Array.isArray(columns) && columns.some((c) => c.name.toLowerCase() === name.toLowerCase()),
  )
}

/** The column of a model's entry in its properties file, with the tests that hang on it. */
async function renameInYaml(
  test: ManifestNode,
  name: string,
  to: string,
  files: ReturnType<typeof collectChanges>,
  { read, graph, place }: FixContext,
): Promise<void> {
  const path = fileOf(test, place)
  const of = graph?.node(test.attached_node ?? '')?.name ?? graph?.source(test.attached_node ?? '')?.name
  const text = await read(path).catch(() => null)
  if (text === null || !of || !/\.ya?ml$/.test(path)) return
  const { contents } = parseDocument(text)
  const isColumn = test.column_name?.toLowerCase() === name.toLowerCase()
  const places = isColumn ? columnNames(contents, of, name) : argumentsIn(contents, of, test, name)
  const edits = places.map((at) => ({ ...at, text: to }))
  if (edits.length > 0) await files.write(path, edited(text, edits, path))
}

/** What a test of a model is given, where it is the name or a list that holds it. */
function argumentsIn(contents: unknown, holder: string, test: ManifestNode, name: string): Place[] {
  const found: Place[] = []
  const kind = test.test_metadata?.name
  const inside = (node: unknown): void => {
    if (isScalar(node) && node.value === name && isNode(node) && node.range)
      found.push({ start: node.range[0], end: node.range[1] })
    if (isSeq(node)) for (const item of node.items) inside(item)
    if (isMap(node)) for (const { key, value } of node.items) if (!isMeta(key)) inside(value)
  }
  const walk = (node: unknown, within: boolean): void => {
    if (isSeq(node)) for (const item of node.items) walk(item, within)
    if (!isMap(node)) return
    const named = node.get('name', true)
    const own = within || (isScalar(named) && named.value === holder)
    for (const { key, value } of node.items) {
      const called = isScalar(key) ? String(key.value).split('.').at(-1) : null
      if (own && called === kind) inside(value)
      else walk(value, own)
    }
  }
  walk(contents, false)
  return found
}

/** How a test is called and configured is nothing that it is given; nor are values names. */
const isMeta = (key: unknown) =>
  isScalar(key) && /^(?:name|config|description|values|severity)$/.test(String(key.value))

type Place = { start: number; end: number }

function columnNames(contents: unknown, holder: string, column: string): Place[] {
  const found: Place[] = []
  const walk = (node: unknown, within: boolean) => {
    if (isSeq(node)) for (const item of node.items) walk(item, within)
    if (!isMap(node)) return
    const name = node.get('name', true)
    const inside = within || (isScalar(name) && name.value === holder)
    for (const { key, value } of node.items) {
      const isColumns = isScalar(key) && key.value === 'columns'
      if (inside && isColumns && isSeq(value))
        for (const item of value.items) {
          const named = isMap(item) ? item.get('name', true) : null
          if (isScalar(named) && named.value === column && isNode(named) && named.range)
            found.push({ start: named.range[0], end: named.range[1] })
        }
      else walk(value, inside)
    }
  }
  walk(contents, false)
  return found
}
