/** The edit in the model's file: its `config(...)`, and for incremental models the filter at its end. */
import { MartsmithError } from '../../core/errors.ts'
import {
  type ConfigCall,
  configCalls,
  eolOf,
  hasOtherConfig,
  type NamedValue,
  withArguments,
  withCall,
  withValue,
} from './config-call.ts'
import type { Input } from './index.ts'

export type Edited = { text: string; notes: string[] }

/** Whether the file itself says how the model is kept. */
export function saysMaterialization(text: string): boolean {
  return hasArgument(configCalls(text) ?? [], 'materialized')
}

/** @throws MartsmithError `refactor.refused` with the line, where the file cannot be read beyond doubt. */
export function edited(text: string, path: string, wanted: Input): Edited {
  const calls = readCalls(text, path)
  return filtered(withMaterialization(text, path, calls, wanted), path, wanted)
}

/** The file with the filter that an incremental model needs, and nothing else. */
export function filtered(text: string, path: string, wanted: Input): Edited {
  const calls = readCalls(text, path)
  const asks = /(?<![\w.])is_incremental\s*\(/.test(text)
  if (wanted.to !== 'incremental')
    return { text, notes: asks ? ['Its is_incremental() block stays, and never applies.'] : [] }
  const { uniqueKey, watermark, filter } = wanted
  if (watermark === null || (uniqueKey.length === 0 && !hasArgument(calls, 'unique_key')))
    throw refused(
      path,
      1,
      'an incremental model needs a key, and a column by which rows are new: else the two ways of building it may differ, and nothing can tell',
      ['Add --unique-key <columns> and --watermark <column>.'],
    )
  if (!asks) return { text: withFilter(text, filter ?? newerThan(watermark)), notes: [] }
  if (filter !== null)
    throw refused(path, 1, 'it has an is_incremental() block, and its own rule for what is new')
  return { text, notes: [] }
}

/** max() of an empty table is null, and nothing would ever come after it. */
function newerThan(watermark: string): string {
  return `${watermark} >= (select max(${watermark}) from {{ this }})\n   or not exists (select 1 from {{ this }})`
}

function readCalls(text: string, path: string): ConfigCall[] {
  const calls = configCalls(text)
  if (!calls) throw refused(path, 1, 'its Jinja has a tag or a block without an end')
  if (hasOtherConfig(text, calls)) throw refused(path, 1, 'config() is called in the middle of other Jinja')
  return calls
}

function withMaterialization(
  text: string,
  path: string,
  calls: ConfigCall[],
  { to, uniqueKey }: Input,
): string {
  for (const call of calls)
    if (!call.arguments)
      throw refused(path, lineOf(text, call.tag.start), 'its config() has arguments that are not name=value')
  const [key] = uniqueKey
  const keyValue: NamedValue[] =
    to === 'incremental' && key !== undefined && !hasArgument(calls, 'unique_key')
      ? [['unique_key', uniqueKey.length === 1 ? key : uniqueKey]]
      : []
  const owner = calls.find((c) => c.arguments?.some((a) => a.name === 'materialized'))
  const standing = owner?.arguments?.find((a) => a.name === 'materialized')
  if (owner && standing) {
    if (standing.literal === null)
      throw refused(path, lineOf(text, standing.span.start), 'its materialization is computed by Jinja')
    // The key goes in first, for it stands before what it would move.
    const keyed = withArgumentAfter(text, standing.span.end, keyValue)
    return withValue(keyed, standing, to)
  }
  const named: NamedValue[] = [['materialized', to], ...keyValue]
  const [first] = calls
  return first ? withArguments(text, first, named) : withCall(text, named)
}

function withArgumentAfter(text: string, at: number, [first]: NamedValue[]): string {
  if (!first) return text
  const [name, value] = first
  const written = typeof value === 'string' ? `'${value}'` : `[${value.map((v) => `'${v}'`).join(', ')}]`
  return `${text.slice(0, at)}, ${name}=${written}${text.slice(at)}`
}

function hasArgument(calls: ConfigCall[], name: string): boolean {
  return calls.some((c) => c.arguments?.some((a) => a.name === name))
}

const STAR_AT_END = /\)\s*select\s+\*\s+from\s+[A-Za-z_]\w*\s*$/i

/**
 * The filter goes behind a closing `select * from final`. Any other query is put into brackets first: a filter
 * inside it would cut what its groups and windows are computed from.
 */
function withFilter(text: string, condition: string): string {
  const eol = eolOf(text)
  const block = ['{% if is_incremental() %}', `where ${condition}`, '{% endif %}'].join('\n')
  const trimmed = text.trimEnd()
  const whole = STAR_AT_END.test(trimmed) ? `${trimmed}\n\n${block}\n` : wrapped(trimmed, block)
  return whole.replace(/\r\n|\n/g, eol)
}

function wrapped(text: string, block: string): string {
  const call = configCalls(text)?.at(-1)
  const at = call?.tag.end ?? 0
  const head = text.slice(0, at).trimEnd()
  return `${head}\n\nselect *\nfrom (\n${text.slice(at).trim()}\n) as all_rows\n${block}\n`
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function refused(path: string, line: number, why: string, mend: string[] = []): MartsmithError {
  return new MartsmithError({
    code: 'refactor.refused',
    message: `${path}:${line}: ${why}. Nothing was changed.`,
    mend,
  })
}
