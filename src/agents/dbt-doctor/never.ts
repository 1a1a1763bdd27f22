/**
 * What a fix never does, checked on its text before it is tried: weaken, disable, delete or filter around a test;
 * take more values for accepted; hide a column behind `select *`; rebuild a table in full; touch packages. It reads
 * what the files say, whoever planned the change.
 */

import { isDeepStrictEqual } from 'node:util'
import { parseDocument } from 'yaml'
import type { ChangeSet } from '../../changes/types.ts'
import { DBT_FILE } from '../../config/project.ts'
import { escaped } from '../../core/text.ts'
import { wordsIn } from './words.ts'

export type Allowed = {
  /** Names and keys that the failure says are not known: a test may follow them to their right names. */
  missing: string[]
  /** A person chooses it with its diff before them: rows may be kept out, and files added. Tests stay what they are. */
  isChosen: boolean
  /** The file as it stands in the last commits, where it does: what the user wrote there before is no trick of ours. */
  committed: (path: string) => string[]
  /** Paths of files that hold tests of their own: singular tests, generic tests. */
  isTestFile: (path: string) => boolean
  /** Whether a file is a copy of another one of the project, word for word, that git does not know. */
  isSpareCopy: (path: string) => boolean
  /** Texts of other files in which dbt found the same thing described: what one of them tests need not stand twice. */
  beside?: (path: string) => string[]
}

/** Why the change is refused; empty where it is not. */
export function whyNever({ changes }: Pick<ChangeSet, 'changes'>, allowed: Allowed): string[] {
  return changes.flatMap((change) => {
    const { path } = change
    // A file that was deleted may come back as it was, to the letter.
    if (change.kind === 'create' && (allowed.isChosen || allowed.committed(path).includes(change.after)))
      return []
    if (change.kind === 'delete' && allowed.isSpareCopy(path)) return []
    const isText = change.kind === 'edit' || (change.kind === 'rename' && isUnblanked(change))
    if (!isText) return [`${path}: a fix edits files; it adds, moves and deletes none`]
    const name = path.split('/').at(-1) ?? path
    if (/^(packages|dependencies|package-lock)\.ya?ml$/.test(name) || /(^|\/)dbt_packages\//.test(path))
      return [`${path}: packages are never touched`]
    const { before, after } = change
    const why = [
      ...more(/\bfull_refresh\b/g, change, 'a full refresh is never asked for'),
      ...(allowed.isChosen
        ? []
        : fewer(NEVER_ANEW, change, 'what keeps a table from a full refresh would go')),
      ...(/\.ya?ml$/.test(name)
        ? whyNotYaml(before, after, allowed, path)
        : allowed.isTestFile(path) || /\{%-?\s*test\b/.test(before)
          ? whyNotTest(before, after, allowed.missing)
          : allowed.isChosen
            ? []
            : whyNotSql(before, after, allowed.committed(path))),
    ]
    return why.map((w) => `${path}: ${w}`)
  })
}

/** A file moves to lose the blanks of its name, and for nothing else. */
function isUnblanked({ path, to }: { path: string; to: string }): boolean {
  const plain = (p: string) => p.replace(/[\s_]+/g, '_')
  return path !== to && plain(path) === plain(to)
}

const times = (text: string, pattern: RegExp) => (text.match(pattern) ?? []).length

function more(pattern: RegExp, { before, after }: { before: string; after: string }, why: string): string[] {
  return times(after, pattern) > times(before, pattern) ? [why] : []
}

/** In `config()` and in YAML: the table holds what its sources may not hold any more. */
const NEVER_ANEW = /\bfull_refresh["']?\s*[=:]\s*["']?(?:false|no|off)\b/gi

function fewer(pattern: RegExp, { before, after }: { before: string; after: string }, why: string): string[] {
  return more(pattern, { before: after, after: before }, why)
}

/** What lets rows fall out, hides columns or values, or switches a model off. */
const HIDES: [RegExp, string][] = [
  [/(?:\bselect\s+(?:distinct\s+)?|,\s*|\.)\*(?!\/)/gi, '`select *` would hide which columns there are'],
  [/\b(?:where|having|qualify|limit|fetch\s+first|sample|tablesample)\b/gi, 'rows would be filtered away'],
  [/\bdistinct\b|\brow_number\b|\bany_value\b/gi, 'rows would be folded away'],
  [/\b(?:inner|semi|anti)\s+join\b/gi, 'a join would drop rows'],
  [/\b(?:try_cast|safe_cast|try_to_\w+|try_convert)\b|\btry\s*\(/gi, 'values would be cast away in silence'],
  [/\b(?:coalesce|ifnull|nvl2?|nullif|zeroifnull)\b|\bisnull\s*\(/gi, 'values would be replaced in silence'],
  [
    /\benabled\b|\bseverity\b|\bwarn_if\b|\berror_if\b|\bstore_failures\b/gi,
    'a configuration would switch it off',
  ],
]

/** What the same file held in a commit may come back. */
function whyNotSql(before: string, after: string, committed: string[]): string[] {
  const plain = (text: string) => text.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\}/g, '')
  const known = [before, ...committed].map(plain)
  const now = plain(after)
  return HIDES.flatMap(([pattern, why]) =>
    times(now, pattern) > Math.max(...known.map((t) => times(t, pattern))) ? [why] : [],
  )
}

/** A file that is a test: only the name that is not there may become another. */
function whyNotTest(before: string, after: string, missing: string[]): string[] {
  // Where its block ends is not what it asks; where a condition or a loop in it ends is.
  const plain = (text: string) =>
    text.replace(/\s*\{%[-+]?\s*end(?!if|for|call|set|filter|raw)\w*\s*[-+]?%\}\s*$/, '')
  const shape = (text: string) => wordsIn(plain(text)).map((w) => w.name)
  const rest = (text: string) =>
    plain(text)
      .trimEnd()
      .replace(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu, '\u0000')
  const [was, is] = [shape(before), shape(after)]
  const same = rest(before) === rest(after) && was.every((w, i) => w === is[i] || missing.includes(w))
  return same ? [] : ['a test would say something else']
}

/** `body`: arguments beside the test; `raw`: as it is written. */
type Written = { holder: string[]; kind: string; body: unknown; raw?: unknown }

const HOLDERS = ['models', 'seeds', 'snapshots', 'sources', 'analyses', 'macros', 'unit_tests']

function whyNotYaml(before: string, after: string, { missing, beside }: Allowed, path: string): string[] {
  const [was, is] = [parseDocument(before), parseDocument(after, { uniqueKeys: false })]
  const now = testsIn(is.toJS() as unknown)
  const why = [...configured(before, after)]
  const isProject = path.split('/').at(-1) === DBT_FILE
  if (isProject && !sameTestConfig(safely(was), safely(is))) why.push('tests would be configured otherwise')
  if (was.errors.length > 0) return [...why, ...whyNotBroken(before, after)]
  const left = [...now, ...(beside?.(path) ?? []).flatMap((text) => testsIn(safely(parseDocument(text))))]
  for (const test of testsIn(asMeant(was.toJS() as unknown))) {
    const at = left.findIndex((t) => isSame(test, t, missing))
    if (at < 0) why.push(`the test ${test.kind} of ${test.holder.join('.')} would go, or say less`)
    else left.splice(at, 1)
  }
  return why
}

function safely(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS()
  } catch {
    return null
  }
}

/** A test follows its column or model to the right name, and says the same. */
function isSame(was: Written, is: Written, missing: string[]): boolean {
  const follows = (a: unknown, b: unknown): boolean => {
    if (isDeepStrictEqual(a, b)) return true
    if (a === NAMELESS && typeof b === 'string') return true
    if (typeof a === 'string' && typeof b === 'string' && isClosed(a, b)) return true
    if (typeof a === 'string' && typeof b === 'string') return missing.some((name) => onlyName(a, b, name))
    if (Array.isArray(a) && Array.isArray(b))
      return a.length === b.length && a.every((v, i) => follows(v, b[i]))
    if (!isMapping(a) || !isMapping(b)) return false
    const keys = Object.keys(a)
    // Values are data, whatever they are called.
    const same = (k: string) => (k === 'values' ? isSameList(a[k], b[k]) : follows(a[k], b[k]))
    const fresh = Object.keys(b).filter((k) => !(k in a))
    const isRenamed = (k: string) =>
      missing.includes(k) && fresh.some((other) => isDeepStrictEqual(a[k], b[other]))
    return keys.length === Object.keys(b).length && keys.every((k) => (k in b ? same(k) : isRenamed(k)))
  }
  const now = withoutThis(was.body, is.body)
  const isBody = follows(was.body, now) || (was.raw !== undefined && follows(was.raw, is.raw))
  return follows(was.kind, is.kind) && follows(was.holder, is.holder) && isBody
}

/** A call that was left open, with the bracket and the quotes that it lacked, and the same names. */
function isClosed(was: string, is: string): boolean {
  const plain = (text: string) => text.replace(/[\s"'()]/g, '')
  const times = (text: string, sign: string) => text.split(sign).length - 1
  const isOpen = times(was, '(') !== times(was, ')') || times(was, "'") % 2 === 1 || times(was, '"') % 2 === 1
  return isOpen && /^\s*(?:ref|source)\s*\(/.test(was) && plain(was) === plain(is)
}

/** `a, b` was meant as a list of both. */
function isSameList(was: unknown, is: unknown): boolean {
  const list = typeof was === 'string' ? was.split(',').map((v) => v.trim()) : was
  return isDeepStrictEqual(was, is) || isDeepStrictEqual(list, is)
}

/** A unit test that says it runs incrementally may be given the table that stands, which it lacks: it expects what it did. */
function withoutThis(was: unknown, is: unknown): unknown {
  if (!isMapping(was) || !isMapping(is) || !Array.isArray(is.given) || !Array.isArray(was.given)) return is
  const isThis = (g: unknown) => isMapping(g) && g.input === 'this'
  if (was.given.some(isThis)) return is
  return { ...is, given: is.given.filter((g: unknown) => !isThis(g)) }
}

/** Whether two texts differ in nothing but one name, which is the one that is not there. */
function onlyName(a: string, b: string, missing: string): boolean {
  const parts = a.split(new RegExp(`(?<![\\w$])${escaped(missing)}(?![\\w$])`))
  if (parts.length < 2) return false
  const pattern = parts.map((p) => escaped(p)).join('[\\w$ ]+')
  return new RegExp(`^${pattern}$`).test(b)
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** dbt reads no entry without a name: what gives it one takes nothing from its tests. */
const NAMELESS = '?'

/** Every test of a properties file, wherever it hangs, and every unit test. */
function testsIn(data: unknown): Written[] {
  if (!isMapping(data)) return []
  const found: Written[] = []
  const walk = (value: unknown, holder: string[]) => {
    if (Array.isArray(value)) for (const item of value) walk(item, holder)
    if (!isMapping(value)) return
    const named = typeof value.name === 'string' ? [...holder, value.name] : holder
    for (const [key, inner] of Object.entries(value)) {
      if (TESTS.has(key) && Array.isArray(inner))
        for (const test of inner) found.push(...written(test, named))
      else walk(inner, named)
    }
  }
  for (const section of HOLDERS) {
    if (section === 'unit_tests' && Array.isArray(data[section]))
      for (const test of data[section])
        found.push({ holder: [], kind: `unit test ${isMapping(test) ? String(test.name) : ''}`, body: test })
    else if (Array.isArray(data[section]))
      for (const entry of data[section]) walk(entry, isMapping(entry) && !('name' in entry) ? [NAMELESS] : [])
    else walk(data[section], [])
  }
  return found
}

/** Lists by the word that names their entries. */
const LISTS: Record<string, string> = { columns: 'name', tables: 'name', given: 'input' }
const BESIDE = ['name', 'config', 'description', 'test_name']

/** In the shape that dbt asks for: a mapping where a list belongs, and what a test is given beside it, are refused. */
function asMeant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMeant)
  if (!isMapping(value)) return value
  const shaped = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const word = LISTS[key]
    if (word !== undefined && isMapping(inner))
      return [key, 'name' in inner ? [inner] : Object.entries(inner).map(([n, v]) => entryOf(word, n, v))]
    if (key === 'rows' && isMapping(inner)) return [key, [inner]]
    return [key, TESTS.has(key) && Array.isArray(inner) ? inner.map(withItsArguments) : inner]
  })
  return Object.fromEntries(shaped.map(([key, inner]) => [key, asMeant(inner)]))
}

const entryOf = (word: string, name: string, said: unknown) => ({
  [word]: name,
  ...(isMapping(said) ? said : {}),
})

function withItsArguments(test: unknown): unknown {
  if (!isMapping(test)) return test
  const own = Object.entries(test).filter(([key]) => !BESIDE.includes(key))
  const [first, ...given] = own
  if (!first || first[1] !== null || given.length === 0) return test
  const beside = Object.entries(test).filter(([key]) => BESIDE.includes(key))
  return Object.fromEntries([...beside, [first[0], Object.fromEntries(given)]])
}

const TESTS = new Set(['tests', 'data_tests'])

function written(test: unknown, holder: string[]): Written[] {
  if (typeof test === 'string') return [{ holder, kind: test, body: null }]
  if (!isMapping(test)) return []
  const [kind = ''] = Object.keys(test).filter((k) => !['name', 'config', 'description'].includes(k))
  return [{ holder, kind: String(test.test_name ?? kind), body: flat(test), raw: test }]
}

/** Arguments say the same beside a test and below `arguments`. */
function flat(body: Record<string, unknown>): Record<string, unknown> {
  const out = Object.entries(body).flatMap(([key, value]): [string, unknown][] =>
    key === 'arguments' && isMapping(value)
      ? Object.entries(value)
      : [[key, isMapping(value) && isMapping(value.arguments) ? flat(value) : value]],
  )
  return Object.fromEntries(out)
}

/** Words that loosen a test or take it out, in a file of YAML. */
const LOOSENS = 'severity|warn_if|error_if|where|limit|store_failures|fail_calc'

function configured(before: string, after: string): string[] {
  const keys = (words: string, value = '') =>
    new RegExp(`(?:^\\s*(?:-\\s*)?|[{,]\\s*)["']?\\+?(?:${words})["']?\\s*:${value}`, 'gm')
  const written = (text: string) =>
    [...text.matchAll(keys(LOOSENS))].map((m) => m[0].replace(/\W/g, '')).sort()
  // What was switched off may come back; nothing is switched off.
  const off = keys('enabled', '(?!\\s*["\']?true\\b)')
  return isDeepStrictEqual(written(before), written(after)) && times(after, off) <= times(before, off)
    ? []
    : ['a test or a model would be configured otherwise (severity, where, enabled and the like)']
}

function sameTestConfig(was: unknown, is: unknown): boolean {
  const of = (data: unknown) =>
    isMapping(data) ? [data.tests, data.data_tests, data.unit_tests, data.flags, data['test-paths']] : []
  return isDeepStrictEqual(of(was), of(is))
}

/** A file that is no YAML yet: every item of a list, and every word of a test, has to be in what becomes of it. */
function whyNotBroken(before: string, after: string): string[] {
  const items = (text: string) => [
    ...[...text.matchAll(/^\s*-\s*["']?([\w.]+)["']?\s*:?\s*$/gm)].map((m) => m[1] ?? ''),
    ...[...text.matchAll(/\[([^\]\n]*)\]/g)].flatMap((m) => (m[1] ?? '').split(',').map((v) => v.trim())),
    ...[...text.matchAll(/\b(data_tests|tests|unit_tests|values|name)\s*:/g)].map((m) => m[1] ?? ''),
  ]
  const left = items(after)
  const gone = items(before).filter((item) => {
    const at = left.indexOf(item)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return gone.length > 0 ? [`${gone.slice(0, 3).join(', ')} would be lost`] : []
}
