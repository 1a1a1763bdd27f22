/** A school on Postgres: marks of pupils in courses, rows that repeat wholly, composite keys, text that is long, a wrong key. */
import { day, random, range, type Table } from '../../support/data.ts'
import { modelsYaml, plainStaging, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, chance } = random(97)
const SUBJECTS = { MA: 'Mathematics', EN: 'English', BI: 'Biology' }
const subjectCodes = Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]
const courses = [2023, 2024].flatMap((year) =>
  subjectCodes.map((subject) => ({
    year,
    subject,
    title: `${SUBJECTS[subject]} ${year}`,
    room: `R${whole(1, 9)}`,
  })),
)
const pupils = range(30).map((n) => ({
  no: n,
  name: `Pupil ${n}`,
  class: pick(['1a', '1b', '2a']),
  left: chance(0.1) ? 't' : 'f',
}))
const exams = courses.flatMap((course) =>
  pupils
    .filter(() => chance(0.7))
    .map((pupil) => ({
      year: course.year,
      subject: course.subject,
      pupil: pupil.no,
      day: day(course.year === 2023 ? -whole(10, 100) : whole(10, 100)),
      points: whole(0, 60),
      most: 60,
      comment: chance(0.5)
        ? null
        : `Did ${pick(['well', 'badly', 'as expected'])} in the exam, see note ${whole(1, 999)}`,
    })),
)
const tables: Table[] = [
  {
    schema: 'school',
    name: 'course',
    columns: { school_year: 'integer', subject_code: 'varchar', course_title: 'varchar', room: 'varchar' },
    rows: courses.map((c) => [c.year, c.subject, c.title, c.room]),
  },
  {
    schema: 'school',
    name: 'pupil',
    columns: { pupil_no: 'integer', pupil_name: 'varchar', class_name: 'varchar', has_left: 'varchar' },
    rows: pupils.map((p) => [p.no, p.name, p.class, p.left]),
  },
  {
    schema: 'school',
    name: 'exam_result',
    columns: {
      school_year: 'integer',
      subject_code: 'varchar',
      pupil_no: 'integer',
      exam_date: 'date',
      points: 'integer',
      max_points: 'integer',
      teacher_comment: 'text',
    },
    // Some were sent twice, wholly alike.
    rows: exams.flatMap((e, i) => {
      const row = [e.year, e.subject, e.pupil, e.day, e.points, e.most, e.comment]
      return i % 11 === 0 ? [row, row] : [row]
    }),
  },
]
/** A day behind the newest. */
const LATE = day(99)
const titleOf = (year: number, subject: string) =>
  courses.find((c) => c.year === year && c.subject === subject)?.title ?? null
const wanted: Row[] = exams.map((e) => ({
  year: e.year,
  subject: e.subject,
  pupil: e.pupil,
  course: titleOf(e.year, e.subject),
  points: e.points,
  day: e.day,
}))

export const school: Scenario = {
  name: 'school',
  about:
    'Postgres; a course named by year and subject; exam results that were sent twice, wholly alike; long comments that do not belong into a fact; no CTEs',
  engine: 'postgres',
  tables,
  files: {
    ...projectFiles('school', 'postgres'),
    'models/staging/sources.yml': sourcesYaml([
      { name: 'school', tables: ['course', 'pupil', 'exam_result'] },
    ]),
    ...Object.fromEntries(
      tables.map((t) => [
        `models/staging/stg_${t.name}.sql`,
        plainStaging('school', t.name, Object.fromEntries(Object.keys(t.columns).map((c) => [c, c]))),
      ]),
    ),
    'models/staging/schema.yml': modelsYaml([
      {
        name: 'stg_course',
        description: 'One row per school year and subject.',
        columns: { school_year: 'The year it began.|not_null' },
      },
      {
        name: 'stg_pupil',
        description: 'One row per pupil.',
        columns: { pupil_no: 'The pupil.|unique|not_null' },
      },
      {
        name: 'stg_exam_result',
        description: 'One row per exam of a pupil.',
        columns: { points: 'What was reached.' },
      },
    ]),
  },
  names: { model: /^(stg|int|dim|fct|fact)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [`insert into school.exam_result values (2024, 'MA', 31, '${LATE}', 17, 60, null)`],
  requests: [
    {
      argv: ['dimension', 'course'],
      wants: {
        is: 'dimension',
        key: ['year', 'subject'],
        members: courses,
      },
    },
    {
      argv: ['dimension', 'pupil'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['no'],
        members: pupils.map((p) => ({
          no: p.no,
          name: p.name,
          class: p.class,
          left: [p.left, p.left === 't', p.left === 't' ? 'Yes' : 'No'],
        })),
      },
    },
    { argv: ['dimension', ' '], wrongInput: true, wants: { is: 'refusal', code: 2, says: [/name/i] } },
    {
      argv: ['fact', 'exams', '--from', 'nowhere'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/nowhere/] },
    },
    {
      argv: ['fact', 'exam results'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['year', 'subject', 'pupil'],
        rows: wanted,
        measures: { points: 'additive' },
        dimensions: ['course', 'pupil'],
        dates: ['day'],
        later: {
          rows: [...wanted, { year: 2024, subject: 'MA', pupil: 31, points: 17, day: LATE }],
          late: (e) => e.pupil === 31,
        },
      },
    },
  ],
}
