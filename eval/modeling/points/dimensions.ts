/** What a dimension has to be, asked of its rows. */
import { askedFor, commandOf } from '../examine.ts'
import { column, columnsOfField, isText, isUnique, names, same } from '../found.ts'
import { hasColumn, ofDimensions, type Point, testedKeys, verdict } from './point.ts'

export const dimensionPoints: Point[] = [
  {
    id: 'members',
    title: 'one row per member',
    about: 'Each natural key of the source has exactly one row (for type 2, one for each of its versions).',
    of: (exam) =>
      ofDimensions(
        exam,
        ({ wants, aligned, relation }) => {
          if (!aligned)
            return verdict(
              false,
              `no columns hold the natural key; ${relation.node.name} has ${names(relation.table).join(', ')}`,
            )
          const missing = wants.members.length - aligned.rowOf.size
          const more = aligned.others.length
          return verdict(
            missing === 0 && more <= 2,
            `${aligned.rowOf.size} of ${wants.members.length} members, ${more} other rows`,
          )
        },
        (wants) => !wants.versions,
      ),
  },
  {
    id: 'surrogate',
    title: 'surrogate key',
    about: 'A column beside the natural key is unique and never null, and the house tests it as the key.',
    of: (exam) =>
      ofDimensions(exam, ({ aligned, relation, tests }) => {
        const natural = new Set(aligned?.columns.map((c) => c.toLowerCase()))
        const keys = names(relation.table).filter((name) => {
          const values = column(relation.table, name)
          return isUnique(values) && values.every((v) => v !== null) && !natural.has(name.toLowerCase())
        })
        const tested = testedKeys(tests)
        const sure = keys.filter((k) => tested.includes(k.toLowerCase()))
        return verdict(
          sure.length > 0,
          `unique, never null and tested beside the natural key: ${sure.join(', ') || 'none'}`,
        )
      }),
  },
  {
    id: 'unknown',
    title: 'unknown member',
    about:
      'One member stands for what is not known, so that facts never have a null key and no row is lost by a join.',
    of: (exam) =>
      ofDimensions(
        exam,
        ({ aligned }) => {
          const n = aligned?.others.length ?? 0
          return verdict(n >= 1 && n <= 2, `${n} rows beside the members`)
        },
        (wants) => wants.unknown !== 'none' && !wants.versions,
      ),
  },
  {
    id: 'attributes',
    title: 'attributes',
    about:
      'Each descriptive attribute of the thing is there, with its value, levels of hierarchies flattened into it.',
    of: (exam) =>
      ofDimensions(
        exam,
        ({ aligned, relation, wants }) => {
          const fields = [...new Set(wants.members.flatMap((m) => Object.keys(m)))]
          const missing = fields
            .filter((f) => !wants.key.includes(f))
            .filter((f) => !aligned || !hasColumn(relation, aligned, f))
          return verdict(
            missing.length === 0,
            missing.length === 0 ? 'all there' : `not there, or with other values: ${missing.join(', ')}`,
          )
        },
        (wants) => !wants.versions,
      ),
  },
  {
    id: 'no nulls',
    title: 'no nulls in attributes',
    about:
      'Text has a word where the source says nothing. Numbers and dates have no such word, and may be null.',
    of: (exam) =>
      ofDimensions(exam, ({ relation }) => {
        const nulls = relation.table.columns
          .filter((c) => isText(c.type))
          .filter((c) => column(relation.table, c.name).some((v) => v === null || v === ''))
        return verdict(
          nulls.length === 0,
          nulls.length === 0 ? 'none' : `null or empty: ${nulls.map((c) => c.name).join(', ')}`,
        )
      }),
  },
  {
    id: 'type 2',
    title: 'type 2 history',
    about:
      'One row for each version; intervals half-open and without gaps; the first version dated back to cover every fact; exactly one current version.',
    of: (exam) =>
      ofDimensions(
        exam,
        ({ relation, wants }) => {
          return history(relation.table, wants)
        },
        (wants) => wants.versions !== undefined,
      ),
  },
  {
    id: 'dates',
    title: 'date dimension',
    about: 'A row for each day from the first to the last, no day missing; unknown dates have a member.',
    of: (exam) =>
      askedFor(exam, 'dates').map(({ asked, wants }) => {
        const node = asked.added.findLast((n) => n.resource_type === 'model')
        const table = node && exam.first.tables.get(node.unique_id)
        if (!table) return verdict(false, `${commandOf(asked)}: no date dimension was made`)
        const days = daysFrom(wants.first, wants.last)
        const found = names(table).find((name) => {
          const values = new Set(column(table, name).map(same))
          return days.every((d) => values.has(d))
        })
        return verdict(
          found !== undefined,
          `${commandOf(asked)}: ${found ?? 'no column'} has each day from ${wants.first} to ${wants.last}`,
        )
      }),
  },
  {
    id: 'bridge',
    title: 'bridge',
    about:
      'One row for each member of each group; weights of a group sum to one, so that totals hold through it.',
    of: (exam) =>
      askedFor(exam, 'bridge').map(({ asked, wants }) => {
        const pairs = Object.values(wants.groups).reduce((n, g) => n + g.length, 0)
        const sums = asked.added.flatMap((n) => {
          const table = exam.first.tables.get(n.unique_id)
          return table && table.rows.length >= pairs ? weightSums(table) : []
        })
        const holds = sums.length > 0
        return verdict(
          holds,
          `${commandOf(asked)}: ${holds ? 'weights sum to one' : 'no made table has the pairs with weights that sum to one within a group'}`,
        )
      }),
  },
]

function weightSums(table: Parameters<typeof names>[0]): string[] {
  const weights = names(table).filter((n) =>
    column(table, n).every((v) => typeof v === 'number' && v > 0 && v <= 1),
  )
  return weights.filter((weight) => {
    const values = column(table, weight)
    return names(table).some((group) => {
      const groups = column(table, group)
      const sums = new Map<string, number>()
      groups.forEach((g, i) => {
        sums.set(same(g), (sums.get(same(g)) ?? 0) + Number(values[i]))
      })
      return sums.size < groups.length && [...sums.values()].every((s) => Math.abs(s - 1) < 1e-3)
    })
  })
}

function daysFrom(first: string, last: string): string[] {
  const days: string[] = []
  for (let t = Date.parse(first); t <= Date.parse(last); t += 86_400_000)
    days.push(new Date(t).toISOString().slice(0, 10))
  return days
}

type Dimension = Parameters<Parameters<typeof ofDimensions>[1]>[0]

function history(table: Dimension['relation']['table'], wants: Dimension['wants']) {
  const { versions } = wants
  if (!versions) return null
  const byKey = Map.groupBy(wants.members, (m) => wants.key.map((k) => same(m[k] as never)).join('|'))
  const times = table.columns.filter((c) => /date|time/i.test(c.type)).map((c) => c.name)
  const textKeys = names(table).filter((n) => {
    const values = new Set(column(table, n).map(same))
    return [...byKey.keys()].every((k) => values.has(k))
  })
  const problems: string[] = []
  for (const key of textKeys)
    for (const from of times)
      for (const to of times.filter((t) => t !== from)) {
        const problem = intervals(table, { key, from, to }, byKey, versions, wants)
        if (problem === null) return verdict(true, `${key} from ${from} to ${to}`)
        problems.push(`${key}, ${from}, ${to}: ${problem}`)
      }
  return verdict(
    false,
    problems[0] ?? `no column of times, or none with the natural key: ${names(table).join(', ')}`,
  )
}

function intervals(
  table: Dimension['relation']['table'],
  { key, from, to }: { key: string; from: string; to: string },
  byKey: Map<string, Dimension['wants']['members']>,
  versions: { from: string; to: string; firstFact: string },
  wants: Dimension['wants'],
): string | null {
  const at = (name: string) => table.columns.findIndex((c) => c.name === name)
  const [k, f, t] = [at(key), at(from), at(to)]
  for (const [value, members] of byKey) {
    const rows = table.rows
      .filter((r) => same(r[k]) === value)
      .sort((a, b) => String(a[f] ?? '').localeCompare(String(b[f] ?? '')))
    if (rows.length !== members.length) return `${rows.length} versions for ${members.length}`
    if (String(rows[0]?.[f] ?? '') > versions.firstFact)
      return 'the first version begins after the first fact'
    for (const [i, row] of rows.entries()) {
      const end = row[t]
      const next = rows[i + 1]
      if (next && same(end) !== same(next[f])) return 'intervals overlap or have gaps'
      if (!next && !(end === null || String(end) >= '2999')) return 'the last version has ended'
      if (i > 0 && same(row[f]) !== same(members[i]?.[versions.from] as never))
        return 'a version begins at another time'
    }
  }
  const flags = names(table).filter((n) => {
    const values = column(table, n).map(same)
    return table.rows.every((row, i) => {
      const isLast = row[t] === null || String(row[t]) >= '2999'
      return !byKey.has(same(row[k])) || /^(true|1|y|yes)$/i.test(values[i] ?? '') === isLast
    })
  })
  if (flags.length === 0) return 'no column says which version is current'
  const described = Object.keys(wants.members[0] ?? {}).filter(
    (field) => !wants.key.includes(field) && field !== versions.from && field !== versions.to,
  )
  const rowOf = new Map(
    [...byKey].flatMap(([value, members]) => {
      const rows = table.rows
        .filter((r) => same(r[k]) === value)
        .sort((a, b) => String(a[f]).localeCompare(String(b[f])))
      return members.map((m, i) => [m, rows[i] ?? []] as const)
    }),
  )
  const missing = described.filter(
    (field) => columnsOfField(table, { columns: [], rowOf, others: [] }, field).length === 0,
  )
  return missing.length > 0 ? `versions without their ${missing.join(', ')}` : null
}
