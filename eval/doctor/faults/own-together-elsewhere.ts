/** Several faults at once, in what is no shop: on Postgres, in loops and macros, in names with accents, in the example. */
import { move, swap } from '../edits.ts'
import type { Fault } from '../types.ts'
import { column, together } from './own-together.ts'

const staging = (name: string) => `models/staging/${name}.sql`
const marts = (name: string) => `models/marts/${name}.sql`
const wine = (name: string) => `models/mart/${name}.sql`

export const OWN_TOGETHER_ELSEWHERE: Fault[] = [
  together({
    name: 'own-renamed-for-many',
    house: 'music',
    about:
      'A staging model calls a price by another name; four models, a snapshot and tests read the old one.',
    edits: [swap(staging('stg_store__tracks'), 'as price_cents', 'as cents')],
    causes: [{ rules: ['D01'], file: staging('stg_store__tracks'), at: 'as cents', words: ['price_cents'] }],
  }),
  together({
    name: 'own-three-layers',
    house: 'music',
    about: 'In each of three layers one column is misspelt.',
    edits: [
      swap(staging('stg_store__albums'), 'title as album_title', 'titel as album_title'),
      swap('models/intermediate/int_tracks_described.sql', 'genres.genre_name', 'genres.genre_nme'),
      swap(marts('agg_playlists'), 'sum(entries.minutes)', 'sum(entries.minute)'),
    ],
    since: 'older',
    causes: [
      column(staging('stg_store__albums'), 'titel'),
      column('models/intermediate/int_tracks_described.sql', 'genre_nme'),
      { rules: ['D01'], file: marts('agg_playlists'), at: 'sum(entries.minute)', words: ['minute'] },
    ],
  }),
  together({
    name: 'own-key-of-snapshot-and-contract',
    house: 'music',
    about: 'A snapshot names a key that is not there, and a contract promises another type.',
    edits: [
      swap('snapshots/track_prices.yml', 'unique_key: track_id', 'unique_key: trackid'),
      swap(
        'models/marts/_marts__models.yml',
        'How many tracks are theirs.\n        data_type: bigint',
        'How many tracks are theirs.\n        data_type: integer',
      ),
    ],
    causes: [
      { rules: ['D01', 'C13', 'P29'], file: 'snapshots/track_prices.yml', words: ['trackid'] },
      { rules: ['C09'], file: 'models/marts/_marts__models.yml', words: ['track_count'] },
    ],
  }),
  together({
    name: 'own-source-entry-and-group',
    house: 'music',
    about: 'A table of a source is called otherwise, and a report has lost one of its groups.',
    edits: [
      swap('models/staging/_store__sources.yml', '- name: genres', '- name: genre'),
      swap(
        marts('agg_playlists'),
        'playlists.playlist_id,\n        playlists.playlist_name\n',
        'playlists.playlist_id\n',
      ),
    ],
    since: 'older',
    causes: [
      { rules: ['P17'], words: ['genres'] },
      { rules: ['D14'], file: marts('agg_playlists'), words: ['playlist_name'] },
    ],
  }),
  together({
    name: 'own-tag-and-test-of-another-column',
    house: 'solar',
    about: 'A loop is not ended, and a test asks for a column that the other model has not.',
    edits: [
      swap(marts('agg_kind_wide'), '{%- endfor %}\nfrom', '{%- endfr %}\nfrom'),
      swap('models/marts/_marts.yml', 'field: meter_key\n', 'field: meter_keys\n'),
    ],
    causes: [
      { rules: ['C02', 'C03'], file: marts('agg_kind_wide'), words: ['endfr'] },
      { rules: ['D01'], file: 'models/marts/_marts.yml', at: 'field: meter_keys', words: ['meter_keys'] },
    ],
  }),
  together({
    name: 'own-incremental-and-macro',
    house: 'solar',
    about:
      'A macro reads a column that is not there, and so does the bound of the incremental model behind it.',
    edits: [
      swap('macros/measures.sql', '{{ alias }}.kwh_out,', '{{ alias }}.kwh_ou as kwh_out,'),
      swap(marts('fct_reading'), 'max(read_at)', 'max(readat)'),
    ],
    since: 'older',
    causes: [
      { rules: ['D01'], file: 'macros/measures.sql', at: 'kwh_ou as', words: ['kwh_ou'] },
      { rules: ['D01'], file: marts('fct_reading'), at: 'max(readat)', words: ['readat'] },
    ],
  }),
  together({
    name: 'own-seed-named-otherwise-and-version',
    house: 'solar',
    about: 'A seed has another name, and a test asks for a version that there is not.',
    edits: [
      move('seeds/meters.csv', 'seeds/meter.csv'),
      swap('models/marts/_marts.yml', "to: ref('dim_meter', v=2)", "to: ref('dim_meter', v=3)"),
    ],
    causes: [
      { rules: ['P17'], file: 'models/meters/stg_meters.sql', words: ['meters'] },
      { rules: ['P17'], words: ['dim_meter'] },
    ],
  }),
  together({
    name: 'own-umlaut-and-money',
    house: 'winery',
    about: 'A name has lost its umlaut, and another mart casts to a type that is not there.',
    edits: [
      swap(wine('D_PARZELLE'), 'P."Höhe",', 'P."Hohe",'),
      swap(wine('F_ABFUELLUNG'), '* A."Preis"', '* CAST(A."Preis" AS MONEY)'),
    ],
    causes: [
      { rules: ['D01'], file: wine('D_PARZELLE'), at: 'P."Hohe"', words: ['Hohe'] },
      { rules: ['D09'], file: wine('F_ABFUELLUNG'), words: ['MONEY'] },
    ],
  }),
  together({
    name: 'own-ref-and-cte',
    house: 'winery',
    about: 'A mart refers to a model that is not there, and a staging model reads a CTE that it has not.',
    edits: [
      swap(wine('F_LESE'), "ref('D_REBSORTE')", "ref('D_REBSORTEN')"),
      swap(staging('STG_LESEN'), 'FROM QUELLE', 'FROM QUELL'),
    ],
    since: 'older',
    causes: [
      { rules: ['P17'], file: wine('F_LESE'), words: ['D_REBSORTEN'] },
      { rules: ['D02'], file: staging('STG_LESEN'), at: 'FROM QUELL\n', words: ['QUELL'] },
    ],
  }),
  together({
    name: 'own-key-of-dates-and-alias',
    house: 'taxis',
    about: 'A date is written as another database does it, and a join names an alias that there is not.',
    edits: [
      swap('models/marts/core/dim_date.sql', "strftime(date_day, '%Y%m%d')", "to_char(date_day, 'YYYYMMDD')"),
      swap('models/marts/core/fct_trips.sql', '= pickup_zones.zone_name', '= pickup_zone.zone_name'),
    ],
    causes: [
      { rules: ['D08'], file: 'models/marts/core/dim_date.sql', at: 'to_char', words: ['to_char'] },
      { rules: ['D01', 'D02'], file: 'models/marts/core/fct_trips.sql', at: '= pickup_zone.zone_name' },
    ],
  }),
  together({
    name: 'own-payment-and-width',
    house: 'taxis',
    about: 'A staging model reads a column that is not there, and a part of a union lacks one.',
    edits: [
      swap('models/staging/taxi/stg_trips.sql', 'payment as payment_type', 'payments as payment_type'),
      swap(
        'models/intermediate/int_zones.sql',
        'dropoff_zone as zone_name,\n        dropoff_borough as borough',
        'dropoff_zone as zone_name',
      ),
    ],
    since: 'older',
    causes: [
      { rules: ['D01'], file: 'models/staging/taxi/stg_trips.sql', at: 'payments as', words: ['payments'] },
      { rules: ['D16'], file: 'models/intermediate/int_zones.sql' },
    ],
  }),
]
