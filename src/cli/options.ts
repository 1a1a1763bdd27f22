/** The flags of the command line, the same for every verb, and what they mean for dbt. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { parse } from 'yaml'
import type { DbtFlags } from '../adapters/dbt/types.ts'
import { MartsmithError } from '../core/errors.ts'
import { shellQuote } from '../core/text.ts'

export type Options = {
  projectDir?: string
  profilesDir?: string
  profile?: string
  target?: string
  vars?: string
  select?: string
  exclude?: string
  everything?: boolean
  fullRefresh?: boolean
  force?: boolean
  retest?: boolean
  threads?: string
  state?: string
  defer?: boolean
  against?: string
  from?: string
  history?: boolean
  bridge?: boolean
  declare?: boolean
  withoutDimensions?: boolean
  as?: string
  requester?: string
  file?: string
  branch?: string
  log?: string
  symptom?: string
  fix?: boolean
  yes?: boolean
  approve?: string
  hash?: string
  dryRun?: boolean
  json?: boolean
  verbose?: boolean
  color: boolean
}

export function addOptions(program: Command): Command {
  return program
    .optionsGroup('Everywhere:')
    .option('--project-dir <dir>', 'the project, where it is not the working directory or above it')
    .option('--target <name>', 'the dbt target')
    .option('--profile <name>', 'the dbt profile')
    .option('--profiles-dir <dir>', 'the folder with profiles.yml')
    .option('--vars <yaml>', 'dbt variables')
    .option('-y, --yes', 'run without asking (never enough for a target that looks like production)')
    .option('--approve <code>', 'the approval of a protected target, as the first call gave it')
    .option('--dry-run', 'show what would run, and run nothing')
    .option('--json', 'print one JSON object on stdout')
    .option('--verbose', 'show what dbt and dlt print')
    .option('--no-color', 'no colours')
    .optionsGroup('Approvals:')
    .option('--hash <code>', 'approve only what was shown under this code')
    .optionsGroup('Changes of files:')
    .option('--branch <name>', 'commit them on a new branch; the working tree stays as it is')
    .optionsGroup('Debug:')
    .option('--log <file>', 'a log, or - for what is piped or pasted: say what its failures mean')
    .option('--symptom <sentence>', 'what is wrong with the numbers, where nothing fails')
    .option('--fix', 'write the fix that is proven without asking, and run again what failed')
    .optionsGroup('Pipeline:')
    .option(
      '-s, --select <selection>',
      'what dbt builds, in its selection syntax; may be given again',
      together,
    )
    .option('--exclude <selection>', 'what it leaves out; may be given again', together)
    .option('--everything', 'the whole project, whatever martsmith.yml selects')
    .option('--full-refresh', 'rebuild incremental models and seeds from scratch')
    .option('--force', 'run ingestion even if it is not due')
    .option('--retest', 'run all tests again after the build')
    .option('--threads <n>', 'how many nodes dbt builds at once')
    .option('--state <dir>', 'artifacts to compare with, for state: selection and --defer')
    .option('--defer', 'take parents that are not built here from --state')
    .optionsGroup('Profile:')
    .option(
      '--against <selection>',
      'relations whose keys the columns may hold, besides those that are measured',
      together,
    )
    .optionsGroup('Databases:')
    .option('--as <role>', 'the part that DATABASE_URL plays: development or staging')
    .option('--requester <name>', 'who wants the change of a database')
    .option('--file <path>', 'a task file, or a text, that holds the request')
    .optionsGroup('Dimension and fact:')
    .option('--from <place>', 'where it is: model or source.table, and .column for a code in it')
    .option('--declare', 'declare the table of --from as a source, where it is none yet')
    .option('--history', 'a dimension with a row for each version (type 2)')
    .option('--bridge', 'a dimension with a bridge to what it is many-to-many with')
    .option('--without-dimensions', 'a fact alone, without the dimensions that it lacks')
}

/** Given twice, a selection means both, as it does to dbt. */
function together(value: string, before?: string): string {
  return before === undefined ? value : `${before} ${value}`
}

export function dbtFlags(options: Options): DbtFlags {
  const { profilesDir, profile, target, vars, threads, state, defer } = options
  return {
    ...(profilesDir ? { profilesDir: resolve(profilesDir) } : {}),
    ...(profile ? { profile } : {}),
    ...(target ? { target } : {}),
    ...(vars ? { vars } : {}),
    ...(threads ? { threads: Number(threads) } : {}),
    ...(state ? { state: resolve(state) } : {}),
    ...(defer ? { defer } : {}),
  }
}

/** The flags as they were given, for the task, for listings and to be repeated: ` --select +x --target dev`. */
export function flagsText(options: Options): string {
  const values = [
    'projectDir',
    'target',
    'profile',
    'profilesDir',
    'vars',
    'select',
    'exclude',
    'threads',
    'state',
    'from',
    'branch',
    'as',
    'requester',
    'file',
    'symptom',
  ] as const
  const switches = [
    'everything',
    'fullRefresh',
    'force',
    'retest',
    'defer',
    'history',
    'bridge',
    'declare',
    'withoutDimensions',
    'fix',
  ] as const
  return [
    ...values.flatMap((name) =>
      options[name] === undefined ? [] : [`${flagName(name)} ${shellQuote(options[name])}`],
    ),
    ...switches.flatMap((name) => (options[name] ? [flagName(name)] : [])),
  ]
    .map((flag) => ` ${flag}`)
    .join('')
}

/** `fullRefresh` is `--full-refresh`. */
export function flagName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`
}

/** Flags that cannot work are told before anything starts. @throws MartsmithError `usage.*` */
export function assertUsable(options: Options): void {
  const { threads, vars, state, defer, profilesDir, select } = options
  const wrong = (flag: string, message: string, mend: string[] = []) =>
    new MartsmithError({ code: `usage.${flag}`, message, mend })
  if (threads !== undefined && !/^[1-9]\d*$/.test(threads))
    throw wrong('threads', `--threads takes a whole number above 0, not "${threads}".`)
  if (vars !== undefined && !isMapping(vars))
    throw wrong('vars', `--vars takes a YAML mapping, not "${vars}".`, ["--vars '{region: emea}'"])
  if (profilesDir !== undefined && !existsSync(join(profilesDir, 'profiles.yml')))
    throw wrong('profiles-dir', `--profiles-dir ${profilesDir}: there is no profiles.yml.`)
  if (state !== undefined && !existsSync(join(state, 'manifest.json')))
    throw wrong('state', `--state ${state}: there is no manifest.json.`, [
      'It takes the target folder of an earlier dbt run, or a copy of it.',
    ])
  if (defer && state === undefined && !process.env.DBT_STATE)
    throw wrong('defer', '--defer needs --state: the folder with the manifest to take parents from.')
  if (select?.trim() === '')
    throw wrong('select', '--select is empty.', ['--everything selects the whole project'])
}

function isMapping(yaml: string): boolean {
  try {
    const value: unknown = parse(yaml)
    return value !== null && typeof value === 'object' && !Array.isArray(value)
  } catch {
    return false
  }
}
