/** Faults of a museum's project that show in its data, or in nothing but its numbers. All are in the open half. */
import { put, swap } from '../edits.ts'
import type { Fault } from '../types.ts'
import { by, inMuseum } from './own-museum-reading.ts'

const landing = (name: string) => `models/landing/${name}.sql`
const logic = (name: string) => `models/logic/${name}.sql`
const report = (name: string) => `models/reports/${name}.sql`
const person = { fixable: 'by a person' } as const
const asked = (sentence: string): Pick<Fault, 'silent' | 'ask' | 'since'> => ({
  silent: true,
  ask: ['debug', '--symptom', sentence],
  since: 'last commit',
})

const TESTS: Fault[] = [
  inMuseum(
    'several-refunds',
    'data test',
    'Sales are joined to their refunds, of which there may be several.',
    [
      swap(logic('admissions_net'), "ref('refunds_by_admission')", "ref('ld_refunds')"),
      swap(
        logic('admissions_net'),
        'coalesce(refunds.refunded, 0) as refunded',
        'coalesce(refunds.refund, 0) as refunded',
      ),
      swap(
        logic('admissions_net'),
        '- coalesce(refunds.refunded, 0) as kept',
        '- coalesce(refunds.refund, 0) as kept',
      ),
    ],
    by('T01', logic('admissions_net'), 'left join refunds', 'admission_id'),
  ),
  inMuseum(
    'codes-in-lower-case',
    'data test',
    'A code is written small, and its list is written large.',
    swap(landing('ld_admissions'), 'upper(ticket_code)', 'lower(ticket_code)'),
    by('T01', landing('ld_admissions'), 'lower(ticket_code)', 'ticket_label'),
  ),
  inMuseum(
    'codes-as-they-come',
    'data test',
    'A code is no longer written large, as its list is.',
    swap(landing('ld_admissions'), 'upper(ticket_code) as ticket_code', 'ticket_code'),
    by('T01', landing('ld_admissions'), '    ticket_code,', 'ticket_label'),
  ),
  inMuseum(
    'sales-to-one-left-out',
    'data test',
    'Sales to one person are left out, and their refunds have no sale.',
    swap(landing('ld_admissions'), 'from source\n', 'from source\nwhere persons > 1\n'),
    by('T01', landing('ld_admissions'), 'where persons > 1', 'admission_id'),
  ),
  inMuseum(
    'union-that-folds',
    'data test',
    'A union folds refunds that are alike.',
    swap(report('cash_movements'), 'union all', 'union'),
    by('T01', report('cash_movements'), 'union\n', 'cash_is_complete'),
  ),
  inMuseum(
    'date-that-is-none',
    'database',
    'The registrar wrote a year where a date should stand.',
    [],
    by('D06', landing('ld_objects'), 'cast(acquired_on as date)', 'acquired_on'),
    { ...person, rows: ["update registry.objects set acquired_on = 'about 1931' where object_id = 40"] },
  ),
]

const NUMBERS: Fault[] = [
  inMuseum(
    'days-end-too-early',
    'wrong numbers',
    'The last day is in February, and people came in March.',
    swap('dbt_project.yml', "last_day: '2025-03-31'", "last_day: '2025-02-28'"),
    by('S01', 'dbt_project.yml', 'last_day:'),
    asked('2025-03-10 is missing in visits_daily'),
  ),
  inMuseum(
    'always-incremental',
    'wrong numbers',
    'A condition names a macro and does not call it: a build from the start takes nothing.',
    swap(report('fct_admissions'), 'is_incremental()', 'is_incremental'),
    by('S01', report('fct_admissions'), '{% if is_incremental %}'),
    { ...asked('fct_admissions misses rows'), before: { dbt: [['build', '--full-refresh']] }, refresh: true },
  ),
]

const SEVERAL: Fault[] = []

const WELL: Fault[] = [
  inMuseum(
    'well-and-no-duplicates',
    'nothing wrong',
    'Somebody thinks of duplicates where there are none.',
    put('NOTES.md', 'Ask the registrar about loans.\n'),
    [],
    { ...person, silent: true, ask: ['debug', '--symptom', 'dim_objects has duplicates'] },
  ),
]

export const OWN_MUSEUM_DATA = [TESTS, NUMBERS, SEVERAL, WELL].flat()
