/** All refactorings on DuckDB, in a house with macros and schemas of its own. */
import { describe, expect } from 'vitest'
import { operationsHold } from './contract.ts'

const shipment = 'model.freight.shipment'
const carrier = { before: 'model.freight.carrier', after: 'model.freight.carrier' }

describe('SPEC-3: refactorings on DuckDB', () => {
  operationsHold({
    source: 'houses/own-macros',
    files: {
      'seeds/depots.csv':
        'depot_id,town,opened_on\n1,Gent,2019-03-01\n2,Lyon,2020-07-15\n3,Gent,2021-01-09\n',
      // Its towns are those of the scans, but for one.
      'models/core/town.sql':
        "with towns as (\n  select unnest(['Unknown', 'Malmo', 'Rostock', 'Hamburg', 'Basel', 'Lyon', 'Innsbruck', 'Verona', 'Valencia']) as town_name\n)\n\nselect\n  {{ hash_of(['town_name']) }} as town_hk,\n  town_name\nfrom towns\n",
      'models/report/long_hauls.sql':
        "-- depends_on: {{ ref('shipment') }}\nselect shipment_no, hours_on_road, current_timestamp as measured_at\nfrom core.Shipment as s\nwhere hours_on_road > 24\n",
    },
    more: { 'models/base/_sources.yml': '      - name: depots\n' },
    environment: async () => ({ env: {}, close: async () => undefined }),
    proven: [
      {
        words: 'extract-cte carrier totals carrier_totals',
        changes: [
          'create models/core/carrier_totals.sql',
          'edit models/core/_core.yml',
          'edit models/core/carrier.sql',
        ],
        summary: "Proven: 2 relations built, 3 tests passed; same rows in carrier: 3 of 3, on today's data.",
      },
      {
        words: 'inline-model base_carriers --into carrier',
        changes: ['edit models/core/carrier.sql'],
        summary: "Proven: 1 relation built, 3 tests passed; same rows in carrier: 3 of 3, on today's data.",
      },
      {
        words: 'add-column landing.carriers.country --to shipment',
        changes: ['edit models/core/shipment.sql', 'edit models/core/_core.yml'],
        summary: "Proven: 4 relations built, 6 tests passed; same rows in shipment: 7 of 7, on today's data.",
      },
      {
        words: 'add-dimension-key scan town --column place --role scanned',
        changes: ['edit models/core/scan.sql', 'edit models/core/_core.yml'],
        summary:
          "Proven: 2 relations built, 5 tests passed; same rows in scan: 13 of 13; 13 of 13 rows of scan find the row of their value in town by scanned_town_hk, on today's data.",
      },
      {
        words: 'add-dimension-key shipment carrier --column carrier_name --role billed',
        changes: ['edit models/core/shipment.sql', 'edit models/core/_core.yml'],
        summary:
          "Proven: 4 relations built, 8 tests passed; same rows in shipment: 7 of 7; 7 of 7 rows of shipment find the row of their value in carrier by billed_carrier_hk, on today's data.",
      },
      {
        words: 'add-staging landing.depots',
        changes: ['create models/base/base_depots.sql', 'edit models/base/_base.yml'],
        summary:
          "Proven: 1 relation built, 2 tests passed; same rows in base_depots: 3 of 3, on today's data.",
      },
      {
        words:
          'change-materialization shipment incremental --unique-key shipment_hk --watermark picked_up_at',
        changes: ['edit models/core/shipment.sql'],
        summary:
          "Proven: 4 relations built, 6 tests passed; same rows in shipment: 7 of 7; incremental equals full refresh in shipment: 7 rows, on today's data.",
      },
      {
        words: 'rename-column base_scans.scan_hk hk',
        changes: [
          'edit models/base/base_scans.sql',
          'edit models/core/scan.sql',
          'edit models/base/_base.yml',
          'edit models/core/_core.yml',
        ],
        summary:
          "Proven: 3 relations built, 5 tests passed; same rows in base_scans: 13 of 13; same rows in scan: 13 of 13, on today's data.",
      },
      {
        words: 'rename-model carrier dim_carrier',
        changes: ['edit models/core/_core.yml', 'rename models/core/carrier.sql models/core/dim_carrier.sql'],
        summary:
          "Proven: 1 relation built, 3 tests passed; same rows in dim_carrier: 3 of 3, on today's data.",
      },
      {
        words: 'move-model carrier models/report',
        changes: [
          'edit models/core/_core.yml',
          'edit models/report/_report.yml',
          'rename models/core/carrier.sql models/report/carrier.sql',
        ],
        summary: "Proven: 1 relation built, 3 tests passed; same rows in carrier: 3 of 3, on today's data.",
      },
      {
        words: 'replace-hard-coded long_hauls',
        changes: ['edit models/report/long_hauls.sql'],
        summary:
          "Proven: 1 relation built, 0 tests passed; same rows in long_hauls: 4 of 4, on today's data.",
        lines: [
          'Not compared in long_hauls: measured_at, which differs whenever it is built, without the change too.',
        ],
      },
      {
        words: 'set-description carrier.carrier_name Frachtführer:',
        changes: ['edit models/core/_core.yml'],
        summary: 'Proven: the project parses, and no model is built differently.',
      },
      {
        words: 'add-test carrier.carrier_name not_null',
        changes: ['edit models/core/_core.yml'],
        summary: "Proven: 1 relation built, 4 tests passed, on today's data.",
      },
      {
        words: 'remove-test carrier.carrier_hk unique --weaken',
        changes: ['edit models/core/_core.yml'],
        summary: 'Proven: the project parses, and no model is built differently.',
      },
    ],
    refused: [
      [
        'extract-cte scan scans',
        'models/core/scan.sql:3: it uses is_incremental, which would mean another model',
      ],
      ['extract-cte carrier totals scan', 'There is a model, seed or snapshot scan already.'],
      [
        'inline-model base_carriers',
        'models/base/base_carriers.sql: with base_carriers would go the test unique_base_carriers_carrier_hk',
      ],
      [
        'inline-model scan',
        'models/core/scan.sql: it is incremental: its rows are more than what its SQL says today',
      ],
      ['add-column landing.carriers.country --to scan', 'scan does not read carriers'],
      ['add-dimension-key shipment town', 'Several columns of shipment have values of town: say which.'],
      ['add-dimension-key scan town --column status', 'status has no values of town (town_name)'],
      ['add-dimension-key shipment carrier --column carrier_name', 'shipment has carrier_hk already'],
      ['add-dimension-key shipment lane_performance', 'so shipment cannot read its key'],
      ['add-column landing.carriers.vat --to carrier', 'carriers has no column vat.'],
      ['add-staging landing.carrier', 'There is no source landing.carrier; did you mean landing.carriers?'],
      ['add-staging landing.carriers', 'has a staging model: base_carriers (models/base/base_carriers.sql)'],
      [
        'change-materialization carrier incremental',
        'models/core/carrier.sql:1: an incremental model needs a key',
      ],
      [
        'change-materialization open_shipments ephemeral',
        'exposure "Lane review" reads its relation, and there would be none',
      ],
      [
        'rename-column base_carriers.country_code carrier_name',
        'base_carriers has a column carrier_name already.',
      ],
      ['rename-model carrier shipment', 'models/core/shipment.sql: there is a model shipment already'],
      [
        'rename-model shipment fct_shipment',
        'models/report/long_hauls.sql:3: "freight"."core"."shipment" is named here by hand',
      ],
      ['move-model carrier ../elsewhere', '../elsewhere: it is no folder below models'],
      ['replace-hard-coded carrier', 'carrier names no relation by hand'],
      ['set-description carrier.carrier_name {{x}}', 'The description holds Jinja'],
      [
        'add-test carrier.carrier_hk unique',
        'models/core/_core.yml:9: carrier.carrier_hk has the test unique already',
      ],
      [
        'remove-test carrier.carrier_hk unique',
        'models/core/_core.yml:9: without the test unique of carrier.carrier_hk',
      ],
    ],
    untrue: [
      {
        edit: ['models/core/carrier.sql', 'sum(total_amount)', 'sum(total_amount) + 1'],
        claims: [
          { kind: 'builds' },
          { kind: 'shows-difference', ...carrier },
          { kind: 'same-rows', ...carrier },
        ],
        summary: 'Not proven: carrier is not the same: 3 rows with other values.',
        lines: ['What changes in carrier: 3 rows with other values.'],
      },
      {
        edit: ['models/core/shipment.sql', 'shipments.carrier_hk,', "'nobody' as carrier_hk,"],
        claims: [{ kind: 'builds' }, { kind: 'same-rows', before: shipment, after: shipment }],
        summary:
          'Not proven: relationships_shipment_carrier_hk__carrier_hk__ref_carrier_ fails after the change, and did not before.',
      },
      {
        edit: [
          'models/core/scan.sql',
          'select max(scanned_at)',
          "select max(scanned_at) + interval '10 days'",
        ],
        claims: [
          { kind: 'builds' },
          { kind: 'incremental-equals-full', node: 'model.freight.scan', watermark: 'scanned_at' },
        ],
        summary: 'Not proven: scan is not the same when it is built incrementally.',
      },
    ],
    chain: {
      words: [
        'extract-cte carrier totals carrier_totals',
        'rename-column base_carriers.country_code country_iso',
        'change-materialization carrier_totals view',
      ],
      rows: {
        before:
          'select carrier_code, country_code, shipment_count, total_amount from core.carrier order by 1',
        after: 'select carrier_code, country_iso, shipment_count, total_amount from core.carrier order by 1',
      },
      check: (project) => {
        expect(project.read('models/core/carrier.sql')).toContain("{{ ref('carrier_totals') }}")
        expect(project.read('models/core/carrier.sql')).toContain('carriers.country_iso,')
      },
    },
  })
})
