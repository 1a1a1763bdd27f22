/** The working projects: the example, three of the sample data in styles of their own, a made one, and two fixtures. */
import { EXAMPLES, FIXTURES } from '../../test/support/paths.ts'
import { csvTable, type Table } from '../support/data.ts'
import { FERRY } from './ferry.ts'
import type { House } from './types.ts'

const PROJECTS = `${import.meta.dirname}/projects`
const DATA = `${import.meta.dirname}/../support/data/chinook`

const WHOLE = ['CustomerId', 'EmployeeId', 'SupportRepId', 'ReportsTo', 'InvoiceId', 'InvoiceLineId']
const TYPES: Record<string, string> = {
  ...Object.fromEntries(
    [...WHOLE, 'TrackId', 'AlbumId', 'ArtistId', 'GenreId', 'MediaTypeId', 'PlaylistId', 'Quantity'].map(
      (name) => [name, 'integer'],
    ),
  ),
  Milliseconds: 'integer',
  Bytes: 'integer',
  UnitPrice: 'decimal(10, 2)',
  Total: 'decimal(10, 2)',
  InvoiceDate: 'timestamp',
  BirthDate: 'timestamp',
  HireDate: 'timestamp',
}

const chinook = (schema: string, name: string) => csvTable(`${DATA}/${name}.csv`, schema, name, TYPES)

/** As an application on Postgres keeps it: in lower case, words apart, names in the plural. */
function stored(name: string, plural: string): Table {
  const table = chinook('store', name)
  const lower = (text: string) => text.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
  const columns = Object.fromEntries(Object.entries(table.columns).map(([c, type]) => [lower(c), type]))
  return { ...table, name: plural, columns }
}

/** What the tills and the registrar of a museum hold, made from numbers. */
const MUSEUM = [
  'create schema till',
  'create schema registry',
  `create table till.admissions as
    select
      i as admission_id,
      timestamp '2025-01-01 09:00:00' + i * interval 3 hour as sold_at,
      ['ADT', 'chd', 'SEN', 'STU', 'GRP'][i % 5 + 1] as ticket_code,
      'G' || (i % 6 + 1) as gallery_code,
      case when i % 4 = 0 then i % 36 + 1 end as member_no,
      i % 4 + 1 as persons,
      cast([1800, 600, 1250, 900, 1100][i % 5 + 1] * (i % 4 + 1) * (case when i % 3 = 1 then 0.95 else 1 end) as integer)
        as price_cents,
      ['desk', 'web', 'group'][i % 3 + 1] as channel,
      cast(cast(timestamp '2025-01-01 09:00:00' + i * interval 3 hour as date) + 1 as timestamp) + interval 2 hour
        as loaded_at
    from (select cast(range as integer) as i from range(1, 601))`,
  `create table till.refunds as
    select
      i as refund_id,
      case when i > 28 then 17 * 28 else 17 * i end as admission_id,
      timestamp '2025-02-01 12:00:00' + (case when i > 28 then 28 else i end) * interval 1 day as refunded_at,
      case when i > 28 then 100 else 100 + 10 * i end as amount_cents,
      case when i % 3 > 0 then 'ill' end as reason,
      cast(current_timestamp as timestamp) as copied_at
    from (select cast(range as integer) as i from range(1, 31))`,
  `create table registry.members as
    select
      i as member_no,
      'Member ' || i as full_name,
      'Member' || i || '@Example.org' as email,
      ['basic', 'friend', 'patron'][i % 3 + 1] as tier,
      date '2020-01-01' + 11 * i as joined_on,
      1950 + i as birth_year,
      timestamp '2024-06-01 08:00:00' + i * interval 1 day as changed_at
    from (select cast(range as integer) as i from range(1, 41))`,
  `create table registry.objects as
    select
      i as object_id,
      'Object ' || i as title,
      case when i % 7 > 0 then 'Artist ' || (i % 23) end as artist,
      cast(date '1901-01-01' + 311 * i as varchar) as acquired_on,
      case when i % 10 > 0 then 'G' || (i % 6 + 1) end as gallery_code,
      cast(1000 + 37 * i as decimal(12, 2)) as value_eur,
      case when i % 10 = 0 then 'stored' else 'shown' end as status
    from (select cast(range as integer) as i from range(1, 121))`,
  `create table registry.loans as
    select
      i as loan_id,
      (i * 7) % 40 + 1 as object_id,
      'Museum ' || chr(64 + i % 8 + 1) as borrower,
      date '2023-09-01' + 10 * i as start_on,
      case when i < 47 then date '2023-09-01' + 10 * i + 30 + i % 9 end as end_on,
      cast((i % 5) * 250 as decimal(10, 2)) as fee
    from (select cast(range as integer) as i from range(1, 51))`,
]

export const HOUSES: House[] = [
  {
    name: 'taxis',
    about: "the example: dbt's own style guide, ingestion with dlt, an incremental fact, unit tests",
    engine: 'duckdb',
    from: `${EXAMPLES}/nyc-taxi`,
    file: 'warehouse/nyc_taxi.duckdb',
    tables: [],
  },
  {
    name: 'jaffle',
    about: 'a shop on seeds: plain SQL of two spaces, a snapshot, a contract, a Python model, a macro',
    engine: 'duckdb',
    from: `${PROJECTS}/jaffle`,
    file: 'jaffle.duckdb',
    tables: [],
  },
  {
    name: 'chinook',
    about: "a music shop's sales: camelCase, leading commas, sources with freshness, an own generic test",
    engine: 'duckdb',
    from: `${PROJECTS}/chinook`,
    file: 'chinook.duckdb',
    tables: ['Customer', 'Employee', 'Invoice', 'InvoiceLine', 'Track'].map((t) => chinook('raw', t)),
    statements: [
      'alter table raw."Invoice" add column "CopiedAt" timestamp',
      'update raw."Invoice" set "CopiedAt" = cast(current_timestamp as timestamp)',
    ],
  },
  {
    name: 'music',
    about:
      'a music catalogue on Postgres: style guide, an incremental fact of two keys, a contract, a snapshot',
    engine: 'postgres',
    from: `${PROJECTS}/music`,
    file: 'none',
    tables: [
      stored('Album', 'albums'),
      stored('Artist', 'artists'),
      stored('Genre', 'genres'),
      stored('Playlist', 'playlists'),
      stored('PlaylistTrack', 'playlist_tracks'),
      stored('Track', 'tracks'),
    ],
    statements: [
      `alter table store.playlist_tracks add column added_at timestamp, add column loaded_at timestamp`,
      `update store.playlist_tracks set added_at = timestamp '2024-01-01' + track_id * interval '1 hour',
        loaded_at = date_trunc('day', localtimestamp)`,
      `alter table store.tracks add column changed_at timestamp`,
      `update store.tracks set changed_at = timestamp '2024-01-01' + track_id * interval '1 hour'`,
    ],
  },
  {
    name: 'museum',
    about: 'a museum: wide indents, a file of YAML for each layer, generic tests of its own, macros, a group',
    engine: 'duckdb',
    from: `${PROJECTS}/museum`,
    file: 'museum.duckdb',
    tables: [],
    statements: MUSEUM,
  },
  {
    name: 'winery',
    about: 'a winery on seeds: upper case, quoted names with blanks and accents, a schema for each layer',
    engine: 'duckdb',
    from: `${FIXTURES}/houses/upper-case`,
    file: 'weingut.duckdb',
    tables: [],
  },
  {
    name: 'solar',
    about: 'solar meters: loops, macros, a package, versions, a contract, doc blocks, a metric',
    engine: 'duckdb',
    from: `${FIXTURES}/houses/heavy-jinja`,
    file: 'solar.duckdb',
    tables: [],
  },
  {
    name: 'ferry',
    about:
      'a line of ferries on Postgres: short aliases, two ways to book, rates by period, meters that run on, two incremental facts, a snapshot',
    engine: 'postgres',
    from: `${PROJECTS}/ferry`,
    file: 'none',
    tables: FERRY,
  },
]
