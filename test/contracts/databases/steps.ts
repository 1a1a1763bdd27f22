/**
 * What is begun beside a running application, and finished later, on every server: run for real between the designs, with
 * rows that fit the rule and rows that do not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/adapters/databases/open.ts'
import { differences, tableFacts } from '../../../src/adapters/databases/same-schema.ts'
import type { Database } from '../../../src/adapters/databases/types.ts'
import { ordersOn } from './orders.ts'

type Opened = { url: string; close: () => Promise<void> }

/** Names that fit, that hold several separators or none, and that are written otherwise than they would be put together. */
const ODD: Record<number, string> = { 7: 'Plato', 8: 'Ana Maria Silva', 9: '  Bo   Ek ', 10: '' }

export function databaseSteps(server: string, open: () => Promise<Opened | null>) {
  let given: Opened | null
  let db: Database

  const isPostgres = () => db.server.family === 'postgres'

  beforeAll(async () => {
    given = await open()
    if (!given) return
    db = await openDatabase(given.url, 'the test database')
    const rows = isPostgres()
      ? 'generate_series(1, 2500) as s(n)'
      : '(with recursive t as (select 1 as n union all select n + 1 from t where n < 500) select t.n + 500 * f.n as n from t cross join (select 0 as n union all select 1 union all select 2 union all select 3 union all select 4) f) as s'
    const text = (words: string, n: string) =>
      isPostgres() ? `'${words}' || ${n}` : `concat('${words}', ${n})`
    const id = 'id int primary key'
    for (const statement of [
      `create table people (${id}, name varchar(80) not null, city varchar(40), zip varchar(10), region varchar(10), amount int not null default 3, code int, tag int unique)`,
      `create table visits (${id}, person_id int not null references people (id), note varchar(20), code int, tag int unique, shop varchar(10), till varchar(10), clerk varchar(10), place text)`,
      `insert into people (id, code, tag, name, city, zip, region) select n, n, n, ${isPostgres() ? "'First' || n || ' Last' || n" : "concat('First', n, ' Last', n)"}, ${text('c', 'n % 15')}, ${text('z', 'n % 15')}, ${text('r', 'n % 15')} from ${rows}`,
      `insert into visits (id, person_id, code, tag, shop, till, clerk) select n, n, n, n, ${text('s', 'n % 15')}, ${text('t', 'n % 15')}, ${text('k', 'n % 15')} from ${rows}`,
      ...Object.entries(ODD).map(([n, name]) => `update people set name = '${name}' where id = ${n}`),
      "update visits set place = case when id % 2 = 0 then 'Porto, Portugal' else 'Lyon, France' end",
      "create view places as select v.id, v.place, upper(v.place) as loud from visits v where v.place <> 'x'",
      'create view rich as select id, amount, amount * 2 as twice from people where amount > 2',
      'create view richer as select id, twice from rich',
      isPostgres() ? 'analyze' : 'analyze table people, visits',
    ])
      await db.query(statement)
  })
  afterAll(async () => {
    await db?.close()
    await given?.close()
  })

  const { designed, reviewed, done, run, back } = ordersOn(() => db, 'steps')

  const names = async (columns: string, where: string) =>
    (await db.query(`select ${columns} from people where ${where} order by id`)).map((r) => Object.values(r))
  const facts = async () => (await db.schema()).tables.flatMap(tableFacts).join('\n')

  describe(`in steps on ${server}`, () => {
    it('DBL-3: statistics of columns are kept, and what they change is measured', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const { design, ran } = await done('Create statistics on city and zip of people')
      // MariaDB judges by a sample: how far off it stays differs from one time to the next.
      const measured =
        /for the most frequent values? of (.+?)(?: together)? the server expected ([\d,]+), expects ([\d,]+) with them, and there are (\d+)/.exec(
          design.because[0] ?? '',
        )
      expect(measured?.[1], design.because[0]).toBe(isPostgres() ? 'city and zip' : 'city')
      const [before, after, there] = (measured ?? []).slice(2).map((n) => Number(n.replaceAll(',', '')))
      expect(there).toBe(167)
      expect(Math.abs(Number(after) - 167)).toBeLessThan(Math.abs(Number(before) - 167))
      if (!isPostgres()) {
        expect(await db.judged({ schema: '', name: 'people' })).toEqual(
          expect.arrayContaining(['city', 'zip']),
        )
        return
      }
      expect(await facts()).toMatch(/people: statistics people_city_zip_stat .* ON city, zip FROM people/)
      await expect(designed('statistics on zip and city of people')).rejects.toThrow(
        /has statistics of zip and city already: people_city_zip_stat/,
      )
      await back({ ran })
      expect(await facts()).not.toMatch(/people: statistics/)
      // They go with a column, and come back with it.
      const more = await done('Create statistics on note and code of visits')
      expect(more.design.because[0]).toMatch(/there is nothing to measure/)
      const dropped = await done('Drop the note from visits')
      expect(await facts()).not.toMatch(/visits: statistics/)
      await back(dropped)
      expect(await facts()).toMatch(/visits: statistics visits_note_code_stat/)
      await back(more)
      await expect(designed('statistics on city of people')).rejects.toThrow(
        /of each single column by itself/,
      )
    })

    it('DBL-3: a query whose rows are misjudged gets statistics where those make it fast', async ({
      skip,
    }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const asked = designed(
        "This query is slow: select count(*) from people p join visits v using (code) where p.city = 'c1' and p.zip = 'z1' and p.region = 'r1' and v.shop = 's1' and v.till = 't1' and v.clerk = 'k1'",
      )
      if (!isPostgres()) {
        // MariaDB knows nothing of columns together: what it does know makes no other plan here.
        await expect(asked).rejects.toMatchObject({ code: 'database.no-index' })
        return
      }
      const { design } = await asked
      const sets = design.changes.flatMap((c) => (c.kind === 'add-statistics' ? [c.key.columns] : []))
      expect(sets).toEqual([
        ['city', 'region', 'zip'],
        ['clerk', 'shop', 'till'],
      ])
      expect(design.because.join('\n')).toMatch(
        /the server expected \d where [\d,]+ rows are, and expects 16\d with them/,
      )
    })

    it('DBL-3: a column is parted beside those who write it, and what does not fit is asked about first', async ({
      skip,
    }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const say = 'Split the name of people into first_name and last_name at the space'
      await expect(designed(say)).rejects.toThrow(/asked: 2 rows of people.name hold more than one space/)
      await expect(designed(say, { at: 'first' })).rejects.toThrow(
        /asked: 2 rows of people.name hold no space/,
      )
      await expect(designed(say, { at: 'first', alone: 'stop' })).rejects.toThrow(/Nothing was changed/)
      await expect(designed('Split name of people into a and b at the semicolon')).rejects.toThrow(
        /No row of people.name holds a ";"/,
      )
      await expect(designed('Split amount of people into a and b at the comma')).rejects.toThrow(
        /only texts are parted/,
      )
      // A trigger that passes on what is inserted, and nothing that is changed.
      const half = await reviewed(
        await designed(say, { at: 'first', alone: 'first' }),
        (work) =>
          work
            .filter((m) => !/^let|on_update$/.test(m.name) || isPostgres())
            .map((m) => ({
              ...m,
              up: m.up.map((s) => s.replace('BEFORE INSERT OR UPDATE', 'BEFORE INSERT')),
            })),
        1,
      )
      expect(half.rounds.flatMap((r) => r.objections)).toMatchObject([
        {
          rule: 'CRIT',
          message: expect.stringMatching(/what is written to name does not come to the other side/),
        },
      ])
      const before = await db.schema()
      const { design, ran } = await done(say, { at: 'first', alone: 'first' })
      expect(design.because.join('\n')).toMatch(
        /2,498 of 2,500 rows with a value hold one, 2 of them several; 2 hold none/,
      )
      expect(design.because.join('\n')).toMatch(
        /In 1 row the parts, put together .* are not the text of today \(id 9\)/,
      )
      expect(await names('name, first_name, last_name', 'id in (1, 7, 8, 9, 10)')).toEqual([
        ['First1 Last1', 'First1', 'Last1'],
        ['Plato', 'Plato', null],
        ['Ana Maria Silva', 'Ana', 'Maria Silva'],
        ['  Bo   Ek ', 'Bo', 'Ek'],
        ['', '', null],
      ])
      await back({ ran })
      expect(differences(before, await db.schema(), ['before', 'now'])).toEqual([])
      await done(say, { at: 'first', alone: 'first' })
      // The old release, then the new one; each changes what the other wrote.
      await db.query("insert into people (id, name) values (9001, 'Old Hand')")
      await db.query("insert into people (id, first_name, last_name) values (9002, 'Ana Maria', 'New')")
      await db.query("update people set name = 'Older Hand' where id = 9001")
      await db.query("update people set last_name = 'Newer' where id = 9002")
      await db.query("update people set city = 'x' where id in (9, 9002)")
      expect(await names('name, first_name, last_name', 'id in (9, 9001, 9002)')).toEqual([
        ['  Bo   Ek ', 'Bo', 'Ek'],
        ['Older Hand', 'Older', 'Hand'],
        ['Ana Maria Newer', 'Ana Maria', 'Newer'],
      ])
    })

    it('DBL-3: it is finished by dropping what was parted; the way back puts it together, and says where not as it was', async ({
      skip,
    }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const whole = await names('id, name', 'id <> 9')
      const { design, ran } = await done('Finish the split of name of people into first_name and last_name')
      expect(design.loses).toEqual([expect.stringMatching(/How name is written in 1 row \(id 9\)/)])
      expect(await facts()).not.toMatch(/people: column name|people: trigger/)
      await db.query("insert into people (id, first_name, last_name) values (9003, 'Late', 'Comer')")
      await back({ ran })
      expect(await names('id, name', 'id not in (9, 9003)')).toEqual(whole)
      expect(await names('name, first_name', 'id in (9, 9003)')).toEqual([
        ['Bo Ek', 'Bo'],
        ['Late Comer', 'Late'],
      ])
      for (const m of ran) await run(m.up, m.transaction)
      await expect(designed('Finish the split of city of people')).rejects.toThrow(/was not begun here/)
    })

    it('DBL-3: two columns become one in the same way', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const say = 'Join first_name and last_name of people into full_name'
      await done(say)
      await db.query("update people set city = 'y' where id = 8")
      await db.query("insert into people (id, full_name) values (9004, 'One Two')")
      await db.query("update people set first_name = 'Anna' where id = 8")
      expect(await names('full_name, first_name, last_name', 'id in (7, 8, 10, 9002, 9004)')).toEqual([
        ['Plato', 'Plato', null],
        ['Anna Maria Silva', 'Anna', 'Maria Silva'],
        ['', '', null],
        ['Ana Maria Newer', 'Ana Maria', 'Newer'],
        ['One Two', 'One', 'Two'],
      ])
      const { design, ran } = await done(
        'Finish the join of first_name and last_name of people into full_name',
      )
      expect(design.loses).toEqual([expect.stringMatching(/in 1 row \(id 9002\)/)])
      await back({ ran })
      expect(await names('first_name, last_name', 'id in (7, 8, 9002)')).toEqual([
        ['Plato', null],
        ['Anna', 'Maria Silva'],
        ['Ana', 'Maria Newer'],
      ])
    })

    it('DBL-3: a view that reads what was parted gives the same of its parts, and is refused where it could not', async ({
      skip,
    }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      await done('Split the place of visits into town and land at the comma')
      const seen = async () => db.query('select * from places order by id')
      const before = await seen()
      expect(before).toHaveLength(2500)
      const { design, ran } = await done('Finish the split of place of visits')
      expect(design.because.join('\n')).toMatch(/places is made anew to make place of town and land/)
      expect(await seen()).toEqual(before)
      await back({ ran })
      expect(await seen()).toEqual(before)
      await db.query("update visits set place = 'Faro,Portugal' where id = 3")
      await expect(designed('Finish the split of place of visits')).rejects.toThrow(
        /The view places still reads visits.place/,
      )
    })

    it('DBL-3: views that read a column are the same again once its type is another', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const role = `reader_${process.pid}`
      if (isPostgres()) {
        await db.query(`create role ${role}`)
        await db.query(`grant select on richer to ${role}`)
      }
      try {
        const rows = await db.query('select * from richer order by id')
        await done('Change the type of amount in people to bigint in steps')
        const { ran } = await done('Finish the type change of amount of people')
        expect(
          (await db.query('select * from richer order by id')).map((r) => ({ ...r, twice: Number(r.twice) })),
        ).toEqual(rows.map((r) => ({ ...r, twice: Number(r.twice) })))
        const may = () =>
          db.query(
            "select grantee from information_schema.role_table_grants where table_name = 'richer' and grantee = $1",
            [role],
          )
        if (isPostgres()) expect(await may()).toHaveLength(1)
        await back({ ran })
        if (isPostgres()) expect(await may()).toHaveLength(1)
        expect(await facts()).toMatch(/people: column amount int/)
      } finally {
        if (isPostgres()) await db.query(`drop owned by ${role}`)
        if (isPostgres()) await db.query(`drop role ${role}`)
      }
    })

    it('DBL-2: a table of which the server knows nothing is told', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const never = isPostgres() ? ' with (autovacuum_enabled = false)' : ' stats_auto_recalc = 0'
      await db.query(`create table unseen (id int primary key)${never}`)
      const on = (await db.schema()).tables.find((t) => t.name === 'unseen')
      await db.query('insert into unseen select id from people')
      const said = isPostgres() ? /it was never analysed/ : /renewed by ANALYZE TABLE alone/
      // The server counts rows a moment later.
      await expect.poll(() => on && db.stale(on), { timeout: 10_000 }).toMatch(said)
      if (!isPostgres()) return
      await db.query('analyze unseen')
      expect(on && (await db.stale(on))).toBeNull()
    })

    it('DBL-2: a rule about numbers is not put on texts, and texts that look like numbers stay texts', async ({
      skip,
    }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      await expect(designed('Ensure that the zip of people is at least 1')).rejects.toThrow(
        /people.zip is (?:character varying|varchar)\(10\), and "values from 1 on" is about numbers: texts are compared letter by letter/,
      )
      await done('Ensure that the note of visits is one of 1, 2 or 3')
      expect(await facts()).toMatch(/visits: check .*'1'.*'3'/)
    })
  })
}
