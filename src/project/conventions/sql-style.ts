/** How the SQL of a project is written: case, commas, indentation, aliases. Read from the raw files. */
import { type Cte, ctes, KEYWORDS, scan, selectItems, type Token } from './scan.ts'
import type { Ballot, Votes } from './types.ts'

export type SqlFile = { path: string; text: string }

/** A file with its tokens, scanned once for all that look at it. */
export type Scanned = SqlFile & {
  tokens: Token[]
  ctes: { ctes: Cte[]; rest: Token[]; withAt: number } | null
}

export function scanned(file: SqlFile): Scanned {
  const tokens = scan(file.text)
  return { ...file, tokens, ctes: ctes(tokens) }
}

/** One vote for each file that has something to say. */
export function votesOf(files: Scanned[], choose: (file: Scanned) => string | null): Votes {
  return files.flatMap((file) => {
    const choice = choose(file)
    return choice === null ? [] : [{ place: file.path, choice }]
  })
}

export function sqlStyle(files: Scanned[]): Ballot[] {
  return [
    { id: 'keywords', votes: votesOf(files, keywordCase) },
    { id: 'commas', votes: votesOf(files, commas) },
    { id: 'indentation', votes: votesOf(files, indentation) },
    { id: 'line_ends', votes: votesOf(files, lineEnds) },
    { id: 'column_as', votes: votesOf(files, columnAs) },
    { id: 'table_as', votes: votesOf(files, tableAs) },
    { id: 'table_aliases', votes: votesOf(files, tableAliases) },
    { id: 'inner_join', votes: votesOf(files, innerJoin) },
    { id: 'group_by', votes: votesOf(files, groupBy) },
    { id: 'column_names', votes: votesOf(files, columnNames) },
  ]
}

const SHOUTED = new Set(
  (
    'select from where join left inner full cross on group by order having union with case when then else ' +
    'end and distinct over partition limit'
  ).split(' '),
)
/** A slip or two do not make a file mixed. */
const NEARLY_ALL = 0.9

function keywordCase({ tokens }: Scanned): string | null {
  const words = tokens.filter((t) => t.kind === 'word' && SHOUTED.has(t.low)).map((t) => t.text)
  if (words.length < 2) return null
  const lower = words.filter((w) => w === w.toLowerCase()).length
  const upper = words.filter((w) => w === w.toUpperCase()).length
  if (lower >= words.length * NEARLY_ALL) return 'lower'
  return upper >= words.length * NEARLY_ALL ? 'upper' : 'mixed'
}

/** Commas of select lists; those between CTEs are often set in another way. */
function commas({ tokens, text }: Scanned): string | null {
  return sideOf(
    tokens.filter((t, i) => t.text === ',' && !beforeCte(tokens, i)),
    text,
  )
}

export function beforeCte(tokens: Token[], i: number): boolean {
  return tokens[i - 1]?.text === ')' && tokens[i + 2]?.low === 'as' && tokens[i + 3]?.text === '('
}

/** Which side of a line commas stand on; those in the middle of one say nothing. */
export function sideOf(marks: Token[], text: string): string | null {
  let [leading, trailing] = [0, 0]
  for (const { at } of marks) {
    const before = text.slice(text.lastIndexOf('\n', at) + 1, at)
    const end = text.indexOf('\n', at)
    const behind = text.slice(at + 1, end < 0 ? text.length : end)
    if (/^[ \t]*$/.test(before)) leading += 1
    else if (/^[ \t\r]*(--.*)?$/.test(behind)) trailing += 1
  }
  if (leading + trailing === 0) return null
  if (leading === 0) return 'trailing'
  return trailing === 0 ? 'leading' : 'both'
}

/** How far a line is set in below one that ends with `select` or a bracket; else the smallest margin. */
function indentation({ text }: Scanned): string | null {
  const lines = text
    .replace(/\{#[\s\S]*?#\}|\{\{[\s\S]*?\}\}|--[^\n]*/g, (part) => part.replace(/[^\n]/g, 'x'))
    .split('\n')
  const written = lines.filter((line) => line.trim() !== '' && !/^\s*\{%/.test(line))
  const margins = written.flatMap((line) => /^([ \t]+)\S/.exec(line)?.[1] ?? [])
  if (margins.length === 0) return null
  if (margins.some((m) => m.includes('\t'))) return margins.every((m) => /^\t+$/.test(m)) ? 'tab' : 'mixed'
  const steps = new Map<number, number>()
  for (const [i, line] of written.entries()) {
    if (!/(^|\s)(select|\()\s*$/i.test(line)) continue
    const step = marginOf(written[i + 1] ?? '') - marginOf(line)
    if (step > 0) steps.set(step, (steps.get(step) ?? 0) + 1)
  }
  const [usual] = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return `${usual?.[0] ?? Math.min(...margins.map((m) => m.length))} spaces`
}

function marginOf(line: string): number {
  return line.length - line.trimStart().length
}

function lineEnds({ text }: Scanned): string | null {
  const all = text.match(/\n/g)?.length ?? 0
  const crlf = text.match(/\r\n/g)?.length ?? 0
  if (all === 0) return null
  return crlf === 0 ? 'lf' : crlf === all ? 'crlf' : 'both'
}

/** `true` where nearly all do, `false` where nearly none do; null without evidence or without a way. */
function nearly(yes: number, no: number): string | null {
  if (yes + no === 0) return null
  if (yes >= (yes + no) * NEARLY_ALL) return 'true'
  return no >= (yes + no) * NEARLY_ALL ? 'false' : 'both ways'
}

const isName = (t: Token | undefined) =>
  t !== undefined && (t.kind === 'quoted' || (t.kind === 'word' && !KEYWORDS.has(t.low)))

function columnAs({ tokens }: Scanned): string | null {
  let [withAs, without] = [0, 0]
  for (const item of selectItems(tokens)) {
    const [last, before] = [item.at(-1), item.at(-2)]
    if (!isName(last) || !before) continue
    if (before.low === 'as') withAs += 1
    else if (endsExpression(before)) without += 1
  }
  return nearly(withAs, without)
}

function endsExpression(token: Token): boolean {
  return (
    isName(token) ||
    ['string', 'number', 'jinja'].includes(token.kind) ||
    token.text === ')' ||
    token.low === 'end'
  )
}

type Read = { alias: Token | null; as: boolean; join: boolean }

/** Everything that stands behind `from` and `join`. */
function reads(tokens: Token[]): Read[] {
  return tokens.flatMap((token, i): Read[] => {
    if (token.low !== 'from' && token.low !== 'join') return []
    // `extract(year from x)` reads nothing.
    if (token.low === 'from' && !opensSelect(tokens, i)) return []
    let at = i + 1
    if (tokens[at]?.text === '(') {
      while (tokens[at] && !(tokens[at]?.text === ')' && tokens[at]?.depth === token.depth)) at += 1
    } else if (tokens[at]?.kind === 'jinja' || isName(tokens[at])) {
      while (tokens[at + 1]?.text === '.') at += 2
    } else return []
    const join = token.low === 'join'
    const next = tokens[at + 1]
    if (next?.low === 'as') return [{ alias: tokens[at + 2] ?? null, as: true, join }]
    return [{ alias: next && isName(next) && next.depth === token.depth ? next : null, as: false, join }]
  })
}

function opensSelect(tokens: Token[], i: number): boolean {
  const depth = tokens[i]?.depth ?? 0
  for (let at = i - 1; at >= 0; at -= 1) {
    const token = tokens[at]
    if (!token || token.depth < depth) return false
    if (token.depth === depth && token.low === 'select') return true
  }
  return false
}

function tableAs({ tokens }: Scanned): string | null {
  const aliased = reads(tokens).filter((r) => r.alias !== null)
  return nearly(aliased.filter((r) => r.as).length, aliased.filter((r) => !r.as).length)
}

function tableAliases({ tokens }: Scanned): string | null {
  const all = reads(tokens)
  if (!all.some((r) => r.join)) return null
  const kinds = new Set(
    all.map(({ alias }) => (alias === null ? 'none' : alias.text.length <= 3 ? 'letters' : 'words')),
  )
  const [only] = kinds
  return kinds.size === 1 && only ? only : 'mixed'
}

function innerJoin({ tokens }: Scanned): string | null {
  const before = tokens.flatMap((t, i) => (t.low === 'join' ? [tokens[i - 1]?.low ?? ''] : []))
  const inner = before.filter((w) => w === 'inner').length
  const bare = before.filter(
    (w) => !['inner', 'left', 'right', 'full', 'outer', 'cross', 'natural', 'lateral'].includes(w),
  ).length
  if (inner + bare === 0) return null
  return bare === 0 ? 'inner join' : inner === 0 ? 'join' : 'both'
}

function groupBy({ tokens }: Scanned): string | null {
  const first = tokens.flatMap((t, i) =>
    t.low === 'group' && tokens[i + 1]?.low === 'by' ? [tokens[i + 2]] : [],
  )
  const kinds = new Set(
    first.flatMap((t) =>
      !t || t.kind === 'jinja'
        ? []
        : t.kind === 'number'
          ? ['numbers']
          : t.low === 'all'
            ? ['all']
            : ['names'],
    ),
  )
  const [only] = kinds
  if (only === undefined) return null
  return kinds.size === 1 ? only : 'both'
}

function columnNames({ tokens }: Scanned): string | null {
  const styles = selectItems(tokens).flatMap((item) => {
    const last = item.at(-1)
    return last && isName(last) ? [caseOf(last.kind === 'quoted' ? last.text.slice(1, -1) : last.text)] : []
  })
  const counts = new Map<string, number>()
  // `City` is written so beside `Blood Group` as well as beside `BloodGroup`.
  const word = styles.includes('Title_Case') && !styles.includes('camelCase') ? 'Title_Case' : 'PascalCase'
  for (const style of styles) {
    const as = style === 'PascalCase' ? word : style
    counts.set(as, (counts.get(as) ?? 0) + 1)
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best && best[1] >= styles.length * NEARLY_ALL ? best[0] : best ? 'no one way' : null
}

/** By its example: `snake_case`, `SNAKE_CASE`, `camelCase`, `PascalCase`, `Title_Case` (`Title Case` too), or `other`. */
export function caseOf(name: string): string {
  if (/^[\p{Ll}\p{N}_]+$/u.test(name)) return 'snake_case'
  if (/^[\p{Lu}\p{N}_]+$/u.test(name)) return 'SNAKE_CASE'
  if (/^\p{Ll}[\p{L}\p{N}]*$/u.test(name)) return 'camelCase'
  if (/^\p{Lu}[\p{L}\p{N}]*$/u.test(name)) return 'PascalCase'
  return /^\p{Lu}[\p{L}\p{N}]*([ _][\p{Lu}\p{N}][\p{L}\p{N}]*)+$/u.test(name) ? 'Title_Case' : 'other'
}
