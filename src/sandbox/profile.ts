/**
 * The sandbox's own profiles.yml: the user's target as it is written, on other databases. Values that are
 * secret go through the environment of the sandbox's dbt, so that no file of ours ever holds one; that works
 * the same in a worker and in a command.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { createRedactor, isSecretName } from '../core/redact.ts'

/** dbt takes what begins so for secret and keeps it out of its own logs. */
const PREFIX = 'DBT_ENV_SECRET_MARTSMITH_'

const JINJA = /(\{\{[\s\S]*?\}\})/
/** A string in Jinja, with the call before it where it is the name of a variable. */
const LITERAL = /(\b(?:env_)?var\s*\(\s*)?(?:'([^']+)'|"([^"]+)")/g

/** A password may stand inside of a URL or a connection string. */
const shapes = createRedactor([])

export type SandboxProfile = { text: string; env: Record<string, string> }

/** `over` replaces fields of the target. */
export function sandboxProfile(
  { profile, target }: { profile: string; target: string },
  entry: Record<string, unknown>,
  over: Record<string, unknown>,
): SandboxProfile {
  const env: Record<string, string> = {}
  const hide = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((v) => hide(v, name))
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(
        Object.entries(value).map(([k, v]) => [k, hide(v, isSecretName(name) ? name : k)]),
      )
    if (typeof value !== 'string' || value === '') return value
    if (!isSecretName(name) && shapes.text(value) === value) return value
    return value.split(JINJA).map(hidePart).join('')
  }
  const moved = (secret: string): string => {
    const variable = `${PREFIX}${Object.keys(env).length}`
    env[variable] = secret
    return `env_var('${variable}')`
  }
  /** Jinja stays as it is written, for it names where the secret comes from; but for what is written out in it. */
  const hidePart = (part: string): string => {
    if (part === '') return part
    if (!part.startsWith('{{')) return `{{ ${moved(part)} }}`
    return part.replace(LITERAL, (all, call, single, double) => (call ? all : moved(single ?? double)))
  }
  const own = { ...(hide(entry, '') as Record<string, unknown>), ...over }
  return { text: stringify({ [profile]: { target, outputs: { [target]: own } } }), env }
}

export async function writeProfile(dir: string, { text }: SandboxProfile): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeFile(join(dir, 'profiles.yml'), text, { mode: 0o600 })
}
