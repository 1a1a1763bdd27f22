/** All refactorings on Postgres, in a house that follows dbt's own style guide. */
import { describe, expect } from 'vitest'
import { openPostgres } from '../../support/postgres.ts'
import { operationsHold } from './contract.ts'

const months = { before: 'model.hotel.fct_room_months', after: 'model.hotel.fct_room_months' }
const ROWS =
  'select month, stay_count, nights, rate_per_night from hotel_marts.fct_room_months order by 1, 2, 3, 4'

describe('SPEC-3: refactorings on Postgres', () => {
  operationsHold({
    source: 'houses/on-postgres',
    files: {
      'seeds/extras.csv':
        'extra_id,stay_id,what,price\n1,5001,minibar,12.5\n2,5002,parking,20\n3,5001,breakfast,9.9\n',
      'models/staging/_sources.yml':
        'sources:\n  - name: raw\n    schema: hotel_raw\n    tables:\n      - name: extras\n      - name: rooms\n',
      'models/marts/dim_days.sql':
        "with\n\ndays as (\n\n    select cast(day as date) as date_day\n    from generate_series(date '2024-05-01', date '2024-06-30', interval '1 day') as day\n\n)\n\nselect\n    cast(extract(year from date_day) * 10000 + extract(month from date_day) * 100 + extract(day from date_day) as integer) as day_key,\n    date_day\n\nfrom days\n\nunion all\n\nselect -1, date '1900-01-01'\n",
      'models/marts/big_stays.sql':
        "-- depends_on: {{ ref('fct_stays') }}\nselect stay_id, nights\nfrom hotel_marts.fct_stays as s\nwhere nights > 2\n",
    },
    environment: openPostgres,
    proven: [
      {
        words: 'extract-cte stg_rooms renamed stg_rooms_renamed',
        changes: [
          'create models/staging/stg_rooms_renamed.sql',
          'edit models/staging/_staging__models.yml',
          'edit models/staging/stg_rooms.sql',
        ],
        summary:
          "Proven: 6 relations built, 9 tests passed; same rows in stg_rooms: 5 of 5, on today's data.",
      },
      {
        words: 'inline-model stg_guests --drop-tests',
        changes: [
          'edit models/marts/dim_guests.sql',
          'delete models/staging/stg_guests.sql',
          'edit models/staging/_staging__models.yml',
        ],
        summary:
          "Proven: 4 relations built, 6 tests passed; same rows in dim_guests: 4 of 4, on today's data.",
      },
      {
        words: 'add-column stg_rooms.bed_count --to fct_stays',
        changes: ['edit models/marts/fct_stays.sql', 'edit models/marts/_marts__models.yml'],
        summary:
          "Proven: 3 relations built, 4 tests passed; same rows in fct_stays: 6 of 6, on today's data.",
      },
      {
        words: 'add-dimension-key fct_stays dim_days --column leaves_on',
        changes: ['edit models/marts/fct_stays.sql', 'edit models/marts/_marts__models.yml'],
        summary:
          "Proven: 3 relations built, 6 tests passed; same rows in fct_stays: 6 of 6; 5 of 6 rows of fct_stays find the row of their value in dim_days by leaves_day_key, on today's data.",
        lines: [
          '5 of 6 rows of fct_stays find the row of their value in dim_days by leaves_day_key, all others its unknown member; none is null.',
        ],
      },
      {
        words: 'add-staging raw.extras',
        changes: ['create models/staging/stg_extras.sql', 'edit models/staging/_staging__models.yml'],
        summary:
          "Proven: 1 relation built, 3 tests passed; same rows in stg_extras: 3 of 3, on today's data.",
      },
      {
        words: 'change-materialization stg_guests incremental --unique-key guest_id --watermark guest_since',
        changes: ['edit models/staging/stg_guests.sql'],
        summary:
          "Proven: 5 relations built, 8 tests passed; same rows in stg_guests: 4 of 4; incremental equals full refresh in stg_guests: 4 rows, on today's data.",
      },
      {
        words: 'rename-column dim_rooms.room_key Select',
        changes: [
          'edit models/marts/dim_rooms.sql',
          'edit models/marts/fct_stays.sql',
          'edit models/marts/fct_room_months.sql',
          'edit models/marts/_marts__models.yml',
        ],
        summary:
          "Proven: 4 relations built, 7 tests passed; same rows in dim_rooms: 5 of 5; same rows in fct_stays: 6 of 6; same rows in fct_room_months: 5 of 5, on today's data.",
      },
      {
        words: 'rename-model dim_rooms dim_room',
        changes: [
          'edit models/marts/_exposures.yml',
          'edit models/marts/_marts__models.yml',
          'edit models/marts/fct_stays.sql',
          'rename models/marts/dim_rooms.sql models/marts/dim_room.sql',
        ],
        summary: "Proven: 4 relations built, 7 tests passed; same rows in dim_room: 5 of 5, on today's data.",
      },
      {
        words: 'move-model fct_room_months models/reports',
        changes: [
          'edit models/marts/_marts__models.yml',
          'create models/reports/_reports__models.yml',
          'rename models/marts/fct_room_months.sql models/reports/fct_room_months.sql',
        ],
        summary:
          "Proven: 1 relation built, 0 tests passed; same rows in fct_room_months: 5 of 5, on today's data.",
      },
      {
        words: 'replace-hard-coded big_stays',
        changes: ['edit models/marts/big_stays.sql'],
        summary: "Proven: 1 relation built, 0 tests passed; same rows in big_stays: 3 of 3, on today's data.",
      },
      {
        words: 'set-description fct_room_months.nights Nächte:',
        changes: ['edit models/marts/_marts__models.yml'],
        summary: 'Proven: the project parses, and no model is built differently.',
      },
      {
        words: 'add-test dim_guests.country_code not_null',
        changes: ['edit models/marts/_marts__models.yml'],
        summary: "Proven: 1 relation built, 4 tests passed, on today's data.",
      },
      {
        words: 'remove-test dim_rooms.room_kind accepted_values --weaken',
        changes: ['edit models/marts/_marts__models.yml'],
        summary: 'Proven: the project parses, and no model is built differently.',
      },
    ],
    refused: [
      ['extract-cte fct_stays stays', 'models/marts/fct_stays.sql:11: it uses is_incremental'],
      [
        'extract-cte dim_guests guests int_guests',
        'models/marts/dim_guests.sql:3: guests only reads one relation',
      ],
      ['inline-model fct_stays', 'models/marts/fct_stays.sql: it is incremental'],
      ['add-column raw.rooms.beds --to fct_stays', 'fct_stays does not read raw.rooms'],
      [
        'add-dimension-key fct_stays dim_guests --column guest',
        'models/marts/fct_stays.sql: fct_stays has no column guest: its key is made of one that the fact has',
      ],
      ['add-staging raw.rooms', 'models/staging/stg_rooms.sql: there is a model stg_rooms already'],
      ['change-materialization dim_rooms ephemeral', 'exposure "Occupancy report" reads its relation'],
      ['rename-column stg_rooms.bed_count room_kind', 'stg_rooms has a column room_kind already'],
      [
        'rename-model dim_rooms dim_guests',
        'models/marts/dim_guests.sql: there is a model dim_guests already',
      ],
      ['move-model fct_stays models/marts', 'fct_stays is models/marts/fct_stays.sql already'],
      ['replace-hard-coded dim_rooms', 'dim_rooms names no relation by hand'],
      ['set-description fct_stays.night Nights', 'fct_stays has no column night; did you mean nights?'],
      [
        'add-test dim_rooms.room_key unique',
        'models/marts/_marts__models.yml:8: dim_rooms.room_key has the test',
      ],
      [
        'remove-test dim_rooms.room_kind accepted_values',
        'models/marts/_marts__models.yml:13: without the test',
      ],
    ],
    untrue: [
      {
        edit: ['models/marts/fct_room_months.sql', 'count(*)', 'count(*) + 1'],
        claims: [{ kind: 'builds' }, { kind: 'same-rows', ...months }],
        summary: 'Not proven: fct_room_months is not the same: 5 rows with other values.',
      },
    ],
    chain: {
      words: [
        'extract-cte stg_rooms renamed stg_rooms_renamed',
        'inline-model stg_rooms_renamed',
        'rename-column stg_stays.paid_amount amount_paid',
      ],
      rows: { before: ROWS, after: ROWS },
      check: (project, texts) => {
        const file = 'models/staging/stg_rooms.sql'
        expect(project.read(file), 'out and in again').toBe(texts[file])
        expect(project.read('models/marts/fct_stays.sql')).toContain('stays.amount_paid,')
      },
    },
  })
})
