/** `martsmith "<sentence>"`: route, ask where it is unclear, hand over to the verb that does the same. */
import { basename, extname, join } from 'node:path'
import { glob } from 'tinyglobby'
import { dltPipelines } from '../../config/detect-dlt.ts'
import { findProject, NOT_SOURCES, type Project } from '../../config/project.ts'
import { type ExitCode, MartsmithError } from '../../core/errors.ts'
import { readJson } from '../../core/files.ts'
import { nearest, shellQuote } from '../../core/text.ts'
import { jsonWithoutRun } from '../../reports/json.ts'
import { type Reading, type Route, route, type Vocabulary } from '../../workflows/router/index.ts'
import { listRuns } from '../../workflows/runs.ts'
import { askChoice } from '../ask.ts'
import { debugCommand, runDebug } from '../debug.ts'
import { printJson } from '../fail.ts'
import { type Kind, runModelling } from '../modelling.ts'
import { flagsText, type Options } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { ANNOUNCED_VERBS, BUILT_VERBS, type Verb } from '../verb.ts'
import { notBuilt } from './announced.ts'
import { runPipeline } from './pipeline.ts'

export const requestVerb: Verb = async (words, options, terminal) => {
  const request = words.join(' ')
  const project = await findProject(options.projectDir ?? '.')
  const routed = route(request, await vocabularyOf(project))
  if (routed.kind === 'match') return follow(routed.reading, request, options, terminal)
  assertNotAVerb(words)
  if (routed.kind === 'outside') return decline(routed, options, terminal)
  return askWhich(routed, request, options, terminal)
}

async function follow(
  reading: Reading,
  request: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const { name, process, from } = reading.params
  if (reading.workflow === 'dimension' && name !== undefined)
    return followModelling('dimension', name, request, options, terminal)
  if (reading.workflow === 'fact' && process !== undefined) {
    assertAgrees('--from', from, options.from)
    const merged = from === undefined ? options : { ...options, from }
    return followModelling('fact', process, request, merged, terminal)
  }
  if (reading.workflow === 'debug') return followDebug(reading, request, options, terminal)
  if (reading.workflow !== 'pipeline') throw notBuilt(reading.meaning)
  const { select, everything, fullRefresh, force, target } = reading.params
  assertAgrees('--select', select, options.select)
  assertAgrees('--target', target, options.target)
  const merged: Options = {
    ...options,
    ...(select ? { select } : {}),
    ...(everything && options.select === undefined ? { everything } : {}),
    ...(fullRefresh ? { fullRefresh } : {}),
    ...(force ? { force } : {}),
    ...(target ? { target } : {}),
  }
  return runPipeline(
    { request, command: `martsmith ${shellQuote(request)}${flagsText(options)}` },
    merged,
    terminal,
  )
}

function followDebug(
  { params: { run, name, target, symptom } }: Reading,
  request: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  assertAgrees('--select', name, options.select)
  assertAgrees('--target', target, options.target)
  const merged: Options = {
    ...options,
    ...(name ? { select: name } : {}),
    ...(target ? { target } : {}),
    ...(symptom ? { symptom } : {}),
  }
  return runDebug(run ?? null, { request, command: debugCommand(run ?? null, merged) }, merged, terminal)
}

function followModelling(
  kind: Kind,
  subject: string,
  request: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const command = `martsmith ${kind} ${shellQuote(subject)}${flagsText(options)}`
  return runModelling(kind, subject, { request, command }, options, terminal)
}

function assertAgrees(flag: string, said: string | undefined, given: string | undefined): void {
  if (said === undefined || given === undefined || said === given) return
  throw new MartsmithError({
    code: 'usage.conflict',
    message: `The request names ${said}, and ${flag} names ${given}: use one of them. Nothing was run.`,
  })
}

/** One word that is almost a verb is a slip of the hand, not a sentence. */
function assertNotAVerb(words: string[]): void {
  const [word = ''] = words
  if (words.length !== 1 || !/^[a-z][\w-]*$/i.test(word)) return
  const near = nearest(word, [...BUILT_VERBS, ...ANNOUNCED_VERBS], 1)[0]
  if (!near) return
  throw new MartsmithError({
    code: 'usage.verb',
    message: `There is no verb "${word}"; did you mean "${near}"? Nothing was run.`,
    mend: [`martsmith ${near} --help`, 'martsmith --help'],
  })
}

function decline(
  routed: Extract<Route, { kind: 'outside' }>,
  options: Options,
  terminal: Terminal,
): ExitCode {
  const possible = routed.possible.filter((p) => isReady(p.command))
  terminal.say(routed.answer)
  if (possible.length > 0) terminal.say(['Possible is:', ...lines(possible)].join('\n'))
  if (options.json)
    printJson(
      jsonWithoutRun(
        'failed',
        routed.answer,
        possible.map((p) => p.command),
      ),
    )
  return 2
}

async function askWhich(
  routed: Extract<Route, { kind: 'unclear' }>,
  request: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  if (terminal.canAsk && routed.readings.length > 0) {
    terminal.say(`${routed.question}   (${routed.why})`)
    const none: Reading | null = null
    const choice = await askChoice<Reading | null>('Which', [
      ...routed.readings.map((r) => ({ name: `${r.meaning}   ${r.command}`, value: r })),
      { name: 'none of these', value: none },
    ])
    if (choice) return follow(choice, request, options, terminal)
    terminal.say('Nothing was run.')
    return 4
  }
  terminal.say(
    [`${routed.question}   (${routed.why})`, ...lines(routed.readings), 'Nothing was run.'].join('\n'),
  )
  if (options.json)
    printJson(
      jsonWithoutRun(
        'waiting',
        routed.question,
        routed.readings.map((r) => r.command),
      ),
    )
  return 3
}

/** Whether this version can do it: `martsmith debug` is promised and not built yet. */
function isReady(command: string): boolean {
  return BUILT_VERBS.some((verb) => verb === command.split(' ')[1])
}

function lines(readings: { meaning: string; command: string }[]): string[] {
  const width = Math.max(0, ...readings.map((r) => r.meaning.length))
  return readings.map(
    (r, i) =>
      `  ${i + 1}  ${r.meaning.padEnd(width)}   ${r.command}${isReady(r.command) ? '' : '   (not built yet)'}`,
  )
}

/** The project's names, without starting dbt: its last manifest, else the names of its files. */
async function vocabularyOf(project: Project): Promise<Vocabulary> {
  const [manifest, pipelines, runs] = await Promise.all([
    lastManifest(project),
    dltPipelines(project),
    listRuns(project.stateDir),
  ])
  const files = await glob(['**/*.{sql,csv,py}'], {
    cwd: project.dbtDir,
    ignore: [...NOT_SOURCES, '**/macros/**', '**/tests/**', '**/analyses/**'],
    followSymbolicLinks: false,
  })
  const fromFiles = files
    .filter((f) => !f.endsWith('.csv') || /(^|\/)(seeds|data)\//.test(f))
    .map((f) => basename(f, extname(f)))
  return {
    models: [...new Set([...manifest.models, ...fromFiles])],
    sources: manifest.sources,
    exposures: manifest.exposures,
    pipelines: pipelines.map((p) => p.name),
    runs: runs.map((r) => r.id),
  }
}

type Named = Record<string, { name: string; resource_type?: string; source_name?: string }>

async function lastManifest(
  project: Project,
): Promise<{ models: string[]; sources: string[]; exposures: string[] }> {
  const manifest = await readJson<{ nodes?: Named; sources?: Named; exposures?: Named }>(
    join(project.stateDir, 'dbt-target', 'manifest.json'),
  )
  const nodes = Object.values(manifest?.nodes ?? {}).filter((n) =>
    ['model', 'seed', 'snapshot'].includes(n.resource_type ?? ''),
  )
  return {
    models: nodes.map((n) => n.name),
    sources: Object.values(manifest?.sources ?? {}).map((s) => `${s.source_name}.${s.name}`),
    exposures: Object.values(manifest?.exposures ?? {}).map((e) => e.name),
  }
}
