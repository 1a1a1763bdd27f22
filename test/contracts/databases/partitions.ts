/**
 * Tables in parts, on every server: those that stand take ordinary changes, get parts and lose them, and a table that was
 * whole is parted, while rows are written between the steps.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/adapters/databases/open.ts'
import { differences, tableFacts } from '../../../src/adapters/databases/same-schema.ts'
import type { Database, Table } from '../../../src/adapters/databases/types.ts'
import { onCopy } from '../../../src/agents/database-lead/review/rounds.ts'
import { ordersOn } from './orders.ts'

type Opened = { url: string; close: () => Promise<void> }

export function databaseInParts(server: string, open: () => Promise<Opened | null>) {
  let given: Opened | null
  let db: Database

  const isPostgres = () => db.server.family === 'postgres'

  beforeAll(async () => {
    given = await open()
    if (!given) return
    db = await openDatabase(given.url, 'the test database')
    for (const statement of standing(isPostgres())) await db.query(statement)
  })
  afterAll(async () => {
    await db?.close()
    await given?.close()
  })

  const { copyName, designed, reviewed, done, back } = ordersOn(() => db, 'parts')

  const table = async (name: string): Promise<Table> => {
    const found = (await db.schema()).tables.find((t) => t.name === name)
    if (!found) throw new Error(`there is no ${name}`)
    return found
  }
  const partsOf = async (name: string) => (await table(name)).partitions?.parts.map((p) => p.name)
  const rowsIn = async (name: string, part: string) =>
    (await db.query(`select id from ${isPostgres() ? part : `${name} partition (${part})`} order by id`)).map(
      (r) => Number(r.id),
    )
  const facts = async (name: string) => tableFacts(await table(name)).join('\n')

  describe(`tables in parts on ${server}`, () => {
    it('DBL-3: parts are no tables of their own, and a copy has them all', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const schema = await db.schema()
      expect(schema.tables.map((t) => t.name)).toEqual(
        expect.not.arrayContaining([expect.stringMatching(/^events_/)]),
      )
      const events = await table('events')
      expect(events.partitions).toMatchObject({ method: 'range', columns: ['created_at'] })
      expect(events.partitions?.parts.length).toBe(isPostgres() ? 5 : 3)
      if (isPostgres()) await back(await done('Add a word column to remarks'))
      await onCopy(db, db, copyName(), async (copy) => {
        expect(copy.lacks).toEqual([])
        expect(differences(schema, await copy.db.schema(), ['live', 'copy'])).toEqual([])
      })
    })

    it('DBL-3: a partitioned table takes ordinary changes, each proven both ways', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const before = await db.schema()
      const all = await done(
        [
          'Add a note column to events',
          'Ensure that the amount of events is at least 0',
          'Make the kind of events required',
          'Add an index on amount of events',
          'Make the combination of code and created_at of events unique',
          'Rename the label of events to title in steps',
          'Drop the index ix_events_kind of events',
          "Set the kind of events to 'b' where kind is 'a'",
          'Change the type of amount in events to bigint',
          'Drop the extra from events',
          ...(isPostgres() ? ['Add a foreign key from owner_id of events to owners'] : []),
        ]
          .map((say) => `- ${say}`)
          .join('\n'),
      )
      const now = await facts('events')
      for (const fact of [
        /events: column note/,
        /events: check .*amount/,
        /events: column kind .* not null/,
        /events: index .*\(amount\)/,
        /events: unique .*\(code, created_at\)/,
        /events: column title/,
        /events: column amount bigint/,
        ...(isPostgres() ? [/events: foreign key .*\(owner_id\) to owners \(id\).*NO ACTION$/m] : []),
      ])
        expect(now).toMatch(fact)
      expect(now).not.toMatch(/ invalid|not validated|column extra|ix_events_kind/)
      await db.query(
        `insert into events (id, created_at, kind, amount, code) values (9001, '2026-02-03', 'x', 1, 9001)`,
      )
      await db.query('delete from events where id = 9001')
      await back(all)
      expect(differences(before, await db.schema(), ['before', 'now'])).toEqual([])
    })

    it('DBL-3: a part more holds the rows that were asked for, and the way back loses none', async ({
      skip,
    }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const before = await db.schema()
      const first = await done('Add a partition for January 2027 to events')
      const name = isPostgres() ? 'events_2027_01' : 'p202701'
      expect(first.design.because.join(' ')).toMatch(/None of them lies in (events_default|pmax)/)
      expect(await partsOf('events')).toContain(name)
      if (!isPostgres()) expect(await partsOf('events')).toContain('pbefore_2027_01_01')
      await db.query("insert into events (id, created_at) values (5001, '2027-01-31'), (5002, '2027-03-05')")
      expect(await rowsIn('events', name)).toEqual([5001])
      const rest = isPostgres() ? 'events_default' : 'pmax'
      expect(await rowsIn('events', rest)).toEqual([5002])
      if (isPostgres())
        await expect(designed('Add a partition for March 2027 to events')).rejects.toThrow(
          /asked: 1 row for events_2027_03 lie in events_default \(id 5002/,
        )
      const march = await done('Add a March 2027 partition to events', { 'rows of the rest': 'move' })
      expect(await rowsIn('events', name.replace('01', '03'))).toEqual([5002])
      await back(march)
      expect(await rowsIn('events', rest)).toEqual([5002])
      await expect(designed('Add a partition for January 2027 to events')).rejects.toThrow(
        /a part for that already/,
      )
      await expect(designed('Add a partition for 2026-01-15 to events')).rejects.toThrow(
        /lie in the part \S+ already/,
      )
      await expect(designed("Add a partition for kind 'x' to events")).rejects.toThrow(/is partitioned by/)
      await expect(designed('Add a partition for January 2027 to owners')).rejects.toThrow(
        /does not lie in parts/,
      )
      await db.query('delete from events where id > 5000')
      await back(first)
      // By a list, with no part for all else.
      const eu = await done("Add a partition for region 'EU' to sales")
      await db.query("insert into sales (id, region) values (1, 'EU')")
      await expect(back(eu)).rejects.toThrow(/rows have come to/)
      if (isPostgres()) await db.query('rollback')
      await db.query('delete from sales where id = 1')
      await back(eu)
      await expect(designed("Add a partition for region 'US' to sales")).rejects.toThrow(
        /lies in the part \S+ already/,
      )
      expect(differences(before, await db.schema(), ['before', 'now'])).toEqual([])
    })

    it('DBL-3: a part less is named with the rows that are lost, or stays a table', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const before = await db.schema()
      const name = isPostgres() ? 'events_2026_01' : 'p202601'
      await expect(designed('Drop the partition p1999 of events')).rejects.toThrow(/has no part p1999/)
      const all = await db.query('select id from events')
      const dropped = await done(`Drop the partition ${name} of events`)
      expect(dropped.design.loses).toEqual([
        expect.stringMatching(/^21\d rows of events in .*01.*none of them/),
      ])
      expect((await db.query('select id from events')).length).toBeLessThan(all.length - 200)
      await back(dropped)
      const visits = isPostgres() ? 'visits_2026_01' : 'p202601'
      const gone = await done('Drop the partition for January 2026 of visits')
      expect(gone.design.loses).toHaveLength(1)
      await back(gone)
      expect(await rowsIn('visits', visits)).toEqual([])
      if (isPostgres()) {
        await db.query("insert into visits (id, at) values (1, '2026-01-03')")
        const detached = await done('Detach the partition visits_2026_01 of visits')
        expect(detached.design.loses).toEqual([])
        expect((await table('visits_2026_01')).columns).toHaveLength(2)
        await back(detached)
        expect(await rowsIn('visits', visits)).toEqual([1])
        await expect(designed('Drop the partition visits_2026_02 of visits')).rejects.toThrow(
          /remarks_id_seen_fkey of remarks refers to it/,
        )
        await expect(designed('Drop the partition events_2026_02 of events')).rejects.toThrow(
          /lies in parts again/,
        )
      } else
        await expect(designed('Detach the partition p202602 of events')).rejects.toThrow(/is not asked here/)
      expect(differences(before, await db.schema(), ['before', 'now'])).toEqual([])
    })

    it('DBL-3: a table comes to lie in parts beside those who write it, and goes back', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const say = 'Partition logs by month on created_at'
      await expect(designed(say)).rejects.toThrow(/asked: Nobody makes the next part of logs by itself/)
      await expect(designed(say, { ahead: '3' })).rejects.toThrow(
        /asked: Each unique key .*\(id\) becomes \(id and created_at\).*no longer guarded/,
      )
      await expect(designed(say, { ahead: '3', keys: 'stop' })).rejects.toThrow(/keys of logs are to stay/)
      const before = await db.schema()
      const seen = async () => (await db.query('select * from loud order by id')).map((r) => Object.values(r))
      let n = 9000
      /** Each step of the change meets a row more, one less, and one that moves to another part. */
      const writing = async () => {
        n += 1
        await db.query(`insert into logs (id, created_at, words) values (${n}, '2026-02-03', 'w')`)
        await db.query(`delete from logs where id = ${n - 8900}`)
        await db.query(`update logs set created_at = '2026-01-02', words = 'moved' where id = ${n - 8700}`)
      }
      const first = await done('Partition logs by month', { ahead: '3', keys: 'widen' }, writing)
      expect(first.design.because[0]).toMatch(/By created_at: it was not said by which column/)
      expect(first.design.later.join(' ')).toMatch(/add a partition for 20\d\d-\d\d to logs/)
      const is = await facts('logs')
      for (const fact of [
        /logs: partitioned by RANGE/,
        /logs: primary key \S+ \(id, created_at\)/,
        /logs: unique .*\(code, created_at\)/,
        /logs: index \S+ \(words\)/,
        /logs: check .*owner_id/,
        ...(isPostgres() ? [/logs: foreign key .*owners/, /logs: trigger shout/] : []),
      ])
        expect(is).toMatch(fact)
      const ids = async () => (await db.query('select id from logs order by id')).map((r) => Number(r.id))
      const now = await ids()
      expect(now).toHaveLength(400)
      expect(now).toContain(n)
      expect(await seen()).toHaveLength(400)
      const part = isPostgres() ? 'logs_2026_01' : 'p202601'
      expect(await rowsIn('logs', part)).toEqual(expect.arrayContaining([n - 8700]))
      await db.query("insert into logs (created_at, words) values ('2026-02-20', 'numbered')")
      n += 1
      await writing()
      if (isPostgres()) {
        expect(await db.query('select id from logs except select id from logs_before')).toEqual([])
        // What is counted on is that it holds what is written: a load past the triggers is found.
        await db.query('alter table logs disable trigger user')
        await db.query('update logs set words = null where id = 300')
        await db.query('alter table logs enable trigger user')
        await expect(designed('Finish the partitioning of logs')).rejects.toThrow(
          /do not hold the same: 1 row/,
        )
        await db.query("update logs set words = 'mended' where id = 300")
        const finished = await done('Finish the partitioning of logs')
        expect((await db.schema()).tables.map((t) => t.name)).not.toContain('logs_before')
        await writing()
        await back(finished)
      }
      const all = await ids()
      await back(first)
      expect(differences(before, await db.schema(), ['before', 'now'])).toEqual([])
      expect(await ids()).toEqual(all)
      await db.query("insert into logs (created_at, words) values ('2026-02-21', 'numbered again')")
      expect(await seen()).toHaveLength(all.length + 1)
    })

    it('DBL-3: by list and by hash too, and what cannot be is said with its reason', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      const list = await done('Partition shops by list of region', { keys: 'widen' })
      expect(await rowsIn('shops', isPostgres() ? 'shops_eu' : 'p_eu')).toHaveLength(20)
      await db.query("insert into shops (id, region) values (99, 'MARS')")
      expect(await rowsIn('shops', isPostgres() ? 'shops_default' : 'pother')).toEqual([99])
      await back(list)
      const hash = await done('Partition shops by hash of id into 4 parts')
      expect(hash.design.changes).toMatchObject([{ keys: [] }])
      expect(await partsOf('shops')).toHaveLength(4)
      await back(hash)
      if (isPostgres()) {
        // A trigger that passes on what is inserted alone.
        const bad = await reviewed(
          await designed('Partition shops by hash of id into 4 parts'),
          (work) =>
            work.map((m) => ({
              ...m,
              up: m.up.map((s) => s.replace('AFTER INSERT OR UPDATE OR DELETE', 'AFTER INSERT')),
            })),
          1,
        )
        expect(bad.rounds.flatMap((r) => r.objections.map((o) => o.message)).join(' ')).toMatch(
          /what is deleted stays in shops_before/,
        )
      }
      const refused: [string, RegExp][] = [
        ['Partition events by month on created_at', /partitioned already/],
        ['Partition shops by month on opened', /opened is null in 41 rows \(id 1/],
        ['Partition shops by month', /no date or point in time that is never null/],
        ['Partition shops by month on region', /there is no month in it/],
        ['Partition owners by hash of id into 4 parts', /logs_owner_fk of logs refers to it|owner_fk/],
        ['Finish the partitioning of shops', /was not partitioned here/],
        ...(isPostgres()
          ? ([['Add a note to events_2026_01', /events_2026_01 is a part of events/]] as [string, RegExp][])
          : ([['Partition linked by hash of id into 4 parts', /takes no foreign keys/]] as [
              string,
              RegExp,
            ][])),
      ]
      for (const [say, why] of refused) await expect(designed(say), say).rejects.toThrow(why)
    })

    it('DBL-3: what a partitioned table does not take is said first', async ({ skip }) => {
      if (!given) skip(`there is no ${server} on this machine`)
      await expect(designed('Make the code of events unique')).rejects.toThrow(
        /partitioned by created_at: a key that is unique has to hold created_at/,
      )
      await expect(designed('Drop the created_at from events')).rejects.toThrow(/key|partitioned/)
      if (isPostgres())
        await expect(designed('Change the type of created_at in events to timestamp')).rejects.toThrow(
          /changes the type of no column by which parts are found/,
        )
      else
        await expect(designed('Add a foreign key from owner_id of events to owners')).rejects.toThrow(
          /events is partitioned: MariaDB takes no foreign keys/,
        )
    })
  })
}

function standing(isPostgres: boolean): string[] {
  const range = isPostgres ? 'partition by range (created_at)' : IN_MONTHS
  const day = isPostgres ? "date '2026-01-01' + n % 59" : "date_add('2026-01-01', interval n % 59 day)"
  return [
    'create table owners (id int primary key, name varchar(20))',
    'insert into owners values (1, $$a$$), (2, $$b$$)'.replaceAll('$$', "'"),
    `create table events (id int not null, created_at date not null, kind varchar(20), amount int, code int, label varchar(20), extra int, owner_id int, primary key (id, created_at)) ${range}`,
    ...(isPostgres
      ? [
          "create table events_2026_01 partition of events for values from ('2026-01-01') to ('2026-02-01')",
          "create table events_2026_02 partition of events for values from ('2026-02-01') to ('2026-03-01') partition by hash (created_at)",
          'create table events_2026_02_0 partition of events_2026_02 for values with (modulus 2, remainder 0)',
          'create table events_2026_02_1 partition of events_2026_02 for values with (modulus 2, remainder 1)',
          'create table events_default partition of events default',
          'create index here_only on events_2026_01 (label)',
          "alter table events_2026_01 add constraint short_label check (label <> 'long')",
        ]
      : []),
    'create index ix_events_kind on events (kind)',
    `insert into events select n, ${day}, case when n % 3 = 0 then null else 'a' end, n, n, 'l', n, 1 + n % 2 from ${numbers(isPostgres, 400)}`,
    "update events set kind = 'c' where kind is null",
    `create table visits (id int not null, at date not null, primary key (id, at)) ${isPostgres ? 'partition by range (at)' : IN_MONTHS.replace('created_at', 'at').replace(/,\s*partition pmax.*$/s, ')')}`,
    `create table sales (id int not null, region varchar(10) not null, primary key (id, region)) partition by ${isPostgres ? 'list (region)' : "list columns (region) (partition p_us values in ('US'))"}`,
    ...(isPostgres
      ? [
          "create table visits_2026_01 partition of visits for values from ('2026-01-01') to ('2026-02-01')",
          "create table visits_2026_02 partition of visits for values from ('2026-02-01') to ('2026-03-01')",
          "create table sales_us partition of sales for values in ('US')",
        ]
      : []),
    `create table logs (id ${isPostgres ? 'serial' : 'int auto_increment'} primary key, created_at timestamp not null default current_timestamp, words varchar(20), code int unique, owner_id int, constraint sane check (owner_id > 0)${isPostgres ? ', constraint logs_owner_fk foreign key (owner_id) references owners (id)' : ''})`,
    'create index ix_logs_words on logs (words)',
    'create view loud as select id, upper(words) as words from logs',
    `insert into logs (created_at, words, code, owner_id) select ${day}, 'x', n, 1 + n % 2 from ${numbers(isPostgres, 400)}`,
    'create table shops (id int primary key, region varchar(10) not null, opened date)',
    `insert into shops select n, case when n % 2 = 0 then 'EU' else 'US' end, null from ${numbers(isPostgres, 40)}`,
    ...(isPostgres
      ? [
          "create function shout() returns trigger language plpgsql as 'begin return new; end'",
          'create trigger shout before insert on logs for each row execute function shout()',
        ]
      : [
          'create table linked (id int primary key, owner_id int, constraint owner_fk foreign key (owner_id) references owners (id))',
        ]),
    `insert into visits select n, ${day} from ${numbers(isPostgres, 50)}`,
    ...(isPostgres
      ? [
          'create table remarks (id int primary key, seen date, foreign key (id, seen) references visits_2026_02 (id, at))',
          'insert into remarks select id, at from visits_2026_02 limit 5',
        ]
      : []),
    isPostgres ? 'analyze' : 'analyze table events',
  ]
}

const IN_MONTHS = `partition by range columns (created_at) (
  partition p202601 values less than ('2026-02-01'), partition p202602 values less than ('2026-03-01'),
  partition pmax values less than (maxvalue))`

const numbers = (isPostgres: boolean, n: number) =>
  isPostgres
    ? `generate_series(1, ${n}) as s(n)`
    : `(with recursive s as (select 1 as n union all select n + 1 from s where n < ${n}) select n from s) as s`
