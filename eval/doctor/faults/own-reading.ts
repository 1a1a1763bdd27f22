/** Faults in what dbt reads, as people make them. What mends them was written with an eye on them: all are in the open half. */
import { cut, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const half = 'open' as const
const fixable = 'by code' as const
const since = 'older' as const
const MARTS = 'models/marts/_marts.yml'

export const OWN_READING: Fault[] = [
  {
    name: 'own-macro-without-end',
    house: 'solar',
    family: 'jinja',
    about: 'A macro has no end, and another one follows it.',
    edits: [swap('macros/measures.sql', 'kwh_net\n{% endmacro %}', 'kwh_net')],
    since,
    causes: [{ rules: ['C03'], file: 'macros/measures.sql' }],
    fixable,
    half,
  },
  {
    name: 'own-generic-test-misspelt',
    house: 'solar',
    family: 'yaml',
    about: 'A test is called by a name that none has.',
    edits: [
      swap(
        'models/meters/_meters.yml',
        '- unique\n          - not_null\n      - name: kind',
        '- uniqe\n          - not_null\n      - name: kind',
      ),
    ],
    since,
    causes: [{ rules: ['C02'], file: 'models/meters/_meters.yml', at: '- uniqe', words: ['uniqe'] }],
    fixable,
    half,
  },
  {
    name: 'own-hook-calls-nothing',
    house: 'solar',
    family: 'configuration',
    about: 'A hook at the end of each run calls a macro by a name that none has; all models are well.',
    edits: [swap('dbt_project.yml', 'vars:\n', 'on-run-end: "{{ lgo(\'all is built\') }}"\nvars:\n')],
    since,
    causes: [{ rules: ['C02'], file: 'dbt_project.yml', at: 'lgo', words: ['lgo'] }],
    fixable,
    half,
  },
  {
    name: 'own-folder-misspelt',
    house: 'solar',
    family: 'configuration',
    about: 'dbt_project.yml names a folder of macros that is not there.',
    edits: [swap('dbt_project.yml', 'profile: solar\n', 'profile: solar\nmacro-paths: [macro]\n')],
    since,
    causes: [{ rules: ['C02'], file: 'dbt_project.yml', at: 'macro-paths' }],
    fixable,
    half,
  },
  {
    name: 'own-spine-of-another-column',
    house: 'solar',
    family: 'yaml',
    about: 'The time spine names a column that its model has not.',
    edits: [swap(MARTS, 'standard_granularity_column: date_day', 'standard_granularity_column: date_days')],
    since,
    causes: [{ rules: ['P02'], file: MARTS, at: 'date_days', words: ['date_days'] }],
    fixable,
    half,
  },
  {
    name: 'own-docs-without-end',
    house: 'solar',
    family: 'yaml',
    about: 'A docs block has no end.',
    edits: [cut('models/docs.md', '{% enddocs %}\n')],
    since,
    causes: [{ rules: ['C03'], file: 'models/docs.md' }],
    fixable,
    half,
  },
]
