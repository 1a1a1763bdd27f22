import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, environmentSecrets, secretsIn } from './redact.ts'

describe('redaction', () => {
  it('takes known values out, the longest first', () => {
    const { text } = createRedactor(['hunter22', 'hunter22-extended'])
    expect(text('user=x pw hunter22-extended and hunter22')).toBe('user=x pw *** and ***')
  })

  it('knows shapes that carry a secret', () => {
    const { text } = createRedactor([])
    expect(text('postgresql://me:s3cret@db:5432/x')).toBe('postgresql://me:***@db:5432/x')
    expect(text("password='a b' next")).toBe('password=*** next')
    expect(text('api_key: abc, other')).toBe('api_key: ***, other')
  })

  it.each([
    ['md:shop?motherduck_token=eyJabc', 'md:shop?motherduck_token=***'],
    ['aws_secret_access_key=AKIA1', 'aws_secret_access_key=***'],
    ['db_password: hush', 'db_password: ***'],
    ["'password': 'hush'", "'password': ***"],
    ['{"api_key": "abc"}', '{"api_key": ***}'],
    ['PGPASSWORD=hush psql', 'PGPASSWORD=*** psql'],
    ['Authorization: Bearer abcdefgh123', 'Authorization: Bearer ***'],
    ['the token of the user', 'the token of the user'],
  ])('knows how people write secrets: %s', (text, masked) => {
    expect(createRedactor([]).text(text)).toBe(masked)
  })

  it('leaves ordinary words alone: values too short to be a secret', () => {
    expect(createRedactor(['root', 'test']).text('test the root')).toBe('test the root')
  })

  it('reaches every string of a value and keeps its shape', () => {
    const { deep } = createRedactor(['topsecret'])
    expect(deep({ a: ['x topsecret'], n: 1, none: null })).toEqual({ a: ['x ***'], n: 1, none: null })
  })

  it('never lets a known value through', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5 }), fc.string(), fc.string(), (secret, before, after) => {
        const out = createRedactor([secret]).text(before + secret + after)
        // What is left may only hold it where the mask itself or its surroundings spell it anew.
        return !out.includes(secret) || '***'.includes(secret) || secret.includes('*')
      }),
    )
  })

  it('finds secrets by the names of keys and variables', () => {
    const profile = {
      dev: { outputs: { pg: { user: 'me', password: 'letmein', private_key_passphrase: 'phrase1' } } },
    }
    expect(secretsIn(profile)).toEqual(['letmein', 'phrase1'])
    expect(
      environmentSecrets({
        PATH: '/bin',
        PWD: '/home/me/shop',
        OLDPWD: '/home/me',
        DB_PASSWORD: 'letmein',
        GITHUB_TOKEN: 'ghp_1',
      }),
    ).toEqual(['letmein', 'ghp_1'])
  })

  it.each(['x', 'ab:', 'password', '://', "'", 'a.b-'])('takes no longer for one long line of %j', (part) => {
    const line = part.repeat(300_000 / part.length)
    const time = (text: string) => {
      const begun = performance.now()
      createRedactor(['topsecret']).text(text)
      return performance.now() - begun
    }
    time(line) // the first use compiles the expressions
    expect(time(line)).toBeLessThan(2000)
  })
})
