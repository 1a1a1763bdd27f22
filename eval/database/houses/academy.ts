/** A school with composite keys: snake_case in the plural, an enum, references of four columns. */
import { moment, random, range } from '../../support/data.ts'
import type { House, HouseTable, ServerKind } from '../types.ts'

const GRADES = ['A', 'B', 'C', 'D', 'F'] as const
const DEPARTMENTS = ['CS', 'MA', 'PH', 'BI'] as const
const ENUM = GRADES.map((g) => `'${g}'`).join(', ')

function tables(server: ServerKind): HouseTable[] {
  const dice = random(9)
  const courses = DEPARTMENTS.flatMap((d) => range(12).map((n) => [d, 100 + n] as const))
  const terms = ['2024S', '2024F', '2025S'] as const
  const sections = courses.flatMap(([d, n]) => terms.map((t) => [d, n, t, 1] as const))
  const enrolled = new Set<string>()
  const enrolments = range(2500).flatMap(() => {
    const [d, n, t, s] = dice.pick(sections)
    const student = dice.whole(1, 300)
    const key = [student, d, n, t].join()
    if (enrolled.has(key)) return []
    enrolled.add(key)
    return [[student, d, n, t, s, dice.chance(0.8) ? dice.pick(GRADES) : null]]
  })
  return [
    {
      name: 'students',
      columns: {
        id: 'id',
        full_name: 'varchar(80) not null',
        nickname: 'varchar(40)',
        email: 'varchar(120) not null',
        country: "varchar(2) default 'NL'",
        joined_at: 'timestamp not null',
      },
      rows: range(300).map((i) => [
        i,
        `Student ${i}`,
        i % 3 === 0 ? `S${i}` : null,
        `s${i}@school.example`,
        dice.pick(['NL', 'BE', 'DE']),
        moment(i, 0),
      ]),
    },
    {
      name: 'rooms',
      columns: {
        id: 'id',
        building: 'varchar(20) not null',
        name: 'varchar(20) not null',
        number: 'varchar(10) not null',
        seats: 'int',
      },
      rows: range(24).map((i) => [
        i,
        i % 2 ? 'Main' : 'North',
        `Room ${i}`,
        i % 8 === 0 ? `${i}b` : String(i),
        dice.whole(10, 90),
      ]),
    },
    {
      name: 'courses',
      columns: {
        department: 'varchar(4) not null',
        number: 'int not null',
        title: 'varchar(120) not null',
        credits: 'int not null',
      },
      also: ['primary key ([department], [number])'],
      rows: courses.map(([d, n]) => [d, n, `${d} ${n}`, dice.whole(2, 10)]),
    },
    {
      name: 'sections',
      columns: {
        department: 'varchar(4) not null',
        number: 'int not null',
        term: 'varchar(5) not null',
        section: 'int not null',
        room_id: 'int',
      },
      also: ['primary key ([department], [number], [term], [section])'],
      rows: sections.map((s) => [...s, dice.whole(1, 24)]),
    },
    {
      name: 'enrolments',
      columns: {
        student_id: 'int not null',
        department: 'varchar(4) not null',
        number: 'int not null',
        term: 'varchar(5) not null',
        section: 'int not null',
        grade: server === 'postgres' ? 'grade_scale' : `enum(${ENUM})`,
      },
      also: ['primary key ([student_id], [department], [number], [term], [section])'],
      rows: enrolments,
    },
    {
      name: 'payments',
      columns: {
        id: 'id',
        student_id: 'int not null',
        department: 'varchar(4) not null',
        number: 'int not null',
        term: 'varchar(5) not null',
        section: 'int not null',
        amount: 'numeric(8,2) not null',
        paid_at: 'timestamp not null',
      },
      rows: enrolments
        .slice(0, 1500)
        .map(([s, d, n, t, k], i) => [
          i + 1,
          s ?? 0,
          d ?? '',
          n ?? 0,
          t ?? '',
          k ?? 0,
          dice.money(100, 900),
          moment(i % 400, i),
        ]),
    },
  ]
}

const SECTION = '[department], [number], [term], [section]'

export const academy: House = {
  name: 'academy',
  about: 'a school, 6 tables and 4,400 rows: snake_case in the plural, keys of up to five columns, an enum',
  style: { postgres: 'snake', mysql: 'snake' },
  before: { postgres: [`create type grade_scale as enum (${ENUM})`] },
  tables,
  after: () => [
    'alter table [sections] add constraint sections_course_fk foreign key ([department], [number]) references [courses] ([department], [number])',
    'alter table [sections] add constraint sections_room_fk foreign key ([room_id]) references [rooms] ([id])',
    `alter table [enrolments] add constraint enrolments_section_fk foreign key (${SECTION}) references [sections] (${SECTION})`,
    'alter table [enrolments] add constraint enrolments_student_fk foreign key ([student_id]) references [students] ([id])',
    'alter table [payments] add constraint payments_student_fk foreign key ([student_id]) references [students] ([id])',
    'create unique index students_email_key on [students] ([email])',
  ],
}
