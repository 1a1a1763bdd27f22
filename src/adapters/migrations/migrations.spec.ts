import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findMigrations } from './detect.ts'
import { FORMS } from './forms.ts'
import type { Migration } from './types.ts'

const NOW = new Date('2026-11-21T08:00:00Z')
const ONE: Migration = {
  name: 'add_a',
  transaction: true,
  up: ['ALTER TABLE "t" ADD COLUMN "a" int'],
  down: ['ALTER TABLE "t" DROP COLUMN "a"'],
}
const ALONE: Migration = {
  name: 'index_a',
  transaction: false,
  up: ['CREATE INDEX CONCURRENTLY "i" ON "t" ("a")'],
  down: ['DROP INDEX CONCURRENTLY "i"'],
}

function repository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'martsmith-migrations-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const REVISION = (id: string, down: string | null) =>
  `revision = "${id}"\ndown_revision = ${down === null ? 'None' : `"${down}"`}\n`

const TOOLS: { tool: string; files: Record<string, string>; folder: string; next: string[] }[] = [
  {
    tool: 'dbmate',
    files: { 'db/migrations/20260101000000_a.sql': '-- migrate:up\nselect 1;\n-- migrate:down\n' },
    folder: 'db/migrations',
    next: ['20261121080000_add_a.sql', '20261121080001_index_a.sql'],
  },
  {
    tool: 'dbmate',
    files: { 'db/migrations/0007_a.sql': '-- migrate:up\nselect 1;\n' },
    folder: 'db/migrations',
    next: ['0008_add_a.sql', '0009_index_a.sql'],
  },
  {
    tool: 'flyway',
    files: { 'sql/V2__b.sql': 'select 1;', 'sql/V11__a.sql': 'select 1;' },
    folder: 'sql',
    next: [
      'V12__add_a.sql',
      'down/V12__add_a.down.sql',
      'V13__index_a.sql',
      'V13__index_a.sql.conf',
      'down/V13__index_a.down.sql',
    ],
  },
  {
    tool: 'golang-migrate',
    files: { 'migrations/000009_a.up.sql': '', 'migrations/000009_a.down.sql': '' },
    folder: 'migrations',
    next: [
      '000010_add_a.up.sql',
      '000010_add_a.down.sql',
      '000011_index_a.up.sql',
      '000011_index_a.down.sql',
    ],
  },
  {
    tool: 'prisma',
    files: { 'prisma/migrations/20300101000000_a/migration.sql': 'select 1;' },
    folder: 'prisma/migrations',
    next: [
      '20300101000001_add_a/migration.sql',
      '20300101000001_add_a/down.sql',
      '20300101000002_index_a/migration.sql',
      '20300101000002_index_a/down.sql',
    ],
  },
  {
    tool: 'knex',
    files: { 'migrations/20260101000000_a.js': 'exports.up = (knex) => knex.raw("select 1")' },
    folder: 'migrations',
    next: ['20261121080000_add_a.js', '20261121080001_index_a.js'],
  },
  {
    tool: 'alembic',
    files: {
      'alembic/versions/zz_a.py': REVISION('zz', null),
      'alembic/versions/aa_b.py': REVISION('aa', 'zz'),
    },
    folder: 'alembic/versions',
    next: ['261121080000_add_a.py', '261121080001_index_a.py'],
  },
]

describe('DBL-2: the migrations of a repository', () => {
  it.each(TOOLS)(
    '$tool is known by its files, and gets files of its own form',
    async ({ tool, files, folder, next }) => {
      const [found, ...others] = await findMigrations(repository(files))
      expect(others).toEqual([])
      expect(found).toMatchObject({ tool, folder })
      const written = found ? (FORMS[found.tool].write?.([ONE, ALONE], found, NOW) ?? []) : []
      expect(written.map((f) => f.path)).toEqual(next.map((n) => `${folder}/${n}`))
      const all = written.map((f) => f.text).join('\n')
      for (const sql of [...ONE.up, ...ONE.down, ...ALONE.up, ...ALONE.down])
        expect(all.replaceAll('\\"', '"')).toContain(sql)
    },
  )

  it('a migration of Alembic follows the one that nobody follows', async () => {
    const [found] = await findMigrations(
      repository({ 'v/versions/b.py': REVISION('b1', 'a1'), 'v/versions/z.py': REVISION('a1', null) }),
    )
    const [first, second] = (found && FORMS.alembic.write?.([ONE, ALONE], found, NOW)) ?? []
    expect(first?.text).toContain('down_revision = "b1"')
    expect(second?.text).toContain('down_revision = "261121080000"')
    expect(second?.text).toContain('autocommit_block')
  })

  it.each([
    ['django', { 'shop/migrations/0001_initial.py': 'class Migration: pass' }],
    ['rails', { 'db/migrate/20260101000000_a.rb': 'class A < ActiveRecord::Migration[7.0]; end' }],
  ])('%s is recognised, and not written', async (tool, files) => {
    const [found] = await findMigrations(repository(files))
    expect(found?.tool).toBe(tool)
    expect(found && FORMS[found.tool].write).toBeNull()
  })

  it('there may be none', async () => {
    expect(
      await findMigrations(repository({ 'src/a.sql': 'select 1;', 'models/1_a.sql': 'select 2' })),
    ).toEqual([])
  })
})
