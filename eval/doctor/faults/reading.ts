/** What dbt cannot read: YAML, Jinja, references, Python models. */
import { cut, misspell, move, put, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const BY_CODE = { fixable: 'by code' } as const

const yaml: Fault[] = [
  {
    name: 'yaml-tab',
    house: 'jaffle',
    about: 'A line of the properties is indented with a tab.',
    edits: [
      swap(
        'models/staging/schema.yml',
        '        description: What was paid.',
        '\tdescription: What was paid.',
      ),
    ],
    causes: [{ rules: ['P01'], file: 'models/staging/schema.yml' }],
  },
  {
    name: 'yaml-item-too-shallow',
    house: 'chinook',
    about: 'A column stands one blank too far to the left.',
    edits: [swap('models/core/core.yml', '      - name: supportName', '     - name: supportName')],
    causes: [{ rules: ['P01'], file: 'models/core/core.yml' }],
    since: 'last commit',
  },
  {
    name: 'yaml-colon-in-words',
    house: 'music',
    about: 'A description holds a colon and is not quoted.',
    edits: [
      swap('models/marts/_marts__models.yml', 'description: Its genre.', 'description: Its genre: one word.'),
    ],
    causes: [{ rules: ['P01'], file: 'models/marts/_marts__models.yml', at: 'Its genre: one' }],
    since: 'older',
  },
  {
    name: 'yaml-jinja-unquoted',
    house: 'solar',
    about: 'Jinja in a value lost its quotes.',
    edits: [swap('models/meters/_meters.yml', `"{{ var('kinds') }}"`, `{{ var('kinds') }}`)],
    causes: [{ rules: ['P01'], file: 'models/meters/_meters.yml' }],
    since: 'older',
  },
  {
    name: 'yaml-bracket-open',
    house: 'chinook',
    about: 'A list of tests is not closed.',
    edits: [
      swap(
        'models/staging/staging.yml',
        `        description: The track.
        data_tests: [unique, not_null]`,
        `        description: The track.
        data_tests: [unique, not_null`,
      ),
    ],
    causes: [{ rules: ['P01'], file: 'models/staging/staging.yml' }],
    since: 'older',
  },
  {
    name: 'yaml-quote-open',
    house: 'winery',
    about: 'A quoted description does not end.',
    edits: [swap('models/mart/schema.yml', '"Dimension Rebsorte"', '"Dimension Rebsorte')],
    causes: [{ rules: ['P01'], file: 'models/mart/schema.yml' }],
    since: 'older',
  },
  {
    name: 'yaml-tests-twice',
    house: 'jaffle',
    about: 'One column has both `tests` and `data_tests`.',
    edits: [
      swap(
        'models/staging/schema.yml',
        `        description: The payment.
        tests:
          - unique
          - not_null`,
        `        description: The payment.
        tests:
          - unique
        data_tests:
          - not_null`,
      ),
    ],
    causes: [{ rules: ['P04'], file: 'models/staging/schema.yml' }],
    since: 'older',
  },
  {
    name: 'yaml-no-list',
    house: 'music',
    about: 'The only model of a file is written without its dash.',
    edits: [
      swap(
        'models/intermediate/_int__models.yml',
        '  - name: int_tracks_described\n    description: One',
        '    name: int_tracks_described\n    description: One',
      ),
    ],
    causes: [{ rules: ['P02'], file: 'models/intermediate/_int__models.yml' }],
    since: 'last commit',
  },
  {
    name: 'yaml-described-twice',
    house: 'music',
    about: 'A model is described in two files, word for word.',
    edits: [
      put(
        'models/intermediate/int_tracks.yml',
        `version: 2

models:
  - name: int_tracks_described
    description: One row per track, with its album, artist and genre.
    columns:
      - name: track_id
        description: The track.
        data_tests:
          - unique
          - not_null
`,
      ),
    ],
    causes: [{ rules: ['P21', 'P22', 'P23', 'P24'], words: ['int_tracks_described', 'int_tracks.yml'] }],
    since: 'last commit',
  },
  {
    name: 'yaml-unit-test-of-nothing',
    house: 'chinook',
    about: 'A unit test names its model in the plural.',
    edits: [swap('models/core/core.yml', '    model: dimTrack\n', '    model: dimTracks\n')],
    causes: [{ rules: ['P17', 'P20'], file: 'models/core/core.yml', words: ['dimTracks'] }],
    since: 'older',
  },
].map((f) => ({ ...BY_CODE, family: 'yaml', ...f }) as Fault)

const jinja: Fault[] = [
  {
    name: 'jinja-loop-open',
    house: 'jaffle',
    about: 'The loop that makes the columns does not end.',
    edits: [cut('models/marts/order_payments.sql', '  {% endfor -%}\n')],
    causes: [{ rules: ['C03'], file: 'models/marts/order_payments.sql' }],
    since: 'older',
  },
  {
    name: 'jinja-if-open',
    house: 'music',
    about: 'The incremental part does not end.',
    edits: [cut('models/marts/fct_playlist_entries.sql', '    {% endif %}\n')],
    causes: [{ rules: ['C03'], file: 'models/marts/fct_playlist_entries.sql' }],
    since: 'last commit',
  },
  {
    name: 'jinja-tag-misspelt',
    house: 'taxis',
    about: 'A block ends with a misspelt tag.',
    edits: [misspell('models/marts/core/fct_trips.sql', '{% endif %}', 6)],
    causes: [{ rules: ['C03'], file: 'models/marts/core/fct_trips.sql' }],
    since: 'older',
  },
  {
    name: 'jinja-brace-lost',
    house: 'chinook',
    about: 'An expression lost one of its braces.',
    edits: [swap('models/core/dimTrack.sql', "{{ ref('stgTrack') }}", "{{ ref('stgTrack') }")],
    causes: [{ rules: ['C03'], file: 'models/core/dimTrack.sql' }],
    since: 'older',
  },
  {
    name: 'jinja-macro-misspelt',
    house: 'chinook',
    about: 'A macro is called by a misspelt name.',
    edits: [misspell('models/staging/stgEmployee.sql', 'fullName')],
    causes: [{ rules: ['C02'], file: 'models/staging/stgEmployee.sql' }],
    since: 'older',
  },
  {
    name: 'jinja-macro-renamed',
    house: 'music',
    about: 'A macro was renamed where it is defined, and not where it is used.',
    edits: [swap('macros/cents.sql', 'macro cents(', 'macro to_cents(')],
    causes: [{ rules: ['C02'], file: 'models/staging/stg_store__tracks.sql', words: ['cents'] }],
    since: 'older',
  },
  {
    name: 'jinja-argument-unknown',
    house: 'jaffle',
    about: 'A macro is given an argument by a name that it does not have.',
    edits: [
      swap(
        'models/staging/stg_payments.sql',
        "cents_to_dollars('amount')",
        "cents_to_dollars('amount', places=2)",
      ),
    ],
    causes: [{ rules: ['C04'], file: 'models/staging/stg_payments.sql', words: ['places'] }],
    since: 'older',
  },
  {
    name: 'jinja-var-misspelt',
    house: 'jaffle',
    about: 'A variable is asked by a name near to its own.',
    edits: [swap('models/marts/order_payments.sql', "var('payment_methods')", "var('payment_method')")],
    causes: [{ rules: ['P12', 'C01'], file: 'models/marts/order_payments.sql', words: ['payment_method'] }],
    since: 'older',
  },
  {
    name: 'jinja-macro-loop-open',
    house: 'taxis',
    about: 'A loop within a macro does not end.',
    edits: [cut('macros/generate_surrogate_key.sql', '    {%- endfor -%}\n')],
    causes: [{ rules: ['C03'], file: 'macros/generate_surrogate_key.sql' }],
    since: 'older',
  },
  {
    name: 'jinja-generic-test-broken',
    house: 'chinook',
    about: 'The Jinja of an own generic test is not closed.',
    edits: [cut('tests/generic/positive.sql', '{% endtest %}\n')],
    causes: [{ rules: ['C03'], file: 'tests/generic/positive.sql' }],
    since: 'older',
  },
  {
    name: 'jinja-too-many-arguments',
    house: 'chinook',
    about: 'A macro is given one argument too many.',
    edits: [
      swap(
        'models/core/factSales.sql',
        "monthOf('invoices.invoiceDate')",
        "monthOf('invoices.invoiceDate', 'month')",
      ),
    ],
    causes: [{ rules: ['C04'], file: 'models/core/factSales.sql', words: ['monthOf'] }],
    since: 'older',
  },
].map((f) => ({ ...BY_CODE, family: 'jinja', ...f }) as Fault)

const reference: Fault[] = [
  {
    name: 'ref-misspelt',
    house: 'taxis',
    about: 'A model is read by a misspelt name.',
    edits: [misspell('models/marts/core/fct_trips.sql', 'int_trips_enriched')],
    causes: [{ rules: ['P17'], file: 'models/marts/core/fct_trips.sql' }],
    since: 'older',
  },
  {
    name: 'ref-of-renamed-model',
    house: 'music',
    about: 'A model and its properties were renamed, two readers were forgotten.',
    edits: [
      move('models/intermediate/int_tracks_described.sql', 'models/intermediate/int_tracks_joined.sql'),
      swap('models/intermediate/_int__models.yml', 'name: int_tracks_described', 'name: int_tracks_joined'),
    ],
    differs: ['int_tracks_described'],
    causes: [{ rules: ['P17'], words: ['int_tracks_described', 'models/marts/dim_'] }],
    since: 'older',
  },
  {
    name: 'source-misspelt',
    house: 'chinook',
    about: 'A table of a source is read by a misspelt name.',
    edits: [misspell('models/staging/stgInvoice.sql', "'Invoice'", 4)],
    causes: [{ rules: ['P17'], file: 'models/staging/stgInvoice.sql' }],
    since: 'older',
  },
  {
    name: 'source-renamed-in-yaml',
    house: 'music',
    about: 'The source got another name in its file, and nowhere else.',
    edits: [swap('models/staging/_store__sources.yml', '  - name: store\n', '  - name: music_store\n')],
    causes: [{ rules: ['P17'], words: ['store.', 'models/staging/stg_store__'] }],
    since: 'last commit',
  },
  {
    name: 'ref-in-comment',
    house: 'jaffle',
    about: 'A comment of SQL holds a ref to a model that is long gone.',
    edits: [
      swap(
        'models/marts/customers.sql',
        'with customer_orders as (',
        "-- was {{ ref('old_orders') }} once\nwith customer_orders as (",
      ),
    ],
    causes: [{ rules: ['P17'], file: 'models/marts/customers.sql', words: ['old_orders'] }],
    since: 'older',
  },
  {
    name: 'ref-of-itself',
    house: 'jaffle',
    about: 'A model reads itself in place of the one that it is made of.',
    edits: [swap('models/marts/orders.sql', "ref('order_payments')", "ref('orders')")],
    causes: [{ rules: ['P27'], words: ['orders', 'models/marts/orders.sql'] }],
    since: 'older',
  },
  {
    name: 'ref-ring',
    house: 'music',
    about: 'A model reads what is made of it.',
    edits: [
      swap('models/intermediate/int_tracks_described.sql', "ref('stg_store__artists')", "ref('dim_artists')"),
    ],
    causes: [{ rules: ['P27'], words: ['int_tracks_described', 'dim_artists'] }],
    since: 'not committed',
  },
  {
    name: 'model-twice',
    house: 'jaffle',
    about: 'A model was copied to another folder, and the first one left.',
    edits: [
      put(
        'models/marts/stg_orders.sql',
        `select
  id as order_id,
  user_id as customer_id,
  cast(order_date as date) as order_date,
  status
from {{ ref('raw_orders') }}
`,
      ),
    ],
    causes: [{ rules: ['P21'], words: ['stg_orders', 'models/marts/stg_orders.sql'] }],
    since: 'not committed',
  },
  {
    name: 'exposure-of-nothing',
    house: 'chinook',
    about: 'An exposure names a model in the singular.',
    edits: [swap('models/core/core.yml', "ref('topCustomers')", "ref('topCustomer')")],
    causes: [{ rules: ['P17'], file: 'models/core/core.yml', words: ['topCustomer'] }],
    since: 'older',
  },
  {
    name: 'test-of-missing-parent',
    house: 'jaffle',
    about: 'A singular test reads a model by a misspelt name, so that dbt only warns, and never runs it.',
    silent: true,
    edits: [misspell('tests/assert_all_payments_counted.sql', "ref('orders')", 8)],
    causes: [{ rules: ['P17'], file: 'tests/assert_all_payments_counted.sql' }],
    since: 'older',
  },
  {
    name: 'doc-misspelt',
    house: 'solar',
    about: 'A description asks for a doc block by a misspelt name.',
    edits: [swap('models/marts/_marts.yml', "doc('kwh_net')", "doc('kwh_nett')")],
    causes: [{ rules: ['P19'], words: ['kwh_nett'] }],
    since: 'older',
  },
  {
    name: 'ref-of-private-model',
    house: 'music',
    about: 'A model is private to a group now, and a model outside of it reads it.',
    edits: [
      put(
        'models/intermediate/_groups.yml',
        `version: 2

groups:
  - name: catalogue
    owner:
      name: Catalogue
      email: catalogue@music.example
`,
      ),
      swap(
        'models/intermediate/_int__models.yml',
        '    description: One row',
        '    config:\n      group: catalogue\n      access: private\n    description: One row',
      ),
    ],
    causes: [{ rules: ['P25'], words: ['int_tracks_described'] }],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'ref-of-disabled-model',
    house: 'chinook',
    about: 'A model is switched off that others read.',
    edits: [
      swap(
        'models/staging/stgTrack.sql',
        'with source as (',
        '{{ config(enabled=false) }}\n\nwith source as (',
      ),
    ],
    causes: [{ rules: ['P18', 'P17'], words: ['stgTrack', 'disabled'] }],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'package-not-installed',
    house: 'solar',
    about: 'Packages are named and not installed.',
    edits: [{ path: 'dbt_packages', gone: true }],
    causes: [{ rules: ['P14'], words: ['dbt deps'] }],
    fixable: 'by a person',
  },
].map((f) => ({ ...BY_CODE, family: 'reference', ...f }) as Fault)

const PYTHON = 'models/marts/repeat_customers.py'

const python: Fault[] = [
  {
    name: 'python-ref-misspelt',
    house: 'jaffle',
    about: 'A Python model reads a model by a misspelt name.',
    edits: [swap(PYTHON, 'dbt.ref("customers")', 'dbt.ref("costumers")')],
    causes: [{ rules: ['P17'], file: PYTHON, words: ['costumers'] }],
    since: 'older',
  },
  {
    name: 'python-syntax',
    house: 'jaffle',
    about: 'A Python model lacks a colon.',
    edits: [swap(PYTHON, 'def model(dbt, session):', 'def model(dbt, session)')],
    causes: [{ rules: ['P34'], file: PYTHON }],
    since: 'last commit',
  },
  {
    name: 'python-column-misspelt',
    house: 'jaffle',
    about: 'A Python model filters by a column that is not there.',
    edits: [misspell(PYTHON, 'filter("number_of_orders', 14)],
    causes: [{ rules: ['Y01', 'D01'], file: PYTHON }],
    since: 'older',
  },
  {
    name: 'python-no-result',
    house: 'jaffle',
    about: 'A Python model does not give back what it makes.',
    edits: [swap(PYTHON, '    return customers', '    customers')],
    causes: [{ rules: ['P34', 'Y01'], file: PYTHON }],
    since: 'last commit',
  },
].map((f) => ({ ...BY_CODE, family: 'python', ...f }) as Fault)

export const READING: Fault[] = [...yaml, ...jinja, ...reference, ...python]
