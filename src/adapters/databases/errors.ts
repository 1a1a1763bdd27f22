/** Errors of servers and drivers in words: what, where, how to mend it. They are known by their codes. */
import { MartsmithError, messageOf } from '../../core/errors.ts'

type Known = { code: string; message: (about: About) => string; mend: (about: About) => string[] }
type About = { where: string; server: string; user: string; database: string; words: string }

const UNREACHABLE: Known = {
  code: 'database.unreachable',
  message: ({ where, server, words }) => `${where}: the server at ${server} cannot be reached: ${words}.`,
  mend: () => ['Start the server, or correct the address; then run the same again.'],
}
const LOGIN: Known = {
  code: 'database.login',
  message: ({ where, server, user }) => `${where}: the server at ${server} does not let ${user} in.`,
  mend: ({ user }) => [`Check the name and the password of ${user} in the address.`],
}
const MISSING: Known = {
  code: 'database.missing',
  message: ({ where, server, database }) => `${where}: there is no database ${database} at ${server}.`,
  mend: () => ["Correct the address, or make the database with the server's own client."],
}
const PERMISSION: Known = {
  code: 'database.permission',
  message: ({ where, user, words }) => `${where}: ${user} may not do this: ${words}.`,
  mend: ({ user }) => [`Give ${user} the missing right, or use a user that has it.`],
}
const LOCKED: Known = {
  code: 'database.locked',
  message: ({ where, words }) => `${where}: another session keeps a lock: ${words}.`,
  mend: () => ['Run the same again when that session has ended.'],
}
const GONE: Known = {
  code: 'database.gone',
  message: ({ where, server, words }) => `${where}: the connection to ${server} ended: ${words}.`,
  mend: () => ['Run the same again when the server is there.'],
}

const BY_CODE: Record<string, Known> = {
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENOENT: UNREACHABLE,
  ECONNRESET: GONE,
  EPIPE: GONE,
  PROTOCOL_CONNECTION_LOST: GONE,
  '57P01': GONE,
  '57P03': UNREACHABLE,
  '28P01': LOGIN,
  '28000': LOGIN,
  ER_ACCESS_DENIED_ERROR: LOGIN,
  '3D000': MISSING,
  ER_BAD_DB_ERROR: MISSING,
  '42501': PERMISSION,
  ER_DBACCESS_DENIED_ERROR: PERMISSION,
  ER_TABLEACCESS_DENIED_ERROR: PERMISSION,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: PERMISSION,
  '55P03': LOCKED,
  ER_LOCK_WAIT_TIMEOUT: LOCKED,
}

/** The error of a statement or a connection, as a person is to read it. */
export function databaseError(error: unknown, about: Omit<About, 'words'>): MartsmithError {
  const code = String((error as { code?: unknown }).code ?? '')
  const own = isAggregate(error) ? error.errors.map(messageOf).join('; ') : messageOf(error)
  const words = own.trim().replace(/\.$/, '') || code
  const timedOut = /timeout expired|connection terminated/i.test(words)
  const known = BY_CODE[code] ?? (timedOut ? (/terminated/i.test(words) ? GONE : UNREACHABLE) : undefined)
  const full = { ...about, words }
  return new MartsmithError({
    code: known?.code ?? 'database.refused',
    message: known?.message(full) ?? `${about.where}: ${words}.`,
    mend: known?.mend(full) ?? [],
    cause: error,
    exitCode: known === UNREACHABLE || known === LOGIN || known === MISSING ? 2 : 1,
  })
}

function isAggregate(error: unknown): error is AggregateError {
  return error instanceof AggregateError
}
