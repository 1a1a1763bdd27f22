/** A failed build for the one who has to mend it: where, what, what it means for everything downstream. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { mendOf, plainWords } from '../../adapters/dbt/explain.ts'
import type { NodeResult } from '../../adapters/dbt/types.ts'
import type { Evidence } from '../../core/outcome.ts'
import { count, indent } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { errorLine, type Place, readSources, testLine } from '../../project/locate.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import type { ActionContext } from '../types.ts'
import { consequences, hookKind } from './consequences.ts'

/** Where the project and dbt's artifacts lie; compiled SQL is kept with the run, where there is one. */
export type FailureContext = {
  project: Pick<ActionContext['project'], 'root' | 'dbtDir'>
  dbt: Pick<ActionContext['dbt'], 'targetPath'>
  runDir: string | null
}

const MOST_FAILURES = 10
const MOST_MESSAGE_LINES = 12

export async function failureReport(
  ctx: ActionContext,
  graph: ProjectGraph,
  results: NodeResult[],
): Promise<{ lines: string[]; evidence: Evidence[] }> {
  const failures = results.filter((r) => r.status === 'error' || r.status === 'fail')
  const evidence = await Promise.all(
    failures.slice(0, MOST_FAILURES).map((r) => describeFailure(ctx, graph, r)),
  )
  const lines = evidence.flatMap((e) => e.text.split('\n'))
  if (failures.length > MOST_FAILURES)
    lines.push(
      `and ${count(failures.length - MOST_FAILURES, 'more failure')}; all of them: .martsmith/runs/${ctx.runId}/artifacts/build/run_results.json`,
    )
  lines.push(...(await consequences(ctx, graph, results)))
  return { lines, evidence }
}

/** `Failed: fct_trips  models/marts/fct_trips.sql:31`, the message, the compiled SQL. */
export async function describeFailure(
  ctx: FailureContext,
  graph: ProjectGraph,
  result: NodeResult,
): Promise<Evidence> {
  const node = graph.node(result.id)
  const message = plainMessage(result.message ?? 'dbt gives no message', ctx.project.dbtDir)
  if (!node) return { text: `Failed: ${result.id}\n${indent(message)}` }
  if (result.id.startsWith('operation.')) return describeHook(ctx, node, message)
  const written = await locate(ctx, graph, node, result)
  const inModel = await placeInTestedModel(ctx, graph, node, result)
  const place = inModel ?? written
  const compiled = await keepCompiled(ctx, node)
  const text = [
    `Failed: ${node.name}${testedWords(graph, node)}  ${placeText(place)}`,
    indent(message),
    ...mendOf(result.message ?? '').map((m) => `  To mend it: ${m}`),
    ...(inModel ? [`  The unit test: ${placeText(written)}`] : []),
    ...(compiled ? [`  Compiled SQL: ${compiled}`] : []),
  ].join('\n')
  return { text, file: place.file, ...(place.line === null ? {} : { line: place.line }) }
}

function placeText({ file, line }: Place): string {
  return line === null ? file : `${file}:${line}`
}

/** A hook of dbt_project.yml: `shop-on-run-end-0`. */
async function describeHook(ctx: FailureContext, node: ManifestNode, message: string): Promise<Evidence> {
  const path = join(ctx.project.dbtDir, 'dbt_project.yml')
  const kind = hookKind(node.unique_id)
  const at = (await readFile(path, 'utf8').catch(() => ''))
    .split('\n')
    .findIndex((l) => l.startsWith(`${kind}:`))
  const file = relative(ctx.project.root, path)
  const text = [
    `Failed: the ${kind} hook ${node.name}  ${file}${at < 0 ? '' : `:${at + 1}`}`,
    indent(message),
  ].join('\n')
  return { text, file, ...(at < 0 ? {} : { line: at + 1 }) }
}

function plainMessage(message: string, dbtDir: string): string {
  const lines = withoutNumbers(withoutFrames(plainWords(message)))
    .replace(/^\w+ Error in [^\n]*\n/, '')
    .split('\n')
    .filter((l) => !/^\s*compiled code at /.test(l) && !isForeignMacro(l, dbtDir))
  const margin = Math.min(...lines.filter((l) => l.trim()).map((l) => l.length - l.trimStart().length), 40)
  return lines
    .map((l) => l.slice(margin))
    .join('\n')
    .trim()
    .split('\n')
    .slice(0, MOST_MESSAGE_LINES)
    .join('\n')
}

/** The database counts lines of what dbt made of the model: a number that leads nowhere. The caret stays in place. */
function withoutNumbers(message: string): string {
  return message.replace(/^( *)LINE \d+:/gm, (label, margin) => `${margin}SQL:`.padEnd(label.length))
}

/** A Python model's traceback runs through dbt and a temporary file; its last line says what happened. */
function withoutFrames(message: string): string {
  return message.replace(
    /^ *Traceback \(most recent call last\):\n(?: +File "[^\n]*\n(?: +[^\n]*\n)*?(?= *File "|\S| *\w+(?:Error|Exception)))*/gm,
    '',
  )
}

/** `> called by macro statement (macros/etc/statement.sql)`: dbt's own macros tell the user nothing. */
function isForeignMacro(line: string, dbtDir: string): boolean {
  const path = /^\s*> (?:in|called by) macro \S+ \(([^)]+)\)/.exec(line)?.[1]
  return path !== undefined && !existsSync(join(dbtDir, path))
}

function testedWords(graph: ProjectGraph, node: ManifestNode): string {
  if (node.resource_type !== 'test' && node.resource_type !== 'unit_test') return ''
  const of = node.attached_node ?? node.depends_on.nodes[0]
  return of ? ` (tests ${graph.label(of)}${node.column_name ? `.${node.column_name}` : ''})` : ''
}

async function locate(
  ctx: FailureContext,
  graph: ProjectGraph,
  node: ManifestNode,
  result: NodeResult,
): Promise<Place> {
  const path = join(ctx.project.dbtDir, node.original_file_path)
  const file = relative(ctx.project.root, path)
  if (node.original_file_path.endsWith('.yml') || node.original_file_path.endsWith('.yaml')) {
    const text = await readFile(path, 'utf8').catch(() => '')
    return { file, line: genericTestLine(graph, node, text) ?? lineNaming(text, node.name) }
  }
  return {
    file,
    line: errorLine(result.message ?? '', await readSources(ctx.project.dbtDir, ctx.dbt.targetPath, node)),
  }
}

/** A unit test that the database rejects is about the SQL of its model: the line there, if it is found. */
async function placeInTestedModel(
  ctx: FailureContext,
  graph: ProjectGraph,
  node: ManifestNode,
  result: NodeResult,
): Promise<Place | null> {
  const model =
    node.resource_type === 'unit_test' || node.unique_id.startsWith('unit_test.')
      ? graph.node(node.depends_on.nodes[0] ?? '')
      : undefined
  if (!model) return null
  const sources = await readSources(ctx.project.dbtDir, ctx.dbt.targetPath, model)
  // The model itself was not compiled in this run: what lies in target/compiled may be older than the file.
  const line = errorLine(result.message ?? '', { raw: sources.raw, compiled: sources.raw, run: null }, false)
  return line === null
    ? null
    : { file: relative(ctx.project.root, join(ctx.project.dbtDir, model.original_file_path)), line }
}

function genericTestLine(graph: ProjectGraph, node: ManifestNode, yamlText: string): number | null {
  const of = node.attached_node
    ? (graph.node(node.attached_node)?.name ?? graph.source(node.attached_node)?.name)
    : undefined
  if (!of || !node.test_metadata) return null
  // dbt adds these two to what was written
  const { model: _, column_name: __, ...written } = node.test_metadata.kwargs
  return testLine(yamlText, {
    model: of,
    column: node.column_name ?? null,
    kind: node.test_metadata.name,
    name: node.name,
    arguments: written,
  })
}

function lineNaming(text: string, name: string): number | null {
  const at = text.split('\n').findIndex((l) => l.includes(`name: ${name}`))
  return at < 0 ? null : at + 1
}

/** The compiled SQL goes with the run: the next build overwrites dbt's own copy. */
async function keepCompiled(ctx: FailureContext, node: ManifestNode): Promise<string | null> {
  if (ctx.runDir === null) return null
  const inTarget = join(ctx.dbt.targetPath, 'compiled', node.package_name, compiledPath(node))
  const kept = join(ctx.runDir, 'compiled', `${node.name}.sql`)
  await mkdir(join(ctx.runDir, 'compiled'), { recursive: true })
  const copied = await copyFile(inTarget, kept).then(
    () => true,
    () => false,
  )
  return copied ? relative(ctx.project.root, kept) : null
}

/** dbt puts a generic test's SQL in a folder called like the properties file. */
function compiledPath(node: ManifestNode): string {
  return /\.ya?ml$/.test(node.original_file_path)
    ? join(node.original_file_path, `${node.name}.sql`)
    : node.original_file_path
}
