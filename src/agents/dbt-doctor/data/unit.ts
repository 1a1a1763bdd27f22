/** A unit test that finds other rows: which columns differ, and where the model makes them. */
import type { ManifestNode } from '../../../project/manifest.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import { type Block, blockOf, type Output, outputsOf, readOf, type Scope, scopeOf } from './block.ts'
import { type Idea, idea, replacing } from './ideas/idea.ts'
import { watermarkIdeas } from './ideas/watermark.ts'
import type { Look } from './look.ts'
import { culpritIn, culpritOf, stepWords } from './places.ts'
import type { Trace } from './trace.ts'
import type { Culprit } from './types.ts'

/** dbt shows a table: `@@,id,total`, then `→,1,10→20` for a row with other values, `+++` and `---` for whole rows. */
export function differingColumns(
  message: string,
): { columns: string[]; rows: 'changed' | 'more' | 'fewer' | 'other' } | null {
  const lines = message.split(/\r?\n/)
  const at = lines.findIndex((l) => l.startsWith('@@'))
  if (at < 0) return null
  const cells = (line: string) => line.split(',').map((c) => c.trim())
  const names = cells(lines[at] ?? '').slice(1)
  const body = lines.slice(at + 1).map(cells)
  const changed = body.filter(([mark]) => mark === '→' || mark === '->')
  const columns = names.filter((_, i) => changed.some((row) => /→|->/.test(row[i + 1] ?? '')))
  const [more, fewer] = ['+++', '---'].map((sign) => body.filter(([mark]) => mark === sign).length)
  if (columns.length > 0) return { columns, rows: 'changed' }
  return { columns: names, rows: more && fewer ? 'other' : more ? 'more' : 'fewer' }
}

export async function tracedUnit(look: Look, test: ManifestNode, message: string): Promise<Trace | null> {
  const model = look.graph.parents(test.unique_id).find((id) => id.startsWith('model.'))
  const found = differingColumns(message)
  if (!model || !found) return null
  const label = look.label(model)
  const columns = found.rows === 'more' || found.rows === 'fewer' ? [] : found.columns
  const made = await Promise.all(columns.map((c) => madeOf(look, model, c)))
  // What is passed on as it was given is right wherever the rest is wrong.
  const places = made.flatMap((m, i) => (m && !m.output.plain ? [{ ...m, column: columns[i] ?? '' }] : []))
  const [first, ...others] = places
  const rows = found.rows === 'more' ? 'more rows' : found.rows === 'fewer' ? 'fewer rows' : 'other rows'
  const words = columns.length > 0 && found.rows === 'changed' ? `another ${columns.join(', ')}` : rows
  const culprit: Culprit = first
    ? culpritIn(look, first.block, first.output.at, {
        born: 'expression',
        sentence: `On the rows of the unit test ${label} answers ${words} than expected; ${first.column} is made in ${stepWords(look, first.block, first.output.at)}: ${first.output.text.replace(/\s+/g, ' ').slice(0, 120)}.`,
        evidence: others.map((o) => `${o.column} is made in ${stepWords(look, o.block, o.output.at)}.`),
      })
    : culpritOf(look, model, {
        born: isIncremental(look, test) ? 'passed over' : 'expression',
        sentence: `On the rows of the unit test ${label} answers ${words} than expected${isIncremental(look, test) ? ', of a run that adds to the table that stands' : ''}.`,
      })
  const { spot: _, also: __, wrong: ___, ...rest } = culprit
  const taken = isIncremental(look, test) ? watermarkIdeas(look, model) : []
  const ideas = [...places.flatMap((p) => bounds(look, p)), ...taken]
  return { culprit: rest, trail: [], ideas, decision: [], quarantine: null }
}

/** Whether the unit test is of a run that finds the table there. */
function isIncremental(look: Look, test: ManifestNode): boolean {
  const overrides = look.graph.manifest.unit_tests[test.unique_id]?.overrides as Overrides
  return overrides?.macros?.is_incremental === true
}

type Overrides = { macros?: { is_incremental?: unknown } } | null | undefined

/** A unit test says what is right at the edge: each comparison with its bound, or without. */
function bounds(look: Look, { block, output }: { block: Block; output: Output }): Idea[] {
  const { sql } = block.scope.model
  if (!output.at) return []
  const written = sql.slice(output.at.start, output.at.end)
  const signs = [...written.matchAll(/(?<![<>=!'-])(<=|>=|<|>)(?![<>=])/g)]
  const start = output.at.start
  return signs.slice(0, MOST_BOUNDS).flatMap(({ index, 1: sign = '' }) => {
    const other = sign.length === 2 ? sign.slice(0, 1) : `${sign}=`
    const at = { start: start + index, end: start + index + sign.length }
    return idea(
      `Compare with ${other} instead of ${sign}`,
      ['the unit test says what is right at the edge'],
      52,
      replacing(look, block, at, other),
    )
  })
}

const MOST_BOUNDS = 4

/** The expression that makes a column, below all that only pass it on within the model. */
async function madeOf(
  look: Look,
  id: string,
  column: string,
): Promise<{ block: Block; output: Output } | null> {
  const model = await look.model(id)
  const scope = model && scopeOf(model)
  return scope ? madeIn(look, scope, column, 0) : null
}

async function madeIn(
  look: Look,
  scope: Scope,
  column: string,
  depth: number,
): Promise<{ block: Block; output: Output } | null> {
  const block = await blockOf(look, scope, 0)
  const outputs = block && outputsOf(look, block)
  const key = (name: string) => keyOfStored(name, look.adapter)
  const output = outputs?.find(
    (o) => o.name !== null && key(o.name).toLowerCase() === key(column).toLowerCase(),
  )
  if (!block || !output) return null
  const [ref] = output.refs
  const source = output.plain && ref ? block.select.sources[ref.source] : undefined
  const read = source ? readOf(look, block, source) : null
  const inner =
    read?.kind === 'scope' && ref && depth < 20 ? await madeIn(look, read.scope, ref.column, depth + 1) : null
  return inner ?? { block, output }
}
