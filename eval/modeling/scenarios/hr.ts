/** Staff: history with valid_from and valid_to, a manager among employees, attendance without measures, composite keys. */
import { day, random, range, type Table } from '../../support/data.ts'
import { leadingStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, chance } = random(7)
const DEPARTMENTS = ['Sales', 'Ward care', 'Kitchen', 'Finance'] as const
const GRADES = ['junior', 'senior', 'lead'] as const

type Version = {
  no: number
  name: string
  department: string
  grade: string
  manager: number | null
  from: string
  to: string | null
}

const versions: Version[] = range(40).flatMap((no) => {
  const starts = [0, ...(chance(0.6) ? [whole(40, 90)] : []), ...(chance(0.3) ? [whole(120, 200)] : [])]
  return starts.map((start, i) => ({
    no: 100 + no,
    name: `Person ${no}`,
    department: pick(DEPARTMENTS),
    grade: GRADES[Math.min(i, 2)] ?? 'lead',
    manager: no <= 4 ? null : 100 + whole(1, 4),
    from: day(start),
    to: starts[i + 1] === undefined ? null : day(starts[i + 1] ?? 0),
  }))
})
const history: Table = {
  schema: 'hr',
  name: 'employee_history',
  columns: {
    emp_no: 'integer',
    full_name: 'varchar',
    department: 'varchar',
    grade: 'varchar',
    manager_emp_no: 'integer',
    valid_from: 'date',
    valid_to: 'date',
  },
  rows: versions.map((v) => [v.no, v.name, v.department, v.grade, v.manager, v.from, v.to]),
}
const shifts = range(60).flatMap((d) =>
  range(40)
    .filter(() => chance(0.3))
    .map((no) => ({ day: day(d * 3), no: 100 + no, code: pick(['E', 'L', 'N']) })),
)
const SHIFTS: Record<string, string> = { E: 'early', L: 'late', N: 'night' }
const attendance: Table = {
  schema: 'rota',
  name: 'attendance',
  columns: { work_day: 'date', emp_no: 'integer', shift_code: 'varchar' },
  rows: shifts.map((s) => [s.day, s.no, s.code]),
}
const shiftTypes: Table = {
  schema: 'rota',
  name: 'shift_types',
  columns: { shift_code: 'varchar', shift_name: 'varchar' },
  rows: Object.entries(SHIFTS),
}
const wanted: Row[] = shifts.map((s) => ({
  day: s.day,
  no: s.no,
  shift: SHIFTS[s.code] ?? null,
  grade:
    versions.find((v) => v.no === s.no && v.from <= s.day && (v.to === null || s.day < v.to))?.grade ?? null,
}))
const late: Row = { day: day(179), no: 101, shift: 'night' }

export const hr: Scenario = {
  name: 'hr',
  about:
    'Postgres; a history table makes type 2; attendance without measures, joined as of its date; a composite key; several schemas; leading commas',
  engine: 'postgres',
  tables: [history, attendance, shiftTypes],
  files: {
    ...projectFiles('hr', 'postgres'),
    'models/staging/_sources.yml': sourcesYaml([
      { name: 'hr', tables: ['employee_history'] },
      { name: 'rota', tables: ['attendance', 'shift_types'] },
    ]),
    'models/staging/stg_employee_history.sql': leadingStaging('hr', 'employee_history', {
      employee_number: 'emp_no',
      employee_name: 'full_name',
      department: 'department',
      grade: 'grade',
      manager_employee_number: 'manager_emp_no',
      valid_from: 'valid_from',
      valid_to: 'valid_to',
    }),
    'models/staging/stg_attendance.sql': leadingStaging('rota', 'attendance', {
      work_day: 'work_day',
      employee_number: 'emp_no',
      shift_code: 'shift_code',
    }),
    'models/staging/stg_shift_types.sql': leadingStaging('rota', 'shift_types', {
      shift_code: 'shift_code',
      shift_name: 'shift_name',
    }),
    'models/staging/_models.yml': modelsYaml([
      {
        name: 'stg_employee_history',
        description: 'One row per employee and version.',
        columns: { employee_number: 'The number on the badge.|not_null' },
      },
      {
        name: 'stg_attendance',
        description: 'One row per employee, day and shift that was worked.',
        columns: { work_day: 'The day.|not_null', employee_number: 'Who came.|not_null' },
      },
    ]),
  },
  names: { model: /^(stg|int|dim|fct|snp|snap)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [`insert into rota.attendance values ('${day(179)}', 101, 'N')`],
  requests: [
    {
      argv: ['dimension', 'employee'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['no'],
        members: versions.map(({ manager, ...v }) => v),
        versions: { from: 'from', to: 'to', firstFact: day(0) },
      },
    },
    {
      argv: ['dimension', 'shift'],
      wants: {
        is: 'dimension',
        key: ['code'],
        members: Object.entries(SHIFTS).map(([code, name]) => ({ code, name })),
      },
    },
    {
      argv: ['fact', 'attendance'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['day', 'no'],
        rows: wanted,
        measures: {},
        dimensions: ['shift', 'grade', 'no'],
        dates: ['day'],
        later: { rows: [...wanted, late], late: (r) => r.day === late.day && r.no === 101 },
      },
    },
  ],
}
