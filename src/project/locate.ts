/** From what the warehouse or dbt complained of to the line that the user wrote. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { diffArrays } from 'diff'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { ManifestNode } from './manifest.ts'

export type Place = { file: string; line: number | null }

/** The parts of a node's files that are needed to find a line. */
export type Sources = { raw: string; compiled: string | null; run: string | null }

export async function readSources(dbtDir: string, targetPath: string, node: ManifestNode): Promise<Sources> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => null)
  const inTarget = (kind: string) => read(join(targetPath, kind, node.package_name, node.original_file_path))
  const [raw, compiled, run] = await Promise.all([
    read(join(dbtDir, node.original_file_path)),
    inTarget('compiled'),
    inTarget('run'),
  ])
  return { raw: raw ?? '', compiled, run }
}

/**
 * The line of the raw file that an error in a model is about, or null where it cannot be told.
 * A database counts lines in what was run, and not always rightly; so the text of its line is looked
 * for first, and the number only decides between lines with the same text. Where the number counts lines of
 * something else (a unit test's SQL around its model), `trustNumber` is false.
 */
export function errorLine(message: string, sources: Sources, trustNumber = true): number | null {
  const jinja = /^\s*line (\d+)\s*$/m.exec(message)
  if (jinja) return Number(jinja[1])
  const said = /^( *LINE (\d+): ?)(.*)(?:\n( *)\^)?/m.exec(message)
  const compiled = sources.compiled
  if (!said || compiled === null) return null
  const [, label = '', number, quoted = '', margin] = said
  const compiledLine = lineWithText(
    compiled,
    quoted,
    trustNumber ? lineInCompiled(Number(number), sources) : null,
  )
  const word =
    margin === undefined ? undefined : /^[\w$]+/.exec(quoted.slice(margin.length - label.length))?.[0]
  return compiledLine === null ? null : rawLine(compiledLine, compiled, sources.raw, word)
}

/** A line of target/run counts dbt's own header too: how far down the compiled SQL begins in it. */
function lineInCompiled(line: number, { run, compiled }: Sources): number {
  if (run === null || compiled === null) return line
  const first = compiled.split('\n').find((l) => l.trim() !== '')
  const offset = first === undefined ? -1 : run.split('\n').findIndex((l) => l.includes(first.trim()))
  const lead = compiled.split('\n').findIndex((l) => l.trim() !== '')
  return offset < 0 ? line : line - offset + lead
}

/** A shorter line, `from x`, is part of many others. */
const TELLING = 12

/** The 1-based line that holds what the database quoted; it may have cut it at both ends (`...`). */
function lineWithText(text: string, quoted: string, near: number | null): number | null {
  const fragment = quoted
    .replace(/^\.\.\./, '')
    .replace(/\.\.\.$/, '')
    .trim()
  const lines = text.split('\n')
  const numbers = (test: (line: string) => boolean) => lines.flatMap((l, i) => (test(l) ? [i + 1] : []))
  const holding = fragment === '' ? [] : numbers((l) => l.includes(fragment))
  // dbt may have written more onto the line: `) select ...` where a model follows a CTE of its own.
  const held = numbers((l) => l.trim().length >= TELLING && fragment.includes(l.trim()))
  const found = holding.length > 0 ? holding : held
  if (near === null) return found[0] ?? null
  if (found.length === 0) return near >= 1 && near <= lines.length ? near : null
  return found.reduce((best, l) => (Math.abs(l - near) < Math.abs(best - near) ? l : best))
}

/**
 * Maps a line of the compiled SQL to the raw one. Lines that are equal are found by a diff; between them a
 * block of raw lines became a block of compiled ones, and there the raw line that holds the offending
 * `word` is taken, else one with Jinja in it at about the same place.
 */
export function rawLine(compiledLine: number, compiled: string, raw: string, word?: string): number | null {
  const rawLines = raw.split('\n')
  const compiledLines = compiled.split('\n')
  // Blank lines are everywhere and would tie lines together that have nothing to do with each other.
  const trim = (lines: string[], side: string) => lines.map((l, i) => l.trim() || `\0${side}${i}`)
  let [rawAt, compiledAt] = [0, 0]
  for (const { equal, rawCount, compiledCount } of blocks(
    trim(rawLines, 'raw'),
    trim(compiledLines, 'compiled'),
  )) {
    if (compiledLine <= compiledAt + compiledCount) {
      const into = compiledLine - compiledAt
      if (equal) return rawAt + into
      if (rawCount === 0) return Math.min(Math.max(1, rawAt), rawLines.length)
      const near = rawAt + 1 + Math.floor(((into - 1) / compiledCount) * rawCount)
      return bestIn(rawLines, rawAt + 1, rawAt + rawCount, near, {
        word,
        text: compiledLines[compiledLine - 1] ?? '',
      })
    }
    rawAt += rawCount
    compiledAt += compiledCount
  }
  return null
}

type Block = { equal: boolean; rawCount: number; compiledCount: number }

/** The diff as blocks that are equal, and blocks in which some raw lines became some compiled ones. */
function blocks(raw: string[], compiled: string[]): Block[] {
  const found: Block[] = []
  for (const part of diffArrays(raw, compiled)) {
    const equal = !part.added && !part.removed
    const count = part.count ?? part.value.length
    const last = found.at(-1)
    const block = !equal && last && !last.equal ? last : { equal, rawCount: 0, compiledCount: 0 }
    if (block !== last) found.push(block)
    if (!part.added) block.rawCount += count
    if (!part.removed) block.compiledCount += count
  }
  return found
}

type Wanted = { word: string | undefined; text: string }

function bestIn(lines: string[], first: number, last: number, near: number, { word, text }: Wanted): number {
  const range = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const holding = (test: (line: string) => boolean) => range.filter((n) => test(lines[n - 1] ?? ''))
  const whole = word && new RegExp(`(?<![\\w$])${word.replaceAll('$', '\\$')}(?![\\w$])`, 'i')
  const withWord = whole ? holding((l) => whole.test(l)) : []
  const candidates = withWord.length > 0 ? withWord : holding((l) => couldMake(l, text))
  return (candidates.length > 0 ? candidates : range).reduce((best, n) =>
    Math.abs(n - near) < Math.abs(best - near) ? n : best,
  )
}

/** Whether a line with Jinja could have made a compiled one: what it says before its Jinja stands there too. */
function couldMake(rawText: string, compiledText: string): boolean {
  const jinja = rawText.search(/\{\{|\{%/)
  return jinja >= 0 && compiledText.trimStart().startsWith(rawText.slice(0, jinja).trim())
}

export type GenericTest = {
  model: string
  column: string | null
  /** Its kind: `unique`, `dbt_utils.at_least_one`. */
  kind: string
  /** The test's own name, where it was given one, and its arguments: two tests of one kind differ in them. */
  name: string
  arguments: Record<string, unknown>
}

/** The line in a properties file where a generic test of a model, or of its column, stands; null where it does not. */
export function testLine(yamlText: string, test: GenericTest): number | null {
  const lines = new LineCounter()
  const document = parseDocument(yamlText, { lineCounter: lines })
  const lineOf = (node: unknown) => {
    const range = isNode(node) ? node.range : null
    return range ? lines.linePos(range[0]).line : null
  }
  for (const section of ['models', 'seeds', 'snapshots', 'sources']) {
    const entries = document.get(section, true)
    const entry = named(section === 'sources' ? tables(entries) : entries, test.model)
    if (!entry) continue
    const holder = test.column ? (named(child(entry, 'columns'), test.column) ?? entry) : entry
    const found = writtenTests(holder).filter((t) => lastPart(t.kind) === lastPart(test.kind))
    const exact =
      found.find((t) => t.name === test.name) ??
      found.find((t) => t.name === null && isDeepStrictEqual(t.arguments, test.arguments))
    return lineOf((exact ?? found[0])?.node ?? holder)
  }
  return null
}

type WrittenTest = { node: unknown; kind: string; name: string | null; arguments: unknown }

/** Tests as people write them: a name, or a mapping from it to its arguments, with `arguments:` or without. */
function writtenTests(holder: unknown): WrittenTest[] {
  const tests = child(holder, 'data_tests') ?? child(holder, 'tests')
  if (!isSeq(tests)) return []
  return tests.items.flatMap((item): WrittenTest[] => {
    const pair = isMap(item) ? item.items[0] : undefined
    const node = pair ? pair.key : item
    if (!isScalar(node)) return []
    const body = pair && isMap(pair.value) ? (pair.value.toJSON() as Record<string, unknown>) : {}
    const { name, arguments: given, ...rest } = body
    return [
      {
        node,
        kind: String(node.value),
        name: typeof name === 'string' ? name : null,
        arguments: given ?? rest,
      },
    ]
  })
}

function lastPart(kind: string): string {
  return kind.split('.').at(-1) ?? kind
}

function child(map: unknown, key: string): unknown {
  return isMap(map) ? map.get(key, true) : undefined
}

function named(seq: unknown, name: string): unknown {
  const items = isSeq(seq) ? seq.items : Array.isArray(seq) ? seq : []
  return items.find((item) => isMap(item) && item.get('name') === name)
}

function tables(sources: unknown): unknown[] {
  return isSeq(sources)
    ? sources.items.flatMap((s) =>
        isSeq(child(s, 'tables')) ? (child(s, 'tables') as { items: unknown[] }).items : [],
      )
    : []
}
