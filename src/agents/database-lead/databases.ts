/** Which database plays which part: by martsmith.yml, by the environment, or by `--as`. Addresses stay out of every record. */
import { openDatabase } from '../../adapters/databases/open.ts'
import type { Database } from '../../adapters/databases/types.ts'
import type { Config } from '../../config/schema.ts'
import { MartsmithError } from '../../core/errors.ts'

export const ROLES = ['development', 'staging', 'production'] as const
export type Role = (typeof ROLES)[number]

export type Place = { role: Role; url: string; where: string }

export type Databases = {
  /** What is analysed, and changed first. */
  development: Place
  /** false: it was not said that this is a development database, so it is only read. */
  mayWrite: boolean
  staging: Place | null
  /** Where scratch copies are made: the development server, unless another is named. */
  scratch: Place | null
}

type Named = Pick<Config, 'databases'>

/** @param as the part that `--as` gives to DATABASE_URL. @throws MartsmithError `database.none` */
export function databasesOf({ databases }: Named, env: NodeJS.ProcessEnv, as: Role | null): Databases {
  const configured = (role: Role | 'scratch'): Place | null => {
    const text = databases?.[role]
    if (text === undefined) return null
    const where = `databases.${role} in martsmith.yml`
    return { role: role === 'scratch' ? 'development' : role, url: filled(text, env, where), where }
  }
  const given = env.DATABASE_URL
  const fromEnv = (role: Role): Place | null =>
    given === undefined || given === '' ? null : { role, url: given, where: 'DATABASE_URL' }
  assertNotProduction(as)
  const declared = (as === 'development' ? fromEnv('development') : null) ?? configured('development')
  const development = declared ?? fromEnv('development')
  if (!development)
    throw new MartsmithError({
      code: 'database.none',
      message: 'There is no database to work on: martsmith.yml names none, and DATABASE_URL is not set.',
      mend: [
        'In martsmith.yml:  databases: {development: $DATABASE_URL}',
        'Or once:           DATABASE_URL=postgres://... martsmith db "..." --as development',
      ],
    })
  assertOther(development, configured('production'))
  const staging = (as === 'staging' ? fromEnv('staging') : null) ?? configured('staging')
  if (staging) assertOther(staging, configured('production'))
  return {
    development,
    mayWrite: declared !== null,
    staging,
    scratch: configured('scratch') ?? (declared ? development : null),
  }
}

export function openPlace({ url, where }: Place): Promise<Database> {
  return openDatabase(url, where)
}

/** Variables that an address names: `$DATABASE_URL`, or `${NAME}` within it. */
function filled(text: string, env: NodeJS.ProcessEnv, where: string): string {
  return text.replace(/\$\{(\w+)\}|^\$(\w+)$/g, (_, braced: string, whole: string) => {
    const name = braced ?? whole
    const value = env[name]
    if (value !== undefined && value !== '') return value
    throw new MartsmithError({
      code: 'database.variable',
      message: `${where} names the environment variable ${name}, which is not set. Nothing was run.`,
      mend: [`export ${name}=postgres://user@host:5432/database`],
    })
  })
}

function assertNotProduction(as: Role | null): void {
  if (as !== 'production') return
  throw new MartsmithError({
    code: 'database.production',
    message: 'Production is never written by martsmith. Nothing was run.',
    mend: ['--as development', 'The report says how to deploy what was reviewed.'],
  })
}

/** One address under two names would make production of development. */
function assertOther(place: Place, production: Place | null): void {
  if (!production) return
  const at = (url: string) => {
    const { hostname, port, pathname, protocol } = new URL(url)
    return [protocol.slice(0, 5), hostname.toLowerCase(), port, pathname].join(' ')
  }
  if (!URL.canParse(place.url) || !URL.canParse(production.url) || at(place.url) !== at(production.url))
    return
  throw new MartsmithError({
    code: 'database.production',
    message: `${place.where} is the same database as databases.production, which is never written. Nothing was run.`,
    mend: ['Give the development database an address of its own.'],
  })
}
