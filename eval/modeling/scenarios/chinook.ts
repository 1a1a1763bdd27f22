/** The music shop: camelCase names that need quotes, hierarchies to flatten, a manager among employees, invoices with lines. */
import { csvTable, records, type Table, type Value } from '../../support/data.ts'
import { leadingStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const DATA = `${import.meta.dirname}/../../support/data/chinook`
const TYPES: Record<string, string> = {
  AlbumId: 'integer',
  ArtistId: 'integer',
  TrackId: 'integer',
  MediaTypeId: 'integer',
  GenreId: 'integer',
  PlaylistId: 'integer',
  CustomerId: 'integer',
  SupportRepId: 'integer',
  EmployeeId: 'integer',
  ReportsTo: 'integer',
  InvoiceId: 'integer',
  InvoiceLineId: 'integer',
  Milliseconds: 'integer',
  Bytes: 'integer',
  Quantity: 'integer',
  UnitPrice: 'decimal(10, 2)',
  Total: 'decimal(10, 2)',
  InvoiceDate: 'timestamp',
  BirthDate: 'timestamp',
  HireDate: 'timestamp',
}
const table = (name: string) => csvTable(`${DATA}/${name}.csv`, 'Shop', name, TYPES)
const names = [
  'Album',
  'Artist',
  'Customer',
  'Employee',
  'Genre',
  'Invoice',
  'InvoiceLine',
  'MediaType',
  'Playlist',
  'PlaylistTrack',
  'Track',
]
const tables = Object.fromEntries(names.map((n) => [n, table(n)])) as Record<string, Table>
const by = (name: string, key: string) =>
  new Map(records(tables[name] as Table).map((r) => [r[key], r as Record<string, Value>]))
const albums = by('Album', 'AlbumId')
const artists = by('Artist', 'ArtistId')
const genres = by('Genre', 'GenreId')
const media = by('MediaType', 'MediaTypeId')
const employees = by('Employee', 'EmployeeId')
const invoices = by('Invoice', 'InvoiceId')

const lines: Row[] = records(tables.InvoiceLine as Table).map((l) => {
  const invoice = invoices.get(l.InvoiceId)
  return {
    id: l.InvoiceLineId ?? null,
    invoice: l.InvoiceId ?? null,
    quantity: l.Quantity ?? null,
    price: l.UnitPrice ?? null,
    track: l.TrackId ?? null,
    customer: invoice?.CustomerId ?? null,
    date: String(invoice?.InvoiceDate).slice(0, 10),
  }
})
const late: Row = { id: 9001, invoice: 9000, quantity: 3, price: 0.99, track: 1, customer: 1 }
const newest = lines.at(-1)?.id

const snake = (name: string) => name.replace(/(?<=[a-z])([A-Z])/g, '_$1').toLowerCase()
const staging = (name: string) => {
  const columns = Object.keys((tables[name] as Table).columns)
  return leadingStaging(
    'shop',
    name,
    Object.fromEntries(
      columns.map((c) => [c === 'Name' || c === 'Title' ? `${snake(name)}_${snake(c)}` : snake(c), `"${c}"`]),
    ),
  )
}

export const chinook: Scenario = {
  name: 'chinook',
  about:
    'Postgres; camelCase tables and columns in quotes; hierarchies to flatten; a manager among employees; many-to-many; header and line; leading commas',
  engine: 'postgres',
  files: {
    ...projectFiles('chinook', 'postgres'),
    'models/staging/_shop__sources.yml': sourcesYaml([
      { name: 'shop', schema: 'Shop', tables: names, quoted: true },
    ]),
    ...Object.fromEntries(names.map((n) => [`models/staging/stg_shop__${snake(n)}.sql`, staging(n)])),
    'models/staging/_shop__models.yml': modelsYaml(
      names.slice(0, 10).map((n) => ({
        name: `stg_shop__${snake(n)}`,
        description: `One row per ${snake(n).replaceAll('_', ' ')}.`,
        columns: { [snake(Object.keys((tables[n] as Table).columns)[0] ?? '')]: 'Its number.|not_null' },
      })),
    ),
  },
  tables: Object.values(tables),
  names: { model: /^(stg|int|dim|fct|bridge|brg)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    `insert into "Shop"."Invoice" values (9000, 1, '2025-12-21 00:00:00', null, null, null, null, null, 2.97)`,
    'insert into "Shop"."InvoiceLine" values (9001, 9000, 1, 0.99, 3)',
    `update "Shop"."InvoiceLine" set "Quantity" = 7 where "InvoiceLineId" = ${newest}`,
  ],
  requests: [
    {
      argv: ['dimension', 'employee'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['id'],
        members: [...employees.values()].map((e) => ({
          id: e.EmployeeId ?? null,
          last: e.LastName ?? null,
          title: e.Title ?? null,
          hired: e.HireDate ?? null,
          manager: e.ReportsTo === null ? null : (employees.get(e.ReportsTo)?.LastName ?? null),
        })),
      },
    },
    {
      argv: ['dimension', 'track'],
      wants: {
        is: 'dimension',
        key: ['id'],
        members: records(tables.Track as Table).map((t) => ({
          id: t.TrackId ?? null,
          name: t.Name ?? null,
          album: albums.get(t.AlbumId)?.Title ?? null,
          artist: artists.get(albums.get(t.AlbumId)?.ArtistId)?.Name ?? null,
          genre: genres.get(t.GenreId)?.Name ?? null,
          media: media.get(t.MediaTypeId)?.Name ?? null,
        })),
      },
    },
    {
      argv: ['dimension', 'customer'],
      wants: {
        is: 'dimension',
        key: ['id'],
        members: records(tables.Customer as Table).map((c) => ({
          id: c.CustomerId ?? null,
          email: c.Email ?? null,
          country: c.Country ?? null,
          company: c.Company ?? null,
        })),
      },
    },
    {
      argv: ['dimension', 'playlist track'],
      wants: { is: 'refusal', code: 2, says: [/bridge/i] },
    },
    {
      argv: ['dimension', 'playlist', '--bridge'],
      wants: {
        is: 'bridge',
        groups: Object.fromEntries(
          Map.groupBy((tables.PlaylistTrack as Table).rows, ([p]) => String(p))
            .entries()
            .map(([p, pairs]) => [p, pairs.map(([, t]) => t ?? null)]),
        ),
      },
    },
    {
      argv: ['fact', 'invoice', 'line'],
      wants: {
        is: 'fact',
        grain: ['id'],
        rows: lines,
        measures: { quantity: 'additive' },
        ratios: [],
        dimensions: ['track', 'customer'],
        dates: ['date'],
        degenerate: ['id', 'invoice'],
        timeless: true,
        later: {
          rows: [...lines.map((l) => (l.id === newest ? { ...l, quantity: 7 } : l)), late],
          late: (l) => l.id === 9001,
          changed: (l) => l.id === newest,
        },
      },
    },
  ],
}
