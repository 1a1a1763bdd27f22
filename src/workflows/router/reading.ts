/** A reading in words, and the structured verb that does the same. */
import type { Draft, Reading, RouteParams } from './types.ts'

export function readingOf({ workflow, params }: Draft): Reading {
  return { workflow, params, meaning: meaningOf(workflow, params), command: commandOf(workflow, params) }
}

function meaningOf(workflow: Reading['workflow'], params: RouteParams): string {
  switch (workflow) {
    case 'pipeline':
      return pipelineMeaning(params)
    case 'dimension':
      return `add a dimension for ${params.name}`
    case 'fact': {
      const from = params.from === undefined ? '' : `, read from ${params.from}`
      return `add a fact table for ${params.process}${from}`
    }
    case 'debug':
      return debugMeaning(params)
    case 'review':
      if (params.select !== undefined) return `review ${params.select}`
      return params.scope === 'architecture'
        ? 'review the architecture of the project'
        : 'review your changes'
  }
}

function pipelineMeaning(params: RouteParams): string {
  const what =
    params.select !== undefined
      ? `run the full pipeline for ${params.select}${inWords(params.select)}`
      : params.everything
        ? 'run the full pipeline for the whole project'
        : 'run the full pipeline'
  return [
    what,
    ...(params.fullRefresh ? ['rebuild incremental models from nothing'] : []),
    ...(params.force ? ['load the data even if nothing changed'] : []),
    ...(params.target === undefined ? [] : [`on target ${params.target}`]),
  ].join(', ')
}

/** `+fct_trips` for those who do not know dbt's notation: only for plain names, one of them. */
function inWords(select: string): string {
  const [, up, name, down] = /^(\+?)(\w+)(\+?)$/.exec(select) ?? []
  if (name === undefined) return ''
  if (up && down) return ` (${name}, everything above and everything below it)`
  if (up) return ` (${name} and everything it needs)`
  return down ? ` (${name} and everything that depends on it)` : ` (${name} alone)`
}

function debugMeaning(params: RouteParams): string {
  if (params.symptom !== undefined) return `find out why ${params.symptom}`
  const where = params.target === undefined ? '' : ` on target ${params.target}`
  if (params.name !== undefined) {
    return `find out why ${params.name} failed${params.run === undefined ? '' : ` in run ${params.run}`}${where}`
  }
  return params.run === undefined
    ? `find out why the last failed run failed${where}`
    : `find out why run ${params.run} failed${where}`
}

function commandOf(workflow: Reading['workflow'], params: RouteParams): string {
  const words: string[] = []
  if (params.run !== undefined) words.push(params.run)
  if (workflow === 'dimension' && params.name !== undefined) words.push(params.name)
  if (params.process !== undefined) words.push(params.process)
  if (params.select !== undefined) words.push('--select', params.select)
  if (workflow === 'debug' && params.name !== undefined) words.push('--select', params.name)
  if (params.symptom !== undefined) words.push('--symptom', params.symptom)
  if (params.from !== undefined) words.push('--from', params.from)
  if (params.everything) words.push('--everything')
  if (params.fullRefresh) words.push('--full-refresh')
  if (params.force) words.push('--force')
  if (params.target !== undefined) words.push('--target', params.target)
  return ['martsmith', workflow, ...words.map(quote)].join(' ')
}

/** Double quotes where they are safe, because they also work in the shells of Windows. */
export function quote(arg: string): string {
  if (/^[\w@%+=:,./-]+$/.test(arg)) return arg
  return /["\\$`!]/.test(arg) ? `'${arg.replaceAll("'", "'\\''")}'` : `"${arg}"`
}
