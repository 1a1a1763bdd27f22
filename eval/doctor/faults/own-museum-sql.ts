/** Faults of a museum's project in its SQL, its contract, its seeds and its Python model. All are in the open half. */
import { swap } from '../edits.ts'
import type { Fault } from '../types.ts'
import { by, inMuseum } from './own-museum-reading.ts'

const landing = (name: string) => `models/landing/${name}.sql`
const logic = (name: string) => `models/logic/${name}.sql`
const report = (name: string) => `models/reports/${name}.sql`
const person = { fixable: 'by a person' } as const

/** One place of one file becomes another text. */
const one = (
  name: string,
  about: string,
  path: string,
  from: string,
  to: string,
  rules: string,
  at?: string,
  ...words: string[]
) => inMuseum(name, 'database', about, swap(path, from, to), by(rules, path, at, ...words))

const READING: Fault[] = [
  one(
    'ampersands',
    'Two conditions are joined by ampersands.',
    logic('gallery_days'),
    '    and grid.gallery_code',
    '    && grid.gallery_code',
    '',
    '&& grid',
  ),
  one(
    'typographic-quotes-in-sql',
    'A text stands in typographic quotes.',
    report('cash_movements'),
    "'sale' as kind",
    '‘sale’ as kind',
    'D12 D01',
    '‘sale’',
  ),
  one(
    'join-without-condition',
    'A join has lost its condition.',
    logic('member_activity'),
    '\n    on members.member_no = visits.member_no',
    '',
    'D12',
    'left join visits',
  ),
  one(
    'window-without-bracket',
    'A window has no bracket where it begins.',
    logic('loan_periods'),
    'row_number() over (partition',
    'row_number() over partition',
    'D12',
    'over partition',
  ),
  inMuseum(
    'reserved-word-as-a-name',
    'database',
    'A subquery is called by a word of SQL.',
    [
      swap(report('cash_movements'), 'with sales as', 'with order as'),
      swap(report('cash_movements'), 'from sales', 'from order'),
    ],
    by('D12', report('cash_movements'), 'with order', 'order'),
  ),
  one(
    'where-behind-group-by',
    'A condition stands behind the groups.',
    logic('member_activity'),
    '    where member_no is not null\n    group by member_no\n',
    '    group by member_no\n    where member_no is not null\n',
    'D12',
  ),
  inMuseum(
    'merge-left-half-way',
    'database',
    'A merge was left half way in a model.',
    swap(
      report('dim_objects'),
      '    places.place,\n',
      '<<<<<<< HEAD\n    places.place,\n=======\n    places.place,\n    places.floor,\n>>>>>>> floors\n',
    ),
    by('D12', report('dim_objects'), '<<<<<<< HEAD'),
    { ...person, differs: ['dim_objects'] },
  ),
]

const NAMES: Fault[] = [
  inMuseum(
    'source-column-renamed',
    'database',
    'The registrar gave a column another name.',
    [],
    by('D01', landing('ld_members'), '    birth_year,', 'birth_year'),
    { rows: ['alter table registry.members rename column birth_year to year_of_birth'] },
  ),
]

const CALLS: Fault[] = [
  one(
    'day-of-the-week',
    'The day of the week is asked for as elsewhere.',
    logic('days'),
    'isodow(day) as weekday',
    'dayofweekiso(day) as weekday',
    'D08',
    'dayofweekiso',
    'dayofweekiso',
  ),
  one(
    'arguments-in-another-order',
    'The arguments of a function stand in the order of another warehouse.',
    'macros/dates.sql',
    "date_trunc('month', {{ day }})",
    "date_trunc({{ day }}, 'month')",
    '',
    "date_trunc({{ day }}, 'month')",
  ),
  one(
    'cast-that-fails',
    'A code is cast to a number that it is not.',
    landing('ld_admissions'),
    '    gallery_code,\n',
    '    cast(gallery_code as integer) as gallery_code,\n',
    'D06',
    'cast(gallery_code as integer)',
    'gallery_code',
  ),
  inMuseum(
    'text-in-a-union',
    'database',
    'One part of a union makes a number a text, and a test sums it.',
    swap(report('cash_movements'), '-refund as amount', 'cast(-refund as varchar) as amount'),
    by('D08 D07', report('cash_movements'), 'cast(-refund as varchar)', 'amount'),
  ),
]

const SHAPE: Fault[] = [
  one(
    'sum-of-a-sum',
    'A sum is taken of a sum.',
    logic('member_activity'),
    'sum(kept) as spent',
    'sum(sum(kept)) as spent',
    '',
    'sum(sum(kept))',
  ),
  inMuseum(
    'contract-lacks-a-column',
    'contract',
    'A model makes a column that its contract does not know.',
    swap(report('visits_daily'), 'as income', 'as income,\n    count(sales.admission_id) as sales'),
    { rules: ['C09'], words: ['sales'] },
    { differs: ['visits_daily'] },
  ),
]

const OTHERS: Fault[] = [
  inMuseum(
    'this-misspelt',
    'incremental',
    '"this" is misspelt.',
    swap(report('fct_admissions'), '{{ this }}', '{{ self }}'),
    by('C02 D12', report('fct_admissions'), '{{ self }}'),
  ),
]

const inMusic = (
  name: string,
  about: string,
  path: string,
  from: string,
  to: string,
  rules: string,
  at: string,
  ...words: string[]
): Fault => ({
  ...inMuseum(`postgres-${name}`, 'database', about, swap(path, from, to), by(rules, path, at, ...words)),
  house: 'music',
})

/** What Postgres alone is strict about. */
const STRICT: Fault[] = [
  inMusic(
    'coalesce',
    'A number takes the place of a text.',
    'models/staging/stg_store__tracks.sql',
    "coalesce(composer, 'unknown')",
    'coalesce(composer, 0)',
    'D07 D06',
    'coalesce(composer, 0)',
  ),
  inMusic(
    'empty-text',
    'An empty text takes the place of a number.',
    'models/marts/agg_playlists.sql',
    'coalesce(sum(entries.minutes), 0)',
    "coalesce(sum(entries.minutes), '')",
    'D07 D06',
    "coalesce(sum(entries.minutes), '')",
  ),
  inMusic(
    'case',
    'A case gives a text once, and a number else.',
    'models/marts/dim_artists.sql',
    'coalesce(tracks.track_count, 0) as track_count',
    'case when tracks.track_count is null then artists.artist_name else tracks.track_count end as track_count',
    'D07 D06',
    'case when tracks',
  ),
  inMusic(
    'join',
    'A key became a text in a staging model.',
    'models/staging/stg_store__albums.sql',
    '        album_id,\n',
    '        album_id::text as album_id,\n',
    'D07',
    'album_id::text',
    'album_id',
  ),
  inMusic(
    'union',
    'A model was cut in two parts, and one of them makes the key a text.',
    'models/staging/stg_store__playlists.sql',
    '    from source\n',
    '    from source\n    where playlist_id < 10\n\n    union all\n\n    select\n        playlist_id::text,\n        name\n\n    from source\n    where playlist_id >= 10\n',
    'D07',
    'playlist_id::text',
  ),
]

export const OWN_MUSEUM_SQL = [READING, NAMES, CALLS, SHAPE, OTHERS, STRICT].flat()
