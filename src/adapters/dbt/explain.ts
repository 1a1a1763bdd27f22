/**
 * dbt's own words for a command that could not run, turned into: what, where, how to mend it.
 * The signatures are those of dbt-core 1.10 and 1.11, which agree on all of them; what is not listed
 * is passed on as dbt says it.
 */
import { MartsmithError } from '../../core/errors.ts'
import type { DbtException, QueryAnswer } from './types.ts'

type Known = {
  code: string
  sign: RegExp
  /** What is wrong, where it is not the project. */
  subject?: string
  mend: string[]
}

const KNOWN: Known[] = [
  {
    code: 'dbt.incomplete',
    subject: 'dbt is not installed completely in this Python',
    sign: /^No module named '([\w.]+)'/,
    mend: ['pip install --force-reinstall dbt-core   in that environment, and the adapter of your warehouse'],
  },
  {
    code: 'dbt.selector',
    sign: /is not a valid method name|Invalid selector|could not find selector|is not a valid (graph )?selector/i,
    subject: 'The selection cannot be read',
    mend: [
      'Selection syntax: a model, +model, model+, tag:name, path:folder, source:name; see dbt ls --help',
    ],
  },
  {
    code: 'dbt.packages',
    sign: /package\(s\) specified in .*only \d+ package\(s\) installed/,
    mend: ['dbt deps'],
  },
  {
    code: 'dbt.env-var',
    subject: 'An environment variable is missing',
    sign: /Env var required but not provided: '([^']+)'/,
    mend: ['export $1=...   in the shell or scheduler that starts martsmith'],
  },
  {
    code: 'dbt.var',
    subject: 'A dbt variable is missing',
    sign: /Required var '([^']+)' not found/,
    mend: ["--vars '{$1: ...}', or dbt.vars in martsmith.yml, or vars: in dbt_project.yml"],
  },
  {
    code: 'dbt.profile-missing',
    subject: 'The dbt profile is missing',
    sign: /Could not find profile named '([^']+)'/,
    mend: [
      "Add a profile '$1' to profiles.yml, or say where it is: --profiles-dir DIR",
      'martsmith check   lists the folders that are looked at',
    ],
  },
  {
    code: 'dbt.profile-missing',
    subject: 'The dbt profile is missing',
    sign: /profiles\.yml.*(not found|does not exist)|Path '[^']*' does not exist|no profiles\.yml/i,
    mend: ['Say where profiles.yml is: --profiles-dir DIR, or DBT_PROFILES_DIR'],
  },
  {
    code: 'dbt.target-missing',
    subject: 'The dbt target is missing',
    sign: /does not have a target named '([^']+)'/,
    mend: ['Use one of these targets: --target NAME'],
  },
  {
    code: 'dbt.adapter-missing',
    subject: 'The dbt adapter is missing',
    sign: /Could not find adapter type (\w+)/,
    mend: ['pip install dbt-$1   in the Python environment that has dbt'],
  },
  {
    code: 'dbt.version-required',
    sign: /This version of dbt is not supported with/,
    mend: ['Install a dbt that the project allows (require-dbt-version)'],
  },
  {
    code: 'dbt.locked',
    subject: 'The warehouse file is locked',
    sign: /Could not set lock on file "?([^":]+)"?.*?(?:PID (\d+))/s,
    mend: ['Close what holds the file (process $2), then run the command again'],
  },
  {
    code: 'dbt.locked',
    subject: 'The warehouse file is locked',
    sign: /Could not set lock on file/,
    mend: ['Close the program that has the database file open, then run the command again'],
  },
  {
    code: 'sandbox.disk-full',
    subject: 'There is no room for a copy of the database',
    sign: /takes \d+ bytes, and \d+ are free/,
    mend: ['Free some space on the disk that holds the project, then run the command again'],
  },
  {
    code: 'dbt.read-only',
    subject: 'The warehouse is read-only',
    sign: /read-only mode|read-only transaction/,
    mend: [
      'Remove read_only or access_mode from the target in profiles.yml, or use another one: --target NAME',
    ],
  },
  {
    code: 'dbt.no-folder',
    subject: 'The warehouse file cannot be opened',
    sign: /IO Error: Cannot open (?:file|database) "([^"]+)".*No such file or directory/s,
    mend: ['Make its folder, or correct `path` of the target in profiles.yml: $1'],
  },
  {
    code: 'dbt.connection',
    subject: 'The warehouse cannot be reached',
    sign: /(connection to server .*failed|could not translate host name|IO Error: Cannot open)/,
    mend: ['Check host, port, user and database of the target in profiles.yml: dbt debug'],
  },
  {
    code: 'dbt.ref',
    sign: /depends on a (?:node|source) named '([^']+)' which was not found/,
    mend: ["Correct the name, or create '$1'"],
  },
  { code: 'dbt.yaml', sign: /Syntax error near line (\d+)/, mend: ['Mend the YAML at line $1'] },
  {
    code: 'dbt.state',
    subject: '--state cannot be used',
    sign: /Could not find manifest in --state path/,
    mend: ['--state needs a folder that holds a manifest.json'],
  },
  {
    code: 'dbt.usage',
    subject: 'dbt does not take this command',
    sign: /No such option|Invalid value for|Got unexpected extra argument/,
    mend: ['martsmith pipeline --help'],
  },
]

/** The kinds of dbt's exceptions that mean one file, which their words do not always name. */
const UNREADABLE: Record<string, string> = {
  DbtProjectError: 'dbt cannot read dbt_project.yml',
  DbtProfileError: 'dbt cannot read profiles.yml',
}

/** Words before dbt's message that say nothing. */
const PREAMBLE =
  /^(Encountered an error:\s*|Runtime Error\s*\n|Compilation Error\s*\n|Parsing Error\s*\n|Database Error\s*\n)+/

/** `file` is the one that dbt cannot read, where its message does not name it. */
export function dbtError(exception: DbtException, file?: string): MartsmithError {
  const text = plainWords(exception.message)
  const known = KNOWN.find(({ sign }) => sign.test(text))
  const match = known?.sign.exec(text)
  const [first = 'dbt ended without saying why', ...rest] = text.split('\n')
  return new MartsmithError({
    code: known?.code ?? 'dbt.project',
    message: `${known?.subject ?? (file ? `dbt cannot read ${file}` : UNREADABLE[exception.type]) ?? 'dbt cannot work with this project'}: ${first.trim()}`,
    details: rest.filter((line) => line.trim() !== '' && !/^\s*-+\s*$/.test(line)).slice(0, 16),
    mend: (known?.mend ?? ['Mend it, then run the command again.']).map((m) => filled(m, match)),
    cause: exception,
  })
}

/** What dbt itself raised, where an error is one of these; null for any other. */
export function raisedBy(error: unknown): DbtException | null {
  const cause = error instanceof Error ? error.cause : null
  return cause !== null && typeof cause === 'object' && 'type' in cause && 'message' in cause
    ? (cause as DbtException)
    : null
}

/** How to mend what a node complains of, where it is missing from outside: a variable. */
export function mendOf(message: string): string[] {
  const outside = KNOWN.filter((k) => k.code === 'dbt.var' || k.code === 'dbt.env-var')
  return outside.flatMap((k) => {
    const match = k.sign.exec(message)
    return match ? k.mend.map((m) => filled(m, match)) : []
  })
}

function filled(mend: string, match: RegExpExecArray | null | undefined): string {
  return mend.replace(/\$(\d)/g, (_, n) => match?.[Number(n)] ?? '...')
}

const ABSENT = /does not exist|not found|unknown (table|relation)|no such table|invalid object name/i

/** Whether a statement failed because its relation is not there; any other reason is no proof of that. */
export function isAbsent(answer: QueryAnswer | { error: string } | undefined): boolean {
  return answer !== undefined && 'error' in answer && ABSENT.test(answer.error)
}

/** What the warehouse says when it cannot even be asked. */
export function warehouseError(message: string): MartsmithError {
  const error = dbtError({ type: 'query', message })
  if (error.code !== 'dbt.project') return error
  const words = plainWords(message).split('\n')
  return new MartsmithError({
    code: 'dbt.connection',
    message: `The warehouse cannot be used: ${words[0]?.trim() ?? 'it does not say why'}`,
    details: words
      .slice(1)
      .filter((l) => l.trim() !== '')
      .slice(0, 8),
    mend: ['Check the target in profiles.yml: dbt debug'],
  })
}

/** dbt's message without its preamble, `Error in model ...` headings kept, indentation taken off. */
export function plainWords(message: string): string {
  const lines = message.replace(PREAMBLE, '').split('\n')
  const margin = Math.min(...lines.filter((l) => l.trim()).map((l) => l.length - l.trimStart().length), 40)
  return lines
    .map((l) => (l.trim() ? l.slice(margin) : ''))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
