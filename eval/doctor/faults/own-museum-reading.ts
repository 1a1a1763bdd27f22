/** Faults of a museum's project in what dbt reads: YAML, Jinja, references, configuration. All are in the open half. */
import { cut, move, swap } from '../edits.ts'
import type { Cause, Edit, Family, Fault } from '../types.ts'

type More = Partial<
  Pick<Fault, 'since' | 'rows' | 'before' | 'silent' | 'ask' | 'fixable' | 'differs' | 'refresh'>
>

/** A fault of the museum, where one line each says what it is. */
export function inMuseum(
  name: string,
  family: Family,
  about: string,
  edits: Edit | Edit[],
  causes: Cause | Cause[],
  more: More = {},
): Fault {
  return {
    name: `own-museum-${name}`,
    house: 'museum',
    family,
    about,
    edits: [edits].flat(),
    since: 'older',
    causes: [causes].flat(),
    fixable: 'by code',
    half: 'open',
    ...more,
  }
}

/** A cause: any of these classes, the file, the text of its line, what has to be named with it. */
export const by = (rules: string, file: string, at?: string, ...words: string[]): Cause => ({
  rules: rules === '' ? [] : rules.split(' '),
  file,
  ...(at ? { at } : {}),
  words,
})

const SOURCES = 'models/landing/sources.yml'
const LANDING = 'models/landing/landing.yml'
const LOGIC = 'models/logic/logic.yml'
const REPORTS = 'models/reports/reports.yml'
const PROJECT = 'dbt_project.yml'
const MONEY = 'macros/money.sql'
const logic = (name: string) => `models/logic/${name}.sql`
const report = (name: string) => `models/reports/${name}.sql`

const person = { fixable: 'by a person' } as const

const YAML: Fault[] = [
  inMuseum(
    'entry-without-name',
    'yaml',
    'Who wrote a description overwrote the name of the model.',
    swap(REPORTS, '    - name: loan_income\n', '    - description: What each borrower pays.\n'),
    by('P02', REPORTS, '- description: What each', 'name'),
  ),
  inMuseum(
    'argument-for-arguments',
    'yaml',
    'The key of the arguments of a test is in the singular.',
    swap(
      LANDING,
      'at_least:\n                      arguments:',
      'at_least:\n                      argument:',
    ),
    by('C04 P02', LANDING, ' argument:', 'argument'),
  ),
  inMuseum(
    'values-as-text',
    'yaml',
    'The brackets of a list of values are gone.',
    swap(REPORTS, 'values: [sale, refund]', 'values: sale, refund'),
    by('T01 C04 P02', REPORTS, 'values: sale, refund', 'kind'),
  ),
  inMuseum(
    'bracket-of-an-input',
    'yaml',
    'The input of a unit test lacks a bracket.',
    swap(REPORTS, "- input: ref('admissions_net')", "- input: ref('admissions_net'"),
    by('', REPORTS, "- input: ref('admissions_net'"),
  ),
  inMuseum(
    'constraint-misspelt',
    'yaml',
    'The type of a constraint is misspelt.',
    swap(REPORTS, '- type: not_null', '- type: notnull'),
    by('', REPORTS, '- type: notnull', 'notnull'),
  ),
  inMuseum(
    'described-in-two-files',
    'yaml',
    'A model is described once more in another file, by who did not look.',
    swap(
      LOGIC,
      'groups:\n',
      '    - name: loan_income\n      description: Fees by borrower.\n      columns:\n          - name: borrower\n            data_tests: [not_null]\n\ngroups:\n',
    ),
    by('P23', LOGIC, '- name: loan_income', 'loan_income'),
  ),
  inMuseum(
    'table-without-dash',
    'yaml',
    'A table of a source lost its dash, and is part of the one above it.',
    swap(SOURCES, '          - name: objects\n', '            name: objects\n'),
    by('P17 P01 P02', SOURCES, '            name: objects'),
  ),
  inMuseum(
    'argument-of-a-test-renamed',
    'yaml',
    'An argument of a generic test has a new name, and who calls it says the old one.',
    [
      swap('macros/checks/at_least.sql', 'column_name, minimum', 'column_name, lowest'),
      swap('macros/checks/at_least.sql', '{{ minimum }}', '{{ lowest }}'),
    ],
    { rules: ['C04', 'C02'], words: ['minimum'] },
    { differs: ['ld_admissions', 'ticket_lines', 'gallery_load', 'loan_periods'] },
  ),
]

const JINJA: Fault[] = [
  inMuseum(
    'macro-renamed',
    'jinja',
    'A macro has a new name, and two models call it by the old one.',
    swap(MONEY, 'macro to_euro(', 'macro cents_as_euro('),
    { rules: ['C02'], words: ['to_euro'] },
  ),
  inMuseum(
    'var-in-a-macro',
    'jinja',
    'A macro asks for a variable by a misspelt name.',
    swap(MONEY, "var('vat_rate')", "var('vat_rates')"),
    by('P12', MONEY, 'vat_rates', 'vat_rates'),
  ),
  inMuseum(
    'var-without-quotes',
    'jinja',
    'The name of a variable has no quotes.',
    swap(logic('days'), 'var("first_day")', 'var(first_day)'),
    by('P12 C02', logic('days'), 'var(first_day)'),
  ),
  inMuseum(
    'blanks-taken-away',
    'jinja',
    'A tag takes the blanks away that part two words.',
    swap(report('income_by_channel'), '    {{ month_of', '    {{- month_of'),
    by('D12', report('income_by_channel'), '{{- month_of'),
  ),
  inMuseum(
    'package-lacking',
    'jinja',
    'A macro of a package is called that the project has not.',
    swap(
      report('loan_income'),
      '    borrower,\n    loans,',
      "    {{ dbt_utils.generate_surrogate_key(['borrower']) }} as loan_key,\n    borrower,\n    loans,",
    ),
    by('C02', report('loan_income'), 'dbt_utils', 'dbt_utils'),
    person,
  ),
]

const REFERENCES: Fault[] = [
  inMuseum(
    'model-renamed',
    'reference',
    'A model has a new name, its YAML and its readers have the old one.',
    move(logic('object_places'), logic('object_locations')),
    { rules: ['P17', 'P20'], words: ['object_places'] },
    { differs: ['object_places', 'object_locations'] },
  ),
  inMuseum(
    'private-to-a-group',
    'reference',
    'A model left the group whose private model it reads.',
    cut(report('dim_objects'), ", group='registrar'"),
    by('P25', report('dim_objects'), undefined, 'open_loans'),
  ),
  inMuseum(
    'version-that-is-none',
    'reference',
    'A ref asks for a version of a model that has none.',
    swap(report('visits_daily'), "ref('days')", "ref('days', v=2)"),
    by('P17', report('visits_daily'), 'v=2', 'days'),
  ),
  inMuseum(
    'ref-to-itself',
    'reference',
    'An incremental model refers to itself by its name.',
    swap(report('fct_admissions'), '{{ this }}', "{{ ref('fct_admissions') }}"),
    by('P27', report('fct_admissions'), "{{ ref('fct_admissions') }}", 'fct_admissions'),
  ),
  inMuseum(
    'seed-as-a-source',
    'reference',
    'A seed is read as if it were a table of a source.',
    swap(logic('ticket_lines'), "ref('ticket_types')", "source('till', 'ticket_types')"),
    by('P17', logic('ticket_lines'), "source('till', 'ticket_types')", 'ticket_types'),
  ),
  inMuseum(
    'source-as-a-ref',
    'reference',
    'A table of a source is read as if it were a model.',
    swap('models/landing/ld_loans.sql', "source('registry', 'loans')", "ref('loans')"),
    by('P17', 'models/landing/ld_loans.sql', "ref('loans')", 'loans'),
  ),
]

const SETTINGS: Fault[] = [
  inMuseum(
    'materialisation-misspelt',
    'configuration',
    'A materialisation is misspelt in dbt_project.yml.',
    swap(
      PROJECT,
      '            +materialized: table\n            +schema: logic',
      '            +materialized: tabel\n            +schema: logic',
    ),
    by('C07', PROJECT, 'tabel', 'tabel'),
  ),
  inMuseum(
    'folder-of-seeds',
    'configuration',
    'dbt_project.yml names a folder of seeds that is not there.',
    swap(PROJECT, 'seed-paths: [seeds]', 'seed-paths: [data]'),
    by('', PROJECT, 'seed-paths', 'data'),
  ),
  inMuseum(
    'list-as-text',
    'configuration',
    'A variable that holds a list is a text.',
    swap(PROJECT, 'channels: [desk, web, group]', 'channels: desk, web, group'),
    by('', PROJECT, 'channels: desk', 'channels'),
  ),
  inMuseum(
    'hook-on-another-column',
    'configuration',
    'An index is made on a column that is not there.',
    swap(
      report('dim_members'),
      'with current_members',
      `{{ config(post_hook='create index if not exists member_index on {{ this }} (member_number)') }}\n\nwith current_members`,
    ),
    by('D01', report('dim_members'), 'member_number', 'member_number'),
  ),
]

export const OWN_MUSEUM_READING = [YAML, JINJA, REFERENCES, SETTINGS].flat()
