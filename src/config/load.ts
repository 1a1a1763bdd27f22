/** Reads martsmith.yml and says what is wrong with it: line, key, the nearest known key. */
import { readFile } from 'node:fs/promises'
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { MartsmithError } from '../core/errors.ts'
import { nearest } from '../core/text.ts'
import { type Config, configSchema } from './schema.ts'

export const CONFIG_FILE = 'martsmith.yml'
const REFERENCE = 'docs/configuration.md'

export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await readFile(path, 'utf8'), CONFIG_FILE)
}

export function defaultConfig(): Config {
  return configSchema.parse({})
}

export function parseConfig(text: string, name: string): Config {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const broken = document.errors[0]
  if (broken) {
    const { line } = lines.linePos(broken.pos[0])
    throw new MartsmithError({
      code: 'config.yaml',
      message: `${name}:${line}: not valid YAML: ${broken.message.split('\n')[0]?.replace(/ at line.*$/, '')}`,
      details: frame(text, line),
      mend: [`Mend line ${line}; ${REFERENCE} shows every key.`],
    })
  }
  const result = configSchema.safeParse(withoutEmpty(document.toJS()) ?? {})
  if (result.success) return result.data
  const issue = result.error.issues[0] as z.core.$ZodIssue
  /** The line of a key or value; of what holds it, where it is not there. */
  const lineOf = (path: PropertyKey[], ofKey?: string): number => {
    const at = path.length === 0 ? document.contents : document.getIn(path, true)
    const node = ofKey === undefined ? at : keyNode(at, ofKey)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1))
  }
  throw explain(issue, text, name, lineOf)
}

/** A key with nothing behind it says nothing: sections may stand there with all their keys commented out. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (value === null || typeof value !== 'object') return value
  const said = Object.entries(value).filter(([, v]) => v !== null)
  return Object.fromEntries(said.map(([k, v]) => [k, withoutEmpty(v)]))
}

function explain(
  issue: z.core.$ZodIssue,
  text: string,
  name: string,
  lineOf: (path: PropertyKey[], key?: string) => number,
): MartsmithError {
  const place = pathText(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const known = keysAt(issue.path)
    const line = lineOf(issue.path, key)
    const near = nearest(key, known, 1)[0]
    return new MartsmithError({
      code: 'config.unknown-key',
      message: `${name}:${line}: unknown key "${key}"${place ? ` under ${place}` : ''}${near ? `; did you mean "${near}"?` : ''}`,
      details: frame(text, line),
      mend: [
        `Known keys: ${known.join(', ')}.  ${REFERENCE}${issue.path[0] ? `#${String(issue.path[0])}` : ''}`,
      ],
    })
  }
  const line = lineOf(issue.path)
  return new MartsmithError({
    code: 'config.type',
    message: `${name}:${line}: ${place || 'the file'}: ${wrongType(issue)}`,
    details: frame(text, line),
    mend: [`${REFERENCE}${issue.path[0] ? `#${String(issue.path[0])}` : ''} shows what it may be.`],
  })
}

function wrongType(issue: z.core.$ZodIssue): string {
  if (issue.message.endsWith('received undefined')) return 'is missing'
  return issue.message.replace(/^Invalid (input|string): /, '')
}

/** The two lines above, and the line itself, as an editor shows them. */
function frame(text: string, line: number): string[] {
  const all = text.split(/\r?\n/)
  const first = Math.max(1, line - 1)
  return all.slice(first - 1, line).map((l, i) => `${first + i === line ? '>' : ' '} ${first + i} | ${l}`)
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`))
    .join('')
    .replace(/^\./, '')
}

function keyNode(map: unknown, key: string): unknown {
  const items = (map as { items?: { key: { value?: unknown } }[] } | undefined)?.items
  return items?.find((pair) => pair.key?.value === key)?.key
}

type Schema = { shape?: Record<string, Schema>; element?: Schema; unwrap?: () => Schema }

/** The keys that the schema knows at a path. */
function keysAt(path: PropertyKey[]): string[] {
  let schema = bare(configSchema as unknown as Schema)
  for (const part of path) {
    const inner = typeof part === 'number' ? schema.element : schema.shape?.[String(part)]
    if (!inner) return []
    schema = bare(inner)
  }
  return Object.keys(schema.shape ?? {})
}

/** Without its optional, default and prefault wrappers. */
function bare(schema: Schema): Schema {
  let inner = schema
  while (!inner.shape && !inner.element && inner.unwrap) inner = inner.unwrap()
  return inner
}
