/**
 * Secrets never leave the process. Two nets: values that are known to be secret (from the environment,
 * profiles.yml, dlt's secrets.toml), and shapes that carry one (a password in a URL, `password=...`).
 */
const WORD = 'pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credentials?'
const SECRET_NAME = new RegExp(`(?:^|[_-])(?:${WORD})s?$|^pg(?:password|pwd)$`, 'i')
/** What every shell sets, and what is no secret by its value. */
const NO_SECRET_NAME = /^(old)?pwd$/i
const NO_SECRET_VALUE = /^(true|false|none|null|yes|no)$/i
// Quantifiers are bounded: an unbounded one takes minutes on a line of a megabyte.
const SHAPES: [RegExp, string][] = [
  [/(:\/\/[^\s:/@]{0,200}:)[^\s@/]{1,500}(@)/g, '$1***$2'],
  [/(\b[\w.-]{1,60}:)[^\s:@/]{3,200}(@[\w-])/g, '$1***$2'],
  [
    new RegExp(
      `((?:${WORD})s?["']?\\s{0,3}[=:]\\s{0,3})("[^"\n]{1,500}"|'[^'\n]{1,500}'|[^\\s,;&)}\\]"']{1,500})`,
      'gi',
    ),
    '$1***',
  ],
  [/\b(Bearer\s{1,3})[\w.~+/=-]{8,}/g, '$1***'],
  [/-----BEGIN [A-Z ]{1,40}PRIVATE KEY-----[\s\S]*?-----END [A-Z ]{1,40}PRIVATE KEY-----/g, '***'],
]
/** Shorter values would blot out ordinary words. */
const SHORTEST = 5

export type Redactor = { text(s: string): string; deep<T>(value: T): T }

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NO_SECRET_NAME.test(name)
}

export function createRedactor(known: Iterable<string>): Redactor {
  const values = [...new Set(known)]
    .filter((v) => v.length >= SHORTEST && !NO_SECRET_VALUE.test(v))
    .sort((a, b) => b.length - a.length)
  const text = (s: string): string => {
    let out = s
    for (const value of values) out = out.replaceAll(value, '***')
    for (const [shape, mask] of SHAPES) out = out.replace(shape, mask)
    return out
  }
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(deep)
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, deep(v)]))
    }
    return value
  }
  return { text, deep: <T>(value: T) => deep(value) as T }
}

/** Every string under a key that names a secret, anywhere in a document. */
export function secretsIn(document: unknown): string[] {
  if (document === null || typeof document !== 'object') return []
  return Object.entries(document).flatMap(([key, value]) => {
    if (typeof value === 'string' || typeof value === 'number')
      return isSecretName(key) ? [String(value)] : []
    return secretsIn(value)
  })
}

/** In a file that exists to hold secrets every value is one, except those that say where, not how to get in. */
const NO_SECRET_KEY =
  /(?:^|_)(?:drivername|host|hostname|port|database|dbname|user|username|schema|catalog|role|warehouse|region|location|endpoint|project_id|driver|type|pipeline_name|dataset_name)$/i

/** Every string of such a file, dlt's secrets.toml for one, that is not a place or a name. */
export function secretsInSecretFile(document: unknown): string[] {
  if (document === null || typeof document !== 'object') return []
  return Object.entries(document).flatMap(([key, value]) => {
    if (typeof value === 'string' || typeof value === 'number')
      return NO_SECRET_KEY.test(key) ? [] : [String(value)]
    return secretsInSecretFile(value)
  })
}

export function environmentSecrets(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value && isSecretName(name) ? [value] : []))
}
