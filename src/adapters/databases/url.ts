/** Addresses of databases: what may be shown of one, and the same server under another database. */
import { MartsmithError } from '../../core/errors.ts'
import { isSecretName } from '../../core/redact.ts'

const FAMILIES: Record<string, 'postgres' | 'mysql'> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
}

/** @throws MartsmithError `database.url`; `where` says where the address stands, and it is itself never shown. */
export function familyOf(url: string, where: string): 'postgres' | 'mysql' {
  const family = URL.canParse(url) ? FAMILIES[new URL(url).protocol] : undefined
  if (family && databaseOf(url) !== '') return family
  throw new MartsmithError({
    code: 'database.url',
    message: `${where} is no address of a Postgres or MySQL database. Nothing was run.`,
    mend: ['postgres://user:password@host:5432/database', 'mysql://user:password@host:3306/database'],
  })
}

export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.replace(/^\//, ''))
}

export function withDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(database)}`
  return other.href
}

export function withParameter(url: string, name: string, value: string): string {
  const other = new URL(url)
  other.searchParams.set(name, value)
  return other.href
}

/** `127.0.0.1:5432`; a socket's folder where it is one. */
export function serverOf(url: string): string {
  const { hostname, port, protocol, searchParams } = new URL(url)
  const standard = FAMILIES[protocol] === 'mysql' ? '3306' : '5432'
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || standard}`
}

/** What of an address must never be shown: the password, as it stands there and as it is meant. */
export function secretsOfUrl(url: string): string[] {
  if (!URL.canParse(url)) return []
  const { password, searchParams } = new URL(url)
  const named = [...searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value)
  return [password, decodeURIComponent(password), ...named].filter((s) => s !== '')
}
