/** A music shop: in snake_case on Postgres, in PascalCase on MySQL, as the sample database comes for each. */
import { join } from 'node:path'
import { csvTable } from '../../support/data.ts'
import type { House, HouseTable } from '../types.ts'

const FILES = join(import.meta.dirname, '../../support/data/chinook')

const TYPES: Record<string, Record<string, string>> = {
  Artist: { Name: 'varchar(120)' },
  Album: { Title: 'varchar(160) not null', ArtistId: 'int not null' },
  Genre: { Name: 'varchar(120)' },
  MediaType: { Name: 'varchar(120)' },
  Playlist: { Name: 'varchar(120)' },
  PlaylistTrack: { PlaylistId: 'int not null', TrackId: 'int not null' },
  Track: {
    Name: 'varchar(200) not null',
    AlbumId: 'int',
    MediaTypeId: 'int not null',
    GenreId: 'int',
    Composer: 'varchar(220)',
    Milliseconds: 'int not null',
    Bytes: 'int',
    UnitPrice: 'numeric(10,2) not null',
  },
  Customer: {
    FirstName: 'varchar(40) not null',
    LastName: 'varchar(20) not null',
    Company: 'varchar(80)',
    Address: 'varchar(70)',
    City: 'varchar(40)',
    State: 'varchar(40)',
    Country: 'varchar(40)',
    PostalCode: 'varchar(10)',
    Phone: 'varchar(24)',
    Fax: 'varchar(24)',
    Email: 'varchar(60) not null',
    SupportRepId: 'int',
  },
  Employee: {
    LastName: 'varchar(20) not null',
    FirstName: 'varchar(20) not null',
    Title: 'varchar(30)',
    ReportsTo: 'int',
    BirthDate: 'timestamp',
    HireDate: 'timestamp',
    Address: 'varchar(70)',
    City: 'varchar(40)',
    State: 'varchar(40)',
    Country: 'varchar(40)',
    PostalCode: 'varchar(10)',
    Phone: 'varchar(24)',
    Fax: 'varchar(24)',
    Email: 'varchar(60)',
  },
  Invoice: {
    CustomerId: 'int not null',
    InvoiceDate: 'timestamp not null',
    BillingAddress: 'varchar(70)',
    BillingCity: 'varchar(40)',
    BillingState: 'varchar(40)',
    BillingCountry: 'varchar(40)',
    BillingPostalCode: 'varchar(10)',
    Total: 'numeric(10,2) not null',
  },
  InvoiceLine: {
    InvoiceId: 'int not null',
    TrackId: 'int not null',
    UnitPrice: 'numeric(10,2) not null',
    Quantity: 'int not null',
  },
}

const words = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

function table(name: string): HouseTable {
  const own = TYPES[name] ?? {}
  const { columns, rows } = csvTable(join(FILES, `${name}.csv`), '', name, { ...own, [`${name}Id`]: 'int' })
  const isBridge = name === 'PlaylistTrack'
  return {
    name: words(name),
    columns: Object.fromEntries(
      Object.keys(columns).map((c) => [words(c), c === `${name}Id` ? 'id' : (own[c] ?? 'text')]),
    ),
    also: isBridge ? ['primary key ([playlist id], [track id])'] : [],
    rows,
  }
}

const REFERENCES: [string, string, string][] = [
  ['album', 'artist id', 'artist'],
  ['customer', 'support rep id', 'employee'],
  ['employee', 'reports to', 'employee'],
  ['invoice', 'customer id', 'customer'],
  ['invoice line', 'invoice id', 'invoice'],
  ['invoice line', 'track id', 'track'],
  ['playlist track', 'playlist id', 'playlist'],
  ['playlist track', 'track id', 'track'],
  ['track', 'album id', 'album'],
  ['track', 'genre id', 'genre'],
  ['track', 'media type id', 'media type'],
]

export const chinook: House = {
  name: 'chinook',
  about:
    'a music shop, 11 tables and 15,600 rows: snake_case in the singular on Postgres, PascalCase on MySQL',
  style: { postgres: 'snake', mysql: 'pascal' },
  tables: () => Object.keys(TYPES).map(table),
  after: () =>
    REFERENCES.flatMap(([from, column, to]) => [
      `create index [${from} ${column} idx] on [${from}] ([${column}])`,
      `alter table [${from}] add constraint [${from} ${column} fkey] foreign key ([${column}]) references [${to}] ([${to} id])`,
    ]),
}
