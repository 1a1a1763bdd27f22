import { describe, expect, it } from 'vitest'
import type { Row } from '../databases/types.ts'
import { driftOf } from './books.ts'
import type { ToolId } from './types.ts'

const file = (version: string, path: string) => ({ version, path })

const drift = (tool: ToolId, standing: { version: string; path: string }[], books: Row[]) =>
  driftOf({ tool, folder: 'm', standing }, books)

const NONE = { pending: [], unknown: [], broken: [] }

describe('DBL-2: drift, by the books of each tool', () => {
  it('dbmate, Rails: by versions', () => {
    const files = [file('1', '1_a.sql'), file('2', '2_b.sql')]
    for (const tool of ['dbmate', 'rails'] as const) {
      expect(drift(tool, files, [{ version: '1' }, { version: '2' }])).toEqual(NONE)
      expect(drift(tool, files, [{ version: '1' }, { version: '3' }])).toEqual({
        pending: ['2_b.sql'],
        unknown: ['3'],
        broken: [],
      })
    }
  })

  it('Flyway: dots for underscores, what failed, what lies before a baseline', () => {
    const files = [file('1', 'V1__a.sql'), file('1_1', 'V1_1__b.sql'), file('2', 'V2__c.sql')]
    const row = (version: string | null, success = true, type = 'SQL') => ({ version, success, type })
    expect(drift('flyway', files, [row('1'), row('1.1'), row('2'), row(null)])).toEqual(NONE)
    expect(drift('flyway', files, [row('1.1', true, 'BASELINE'), row('2', false)])).toEqual({
      pending: ['V2__c.sql'],
      unknown: [],
      broken: ['version 2 failed'],
    })
  })

  it('Prisma: by folders, what did not finish, what was taken back', () => {
    const files = [file('1', 'p/1_a/migration.sql'), file('2', 'p/2_b/migration.sql')]
    const row = (
      migration_name: string,
      finished_at: string | null,
      rolled_back_at: string | null = null,
    ) => ({
      migration_name,
      finished_at,
      rolled_back_at,
    })
    expect(drift('prisma', files, [row('1_a', 'x'), row('2_b', null)])).toEqual({
      pending: ['p/2_b/migration.sql'],
      unknown: [],
      broken: ['2_b did not finish'],
    })
    expect(drift('prisma', files, [row('1_a', 'x'), row('2_b', null, 'x'), row('2_b', 'x')])).toEqual(NONE)
  })

  it('Knex: by the names of files', () => {
    expect(drift('knex', [file('1', 'm/1_a.js')], [{ name: '1_a.js' }])).toEqual(NONE)
    expect(drift('knex', [file('1', 'm/1_a.js')], [{ name: '0_z.js' }])).toMatchObject({
      pending: ['m/1_a.js'],
      unknown: ['0_z.js'],
    })
  })

  it('golang-migrate: one number, and whether it is dirty', () => {
    const files = [file('000001', 'm/000001_a.up.sql'), file('000002', 'm/000002_b.up.sql')]
    expect(drift('golang-migrate', files, [{ version: '2', dirty: false }])).toEqual(NONE)
    expect(drift('golang-migrate', files, [{ version: '1', dirty: true }])).toEqual({
      pending: ['m/000002_b.up.sql'],
      unknown: [],
      broken: ['version 1 is dirty'],
    })
    expect(drift('golang-migrate', files, [{ version: '7', dirty: false }])).toMatchObject({
      unknown: ['7'],
    })
  })

  it('Alembic: where the database stands among the revisions', () => {
    const files = [file('zz', 'v/zz_a.py'), file('aa', 'v/aa_b.py')]
    expect(drift('alembic', files, [{ version_num: 'aa' }])).toEqual(NONE)
    expect(drift('alembic', files, [{ version_num: 'zz' }]).pending).toHaveLength(1)
    expect(drift('alembic', files, [{ version_num: 'qq' }]).unknown).toEqual(['qq'])
  })

  it('Django: by the names of its own app', () => {
    const files = [file('0001', 'shop/migrations/0001_initial.py'), file('0002', 'shop/migrations/0002_b.py')]
    const rows = [
      { app: 'auth', name: '0009_x' },
      { app: 'shop', name: '0001_initial' },
    ]
    expect(drift('django', files, rows)).toEqual({
      pending: ['shop/migrations/0002_b.py'],
      unknown: [],
      broken: [],
    })
  })
})
