/** `martsmith debug [RUN]`; with `--log FILE` what the failures in a log mean, which runs nothing and needs no project. */
import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import { type Explained, explainLog, findingOf } from '../../agents/dbt-doctor/explain-log.ts'
import { type ExitCode, MartsmithError, messageOf } from '../../core/errors.ts'
import { createRedactor, environmentSecrets } from '../../core/redact.ts'
import { count, indent } from '../../core/text.ts'
import { jsonWithoutRun } from '../../reports/json.ts'
import { debugCommand, runDebug } from '../debug.ts'
import { printJson } from '../fail.ts'
import type { Options } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

export const debugVerb: Verb = async (words, options, terminal) => {
  if (options.log === undefined) return debugRun(words, options, terminal)
  if (words.length > 0)
    throw new MartsmithError({
      code: 'usage.debug',
      message: `--log reads a log alone; "${words.join(' ')}" is too much. Nothing was run.`,
      mend: ['martsmith debug --log build.log'],
    })
  const explained = explainLog(await logText(options.log, terminal))
  const redactor = createRedactor(environmentSecrets(process.env))
  const summary =
    explained.length === 0
      ? 'No failure was found in this log.'
      : `${count(explained.length, 'failure')} found; nothing was run and nothing was touched.`
  if (options.json)
    printJson(
      redactor.deep({
        ...jsonWithoutRun('success', summary),
        workflow: 'debug',
        findings: explained.map(findingOf),
      }),
    )
  else process.stdout.write(redactor.text(`${[...explained.map(section), summary].join('\n\n')}\n`))
  return 0
}

async function debugRun(words: string[], options: Options, terminal: Terminal): Promise<ExitCode> {
  const [run = null, ...more] = words
  if (more.length > 0)
    throw new MartsmithError({
      code: 'usage.debug',
      message: `martsmith debug takes one run; "${more.join(' ')}" is too much. Nothing was run.`,
      mend: ['martsmith runs   lists the runs', 'martsmith debug pipe-7f3a'],
    })
  if (run !== null && options.symptom !== undefined)
    throw new MartsmithError({
      code: 'usage.debug',
      message: `--symptom looks at the numbers as they stand, and not at a run: ${run} is too much. Nothing was run.`,
      mend: ['martsmith debug --symptom "fct_orders misses rows"'],
    })
  const command = debugCommand(run, options)
  return runDebug(run, { request: command, command }, options, terminal)
}

async function logText(path: string, { say }: Terminal): Promise<string> {
  try {
    if (path !== '-') return await readFile(path, 'utf8')
    if (process.stdin.isTTY) say('Paste the log; Ctrl-D ends it.')
    return await textOf(process.stdin)
  } catch (error) {
    throw new MartsmithError({
      code: 'usage.log',
      message: `The log ${path} cannot be read: ${messageOf(error)}. Nothing was run.`,
      mend: ['martsmith debug --log logs/dbt.log', 'dbt build 2>&1 | martsmith debug --log -'],
    })
  }
}

function section({ class: of, thing, by, places, message }: Explained, i: number): string {
  const shown = places.filter((p) => p.node !== null || p.file !== null)
  const where = shown.map(({ node, file, line }) => {
    const place = file === null ? '' : line === null ? file : `${file}:${line}`
    return `  ${[node, place].filter(Boolean).join('  ')}`
  })
  const told = { event: "dbt's event", code: "the warehouse's code", words: 'its words' }
  const head = of
    ? `${i + 1}. ${of.id}  ${of.title}${thing ? `: ${thing}` : ''}`
    : `${i + 1}. unknown  none of the known classes; what it says is all that is known`
  return [
    head,
    ...new Set(where),
    ...(of
      ? [
          `  Meaning     ${of.meaning}`,
          `  Likely      ${of.cause}`,
          ...of.look.map((l, n) => `  ${n === 0 ? 'Look at' : '       '}     ${l}`),
          `  Told by     ${told[by ?? 'words']}`,
        ]
      : []),
    indent(message, '    '),
  ].join('\n')
}
