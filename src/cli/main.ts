/** Reads the command line and hands over to one verb; each verb is loaded when it is called. */
import { Command, CommanderError } from 'commander'
import type { ExitCode } from '../core/errors.ts'
import { jsonWithoutRun } from '../reports/json.ts'
import { fail, printJson } from './fail.ts'
import { addOptions, type Options } from './options.ts'
import { openTerminal } from './terminal.ts'
import { ANNOUNCED_VERBS, type BUILT_VERBS, type Verb } from './verb.ts'

type Loader = () => Promise<Verb>
type VerbRow = {
  name: (typeof BUILT_VERBS)[number]
  args?: string
  about: string
  load: Loader /** Flags of its own, and --help, are words to it. */
  passesFlags?: boolean
}

const VERBS: VerbRow[] = [
  {
    name: 'pipeline',
    about: 'load new data, build, test, update the semantic model',
    load: async () => (await import('./verbs/pipeline.ts')).pipelineVerb,
  },
  {
    name: 'refactor',
    args: '[operation] [words...]',
    about: 'change the dbt project, proven before it is written',
    load: async () => (await import('./verbs/refactor.ts')).refactorVerb,
    passesFlags: true,
  },
  {
    name: 'dimension',
    args: '<name...>',
    about: 'design a new dimension from the data, build and prove it, and write it once approved',
    load: async () => (await import('./verbs/modelling.ts')).dimensionVerb,
  },
  {
    name: 'fact',
    args: '<process...>',
    about: 'design a new fact table from the data, build and prove it, and write it once approved',
    load: async () => (await import('./verbs/modelling.ts')).factVerb,
  },
  {
    name: 'profile',
    args: '<selection...>',
    about: 'measure tables: nulls, distinct values, keys, what determines what',
    load: async () => (await import('./verbs/profile.ts')).profileVerb,
  },
  {
    name: 'lineage',
    args: '[column] [words...]',
    about: 'say where a column comes from, or what is made of it',
    load: async () => (await import('./verbs/lineage.ts')).lineageVerb,
    passesFlags: true,
  },
  {
    name: 'conventions',
    about: 'say how this project is written: names, layers, SQL and YAML style, with counts',
    load: async () => (await import('./verbs/conventions.ts')).conventionsVerb,
  },
  {
    name: 'bus-matrix',
    about: 'say which fact table has which dimension, and in which roles',
    load: async () => (await import('./verbs/bus-matrix.ts')).busMatrixVerb,
  },
  {
    name: 'diff',
    args: '<model>',
    about: 'build a model in a sandbox, and compare it with what stands in the warehouse',
    load: async () => (await import('./verbs/diff.ts')).diffVerb,
  },
  {
    name: 'debug',
    args: '[words...]',
    about: 'find out why a run failed, prove what mends it, and run again what failed',
    load: async () => (await import('./verbs/debug.ts')).debugVerb,
  },
  {
    name: 'db',
    args: '[request...]',
    about: 'change a Postgres or MySQL schema: designed, reviewed by trial, and run once approved',
    load: async () => (await import('./verbs/db.ts')).dbVerb,
  },
  {
    name: 'runs',
    about: 'list the runs of this project',
    load: async () => (await import('./verbs/runs.ts')).runsVerb,
  },
  {
    name: 'show',
    args: '[run]',
    about: 'print the report of a run (the latest, if none is named)',
    load: async () => (await import('./verbs/runs.ts')).showVerb,
  },
  {
    name: 'resume',
    args: '[run]',
    about: 'go on with a run that was interrupted, that failed or that waits',
    load: async () => (await import('./verbs/resume.ts')).resumeVerb,
  },
  {
    name: 'approve',
    args: '[run]',
    about: 'say yes to what a waiting run has shown, and go on with it',
    load: async () => (await import('./verbs/approve.ts')).approveVerb,
  },
  {
    name: 'answer',
    args: '<run> <choice>',
    about: 'answer the question of a waiting run, and go on with it',
    load: async () => (await import('./verbs/approve.ts')).answerVerb,
  },
  {
    name: 'cancel',
    args: '<run>',
    about: 'end a run, also one that is going on',
    load: async () => (await import('./verbs/cancel.ts')).cancelVerb,
  },
  {
    name: 'changes',
    args: '[run]',
    about: 'list what was written to project files, or show one of it as a diff',
    load: async () => (await import('./verbs/changes.ts')).changesVerb,
  },
  {
    name: 'revert',
    args: '<run>',
    about: 'take back what a run wrote to project files',
    load: async () => (await import('./verbs/revert.ts')).revertVerb,
  },
  {
    name: 'init',
    about: 'detect dbt and dlt, and write a commented martsmith.yml',
    load: async () => (await import('./verbs/init.ts')).initVerb,
  },
  {
    name: 'check',
    about: 'say what is found, what is missing and how to mend it',
    load: async () => (await import('./verbs/check.ts')).checkVerb,
  },
  {
    name: 'clean',
    about: 'remove what sandboxes left whose process died',
    load: async () => (await import('./verbs/clean.ts')).cleanVerb,
  },
  {
    name: 'agents',
    about: 'list the agents, their purpose and when to use them',
    load: async () => (await import('./verbs/lists.ts')).agentsVerb,
  },
  {
    name: 'workflows',
    about: 'list the workflows and their steps',
    load: async () => (await import('./verbs/lists.ts')).workflowsVerb,
  },
]

const EXAMPLES = `
Examples:
  martsmith "Run the full pipeline"
  martsmith "refresh fct_trips and everything above it"
  martsmith pipeline --select +fct_trips --yes
  martsmith pipeline --dry-run
  martsmith resume pipe-7f3a
  martsmith lineage fct_trips.fare_amount
  martsmith refactor rename-column stg_trips.fare base_fare --dry-run
  martsmith check

Exit codes: 0 success, 1 the work failed, 2 wrong use or configuration, 3 an answer is needed,
4 cancelled, 130 interrupted (resumable).`

export async function main(argv: string[]): Promise<void> {
  let exitCode: ExitCode = 0
  // Whoever reads our output may stop early (`| head`): the run goes on all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const program = addOptions(new Command('martsmith'))
  const run = async (load: Loader, words: string[]) => {
    const options = program.opts<Options>()
    const terminal = openTerminal(options, process.env)
    try {
      const verb = await load()
      exitCode = await verb(words, options, terminal)
    } catch (error) {
      exitCode = fail(error, terminal, options)
    }
  }

  program
    .description('One sentence in, a proven result out: analytics engineering workflows on real dbt and dlt.')
    .argument('[request...]', 'what you want, in a sentence')
    .version('0.1.0', '--version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('-> martsmith --help')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .action(async (words: string[]) => {
      if (words.length === 0)
        return program.opts<Options>().json
          ? program.error('error: a request is missing')
          : program.outputHelp()
      await run(async () => (await import('./verbs/request.ts')).requestVerb, words)
    })
  for (const { name, args, about, load, passesFlags } of VERBS) {
    const command = program
      .command(args ? `${name} ${args}` : name)
      .description(about)
      .exitOverride()
    if (passesFlags) command.allowUnknownOption().helpOption(false)
    if (name === 'pipeline')
      command.configureHelp({ showGlobalOptions: true }).addHelpText('after', PIPELINE_EXAMPLES)
    if (name === 'dimension') command.addHelpText('after', DIMENSION_EXAMPLES)
    if (name === 'fact') command.addHelpText('after', FACT_EXAMPLES)
    if (name === 'debug') command.addHelpText('after', DEBUG_EXAMPLES)
    if (name === 'db') command.addHelpText('after', DB_EXAMPLES)
    if (name === 'changes' || name === 'revert') command.addHelpText('after', CHANGES_EXAMPLES)
    command.action(async (...given: unknown[]) =>
      run(
        load,
        given
          .slice(0, -2)
          .flat()
          .filter((g) => typeof g === 'string'),
      ),
    )
  }
  for (const name of ANNOUNCED_VERBS) {
    program
      .command(`${name} [words...]`, { hidden: true })
      .allowUnknownOption()
      .exitOverride()
      .action(async () => run(async () => (await import('./verbs/announced.ts')).announcedVerb, [name]))
  }

  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    // commander has already said what is wrong; only the exit code is ours
    if (!(error instanceof CommanderError)) throw error
    exitCode = error.exitCode === 0 ? 0 : 2
    if (exitCode === 2 && argv.includes('--json'))
      printJson(jsonWithoutRun('failed', error.message, ['martsmith --help']))
  }
  // Handles of the database or of a prompt must not keep a finished command waiting.
  await flushed()
  process.exit(exitCode)
}

const PIPELINE_EXAMPLES = `
Examples:
  martsmith pipeline                            what martsmith.yml selects, else the whole project
  martsmith pipeline --select +fct_trips        fct_trips and all that it reads
  martsmith pipeline --everything --yes         the whole project, without asking
  martsmith pipeline --force --full-refresh     load and build everything anew
  martsmith pipeline --json --yes | jq .status`

const DIMENSION_EXAMPLES = `
Examples:
  martsmith dimension payment type                    finds where it is, proves it, asks, writes
  martsmith dimension vendor --from raw.trips.vendor  says where it is: model or source.table, and a column
  martsmith dimension customer --dry-run              shows the files and the proof, and writes nothing

Flags of its own, beside those of martsmith --help:
  --from <place>   where it is: model or source.table, and .column for a code in it
  --declare        declare the table of --from as a source, where it is none yet
  --history        a row for each version (type 2)
  --bridge         with a bridge to what it is many-to-many with`

const FACT_EXAMPLES = `
Examples:
  martsmith fact orders                       finds the events, proves the grain, asks, writes
  martsmith fact orders --from shop.orders    says where they are: a model, a seed or source.table
  martsmith fact orders --dry-run             shows the files and the proof, and writes nothing

Flags of its own, beside those of martsmith --help:
  --from <place>      where its events are: model or source.table
  --declare           declare the table of --from as a source, where it is none yet
  --without-dimensions   the fact alone: dimensions that it lacks are not made with it`

const DEBUG_EXAMPLES = `
Examples:
  martsmith debug                   the last run that failed, else what fails now: why, and what mends it
  martsmith debug pipe-7f3a         that run
  martsmith debug --dry-run         the diagnosis and the proven fix, and nothing is asked or written
  martsmith debug --fix             writes the fix that is proven, and runs again what failed
  martsmith debug --symptom "fct_orders misses rows"   nothing fails, and the numbers are wrong
  martsmith debug --log build.log   what the failures in a log mean; nothing is run`

const DB_EXAMPLES = `
Examples:
  martsmith db "Add a discount percentage between 0 and 100 to invoice lines, default 0"
  martsmith db "Rename the fax of customers to telefax" --dry-run     the proven migration, and nothing is written
  martsmith db "Make the email of customers unique" --as development  where only DATABASE_URL says which database
  martsmith db --file TASK.md --requester backend-lead

Flags of its own, beside those of martsmith --help:
  --as <role>          the part that DATABASE_URL plays: development or staging; without it, it is only read
  --requester <name>   who wants it; the task is handed back to them
  --file <path>        a task file, or a text, that holds the request`

const CHANGES_EXAMPLES = `
Examples:
  martsmith changes                     what was written, newest first
  martsmith changes ref-7f3a            the diff of one of them
  martsmith revert ref-7f3a --dry-run   what taking it back would change
  martsmith revert ref-7f3a --yes       take it back without asking`

function flushed(): Promise<void> {
  return new Promise((resolve) => process.stdout.write('', () => process.stderr.write('', () => resolve())))
}
