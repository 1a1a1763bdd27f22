/** YAML that cannot be read: the line that is named and the one above it, with what people slip in mended. */
import { parseDocument } from 'yaml'
import { collectChanges } from '../../../changes/index.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'

/** `isSign`: a sign of YAML's own is quoted. */
type Way = { title: string; because: string; score: number; lines: string[]; isSign?: true }

/** So many lines above the one that is named may be the one at fault. */
const ABOVE = 3

export const yamlText: Fixer = {
  id: 'yaml-text',
  classes: ['P01', 'P02'],
  find: async ({ file, message, class: of }, context) => {
    if (!file || !/\.ya?ml$/.test(file)) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    const wrong = firstError(text)
    const lines = text.split('\n')
    const named = [...message.matchAll(/\bline (\d+)/g)].map((m) => Number(m[1]))
    const near = named.flatMap((n) => Array.from({ length: ABOVE + 1 }, (_, i) => n - i))
    const at = new Set([...near, ...openQuotes(lines, wrong)])
    // What is YAML, and what dbt cannot read all the same, is a sign that it reads otherwise: `{{ }}`, `*`.
    const isYaml = of?.id === 'P01' && wrong === null
    const ways = [...at]
      .filter((n) => n >= 1 && n <= lines.length && (!isYaml || named.includes(n)))
      .flatMap((n) => waysAt(lines, n))
      .filter((w) => !isYaml || w.isSign)
      .filter((w) => isFurther(firstError(w.lines.join('\n')), wrong))
    return made(ways, file, context)
  },
}

/** What does not end shows where the next begins, however far below: lines with a quote too few, the nearest first. */
function openQuotes(lines: string[], wrong: number | null): number[] {
  const odd = lines.flatMap((l, i) => (/^[^#]*$/.test(l) && QUOTES.some((q) => isOdd(l, q)) ? [i + 1] : []))
  return odd
    .filter((n) => wrong === null || n <= wrong)
    .slice(-MOST_OPEN)
    .reverse()
}

const QUOTES = ['"', "'"]
const MOST_OPEN = 8
const isOdd = (line: string, quote: string) => line.split(quote).length % 2 === 0

async function made(ways: Way[], file: string, { place, git }: FixContext): Promise<Candidate[]> {
  const committed = (await git?.committed(file)) ?? null
  const known = committed === null ? null : meaning(committed)
  const found: Candidate[] = []
  for (const { title, because, score, lines } of ways) {
    const text = lines.join('\n')
    const files = collectChanges(place)
    await files.write(file, text)
    const changes = await files.changeSet(title)
    if (changes.changes.length === 0) continue
    const asBefore = known !== null && meaning(text) === known
    found.push({
      title,
      because: [because, ...(asBefore ? ['it then says what the last commit says'] : [])],
      score: asBefore ? Math.min(98, score + 25) : score,
      changes,
    })
  }
  return found.sort((a, b) => b.score - a.score).slice(0, 6)
}

function waysAt(lines: string[], n: number): Way[] {
  const line = lines[n - 1] ?? ''
  const other = (text: string) => lines.map((l, i) => (i === n - 1 ? text : l))
  const ways: Way[] = []
  ways.push(...withoutTabs(lines, n))
  const [, head, value] = /^(\s*(?:-\s+)?[\w.+-]+:\s+)(\S.*?)\s*$/.exec(line) ?? []
  if (head && value && !/^['"|>]/.test(value)) {
    const quoted = value.includes('"')
      ? `'${value.replaceAll("'", "''")}'`
      : `"${value.replaceAll('\\', '\\\\')}"`
    ways.push({
      title: `Quote the value of line ${n}`,
      because: 'YAML reads a sign in it as its own',
      score: 72,
      isSign: true,
      lines: other(head + quoted),
    })
  }
  const item = /^(\s*-\s+)(\S.*?)\s*$/.exec(line)
  if (item?.[2] && !/^['"]/.test(item[2]) && !/^[\w.]+:(\s|$)/.test(item[2]))
    ways.push({
      title: `Quote the item of line ${n}`,
      because: 'YAML reads a sign in it as its own',
      score: 65,
      isSign: true,
      lines: other(item[1] + (item[2].includes('"') ? `'${item[2].replaceAll("'", "''")}'` : `"${item[2]}"`)),
    })
  if (/^\s*(?:-\s+)?[\w.]+\s*$/.test(line))
    ways.push({
      title: `Put a colon behind line ${n}`,
      because: 'a key has none',
      score: 68,
      lines: other(`${line.trimEnd()}:`),
    })
  const noBlank = /^(\s*(?:-\s+)?[\w.]+):(\S.*)$/.exec(line)
  if (noBlank)
    ways.push({
      title: `Put a blank behind the colon of line ${n}`,
      because: 'a key needs one',
      score: 70,
      lines: other(`${noBlank[1]}: ${noBlank[2]}`),
    })
  const noDash = /^(\s*)-(?=[\w"'{[])([^-\s].*)$/.exec(line)
  if (noDash)
    ways.push({
      title: `Put a blank behind the dash of line ${n}`,
      because: 'an item of a list needs one',
      score: 80,
      lines: other(`${noDash[1]}- ${noDash[2]}`),
    })
  const commas = /[{[]/.test(line) ? line.replace(/([^\s,{[:])(\s+["']?[\w.+-]+["']?:\s)/g, '$1,$2') : line
  if (commas !== line)
    ways.push({
      title: `Put a comma before the next key in line ${n}`,
      because: 'in braces a comma parts what stands beside each other',
      score: 76,
      lines: other(commas),
    })
  for (const quote of QUOTES)
    if (isOdd(line, quote))
      ways.push({
        title: `Close the quotes of line ${n}`,
        because: 'they are left open',
        score: 70,
        lines: other(line.trimEnd() + quote),
      })
  for (const [open, close] of [
    ['[', ']'],
    ['{', '}'],
  ] as const)
    if (line.split(open).length > line.split(close).length)
      ways.push({
        title: `Close the bracket of line ${n}`,
        because: 'it is left open',
        score: 70,
        lines: other(line.trimEnd() + close),
      })
  return [...ways, ...indented(lines, n)]
}

const depthOf = (line: string) => line.length - line.trimStart().length

/** How wide a tab was meant shows by the lines around it. */
function withoutTabs(lines: string[], n: number): Way[] {
  if (!lines.some((l) => /^[ ]*\t/.test(l))) return []
  const because = 'YAML takes no tabs for indentation'
  const head = (l: string | undefined) => /^\s*(-?\s*[\w.]*:?)/.exec(l ?? '')?.[1] ?? ''
  const like = lines.slice(0, n - 1).findLast((l) => !l.includes('\t') && head(l) === head(lines[n - 1]))
  const wide = TAB_WIDTHS.map((width, i) => {
    const after = lines.map((l) => l.replace(/^[ \t]+/, (lead) => expanded(lead, width)))
    const isLike = like !== undefined && depthOf(after[n - 1] ?? '') === depthOf(like)
    return {
      title: `Write ${width} blanks instead of each tab`,
      because,
      score: (isLike ? 84 : 75) - i,
      lines: after,
    }
  })
  const [plain] = wide
  const slipped = plain && /^[ ]*\t/.test(lines[n - 1] ?? '') ? indented(plain.lines, n) : []
  return [
    ...wide,
    ...slipped.map((w) => ({ ...w, because: `${because}; ${w.because}`, score: w.score + 10 })),
  ]
}

const TAB_WIDTHS = [2, 4, 8]

/** To the next stop, as an editor shows it. */
function expanded(lead: string, width: number): string {
  return [...lead].reduce((now, c) => now + (c === '\t' ? ' '.repeat(width - (now.length % width)) : c), '')
}

/** As deep as a line near it, alone or with what hangs on it. */
function indented(lines: string[], n: number): Way[] {
  const line = lines[n - 1] ?? ''
  if (line.trim() === '') return []
  const around = lines.slice(Math.max(0, n - 12), n + 6).filter((l) => l.trim() !== '' && l !== line)
  const depths = [...new Set(around.flatMap((l) => [depthOf(l), depthOf(l) + 2]))].filter(
    (d) => d !== depthOf(line) && Math.abs(d - depthOf(line)) <= 4,
  )
  const block = (() => {
    const below = lines.slice(n).findIndex((l) => l.trim() !== '' && depthOf(l) <= depthOf(line))
    return below < 0 ? lines.length : n + below
  })()
  // Files go in steps of two: a line that stands between is the one that slipped.
  const onStep = (d: number) =>
    lines.every((l) => l.trim() === '' || l === line || depthOf(l) % 2 === 0) && d % 2 !== 0 ? -12 : 0
  // Of its own kind: `- name:` stands where another `- name:` does.
  const head = (l: string) => /^\s*(-?\s*[\w.]*:?)/.exec(l)?.[1] ?? ''
  const alike = new Set(around.filter((l) => head(l) === head(line)).map(depthOf))
  return depths.flatMap((d) => {
    const by = d - depthOf(line)
    const more = (alike.has(d) ? 15 : 0) + onStep(d) - onStep(depthOf(line))
    const move = (l: string) =>
      l.trim() === '' ? l : ' '.repeat(Math.max(0, depthOf(l) + by)) + l.trimStart()
    const way = (last: number, score: number): Way => ({
      title: `Indent line ${n} by ${d}`,
      because: `it is indented by ${depthOf(line)}, and lines near it by ${d}`,
      score: score + more,
      lines: lines.map((l, i) => (i >= n - 1 && i < last ? move(l) : l)),
    })
    return block > n
      ? [way(n, 50 - Math.abs(by)), way(block, 52 - Math.abs(by))]
      : [way(n, 55 - Math.abs(by))]
  })
}

/** The line of the first thing that is no YAML; null where there is none. */
function firstError(text: string): number | null {
  const [error] = parseDocument(text).errors
  return error ? (error.linePos?.[0].line ?? 1) : null
}

function isFurther(now: number | null, before: number | null): boolean {
  return now === null || (before !== null && now > before)
}

function meaning(text: string): string | null {
  const document = parseDocument(text)
  return document.errors.length > 0 ? null : JSON.stringify(document.toJS())
}
