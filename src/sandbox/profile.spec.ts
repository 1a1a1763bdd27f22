import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { sandboxProfile } from './profile.ts'
import { schemaWithPrefix } from './schemas.ts'

const at = { profile: 'shop', target: 'dev' }

describe("the sandbox's profile", () => {
  it('holds no secret: what is written out goes through the environment, what is Jinja stays', () => {
    const entry = {
      type: 'postgres',
      port: 5432,
      password: 'open sesame',
      token: "{{ env_var('TOKEN') }}",
      secrets: [{ type: 's3', secret: 'key:"1"' }],
      attach: [{ path: 'postgres://me:pw-12345@db/x' }],
    }
    const { text, env } = sandboxProfile(at, entry, { schema: 'other' })
    for (const secret of ['open sesame', 'key:"1"', 'pw-12345']) {
      expect(text).not.toContain(secret)
      expect(Object.values(env).join(' ')).toContain(secret)
    }
    const own = parse(text).shop.outputs.dev
    expect(own).toMatchObject({ type: 'postgres', port: 5432, schema: 'other', token: entry.token })
    expect(own.password).toMatch(/^\{\{ env_var\('DBT_ENV_SECRET_MARTSMITH_\d'\) \}\}$/)
  })
})

it('leaves nothing that is written out inside of Jinja, or beside it', () => {
  const entry = { password: `{{ env_var("PW", 'fall-back-1') }}`, token: "left-2{{ env_var('T') | trim }}" }
  const { text, env } = sandboxProfile(at, entry, {})
  expect(text).not.toMatch(/fall-back-1|left-2/)
  expect(Object.values(env)).toEqual(['fall-back-1', 'left-2'])
  expect(parse(text).shop.outputs.dev).toEqual({
    password: `{{ env_var("PW", env_var('DBT_ENV_SECRET_MARTSMITH_0')) }}`,
    token: "{{ env_var('DBT_ENV_SECRET_MARTSMITH_1') }}{{ env_var('T') | trim }}",
  })
})

describe('schemas with a prefix', () => {
  it('are prefixed once, are at most 63 letters, and stay apart', () => {
    expect(schemaWithPrefix('p_', 'marts')).toBe('p_marts')
    expect(schemaWithPrefix('p_', 'p_marts')).toBe('p_marts')
    const long = 'x'.repeat(70)
    const [a, b] = [schemaWithPrefix('p_', `${long}a`), schemaWithPrefix('p_', `${long}b`)]
    expect(a).toHaveLength(63)
    expect(a).not.toBe(b)
  })
})
