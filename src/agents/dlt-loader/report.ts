/** What a load did, in the words of the report. */
import { dirname, join, relative } from 'node:path'
import type { LoadError, LoadedPipeline, LoadedTable } from '../../adapters/dlt/loader.ts'
import type { DltPipelineConfig } from '../../config/schema.ts'
import { count, list, seconds, shellQuote } from '../../core/text.ts'

const MOST_TABLES = 12

function newRows(table: LoadedTable): number | null {
  return table.before === null || table.after === null ? null : table.after - table.before
}

export function nothingLoaded(loaded: LoadedPipeline[]): boolean {
  return loaded.every((p) => p.loads + p.kept === 0)
}

export function loadedLines(
  pipeline: DltPipelineConfig,
  loaded: LoadedPipeline[],
  took: number | null,
  reason: string,
): string[] {
  const why = reason ? ` Ran because ${reason}.` : ''
  const time = took === null ? '' : ` (${seconds(took)})`
  if (nothingLoaded(loaded)) {
    return [`${pipeline.name} ran and found nothing to load${time}.${why}`]
  }
  const tables = loaded.flatMap((p) => p.tables.map((t) => ({ ...t, dataset: p.dataset })))
  const only = tables.length === 1 ? tables[0] : undefined
  const head = only
    ? `${pipeline.name} loaded ${tableWords(only, took ?? undefined)}.${why}`
    : `${pipeline.name} loaded ${count(tables.length, 'table')}${time}.${why}`
  const moved = only ? [] : tables.filter((t) => newRows(t) !== 0)
  const still = only ? [] : tables.filter((t) => newRows(t) === 0)
  const each = moved.slice(0, MOST_TABLES).map((t) => `- ${tableWords(t)}`)
  const more = moved.length > MOST_TABLES ? [`- and ${moved.length - MOST_TABLES} more tables`] : []
  if (still.length > 0)
    more.push(
      `- no new rows in ${list(
        still.map((t) => t.name),
        MOST_TABLES,
      )}`,
    )
  return [
    head,
    ...each,
    ...more,
    ...drainedLines(loaded),
    ...givenUpLines(loaded),
    ...keptLines(loaded),
    ...schemaLines(loaded),
  ]
}

function tableWords(table: LoadedTable & { dataset: string | null }, took?: number): string {
  const time = took === undefined ? '' : `, ${seconds(took)}`
  const name = table.dataset ? `${table.dataset}.${table.name}` : table.name
  const added = newRows(table)
  if (added === null)
    return `${count(table.sent, 'row')} sent to ${name} (they could not be counted there${time})`
  const change = added >= 0 ? count(added, 'new row') : `${count(-added, 'row')} fewer`
  return `${change} into ${name} (${table.after?.toLocaleString('en-US')} in all${time})`
}

function keptLines(loaded: LoadedPipeline[]): string[] {
  return loaded
    .filter((p) => p.kept > 0)
    .map(
      (p) =>
        `${p.name}: ${count(p.kept, 'load')} of the interrupted attempt had arrived and ${p.kept === 1 ? 'was' : 'were'} not repeated.`,
    )
}

function drainedLines(loaded: LoadedPipeline[]): string[] {
  return loaded
    .filter((p) => p.drained > 0)
    .map(
      (p) =>
        `${p.name}: ${count(p.drained, 'package')} of an interrupted load ${p.drained === 1 ? 'was' : 'were'} finished first.`,
    )
}

function givenUpLines(loaded: LoadedPipeline[]): string[] {
  return loaded
    .filter((p) => p.givenUp > 0)
    .map(
      (p) =>
        `${p.name}: ${count(p.givenUp, 'package')} of an earlier load, of which nothing was loaded, ${p.givenUp === 1 ? 'was' : 'were'} given up; dlt went back to the state before, and read the rows again.`,
    )
}

function schemaLines(loaded: LoadedPipeline[]): string[] {
  return loaded.flatMap((p) =>
    p.schemaChanges.map((c) => {
      const columns = c.columns.filter((col) => !col.name.startsWith('_dlt'))
      const names = list(
        columns.map((col) => (col.type ? `${col.name} (${col.type})` : col.name)),
        6,
      )
      const table = p.dataset ? `${p.dataset}.${c.table}` : c.table
      return c.newTable
        ? `Schema: ${table} is new, with ${count(columns.length, 'column')}.`
        : `Schema: ${table} has ${count(columns.length, 'new column')}: ${names}.`
    }),
  )
}

/** What did load before the failure; nothing is claimed of what could not be counted. */
function arrivedLine(loaded: LoadedPipeline[]): string {
  const tables = loaded.flatMap((p) => p.tables.map((t) => ({ ...t, dataset: p.dataset })))
  if (loaded.some((p) => p.loads > 0) && tables.some((t) => newRows(t) === null))
    return 'Whether rows were loaded before it failed could not be counted.'
  const arrived = tables
    .filter((t) => (newRows(t) ?? 0) !== 0)
    .map((t) => `${count(newRows(t) ?? 0, 'new row')} in ${t.dataset}.${t.name}`)
  return arrived.length > 0 ? `Loaded before it failed: ${list(arrived, 8)}.` : 'No rows were loaded.'
}

export type Surroundings = {
  root: string
  python: string
  dataDir: string
  /** Tables that dlt had made and that were gone when this load began. */
  missing: string[]
}

/** Step, resource, cause, place; then what did load, which is never called a success. */
export function failureLines(
  pipeline: DltPipelineConfig,
  error: LoadError | null,
  loaded: LoadedPipeline[],
  about: Surroundings,
): string[] {
  const lines: string[] = []
  if (error) {
    lines.push(`${pipeline.name} failed${errorWords(error, about.root)}`)
    if (error.draining) lines.push(...pendingLines(error, about))
    else if (about.missing.length > 0) lines.push(...droppedLines(error, about))
    if (error.missingModule) lines.push(`To mend it: ${about.python} -m pip install ${error.missingModule}`)
  } else {
    lines.push(`${pipeline.name} failed: some of its tables did not load.`)
  }
  for (const p of loaded) {
    for (const job of p.failedJobs) lines.push(`Failed: table ${job.table}: ${firstLines(job.message)}`)
  }
  lines.push(arrivedLine(loaded))
  return lines
}

/** ` in dlt's step extract, resource orders: KeyError: 'amount' (ingest/shop.py:12)`. */
export function errorWords(error: LoadError, root: string): string {
  // Python says the place of a syntax error in its message.
  const place = error.where ? ` (${shortPlace(error.where, root)})` : ''
  const step = error.step ? ` in dlt's step ${error.step}` : ''
  const resource = error.resource
    ? `, resource ${error.resource}`
    : error.table
      ? `, table ${error.table}`
      : ''
  return `${step}${resource}: ${error.type}: ${firstLines(error.message)}${place}`
}

/**
 * A package that fails for good stands in the way of every later load. Dropping it is for a person to
 * decide: with an incremental source, dlt may not read its rows again.
 */
function pendingLines(error: LoadError, about: Surroundings): string[] {
  return [
    'What failed is a package that an earlier load left unfinished, not what the script reads now; every load finishes it first.',
    `To drop it, if its rows can be read again: ${dltCommand(error, about)} ${error.abortCommand}`,
  ]
}

/** dlt goes by its own schema: a table that somebody dropped is not made again until dlt drops it too. */
function droppedLines(error: LoadError, about: Surroundings): string[] {
  const tables = about.missing.map((name) => name.split('.').at(-1))
  return [
    `${list(about.missing, 3)} was dropped in the warehouse, and dlt does not know.`,
    `To have it made anew: ${dltCommand(error, about)} drop ${tables.join(' ')}   (the names of its resources, if they are others)`,
  ]
}

/** dlt's own command on the state that martsmith keeps in the project. */
function dltCommand(error: LoadError, { python, dataDir }: Surroundings): string {
  return `DLT_DATA_DIR=${shellQuote(dataDir)} ${shellQuote(join(dirname(python), 'dlt'))} pipeline ${error.pipeline ?? 'NAME'}`
}

function firstLines(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter((l) => l.trim() !== '')
  return lines.slice(0, 4).join(' ').slice(0, 600)
}

function shortPlace(place: string, root: string): string {
  const rel = relative(root, place)
  return rel.startsWith('..') ? place : rel
}
