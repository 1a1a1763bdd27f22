/**
 * The failures in a log or a pasted message: dbt's console, its debug file, its JSON lines, its artifacts, dlt's and
 * Python's tracebacks. Nothing is run.
 */
import { stripVTControlCharacters } from 'node:util'
import type { Told } from './classify.ts'

export type Reported = Told & {
  /** `model.shop.a`, or what the message calls it: `model a`. */
  node: string | null
  /** As the message names it: a file of the project. */
  file: string | null
  line: number | null
  level: 'error' | 'warn'
}

/** More than this of one log is read from its end: the failures stand there. Characters. */
const MOST_TEXT = 20_000_000
const FAILED = new Set(['error', 'fail', 'runtime error', 'partial success'])
/** Warnings that say something was left out or is wrong; others are noise to who looks for a failure. */
const TELLING =
  /^(NoNodeForYamlKey|NodeNotFoundOrDisabled|FreshnessConfigProblem|LogFreshnessResult|UnusedResourceConfigPath|NothingToDo|NoNodes\w*|UnsupportedConstraintMaterialization|SnapshotTimestampWarning|AdapterEventWarning|\w*Deprecation)$/
/** Events that only sum up what others tell. */
const SUMMING =
  /^(MainEncounteredError|RunResult\w*|LogTestResult|LogModelResult|LogSeedResult|LogSnapshotResult|LogFreshnessResult|CatchableExceptionOnRun|InternalErrorOnRun|GenericExceptionOnRun|UnhandledError|SkippingDetails|EndOfRunSummary)$/

export function readLog(given: string): Reported[] {
  const text = given.length > MOST_TEXT ? given.slice(-MOST_TEXT) : given
  const artifact = artifactIn(text)
  if (artifact) return artifact
  const lines = lastRun(stripVTControlCharacters(text)).replace(/\r\n?/g, '\n').split('\n')
  const events = lines.flatMap((line) => eventIn(line) ?? [])
  const found = events.length > 0 ? fromEvents(events) : fromText(lines)
  return distinct(found)
}

/** dbt's debug file holds many runs, one after another. */
function lastRun(text: string): string {
  const begins = [...text.matchAll(/^={10,} [^\n]* \| [0-9a-f-]{36} ={10,}$/gm)]
  return text.slice(begins.at(-1)?.index ?? 0)
}

type Entry = { unique_id?: string; status?: string; message?: string | null }

/** run_results.json and sources.json. */
function artifactIn(text: string): Reported[] | null {
  if (!/^\s*\{/.test(text)) return null
  try {
    const data = JSON.parse(text) as { results?: Entry[]; metadata?: unknown }
    if (!Array.isArray(data.results)) return null
    return data.results
      .filter((r) => FAILED.has(String(r.status)))
      .map((r) =>
        reported(r.message || `${r.unique_id}: ${r.status}`, {
          node: r.unique_id ?? null,
          events: r.unique_id?.startsWith('source.') && !r.message ? ['LogFreshnessResult'] : [],
        }),
      )
  } catch {
    return null
  }
}

type Event = { name: string; code: string; level: string; msg: string; node: string | null }

function eventIn(line: string): Event | null {
  if (!line.startsWith('{')) return null
  try {
    const { info, data } = JSON.parse(line) as {
      info?: { name?: string; code?: string; level?: string; msg?: string }
      data?: { node_info?: { unique_id?: string } }
    }
    if (!info?.msg) return null
    const { name = '', code = '', level = 'info', msg } = info
    return { name, code, level, msg: stripVTControlCharacters(msg), node: data?.node_info?.unique_id ?? null }
  } catch {
    return null
  }
}

function fromEvents(events: Event[]): Reported[] {
  const telling = events.filter(
    (e) =>
      (e.level === 'error' && !isProgress(e.msg)) ||
      (e.level === 'warn' && TELLING.test(e.name)) ||
      (e.name === 'LogFreshnessResult' && /ERROR STALE|\bWARN\b/.test(e.msg)),
  )
  return merged(
    telling.map((e) =>
      reported(e.msg, {
        node: e.node,
        events:
          SUMMING.test(e.name) && e.name !== 'LogFreshnessResult' ? [] : [e.name, e.code].filter(Boolean),
        level: e.level === 'warn' ? 'warn' : 'error',
      }),
    ),
  )
}

/** `12:01:02  `, `2026-01-01 12:01:02,123 | `, `12:01:02.123456 [error] [MainThread]: `. */
const STAMP =
  /^(?:\[?\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?\s*(?:\|\s*)?(?:\[(\w+)\s*\] \[[^\]]*\]: ?| {2})?/
const BEGINS =
  /^\s*(?:Encountered an error:?|(?:Database|Runtime|Compilation|Parsing|Dependency|Validation|Env var|Internal) Error\b|Failure in (?:unit[_ ])?test|Warning in test|[\w.]+\.on-run-(?:start|end)\.\d+ failed|\[(?:WARNING|ERROR)\]|Traceback \(most recent call last\)|dbt\d{4}:|error:|Unhandled error)|ERROR STALE|^\s*(?:Binder|Catalog|Conversion|Constraint|Parser|IO|Invalid Input|Out of Range|Out of Memory|TransactionContext) Error:|^\s*(?:ERROR|FATAL):|^Error: |PipelineStepFailed/
const PROGRESS = /^\s*\d+ of \d+ /

/** A record is a line with a stamp and those below it without one; where nothing is stamped, what begins a message. */
function fromText(lines: string[]): Reported[] {
  const isStamped = lines.filter((l) => STAMP.test(l)).length > 0
  const records: { text: string[]; level: string | null }[] = []
  for (const line of lines) {
    const stamp = STAMP.exec(line)
    const body = stamp ? line.slice(stamp[0].length) : line
    const last = records.at(-1)
    const begins = isStamped ? stamp !== null : !last || (BEGINS.test(body) && !continues(last.text, body))
    if (begins || !last) records.push({ text: [body], level: stamp?.[1]?.toLowerCase() ?? null })
    else last.text.push(body)
  }
  const told = records.map((r) => ({ ...r, message: r.text.join('\n').trimEnd() }))
  const failures = told.filter(
    ({ message, level }) =>
      message.trim() !== '' &&
      (BEGINS.test(message) ||
        level === 'error' ||
        /Got \d+ results?, configured to/.test(message) ||
        /actual differs from expected/.test(message)) &&
      (!isProgress(message) || /ERROR STALE/.test(message)),
  )
  if (failures.length === 0 && !isStamped) {
    const whole = lines.join('\n').trim()
    return whole === '' ? [] : [reported(whole, {})]
  }
  return merged(
    failures.map(({ message }) =>
      reported(message, { level: /^\s*\[WARNING\]/.test(message) ? 'warn' : 'error' }),
    ),
  )
}

/** `Runtime Error` above `Compilation Error in model a`, and a message below its heading, are one message. */
function continues(before: string[], line: string): boolean {
  const depth = (s: string) => s.length - s.trimStart().length
  const first = before.find((l) => l.trim() !== '') ?? ''
  return before.length <= 3 &&
    /(?:Error|an error:?|Traceback[^\n]*)\s*$|Error in /.test(before.at(-1) ?? '') &&
    depth(line) >= depth(first)
    ? true
    : depth(line) > depth(first)
}

/** `Failure in test x` and, in a record of its own, what it found. */
function merged(found: Reported[]): Reported[] {
  const out: Reported[] = []
  for (const one of found) {
    const last = out.at(-1)
    const isHeading = last && /^\s*(?:Failure|Error|Warning) in \w[^\n]*$/.test(last.message.trim())
    if (
      last &&
      isHeading &&
      !/ in (?:model|test|unit_test|seed|snapshot|source) /.test(one.message.split('\n')[0] ?? '')
    )
      out[out.length - 1] = {
        ...reported(`${last.message}\n${one.message}`, {
          node: last.node,
          events: one.events,
          level: one.level,
        }),
      }
    else out.push(one)
  }
  return out
}

function isProgress(message: string): boolean {
  return (
    PROGRESS.test(message) || /^\s*(?:Completed with|Done\. PASS=|Finished running|Failing row)/.test(message)
  )
}

type About = { node?: string | null; events?: string[]; level?: 'error' | 'warn' }

function reported(message: string, { node = null, events = [], level = 'error' }: About): Reported {
  const [, kind, name, path] =
    /\b(?:Error|Failure|Warning) in (model|test|unit_test|seed|snapshot|source|analysis|macro|function|operation|sql_operation) (\S+)(?: \(([^)]+)\))?/.exec(
      message,
    ) ?? []
  const file =
    path ??
    /(?:in file `?|The schema file at |\()([\w./-]+\.(?:sql|ya?ml|py|csv|md))\b/.exec(message)?.[1] ??
    null
  const line = /^\s*line (\d+)\s*$/m.exec(message)?.[1] ?? /Syntax error near line (\d+)/.exec(message)?.[1]
  return {
    message: message.replace(/^\s*Encountered an error:\s*\n?/, '').trimEnd(),
    events,
    node: node ?? (kind && name ? `${kind.replace('_', ' ')} ${name}` : null),
    file: file?.includes('remote system') ? null : file,
    line: line === undefined || (path ?? '').endsWith('.py') ? null : Number(line),
    level,
  }
}

/** Logs tell a failure when it happens and again at the end, there with or without its heading. */
function distinct(found: Reported[]): Reported[] {
  const kept: Reported[] = []
  const plain = (message: string) => message.replace(/\s+/g, ' ').trim()
  for (const one of found) {
    const at = kept.findIndex((k) => k.node === one.node && plain(k.message).includes(plain(one.message)))
    const known = kept[at]
    if (!known) kept.push(one)
    else if (known.events.length === 0 && one.events.length > 0) kept[at] = { ...known, events: one.events }
  }
  return kept
}
