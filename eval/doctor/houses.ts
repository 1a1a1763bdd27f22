/** The working projects: the example, three of the sample data in styles of their own, and two fixtures. */
import { EXAMPLES, FIXTURES } from '../../test/support/paths.ts'
import { csvTable, type Table } from '../support/data.ts'
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
]
