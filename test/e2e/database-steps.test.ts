/** A rename beside a running application, on both servers: begun, used by the old and the new release at once, finished. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { openMysqlDatabase } from '../support/mysql.ts'
import { openPostgres } from '../support/postgres.ts'
import { makeProject, type Project } from '../support/project.ts'

const WHOLE = 'select id, name, telefax from contact order by id'

type Server = {
  url: string
  rows: (sql: string) => Promise<Record<string, unknown>[]>
  close: () => Promise<void>
}

const SERVERS: Record<string, () => Promise<Server | null>> = {
  Postgres: async () => {
    const { env, rows, close } = await openPostgres()
    const { SHOP_PG_HOST: host, SHOP_PG_PORT: port, SHOP_PG_USER: user, SHOP_PG_DATABASE: name } = env
    return { url: `postgres://${user}:${env.SHOP_PG_PASSWORD || 'any'}@${host}:${port}/${name}`, rows, close }
  },
  'MySQL or MariaDB': openMysqlDatabase,
}

describe.each(Object.keys(SERVERS))('a rename in steps on %s', (name) => {
  let server: Server | null
  let project: Project
  let begun: Result
  let whole: Record<string, unknown>[]

  const db = (words: string, ...more: string[]) =>
    runMartsmith(project, ['db', words, '--as', 'development', '--yes', '--json', ...more], {
      env: { DATABASE_URL: server?.url ?? '' },
    })
  const details = (result: Result) => result.json.steps.map((s) => s.details).join('\n')
  const rows = async (sql: string) => (await server?.rows(sql)) ?? []
  const person = async (id: number) =>
    (await rows(`select fax, telefax from person where id = ${id}`)).map((r) => [r.fax, r.telefax])[0]

  beforeAll(async () => {
    server = (await SERVERS[name]?.().then((s) => s)) ?? null
    if (!server) return
    await rows(
      "create table person (id int primary key, name varchar(40), fax varchar(40) not null default 'none')",
    )
    await rows("insert into person (id, name, fax) values (1, 'Ana', 'f1'), (2, 'Bo', 'f2')")
    // More rows than a batch has.
    for (let i = 3; i < 2600; i += 500)
      await rows(
        `insert into person (id, name, fax) values ${Array.from({ length: 500 }, (_, n) => `(${i + n}, 'p', 'f${i + n}')`).join(', ')}`,
      )
    await rows("create view loud as select id, fax, upper(fax) as said from person where fax <> 'f2'")
    project = makeProject('empty', { cold: true })
    project.write('src/people.js', 'export const faxes = "select id, fax from person where fax <> \'\'"\n')
    begun = await db('Rename the fax of person to telefax')
  })
  afterAll(() => server?.close())

  it('DBL-3: because a statement names the column, a second one is made, filled in batches and kept the same', async ({
    skip,
  }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    expect(begun.code, begun.all).toBe(0)
    expect(details(begun)).toMatch(/1 statement of the application names? fax: src\/people\.js:1/)
    expect(details(begun)).toMatch(/finish the rename of fax of person to telefax/)
    const [different] = await rows('select count(*) as n from person where telefax <> fax or telefax is null')
    expect(Number(different?.n)).toBe(0)
    const task = project.taskFiles().map((f) => project.read(f))
    expect(task.join('\n')).toMatch(/To follow:[\s\S]*finish the rename/)
  })

  it('DBL-3: the old and the new release write side by side, and each reads what the other wrote', async ({
    skip,
  }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    await rows("insert into person (id, fax) values (9001, 'old')")
    await rows("insert into person (id, telefax) values (9002, 'new')")
    await rows('insert into person (id) values (9003)')
    await rows("update person set fax = 'F1' where id = 1") // another case is another value
    await rows("update person set telefax = 'F2' where id = 2")
    expect(await Promise.all([9001, 9002, 9003, 1, 2].map(person))).toEqual([
      ['old', 'old'],
      ['new', 'new'],
      ['none', 'none'],
      ['F1', 'F1'],
      ['F2', 'F2'],
    ])
  })

  it('DBL-3: it is not finished while a statement says the old name; then the old column goes, and nothing else', async ({
    skip,
  }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    const early = await db('Finish the rename of fax of person to telefax')
    expect(early.code, early.all).toBe(1)
    expect(early.all).toMatch(/person\.fax is used by 1 statement of the application/)
    project.write('src/people.js', 'export const faxes = "select id, telefax from person"\n')
    const done = await db('Finish the rename of fax of person to telefax')
    expect(done.code, done.all).toBe(0)
    await rows("insert into person (id, telefax) values (9004, 'late')")
    await rows('insert into person (id) values (9005)')
    const left = await rows('select * from person where id in (1, 9004, 9005) order by id')
    expect(left.map((r) => ({ ...r }))).toEqual([
      { id: 1, name: 'Ana', telefax: 'F1' },
      { id: 9004, name: null, telefax: 'late' },
      { id: 9005, name: null, telefax: 'none' },
    ])
    // The view was made anew, and gives what it gave.
    const said = await rows('select * from loud where id in (1, 9004) order by id')
    expect(said.map((r) => ({ ...r }))).toEqual([
      { id: 1, fax: 'F1', said: 'F1' },
      { id: 9004, fax: 'late', said: 'LATE' },
    ])
  })

  it('DBL-3: a table that a statement names gets another name in steps: a view keeps the old one until nothing says it', async ({
    skip,
  }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    const renamed = await db('Rename the table person to contact')
    expect(renamed.code, renamed.all).toBe(0)
    expect(details(renamed)).toMatch(/In steps, because person is said by src\/people\.js:1/)
    await rows("insert into person (id, name) values (9101, 'by the old name')")
    await rows("update contact set name = 'by the new name' where id = 9101")
    await rows("insert into contact (id, name) values (9102, 'Cy')")
    await rows('delete from person where id = 9102')
    const seen = await rows('select name, telefax from person where id > 9100')
    expect(seen.map((r) => ({ ...r }))).toEqual([{ name: 'by the new name', telefax: 'none' }])
    const early = await db('Finish the rename of the table person to contact')
    expect(early.code, early.all).toBe(1)
    expect(early.all).toMatch(/person is still said by 1 place[\s\S]*src\/people\.js:1/)
    project.write('src/people.js', 'export const faxes = "select id, telefax from contact"\n')
    const done = await db('Finish the rename of the table person to contact')
    expect(done.code, done.all).toBe(0)
    await expect(rows('select * from person')).rejects.toThrow(/person/)
    expect(await rows('select * from loud where id = 1')).toHaveLength(1)
    const [left] = await rows('select count(*) as n from contact')
    expect(Number(left?.n)).toBe(3008)
  })

  it('DBL-3: a column goes to a table of its own, beside those who write either', async ({ skip }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    whole = (await rows(WHOLE)).map((r) => ({ ...r }))
    const split = await db('Move name of contact into a table naming')
    expect(split.code, split.all).toBe(0)
    expect(details(split)).toMatch(/finish the split of contact into naming/)
    await rows("insert into contact (id, name) values (9201, 'old')")
    await rows('insert into contact (id) values (9202)')
    await rows("insert into naming (contact_id, name) values (9202, 'new')")
    await rows("update naming set name = 'Anna' where contact_id = 1")
    await rows("update contact set name = 'bo' where id = 2")
    const told =
      'select c.id, c.name, n.name as other from contact c left join naming n on n.contact_id = c.id'
    expect(
      (await rows(`${told} where c.id in (1, 2, 9201, 9202) order by 1`)).map((r) => [r.name, r.other]),
    ).toEqual([
      ['Anna', 'Anna'],
      ['bo', 'bo'],
      ['old', 'old'],
      ['new', 'new'],
    ])
    const done = await db('Finish the split of contact into naming')
    expect(done.code, done.all).toBe(0)
    await expect(rows('select name from contact')).rejects.toThrow(/name/)
  })

  it('DBL-3: that table goes back into the first, and no row is another than before', async ({ skip }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    const merged = await db('Merge naming into contact')
    expect(merged.code, merged.all).toBe(0)
    await rows("update contact set name = 'Ana' where id = 1")
    await rows("update naming set name = 'Bo' where contact_id = 2")
    const gone = await db('Finish the merge of naming into contact')
    expect(gone.code, gone.all).toBe(0)
    await rows('delete from contact where id in (9201, 9202)')
    expect((await rows(WHOLE)).map((r) => ({ ...r }))).toEqual(whole)
    await expect(rows('select * from naming')).rejects.toThrow(/naming/)
  })

  it('DBL-3: a type is changed beside those who write the column, and its default stays', async ({
    skip,
  }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    const begun = await db('Change the type of telefax in contact to varchar(80) in steps')
    expect(begun.code, begun.all).toBe(0)
    await rows("insert into contact (id, telefax) values (9301, 'f9301')")
    await rows('insert into contact (id) values (9302)')
    const done = await db('Finish the type change of telefax of contact')
    expect(done.code, done.all).toBe(0)
    const long = 'f'.repeat(70)
    await rows(`insert into contact (id, telefax) values (9303, '${long}')`)
    await rows('insert into contact (id) values (9304)')
    const left = await rows('select * from contact where id > 9300 order by id')
    expect(left.map(({ telefax }) => telefax)).toEqual(['f9301', 'none', long, 'none'])
    expect(Object.keys(left[0] ?? {}).sort()).toEqual(['id', 'name', 'telefax'])
    // Postgres lets go of no column that a view reads: it was made anew in the same moment.
    expect(await rows('select fax from loud where id = 9303')).toMatchObject([{ fax: long }])
  })

  it('DBL-3: a column becomes two beside those who write it, and goes when nothing says it', async ({
    skip,
  }) => {
    if (!server) skip(`there is no ${name} on this machine`)
    await rows("update contact set name = 'Ana Lopes'")
    const begun = await db('Split the name of contact into first_name and last_name at the first space')
    expect(begun.code, begun.all).toBe(0)
    await rows("insert into contact (id, name) values (9401, 'Old Hand')")
    await rows("insert into contact (id, first_name, last_name) values (9402, 'Ana Maria', 'New')")
    const both = await rows(
      'select name, first_name, last_name from contact where id in (1, 9401, 9402) order by id',
    )
    expect(both.map((r) => Object.values(r))).toEqual([
      ['Ana Lopes', 'Ana', 'Lopes'],
      ['Old Hand', 'Old', 'Hand'],
      ['Ana Maria New', 'Ana Maria', 'New'],
    ])
    const done = await db('Finish the split of name of contact into first_name and last_name')
    expect(done.code, done.all).toBe(0)
    await expect(rows('select name from contact')).rejects.toThrow(/name/)
  })
})
