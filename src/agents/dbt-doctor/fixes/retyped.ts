/**
 * A column of a source that came as text and was something else: by the type that stands below from before. The cast
 * belongs where the column enters the project; values that are none are for a person.
 */
import { count } from '../../../core/text.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { dialectOf, kindOf } from '../../../project/profile/sql.ts'
import type { Kind } from '../../../project/profile/types.ts'
import type { Span } from '../../../project/sql/jinja.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, sqlOnly, wordsNamed } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { macroArguments } from './macro-arguments.ts'
import { propose } from './propose.ts'
import { rowsOf, type Standing, standingWith } from './replaced.ts'
import { type Item, lineOf, selectLists } from './select-lists.ts'

export const retyped: Fixer = {
  id: 'retyped',
  classes: ['D06', 'D07', 'D08'],
  find: async (failure, context) => {
    const { graph } = context
    const failing = failingNodes(failure, context)
    const found: Candidate[] = []
    for (const id of graph ? [...new Set([...failing, ...graph.ancestors(failing)])] : []) {
      const node = graph?.node(id)
      if (node?.resource_type !== 'model' || !graph?.isOwn(id)) continue
      const path = fileOf(node, context.place)
      const text = await context.read(path).catch(() => null)
      if (text === null || !path.endsWith('.sql')) continue
      const line = isCalculated(failure.message) && failure.file === path ? failure.line : null
      for (const change of await changedTypes(node, text, line, context)) {
        const bad = await unreadable(change, context)
        if (bad !== null && bad.rows > 0) {
          failure.found = foundOf(change, bad)
          continue
        }
        const made = await castAtEntry(path, text, change, bad, context)
        // That somebody calculates with it says that it is a number, and what stands has to say so too.
        found.push(
          ...made.map((m) => (change.isGuess ? { ...m, score: m.score - 10, guess: true as const } : m)),
        )
      }
    }
    return found
  },
}

export type Change = {
  source: { label: string; call: string; relation: string }
  column: string
  /** What it was, where it stands from before. */
  standing: Standing
  /** How that is known. */
  known: string
  isGuess?: true
}

const NUMBER =
  '(?:numeric|integer|bigint|smallint|real|double precision|DECIMAL(?:\\([^)]*\\))?|INTEGER|BIGINT|DOUBLE|INTEGER_LITERAL)'
const TEXT = '(?:text|character varying|VARCHAR)'
const CALCULATED = new RegExp(
  `operator does not exist: (?:${TEXT} [-+*/] ${NUMBER}|${NUMBER} [-+*/] ${TEXT})|'[-+*/]\\((?:${TEXT}, ${NUMBER}|${NUMBER}, ${TEXT})\\)`,
)

/** A text stands where a number is calculated with. */
const isCalculated = (message: string) => CALCULATED.test(message)

/** Text columns of the sources of a model, which stand below as something else. `line`: where one is calculated with. */
async function changedTypes(
  node: ManifestNode,
  text: string,
  line: number | null,
  context: FixContext,
): Promise<Change[]> {
  const { graph, dbt } = context
  const sources = (graph?.parents(node.unique_id) ?? []).flatMap((id) => graph?.source(id) ?? [])
  const answers = await dbt.columns(sources.map((s) => s.relation_name ?? ''))
  const masked = sqlOnly(text)
  const items = selectLists(text).flatMap((l) => l.items)
  const found: Change[] = []
  for (const [i, source] of sources.entries()) {
    const columns = answers[i]
    if (!Array.isArray(columns)) continue
    for (const { name: column, type } of columns) {
      const given = macroArguments(text, column)
      const words = [...wordsNamed(masked, column), ...given]
      if (kindOf(type) !== 'text' || words.length === 0) continue
      const item = items.find((one) => readsOnly(text, one, column))
      const made = items.find((one) => words.some((w) => isWithin(w, one.expression)))
      const own = await standingWith(item?.name ?? column, [node.unique_id], context)
      const other = !own && !item && made?.name ? await madeFrom(made.name, node.unique_id, context) : null
      const standing = own ?? other
      const isThere = line !== null && words.some((w) => lineOf(text, w.start) === line)
      if (!standing && isThere) {
        const label = graph?.label(source.unique_id) ?? source.name
        const call = `{{ source('${source.source_name}', '${source.name}') }}`
        const type = context.adapter === 'duckdb' ? 'double' : 'numeric'
        found.push({
          source: { label, call, relation: source.relation_name ?? '' },
          column,
          standing: { label, relation: source.relation_name ?? '', column: { name: column, type } },
          known: `line ${line} calculates with it`,
          isGuess: true,
        })
      }
      if (!standing || !CASTS.has(kindOf(standing.column.type))) continue
      const stands = `${standing.label}, which stands from before,`
      const known = own
        ? `${stands} has ${own.column.type.toLowerCase()}`
        : `${stands} has ${/^timestamp/i.test(standing.column.type) ? 'times' : 'numbers'} made of it`
      const call = `{{ source('${source.source_name}', '${source.name}') }}`
      const label = graph?.label(source.unique_id) ?? source.name
      found.push({ source: { label, call, relation: source.relation_name ?? '' }, column, standing, known })
    }
  }
  return found
}

const isWithin = (one: Span, other: Span) => other.start <= one.start && one.end <= other.end

/** What is made from the column stands: a number is made from one, a day from a moment. */
async function madeFrom(name: string, id: string, context: FixContext): Promise<Standing | null> {
  const standing = await standingWith(name, [id], context)
  const kind = standing ? kindOf(standing.column.type) : null
  const isNumber = kind === 'integer' || kind === 'number'
  const isTime = kind === 'date' || kind === 'timestamp'
  if (!standing || (!isNumber && !isTime)) return null
  const type = isTime ? 'timestamp' : context.adapter === 'duckdb' ? 'double' : 'numeric'
  return { ...standing, column: { ...standing.column, type } }
}

const CASTS = new Set<Kind>(['integer', 'number', 'date', 'timestamp', 'boolean'])

/** The item is the column, under its own name or another one. */
function readsOnly(text: string, { expression }: Item, column: string): boolean {
  const written = text.slice(expression.start, expression.end).trim()
  const bare = written.replace(/^(?:"[^"]+"|[\w$]+)\s*\.\s*/, '').replace(/^"(.*)"$/, '$1')
  return bare.toLowerCase() === column.toLowerCase()
}

type Bad = { rows: number; of: number; condition: string }

/** Values that cannot be cast; null where the warehouse has no way of asking. */
export async function unreadable(
  { source, column, standing }: Change,
  { adapter, dbt }: FixContext,
): Promise<Bad | null> {
  const c = dialectOf(adapter).quote(column)
  const { type } = standing.column
  const shape = SHAPES[kindOf(type)]
  const condition =
    adapter === 'duckdb' || adapter === 'snowflake' || adapter === 'databricks'
      ? `${c} is not null and try_cast(${c} as ${type}) is null`
      : adapter === 'postgres' && shape
        ? `${c} is not null and ${c} !~* '${shape}'`
        : null
  if (condition === null) return null
  const [row] = await rowsOf(
    `select count(case when ${condition} then 1 end), count(${c}) from ${source.relation}`,
    dbt,
  )
  return row ? { rows: Number(row[0]), of: Number(row[1]), condition } : null
}

/** PostgreSQL cannot try a cast: texts that it takes. */
const SHAPES: Partial<Record<Kind, string>> = {
  integer: '^\\s*[-+]?[0-9]+\\s*$',
  number: '^\\s*[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[-+]?[0-9]+)?\\s*$',
  date: '^\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s*$',
  timestamp: '^\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+)?(z|[-+][0-9:]+)?\\s*$',
  boolean: '^\\s*(t|f|true|false|y|n|yes|no|on|off|1|0)\\s*$',
}

export function foundOf(
  { source, column, standing, known }: Change,
  bad: Bad,
): NonNullable<Failure['found']> {
  const type = standing.column.type.toLowerCase()
  const rows = `select * from ${source.call} where ${bad.condition}`
  return {
    sentence: `${source.label}.${column} came as text; ${known}: ${bad.rows} of ${count(bad.of, 'value')} cannot be read as that.`,
    decision: [
      'The data came wrong, and the code is not bent to fit it. A person decides:',
      `1. Repair it where it comes from, and load again. The rows: dbt show --inline '${rows.replaceAll("'", "'\\''")}'`,
      `2. Say in the model that reads ${source.label} what such a value means, and cast ${column} to ${type} there: no cast guesses it.`,
    ],
  }
}

/** Where it is read it becomes what it was, and goes on under the name that it has outside. */
async function castAtEntry(
  path: string,
  text: string,
  { source, column, standing, known }: Change,
  bad: Bad | null,
  context: FixContext,
): Promise<Candidate[]> {
  const masked = sqlOnly(text)
  const isUpper = /\bSELECT\b/.test(masked) && !/\bselect\b/.test(masked)
  const word = (w: string) => (isUpper ? w.toUpperCase() : w)
  const type = isUpper ? standing.column.type : standing.column.type.toLowerCase()
  const items = selectLists(text).flatMap((l) => l.items.filter((one) => readsOnly(text, one, column)))
  const edits = wordsNamed(masked, column).flatMap((w) => {
    if (/\bas\s+$/i.test(masked.slice(0, w.start))) return []
    const lead = /(?:(?:"[^"]+"|[\w$]+)\s*\.\s*)?$/.exec(masked.slice(0, w.start))?.[0].length ?? 0
    const [start, end] = [w.start - lead, w.end]
    const item = items.find((one) => one.expression.start <= start && end <= one.expression.end)
    // With an alias it has its name; without one it would lose it.
    const isNamed = item !== undefined && item.span.end > item.expression.end
    const name = item && !isNamed ? ` ${word('as')} ${text.slice(w.start, w.end)}` : ''
    return [{ start, end, text: `${word('cast')}(${text.slice(start, end)} ${word('as')} ${type})${name}` }]
  })
  // A macro puts what it is given into its SQL.
  for (const at of macroArguments(text, column))
    edits.push({ ...at, text: `${word('cast')}(${column} ${word('as')} ${type})` })
  if (edits.length === 0) return []
  const all = bad === null ? '' : `, and all ${count(bad.of, 'value')} can be read as that`
  return propose(context, {
    title: `Cast ${column} to ${type} where it is read`,
    because: [`${source.label}.${column} came as text; ${known}${all}`],
    score: 84,
    texts: { [path]: edited(text, edits, path) },
  })
}
