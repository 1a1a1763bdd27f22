/** Numbers that are wrong in silence, references, YAML and profiles, in projects of every house. */
import { cut, move, swap } from '../edits.ts'
import type { Edit, Family, Fault } from '../types.ts'

type One = Pick<Fault, 'name' | 'house' | 'about'> & {
  rules?: string[]
  file?: string
  at?: string
  words?: string[]
} & Partial<Fault>

const one =
  (family: Family) =>
  ({ rules = [], file, at, words, ...rest }: One): Fault => ({
    family,
    since: 'last commit',
    causes: [{ rules, ...(file ? { file } : {}), ...(at ? { at } : {}), ...(words ? { words } : {}) }],
    fixable: 'by code',
    half: 'open',
    ...rest,
  })

const [reference, yaml, profile] = [one('reference'), one('yaml'), one('profile')]
const wrong = ({ says, ...fault }: One & { says: string; edits?: Edit[] }) =>
  one('wrong numbers')({ rules: ['S01'], silent: true, ask: ['debug', '--symptom', says], ...fault })
const person = { fixable: 'by a person' } as const

const NUMBERS: Fault[] = [
  wrong({
    name: 'own-first-month-is-gone',
    house: 'chinook',
    about: 'A report begins after its first month, since some commits.',
    edits: [swap('models/core/aggMonthlySales.sql', 'invoiceMonth >=', 'invoiceMonth >')],
    since: 'older',
    says: 'aggMonthlySales misses rows',
    file: 'models/core/aggMonthlySales.sql',
    at: 'invoiceMonth >',
  }),
  wrong({
    name: 'own-who-never-ordered',
    house: 'jaffle',
    about: 'An inner join drops who never ordered, from the first day on.',
    edits: [swap('models/marts/customers.sql', 'left join customer_orders', 'join customer_orders')],
    since: 'ever',
    says: 'customers misses rows',
    file: 'models/marts/customers.sql',
    at: 'join customer_orders',
  }),
  wrong({
    name: 'own-every-gallery-with-every',
    house: 'museum',
    about: 'A join has lost one of its two conditions.',
    edits: [cut('models/logic/gallery_days.sql', '\n    and grid.gallery_code = sold.gallery_code')],
    says: 'persons of gallery_load is too high',
    file: 'models/logic/gallery_days.sql',
    words: ['gallery_code'],
  }),
  wrong({
    name: 'own-empty-playlist-counts-one',
    house: 'music',
    about: 'Rows are counted, where a left join leaves one for what has none.',
    edits: [swap('models/marts/agg_playlists.sql', 'count(entries.track_id)', 'count(*)')],
    says: 'track_count of agg_playlists is too high',
    file: 'models/marts/agg_playlists.sql',
    at: 'count(*)',
  }),
  wrong({
    name: 'own-artists-without-tracks',
    house: 'music',
    about: 'An inner join drops artists of whom the store has nothing.',
    edits: [swap('models/marts/dim_artists.sql', 'left join tracks', 'inner join tracks')],
    since: 'older',
    says: 'artists are missing in dim_artists',
    file: 'models/marts/dim_artists.sql',
    at: 'inner join tracks',
  }),
  wrong({
    name: 'own-balconies-forgotten',
    house: 'solar',
    about: 'A list of kinds has lost one, and all its readings are gone.',
    edits: [swap('dbt_project.yml', '[roof, field, balcony]', '[roof, field]')],
    before: { dbt: [['build', '--full-refresh']] },
    says: 'fct_reading misses rows',
    file: 'dbt_project.yml',
    at: 'kinds: [roof, field]',
  }),
  wrong({
    name: 'own-plus-for-times',
    house: 'winery',
    about: 'A value is a sum where it should be a product.',
    edits: [swap('models/mart/F_ABFUELLUNG.sql', '"Flaschen" * A', '"Flaschen" + A')],
    says: 'Warenwert of F_ABFUELLUNG is too low',
    file: 'models/mart/F_ABFUELLUNG.sql',
    at: '"Flaschen" + A',
  }),
  wrong({
    name: 'own-paid-by-a-card-of-no-kind',
    house: 'taxis',
    about: 'A way to pay is compared with a word that the source never writes.',
    edits: [swap('models/marts/core/agg_daily_revenue.sql', "= 'credit card'", "= 'credit'")],
    since: 'ever',
    says: 'card_amount of agg_daily_revenue is always zero',
    file: 'models/marts/core/agg_daily_revenue.sql',
    at: "= 'credit'",
  }),
  wrong({
    name: 'own-month-not-at-the-source',
    house: 'chinook',
    about: 'The source has lost a month: no file is wrong.',
    rows: [
      `delete from raw."InvoiceLine" where "InvoiceId" in (select "InvoiceId" from raw."Invoice" where date_trunc('month', "InvoiceDate") = date '2023-05-01')`,
      `delete from raw."Invoice" where date_trunc('month', "InvoiceDate") = date '2023-05-01'`,
    ],
    before: { dbt: [['build', '--full-refresh']] },
    says: 'May 2023 is missing in aggMonthlySales',
    rules: [],
    ...person,
  }),
]

const REFERENCES: Fault[] = [
  reference({
    name: 'own-test-of-a-lost-name',
    house: 'jaffle',
    about: 'A test refers to a model that there is not: dbt warns, and runs without it.',
    edits: [swap('models/marts/schema.yml', "to: ref('customers')", "to: ref('customer')")],
    silent: true,
    rules: ['P17'],
    file: 'models/marts/schema.yml',
    at: "ref('customer')",
    words: ['customer'],
  }),
  reference({
    name: 'own-file-of-one-letter-less',
    house: 'jaffle',
    about: 'A file has another name than all who refer to it say.',
    edits: [move('models/staging/stg_payments.sql', 'models/staging/stg_payment.sql')],
    rules: ['P17', 'P20'],
    words: ['stg_payments'],
    // Where all who name it follow, it has the new name.
    differs: ['stg_payments'],
  }),
  reference({
    name: 'own-source-called-otherwise',
    house: 'chinook',
    about: 'A source has another name, and five models read it by the old one.',
    edits: [swap('models/staging/sources.yml', '- name: shop', '- name: store')],
    since: 'older',
    rules: ['P17'],
    words: ['shop'],
  }),
  reference({
    name: 'own-package-that-is-none',
    house: 'music',
    about: 'A ref names a package that is not there.',
    edits: [
      swap(
        'models/intermediate/int_tracks_described.sql',
        "ref('stg_store__genres')",
        "ref('music_core', 'stg_store__genres')",
      ),
    ],
    since: 'ever',
    rules: ['P17'],
    file: 'models/intermediate/int_tracks_described.sql',
    words: ['music_core'],
  }),
  reference({
    name: 'own-version-of-tomorrow',
    house: 'solar',
    about: 'An exposure names a version that there is not.',
    edits: [swap('models/marts/_marts.yml', "- ref('dim_meter', v=2)", "- ref('dim_meter', v=3)")],
    since: 'ever',
    rules: ['P17'],
    file: 'models/marts/_marts.yml',
    words: ['dim_meter'],
  }),
  reference({
    name: 'own-parcels-switched-off',
    house: 'winery',
    about: 'A staging model is disabled, and two marts read it.',
    edits: [
      swap(
        'models/staging/STG_PARZELLEN.sql',
        'WITH QUELLE AS',
        '{{ config(enabled=false) }}\n\nWITH QUELLE AS',
      ),
    ],
    since: 'older',
    rules: ['P18', 'P17'],
    words: ['STG_PARZELLEN'],
    ...person,
  }),
  reference({
    name: 'own-members-of-themselves',
    house: 'museum',
    about: 'A landing model reads the report that is made of it.',
    edits: [
      swap(
        'models/landing/ld_members.sql',
        '    changed_at\nfrom source',
        "    changed_at\nfrom source\nwhere member_no in (select member_no from {{ ref('dim_members') }})",
      ),
    ],
    rules: ['P27'],
    file: 'models/landing/ld_members.sql',
    words: ['dim_members'],
  }),
]

/** A profile is its owner's: it is never written. */
const READING: Fault[] = [
  yaml({
    name: 'own-tab-in-yaml',
    house: 'jaffle',
    about: 'A line of YAML is indented by a tab.',
    edits: [
      swap(
        'models/staging/schema.yml',
        '    description: One row per payment of an order.',
        '\tdescription: One row per payment of an order.',
      ),
    ],
    since: 'ever',
    rules: ['P01'],
    file: 'models/staging/schema.yml',
  }),
  yaml({
    name: 'own-key-without-colon',
    house: 'music',
    about: 'A key of YAML has no colon.',
    edits: [swap('models/intermediate/_int__models.yml', 'data_tests:', 'data_tests')],
    since: 'ever',
    rules: ['P01', 'P02'],
    file: 'models/intermediate/_int__models.yml',
  }),
  yaml({
    name: 'own-period-in-the-plural',
    house: 'chinook',
    about: 'A period of freshness is a word that dbt does not take.',
    edits: [swap('models/staging/sources.yml', 'period: hour}', 'period: hours}')],
    since: 'ever',
    rules: ['P02'],
    file: 'models/staging/sources.yml',
    words: ['hours'],
  }),
  yaml({
    name: 'own-given-inputs',
    house: 'solar',
    about: 'A key of a unit test stands in the plural.',
    edits: [swap('models/meters/_meters.yml', "- input: ref('stg_meters')", "- inputs: ref('stg_meters')")],
    since: 'ever',
    rules: ['P02'],
    file: 'models/meters/_meters.yml',
    words: ['input'],
  }),
  profile({
    name: 'own-profile-of-half-a-name',
    house: 'jaffle',
    about: 'The project asks for a profile that there is not.',
    edits: [swap('dbt_project.yml', 'profile: jaffle_shop', 'profile: jaffle')],
    since: 'ever',
    rules: ['P06'],
    words: ['jaffle'],
  }),
  profile({
    name: 'own-adapter-misspelt',
    house: 'chinook',
    about: 'The type of the target is misspelt.',
    edits: [swap('profiles.yml', 'type: duckdb', 'type: duckbd')],
    rules: ['P08'],
    file: 'profiles.yml',
    words: ['duckbd'],
    ...person,
  }),
  profile({
    name: 'own-threads-in-words',
    house: 'solar',
    about: 'The number of threads is a word.',
    edits: [swap('profiles.yml', 'threads: 2', 'threads: two')],
    rules: ['P09', 'P03'],
    file: 'profiles.yml',
    words: ['threads'],
    ...person,
  }),
  profile({
    name: 'own-variable-of-the-host-misspelt',
    house: 'music',
    about: 'The profile asks for an environment variable by a name that nobody sets.',
    edits: [swap('profiles.yml', 'SHOP_PG_HOST', 'SHOP_PG_HSOT')],
    rules: ['P10'],
    words: ['SHOP_PG_HSOT'],
    ...person,
  }),
  profile({
    name: 'own-output-of-another-name',
    house: 'winery',
    about: 'The target that the profile names is not among its outputs.',
    edits: [swap('profiles.yml', '    dev:\n', '    develop:\n')],
    since: 'older',
    rules: ['P07'],
    file: 'profiles.yml',
    words: ['dev'],
    ...person,
  }),
]

export const OWN_MIXED: Fault[] = [...NUMBERS, ...REFERENCES, ...READING]
