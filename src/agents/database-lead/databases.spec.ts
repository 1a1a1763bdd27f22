import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../config/load.ts'
import { databasesOf, type Role } from './databases.ts'

const DEV = 'postgres://ada:secret-91@db.example.com/shop'
const of = (yaml: string, env: Record<string, string> = {}, as: Role | null = null) =>
  databasesOf(parseConfig(yaml, 'martsmith.yml'), env, as)

describe('DBL-7: which database plays which part', () => {
  it('is said by martsmith.yml, with variables of the environment', () => {
    const places = of('databases:\n  development: $DEV\n  staging: $STAGING', {
      DEV,
      STAGING: 'postgres://bob@host/shop',
    })
    expect(places).toMatchObject({
      mayWrite: true,
      development: { url: DEV },
      staging: { url: 'postgres://bob@host/shop' },
    })
    expect(places.scratch).toBe(places.development)
  })

  it('DATABASE_URL is only read until it is said what it is', () => {
    expect(of('{}', { DATABASE_URL: DEV })).toMatchObject({ mayWrite: false, scratch: null })
    expect(of('{}', { DATABASE_URL: DEV }, 'development')).toMatchObject({ mayWrite: true })
    expect(of('databases: {scratch: postgres://h/s}', { DATABASE_URL: DEV }).scratch?.url).toBe(
      'postgres://h/s',
    )
  })

  it.each([
    ['{}', {}, null, /no database to work on/],
    ['databases: {development: $DEV}', {}, null, /variable DEV, which is not set/],
    ['{}', { DATABASE_URL: DEV }, 'production', /Production is never written/],
    [
      'databases: {development: $DEV, production: $DEV}',
      { DEV },
      null,
      /is the same database as databases.production/,
    ],
    [
      'databases: {production: postgres://root:other@DB.example.com/shop}',
      { DATABASE_URL: DEV },
      'development',
      /is the same database as databases.production/,
    ],
  ] as const)('%s with %o as %s is refused', (yaml, env, as, why) => {
    expect(() => of(yaml, env, as)).toThrow(why)
  })

  it('no message holds a password', () => {
    expect(() => of('databases: {development: $DEV, production: $DEV}', { DEV })).not.toThrow(/secret-91/)
  })
})
