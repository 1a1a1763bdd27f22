/** How each tool writes a migration. */
import type { Form, Migration, Migrations, NewFile, ToolId } from './types.ts'
import { nextVersions } from './versions.ts'

type OneFile = (
  migration: Migration,
  version: string,
  i: number,
  all: string[],
) => { name: string; text: string }[]

/** Files that lie beside each other and carry their version in their names. */
function byVersion(write: OneFile): Form['write'] {
  return (migrations, to, now) => {
    const versions = nextVersions(to.standing, migrations.length, now)
    return migrations.flatMap((migration, i): NewFile[] => {
      const version = versions[i] ?? ''
      return write(migration, version, i, versions).map(({ name, text }) => ({
        path: `${to.folder}/${name}`,
        text,
        version,
      }))
    })
  }
}

const sql = (statements: string[]) => statements.map((s) => `${s};\n`).join('')

function dbmate({ name, transaction, up, down }: Migration, version: string) {
  const flag = transaction ? '' : ' transaction:false'
  const text = `-- migrate:up${flag}\n${sql(up)}\n-- migrate:down${flag}\n${sql(down)}`
  return [{ name: `${version}_${name}.sql`, text }]
}

/** Flyway's undo is not in its free edition: the way back lies beside, under a name that it passes over. */
function flyway({ name, transaction, up, down }: Migration, version: string) {
  return [
    { name: `V${version}__${name}.sql`, text: sql(up) },
    ...(transaction ? [] : [{ name: `V${version}__${name}.sql.conf`, text: 'executeInTransaction=false\n' }]),
    { name: `down/V${version}__${name}.down.sql`, text: sql(down) },
  ]
}

function golangMigrate({ name, transaction, up, down }: Migration, version: string) {
  const whole = (statements: string[]) =>
    transaction && statements.length > 1 ? `BEGIN;\n${sql(statements)}COMMIT;\n` : sql(statements)
  return [
    { name: `${version}_${name}.up.sql`, text: whole(up) },
    { name: `${version}_${name}.down.sql`, text: whole(down) },
  ]
}

function prisma({ name, up, down }: Migration, version: string) {
  return [
    { name: `${version}_${name}/migration.sql`, text: sql(up) },
    { name: `${version}_${name}/down.sql`, text: sql(down) },
  ]
}

function knex({ name, transaction, up, down }: Migration, version: string) {
  const way = (verb: string, statements: string[]) =>
    `exports.${verb} = async (knex) => {\n${statements.map((s) => `  await knex.raw(${JSON.stringify(s)})\n`).join('')}}\n`
  const config = transaction ? '' : '\nexports.config = { transaction: false }\n'
  return [{ name: `${version}_${name}.js`, text: `${way('up', up)}\n${way('down', down)}${config}` }]
}

/** Alembic's versions are names that point at each other, not numbers. */
function alembic(migrations: Migration[], to: Migrations, now: Date): NewFile[] {
  const ids = nextVersions([], migrations.length, now).map((v) => v.slice(2))
  const before = to.standing.at(-1)?.version ?? null
  return migrations.map(({ name, transaction, up, down }, i) => {
    const id = ids[i] ?? ''
    const parent = i === 0 ? before : (ids[i - 1] ?? null)
    const lines = (statements: string[]) =>
      transaction
        ? statements.map((s) => `    op.execute(${JSON.stringify(s)})\n`).join('')
        : `    with op.get_context().autocommit_block():\n${statements.map((s) => `        op.execute(${JSON.stringify(s)})\n`).join('')}`
    const text = [
      `"""${name.replaceAll('_', ' ')}"""\nfrom alembic import op\n\n`,
      `revision = ${JSON.stringify(id)}\ndown_revision = ${parent === null ? 'None' : JSON.stringify(parent)}\n`,
      `branch_labels = None\ndepends_on = None\n\n\n`,
      `def upgrade():\n${lines(up)}\n\ndef downgrade():\n${lines(down)}`,
    ].join('')
    return { path: `${to.folder}/${id}_${name}.py`, text, version: id }
  })
}

export const FORMS: Record<ToolId, Form> = {
  dbmate: { title: 'dbmate', write: byVersion(dbmate), command: 'dbmate up', books: ['schema_migrations'] },
  flyway: {
    title: 'Flyway',
    write: byVersion(flyway),
    command: 'flyway migrate',
    books: ['flyway_schema_history'],
  },
  'golang-migrate': {
    title: 'golang-migrate',
    write: byVersion(golangMigrate),
    command: 'migrate up',
    books: ['schema_migrations'],
  },
  prisma: {
    title: 'Prisma',
    write: byVersion(prisma),
    command: 'npx prisma migrate deploy',
    books: ['_prisma_migrations'],
  },
  knex: {
    title: 'Knex',
    write: byVersion(knex),
    command: 'npx knex migrate:latest',
    books: ['knex_migrations', 'knex_migrations_lock'],
  },
  alembic: { title: 'Alembic', write: alembic, command: 'alembic upgrade head', books: ['alembic_version'] },
  django: { title: 'Django', write: null, command: 'python manage.py migrate', books: ['django_migrations'] },
  rails: {
    title: 'Rails',
    write: null,
    command: 'bin/rails db:migrate',
    books: ['schema_migrations', 'ar_internal_metadata'],
  },
}

export const ALL_BOOKS = [...new Set(Object.values(FORMS).flatMap((f) => f.books))]
