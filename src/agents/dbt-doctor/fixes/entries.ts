/**
 * What dbt refuses in properties files without saying where: an entry without its name, a constraint of a type that is
 * none, a call that is left open. All files are looked through for what the message means.
 */
import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml'
import type { TextEdit } from '../../../changes/index.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lineSpan } from '../words.ts'
import { propose } from './propose.ts'
import { lineOf } from './select-lists.ts'
import { earlierTexts } from './versions.ts'

export const entries: Fixer = {
  id: 'entries',
  classes: ['P02'],
  find: async (failure, context) => {
    const look = LOOKS.find((l) => l.message.test(failure.message))
    if (!look) return []
    const slips: Slip[] = []
    for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
      const text = await context.read(path).catch(() => '')
      slips.push(...(await look.slips({ path, text }, failure, context)))
    }
    const [only, second] = slips
    if (only && !second) failure.written = { file: only.path, line: only.line }
    const found: Candidate[] = []
    for (const { path, text, ways } of slips)
      for (const { title, because, score, edits } of ways)
        found.push(
          ...(await propose(context, {
            title,
            because: [because],
            score,
            texts: { [path]: edited(text, edits, path) },
          })),
        )
    return found
  },
}

/** A name twice in one entry: the second one begins another entry, whose dash is lacking. dbt takes the last of both. */
export const lostDash: Fixer = {
  id: 'lost-dash',
  classes: ['P01', 'P02', 'P17', 'P20', 'unknown'],
  find: async (_, context) => {
    const found: Candidate[] = []
    for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
      const text = await context.read(path).catch(() => '')
      for (const { code, linePos } of parseDocument(text).errors) {
        const line = linePos?.[0].line ?? 0
        const span = code === 'DUPLICATE_KEY' ? lineSpan(text, line) : null
        const lead = span ? /^( *) {2}(?=name:)/.exec(text.slice(span.start, span.end)) : null
        if (!span || !lead) continue
        const edits = [{ start: span.start, end: span.start + lead[0].length, text: `${lead[1]}- ` }]
        found.push(
          ...(await propose(context, {
            title: `Begin an entry in line ${line} of ${path}`,
            because: ['its name stands in the entry above it, which has one: a dash is lacking'],
            score: 86,
            texts: { [path]: edited(text, edits, path) },
          })),
        )
      }
    }
    return found
  },
}

type File = { path: string; text: string }
type Way = { title: string; because: string; score: number; edits: TextEdit[] }
/** What is wrong, where, and what may be meant; there may be no way that is known. */
type Slip = File & { line: number; ways: Way[] }
type Look = {
  message: RegExp
  slips: (file: File, failure: Failure, context: FixContext) => Slip[] | Promise<Slip[]>
}

const LOOKS: Look[] = [
  {
    message: /Entry did not contain a name|does not have a name attribute/,
    slips: (file, _, context) => nameless(file, context),
  },
  { message: /Invalid constraint type/, slips: (file) => constraints(file) },
  {
    message: /Invalid (?:jinja|ref or source) expression: |given inputs must be either a 'ref'/,
    slips: (file, { message }) => calls(file, message),
  },
]

/** Sections of which each entry has a name. */
const NAMED = [
  ...['models', 'seeds', 'snapshots', 'sources', 'analyses', 'macros', 'exposures', 'groups', 'metrics'],
  ...['semantic_models', 'saved_queries', 'unit_tests', 'functions'],
]

type Entry = { section: string; map: YAMLMap; name: string | null }

function entriesIn(text: string): Entry[] {
  const { contents, errors } = parseDocument(text)
  if (errors.length > 0 || !isMap(contents)) return []
  return NAMED.flatMap((section) => {
    const list = contents.get(section, true)
    return (isSeq(list) ? list.items : []).flatMap((map): Entry[] => {
      if (!isMap(map)) return []
      const name = map.get('name')
      return [{ section, map, name: typeof name === 'string' ? name : null }]
    })
  })
}

const keyText = ({ key }: Pair) => (isScalar(key) ? String(key.value) : '')

async function nameless(file: File, context: FixContext): Promise<Slip[]> {
  const { path, text } = file
  const found: Slip[] = []
  for (const { section, map } of entriesIn(text).filter(({ map: m }) => !m.has('name') && !m.has('model'))) {
    const start = map.items.map((p) => (isScalar(p.key) ? p.key.range?.[0] : undefined))[0]
    if (start === undefined) continue
    const ways: Way[] = map.items.flatMap((pair) => {
      const [near] = isScalar(pair.value) ? nearNames(keyText(pair), ['name'], 1) : []
      const at = isScalar(pair.key) ? pair.key.range : null
      if (!near || !at) return []
      const edits = [{ start: at[0], end: at[1], text: 'name' }]
      const title = `Write name instead of ${keyText(pair)}`
      return [{ title, because: 'an entry has a name, and this key is written nearly so', score: 86, edits }]
    })
    const column = start - (text.lastIndexOf('\n', start - 1) + 1)
    const rest = map.flow ? ', ' : `\n${' '.repeat(column)}`
    for (const { name, because, score } of await namesFor(section, map, file, context))
      ways.push({
        title: `Name the entry of line ${lineOf(text, start)} ${name}`,
        because,
        score,
        edits: [{ start, end: start, text: `name: ${name}${rest}` }],
      })
    found.push({ path, text, line: lineOf(text, start), ways })
  }
  return found
}

type Meant = { name: string; because: string; score: number }

/** The name that the entry had, by git; else the one file that nothing describes and that has its columns. */
async function namesFor(section: string, map: YAMLMap, file: File, context: FixContext): Promise<Meant[]> {
  const described = new Set<string>()
  for (const path of context.files.filter((p) => /\.ya?ml$/.test(p)))
    for (const { section: of, name } of entriesIn(await context.read(path).catch(() => '')))
      if (of === section && name !== null) described.add(name)
  const columns = columnsOf(map)
  for (const { text, when } of await earlierTexts(file.path, context)) {
    const was = entriesIn(text).filter((e) => e.section === section && e.name && !described.has(e.name))
    const same = was.filter((e) => columnsOf(e.map).join() === columns.join())
    const [one, other] = same.length > 0 ? same : was
    if (one?.name && !other)
      return [{ name: one.name, because: `git: it was called so before the change ${when}`, score: 90 }]
  }
  const shape = FILES[section]
  if (!shape || columns.length === 0) return []
  const fits: string[] = []
  for (const path of context.files.filter((p) => shape.test(p) && !/(^|\/)(macros|tests)\//.test(p))) {
    const name = (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '')
    if (described.has(name)) continue
    const text = await context.read(path).catch(() => '')
    if (columns.every((c) => new RegExp(`\\b${c.replace(/\W/g, '\\$&')}\\b`, 'i').test(text))) fits.push(name)
  }
  const [only, second] = fits
  const because = `${only} has ${columns.length === 1 ? 'its column' : 'all its columns'}, and nothing else describes it`
  return only && !second ? [{ name: only, because, score: 78 }] : []
}

const FILES: Record<string, RegExp> = {
  models: /\.(?:sql|py)$/,
  seeds: /\.csv$/,
  snapshots: /\.sql$/,
}

function columnsOf(map: YAMLMap): string[] {
  const list = map.get('columns', true)
  return (isSeq(list) ? list.items : []).flatMap((c) => {
    const name = isMap(c) ? c.get('name') : null
    return typeof name === 'string' ? [name] : []
  })
}

/** As dbt's documentation lists them. */
const CONSTRAINTS = ['check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom']

function constraints({ path, text }: File): Slip[] {
  const found: Slip[] = []
  walk(parseDocument(text).contents, (map) => {
    const list = map.get('constraints', true)
    for (const item of isSeq(list) ? list.items : []) {
      const type = isMap(item) ? item.get('type', true) : null
      if (!isMap(item) || (isScalar(type) && CONSTRAINTS.includes(String(type.value)))) continue
      const at = isScalar(type) ? type.range : item.range
      if (!at) continue
      const wrong = isScalar(type) ? String(type.value) : ''
      const ways = nearNames(wrong, CONSTRAINTS).map(({ name, score }) => ({
        title: `Write ${name} instead of ${wrong}`,
        because: `dbt knows the constraint ${name}, written nearly so`,
        score,
        edits: [{ start: at[0], end: at[1], text: name }],
      }))
      found.push({ path, text, line: lineOf(text, at[0]), ways })
    }
  })
  return found
}

/** `ref('a'`, `ref('a)`, `ref(a)`: a call in a value, with what it lacks. */
function calls({ path, text }: File, message: string): Slip[] {
  const found: Slip[] = []
  walk(parseDocument(text).contents, (map) => {
    for (const value of map.items.flatMap((p): unknown[] => (isSeq(p.value) ? p.value.items : [p.value]))) {
      if (!isScalar(value) || typeof value.value !== 'string' || !value.range) continue
      const wrong = value.value
      if (!message.includes(wrong.trim()) || !/^\s*\w+\s*\(?/.test(wrong) || !/["'(]/.test(wrong)) continue
      const made = wholeCall(wrong)
      const [start, end] = value.range
      const ways =
        made === null || made === wrong
          ? []
          : [
              {
                title: `Write ${made} instead of ${wrong}`,
                because: 'a call ends with its bracket, and names stand in quotes',
                score: 84,
                edits: [{ start, end, text: text.slice(start, end).replace(wrong, () => made) }],
              },
            ]
      found.push({ path, text, line: lineOf(text, start), ways })
    }
  })
  return found
}

/** null for what is no call of ref or source. */
function wholeCall(written: string): string | null {
  const [, of = '', rest = ''] = /^\s*(\w+)\s*\(?([\s\S]*)$/.exec(written) ?? []
  const call = ['ref', 'source'].includes(of) ? of : nearNames(of, ['ref', 'source'], 1)[0]?.name
  const names = rest.split(',').map((p) => p.replace(/^[\s"'(]+|[\s"')]+$/g, ''))
  const isWhole = call === 'source' ? names.length === 2 : names.length <= 2
  if (!call || !isWhole || names.some((n) => !/^\w+$/.test(n))) return null
  const quote = rest.includes('"') ? '"' : "'"
  return `${call}(${names.map((n) => quote + n + quote).join(', ')})`
}

function walk(node: unknown, seen: (map: YAMLMap) => void): void {
  if (isSeq(node)) for (const item of node.items) walk(item, seen)
  if (!isMap(node)) return
  seen(node)
  for (const { value } of node.items) walk(value, seen)
}
