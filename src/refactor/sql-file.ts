/** A model's file together with all that it compiles to, so that places of its SQL lead to places in the file. */
import { lineAt } from '../changes/edits.ts'
import type { Project } from '../config/project.ts'
import type { MartsmithError } from '../core/errors.ts'
import type { ReadProject } from '../project/lineage/read.ts'
import type { ManifestNode } from '../project/manifest.ts'
import type { Mode } from '../project/sql/compiled.ts'
import type { Span } from '../project/sql/jinja.ts'
import type { Ephemeral } from '../project/sql/relations.ts'
import { type SourceMap, toCompiled, toRaw } from '../project/sql/source-map.ts'
import { projectPath } from './models.ts'
import { refusedAt as refusal } from './refused.ts'

/** An incremental model has two: built anew, and added to. */
export type Version = { mode: Mode | null; compiled: string; map: SourceMap; ephemeral: Ephemeral }

export type SqlFile = {
  /** As ChangeSets name it. */
  path: string
  raw: string
  adapter: string
  /** At least one. */
  versions: [Version, ...Version[]]
}

/** @throws MartsmithError `refactor.refused` where the model is not SQL that is understood. */
export function sqlFile(known: ReadProject, node: ManifestNode, project: Project): SqlFile {
  const path = projectPath(project, node.original_file_path)
  if (node.language !== 'sql') throw refused(path, null, `it is written in ${node.language ?? 'no SQL'}`)
  const model = known.sql.get(node.unique_id)
  if (!model) throw refused(path, null, 'dbt did not compile it')
  if ('error' in model) throw refused(path, null, `it does not compile: ${model.error.split('\n')[0]}`)
  const made = model.variants.length > 0 ? model.variants : [{ mode: null, ...model }]
  const versions = made.map((one): Version => {
    if ('error' in one) throw refused(path, null, `it does not compile: ${one.error.split('\n')[0]}`)
    if ('noMap' in one.map)
      throw refused(path, null, `its SQL cannot be led back to the file: ${one.map.noMap}`)
    return { mode: one.mode, compiled: one.compiled, map: one.map, ephemeral: one.ephemeral }
  })
  const [first, ...more] = versions
  if (!first) throw refused(path, null, 'dbt did not compile it')
  return { path, raw: model.raw, adapter: known.adapter, versions: [first, ...more] }
}

/** Where a stretch of the compiled SQL stands in the file, once and word for word; else it is refused. */
export function placeOf(file: SqlFile, { compiled, map }: Version, span: Span): Span {
  const found = toRaw(map, span.start, span.end)
  const words = compiled.slice(span.start, span.end).trim().split('\n')[0]
  if (!found) throw refused(file.path, null, `${words} is made by Jinja`)
  if ('jinja' in found) throw refusedAt(file, found.jinja.start, `${words} is made by Jinja here`)
  if (!found.verbatim) throw refusedAt(file, found.start, `${words} is partly made by Jinja here`)
  if (toCompiled(map, found.start, found.end).length !== 1)
    throw refusedAt(file, found.start, `${words} is written once and compiled several times (a loop)`)
  return { start: found.start, end: found.end }
}

export function refusedAt(file: SqlFile, at: number, why: string, mend: string[] = []): MartsmithError {
  return refused(file.path, lineAt(file.raw, at), why, mend)
}

export function refused(path: string, line: number | null, why: string, mend: string[] = []): MartsmithError {
  return refusal(line === null ? path : `${path}:${line}`, why, mend)
}

export function eolOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** `word` as the file writes its keywords. */
export function inCaseOf(sql: string, word: string): string {
  return /\bSELECT\b/.test(sql) && !/\bselect\b/.test(sql) ? word.toUpperCase() : word
}
