/**
 * Changes of databases: how long a review takes on a schema of 300 tables, and how long writers stand still while a
 * change runs beside them, in the form that martsmith wrote and in the one that a person would type. In turn, on both
 * servers, as far as they run here.
 *
 *   node scripts/bootstrap.mjs scripts/bench/database.ts             both
 *   node scripts/bootstrap.mjs scripts/bench/database.ts postgres    one
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { markdownTable } from 'markdown-table'
import { group } from '../../eval/database/houses/group.ts'
import { type Migration, migrationFrom } from '../../eval/database/observe.ts'
import {
  openSession,
  openStage,
  type Place,
  type Session,
  type Stage,
  withSession,
} from '../../eval/database/stage.ts'
import { type House, SERVERS, type ServerKind } from '../../eval/database/types.ts'
import { median } from '../../eval/support/card.ts'
import { openWorkspace } from '../../eval/support/project.ts'
import type { RunRecord } from '../../src/workflows/types.ts'

/** A hundred rows become 204,800. */
const DOUBLINGS = 11
const OPEN_MS = 12_000
const ROUNDS = 3
const WRITERS = 3
const TITLES: Record<ServerKind, string> = { postgres: 'Postgres', mysql: 'MySQL or MariaDB' }

type Change = {
  what: string
  ask: string
  naive: Record<ServerKind, string[]>
  undo: Record<ServerKind, string[]>
}

const both = (sql: string[]): Record<ServerKind, string[]> => ({ postgres: sql, mysql: sql })

const CHANGES: Change[] = [
  {
    what: 'values of a column kept in bounds',
    ask: 'Ensure that the amount of payments is at least 0',
    naive: both(['alter table payments add constraint naive check (amount >= 0)']),
    undo: both(['alter table payments drop constraint naive']),
  },
  {
    what: 'a column with bounds and a default',
    ask: 'Add a discount percentage between 0 and 100 to payments, default 0',
    naive: both([
      'alter table payments add column discount numeric(5,2) not null default 0',
      'alter table payments add constraint naive check (discount between 0 and 100)',
    ]),
    undo: {
      postgres: ['alter table payments drop column discount'],
      mysql: ['alter table payments drop constraint naive', 'alter table payments drop column discount'],
    },
  },
  {
    what: 'a column made required',
    ask: 'Make the note of payments required',
    naive: {
      postgres: ['alter table payments alter column note set not null'],
      mysql: ['alter table payments modify note varchar(40) not null'],
    },
    undo: {
      postgres: ['alter table payments alter column note drop not null'],
      mysql: ['alter table payments modify note varchar(40)'],
    },
  },
  {
    what: 'an index',
    ask: 'Add an index on account id of payments',
    naive: both(['create index naive on payments (account_id)']),
    undo: { postgres: ['drop index naive'], mysql: ['drop index naive on payments'] },
  },
  {
    what: 'a reference',
    ask: 'Add a foreign key from account_id of payments to accounts',
    naive: both([
      'alter table payments add constraint naive foreign key (account_id) references accounts (id)',
    ]),
    undo: {
      postgres: ['alter table payments drop constraint naive'],
      mysql: ['alter table payments drop foreign key naive', 'alter table payments drop index naive'],
    },
  },
]

const HUNDRED = Array.from({ length: 100 }, (_, i) => [i + 1, 1 + (i % 50), i + 0.5, `note ${i}`])
const COLUMNS = 'account_id, amount, note'

/** A table that is written all the time, of a hundred rows that were doubled some times. */
function ledger(doublings: number): House {
  return {
    name: `ledger${doublings}`,
    about: 'payments of accounts',
    style: { postgres: 'snake', mysql: 'snake' },
    tables: () => [
      {
        name: 'accounts',
        columns: { id: 'id', name: 'varchar(40) not null' },
        rows: HUNDRED.slice(0, 50).map(([i = 0]) => [i, `account ${i}`]),
      },
      {
        name: 'payments',
        columns: {
          id: 'id',
          account_id: 'int not null',
          amount: 'numeric(10,2) not null',
          note: 'varchar(40)',
        },
        rows: HUNDRED,
      },
    ],
    after: (server) => [
      ...(server === 'postgres' ? ["select setval(pg_get_serial_sequence('payments', 'id'), 100)"] : []),
      ...Array.from(
        { length: doublings },
        () => `insert into payments (${COLUMNS}) select ${COLUMNS} from payments`,
      ),
      server === 'postgres' ? 'vacuum analyze payments' : 'analyze table payments',
    ],
  }
}

type Asked = { migrations: Migration[]; seconds: Record<string, number>; all: number }

/** What martsmith writes on request, in a repository of its own, and how long each step took. */
async function asked(url: string, ask: string): Promise<Asked> {
  const space = openWorkspace('bench', { 'martsmith.yml': 'databases:\n  development: $BENCH_DB\n' })
  try {
    const answer = await space.run(['db', ask, '--yes', '--json'], { BENCH_DB: url })
    if (answer.code !== 0) throw new Error(`${ask}: ${answer.json?.summary ?? answer.stderr}`)
    const read = (path: string) => readFileSync(join(space.dir, path), 'utf8')
    const folder = 'db/migrations'
    const run = JSON.parse(read(`.martsmith/runs/${answer.json?.run_id}/run.json`)) as Pick<
      RunRecord,
      'steps'
    >
    return {
      migrations: readdirSync(join(space.dir, folder))
        .sort()
        .map((f) => migrationFrom(f, read(`${folder}/${f}`))),
      seconds: Object.fromEntries(run.steps.map((s) => [s.id, s.seconds])),
      all: answer.seconds,
    }
  } finally {
    space.close()
  }
}

async function reviewOf(server: ServerKind, stage: Stage): Promise<string[]> {
  const place = await stage.place(group, server)
  try {
    const { seconds, all } = await asked(
      place.url,
      'Add an optional remark column of type text to fin_accounts',
    )
    return [
      TITLES[server],
      ...[seconds.analyse, seconds.review, all].map((s) => (s ?? Number.NaN).toFixed(1)),
    ]
  } finally {
    await place.close(false)
  }
}

type Load = { worst(): number; end(): Promise<void> }

/** Writers that change single rows, one after the other, and the longest that one of them waited. */
async function load(url: string, rows: number): Promise<Load> {
  let ended = false
  let worst = 0
  const writers = Array.from({ length: WRITERS }, async (_, w) => {
    const session = await openSession(url)
    for (let i = w; !ended; i += 7919) {
      const begun = performance.now()
      await session.rows(`update payments set amount = amount + 1 where id = ${1 + (i % rows)}`)
      worst = Math.max(worst, performance.now() - begun)
      await delay(2)
    }
    await session.close()
  })
  return {
    worst: () => worst,
    end: async () => {
      ended = true
      await Promise.all(writers)
    },
  }
}

/** The longest wait of a writer while these ran, in milliseconds. */
async function stall(place: Place, rows: number, work: (s: Session) => Promise<void>): Promise<number> {
  const running = await load(place.url, rows)
  await delay(300)
  const calm = running.worst()
  await withSession(place.url, work)
  await delay(200)
  await running.end()
  // Nothing waits shorter than what it waits anyway.
  return Math.max(running.worst(), calm)
}

async function each(s: Session, statements: string[]): Promise<void> {
  for (const statement of statements) await s.rows(statement)
}

/** As dbmate would: one transaction for each, where the file does not say otherwise. */
async function migrate(
  s: Session,
  server: ServerKind,
  texts: { sql: string; transaction: boolean }[],
): Promise<void> {
  if (server === 'postgres') await s.rows("set lock_timeout = '5s'")
  for (const { sql, transaction } of texts) {
    const whole = server === 'postgres' && transaction
    await s.rows(whole ? `begin; ${sql} commit;` : sql)
  }
}

async function changeOf(
  change: Change,
  server: ServerKind,
  big: Place,
  small: Place,
  rows: number,
): Promise<string[]> {
  const { migrations } = await asked(small.url, change.ask)
  const safe: number[] = []
  const naive: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    naive.push(await stall(big, rows, (s) => each(s, change.naive[server])))
    await withSession(big.url, (s) => each(s, change.undo[server]))
    safe.push(
      await stall(big, rows, (s) =>
        migrate(
          s,
          server,
          migrations.map((m) => ({ sql: m.up, transaction: m.transaction })),
        ),
      ),
    )
    await withSession(big.url, (s) =>
      migrate(
        s,
        server,
        [...migrations].reverse().map((m) => ({ sql: m.down, transaction: m.transaction })),
      ),
    )
  }
  const [ours, plain] = [median(safe), median(naive)]
  process.stderr.write(`${TITLES[server]}: ${change.what}: ${ours.toFixed(0)} ms, ${plain.toFixed(0)} ms\n`)
  return [change.what, TITLES[server], ours.toFixed(0), plain.toFixed(0), (plain / ours).toFixed(1)]
}

/** Somebody keeps a transaction open: how long the others wait behind a change that waits for it. */
async function behind(server: ServerKind, big: Place, small: Place, rows: number): Promise<string[]> {
  const { migrations } = await asked(small.url, 'Add an optional remark column of type text to payments')
  const waiting = async (work: (s: Session) => Promise<void>) => {
    const reader = await openSession(big.url)
    await reader.rows('start transaction; select count(*) from payments where id = 1')
    const over = delay(OPEN_MS).then(async () => {
      await reader.rows('commit')
      await reader.close()
    })
    const ms = await stall(big, rows, (s) => work(s).catch(() => undefined))
    await over
    return ms
  }
  const naive = await waiting((s) => each(s, ['alter table payments add column remark text']))
  await withSession(big.url, (s) => each(s, ['alter table payments drop column remark']))
  const safe = await waiting((s) =>
    migrate(
      s,
      server,
      migrations.map((m) => ({ sql: m.up, transaction: m.transaction })),
    ),
  )
  return [
    `a column, while a reader stays for ${OPEN_MS / 1000} s`,
    TITLES[server],
    safe.toFixed(0),
    naive.toFixed(0),
    (naive / safe).toFixed(1),
  ]
}

export async function databaseTables(servers: readonly ServerKind[]): Promise<string> {
  const stage = await openStage()
  const [reviews, stalls]: [string[][], string[][]] = [[], []]
  const rows = 100 * 2 ** DOUBLINGS
  try {
    for (const server of servers) {
      reviews.push(await reviewOf(server, stage))
      const big = await stage.place(ledger(DOUBLINGS), server)
      for (const change of CHANGES) {
        const small = await stage.place(ledger(0), server)
        stalls.push(await changeOf(change, server, big, small, rows))
        await small.close(false)
      }
      const small = await stage.place(ledger(0), server)
      stalls.push(await behind(server, big, small, rows))
      await small.close(false)
      await big.close(false)
    }
  } finally {
    await stage.close()
  }
  return `Seconds on a schema of 300 tables, once each

${markdownTable([['server', 'analysis', 'review', 'whole command'], ...reviews])}

Longest wait of a writer, in milliseconds: median of ${ROUNDS} rounds, ${rows.toLocaleString('en')} rows, ${WRITERS} writers

${markdownTable([['change', 'server', 'as martsmith wrote it', 'as one would type it', 'ratio'], ...stalls], { align: ['l', 'l', 'r', 'r', 'r'] })}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = SERVERS.filter((s) => process.argv[2] === undefined || process.argv[2] === s)
  process.stdout.write(await databaseTables(wanted))
}
