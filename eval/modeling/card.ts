/** The score card: scenarios beside points, what failed, and the page that is kept. */
import { markdownTable } from 'markdown-table'
import { POINTS } from './points/index.ts'
import type { Verdict } from './points/point.ts'
import type { Scenario } from './types.ts'

export type Marks = {
  scenario: Scenario
  /** By id of the point; empty where it does not apply. */
  verdicts: Map<string, Verdict[]>
  seconds: number
  /** Of each request, in order. */
  requests: { words: string; seconds: number }[]
}

type Mark = 'yes' | 'NO' | '-'

function markOf(verdicts: Verdict[] = []): Mark {
  if (verdicts.length === 0) return '-'
  return verdicts.every((v) => v.holds) ? 'yes' : 'NO'
}

/** Points down, scenarios across: points are many and their names long. */
export function cardTable(marks: Marks[]): string {
  const head = ['point', ...marks.map((m) => m.scenario.name), 'yes', 'NO']
  const rows = POINTS.map((point) => {
    const row = marks.map((m) => markOf(m.verdicts.get(point.id)))
    return [point.id, ...row, ...totals(row)]
  })
  const all = rows.flatMap((row) => row.slice(1, -2) as Mark[])
  const columns = marks.map((m) => {
    const own = POINTS.map((p) => markOf(m.verdicts.get(p.id)))
    const [yes, no] = totals(own)
    return `${yes} of ${Number(yes) + Number(no)}`
  })
  return markdownTable([head, ...rows, ['all', ...columns, ...totals(all)]])
}

function totals(row: Mark[]): [string, string] {
  return [String(row.filter((m) => m === 'yes').length), String(row.filter((m) => m === 'NO').length)]
}

export function failuresOf(marks: Marks[]): string[] {
  return marks.flatMap(({ scenario, verdicts }) =>
    POINTS.flatMap((point) =>
      (verdicts.get(point.id) ?? [])
        .filter((v) => !v.holds)
        .map((v) => `${scenario.name}, ${point.id}: ${v.why}`),
    ),
  )
}

export function page(marks: Marks[], isPieced: boolean): string {
  return `# Score card of the modelling workflows

Real projects of several styles and domains, the two modelling workflows run in them through the command line with
\`--yes\`, and what they made built by dbt. Each point is checked on the built data, on the manifest that dbt parsed, or
on what the command said; columns are found by the values that they hold, not by their names. The data are made from a
fixed seed, or are the samples of taxis, jaffle and chinook.

\`npm run eval:modeling\` prints the card, \`-- --only NAME\` runs one scenario, \`-- --write\` writes this page. A point
that has no place in a scenario is \`-\`; what was not made holds none of the points that it was wanted for.
${isPieced ? 'Put together from several runs, between which the product and the scenarios changed a little.\n' : ''}
${cardTable(marks)}

## The scenarios

${markdownTable([
  ['scenario', 'engine', 'what is its own', 'requests'],
  ...marks.map(({ scenario }) => [
    scenario.name,
    scenario.engine,
    scenario.about,
    scenario.requests.map((r) => `\`${r.argv.join(' ')}\``).join(', '),
  ]),
])}

## The points

${markdownTable([['point', 'what is looked at'], ...POINTS.map((p) => [p.id, `${p.title}: ${p.about}`])])}

## What does not hold

What follows from a thing that was not made at all is left out here.

${
  failuresOf(marks)
    .filter((f) => !/no (fact|dimension) was made$/.test(f))
    .map((f) => `- ${f.replace(/ \/ Both sides .*/, '').replaceAll('|', '\\|')}`)
    .join('\n') || 'Nothing.'
}
`
}

/** Marks as text, to be put beside those of another run. */
export function stored(marks: Marks[]): string {
  return JSON.stringify(
    marks.map((m) => ({ ...m, scenario: m.scenario.name, verdicts: [...m.verdicts] })),
    null,
    1,
  )
}

/** Of scenarios that are there no more nothing is left. */
export function restored(text: string, scenarios: Scenario[]): Marks[] {
  const kept = JSON.parse(text) as (Omit<Marks, 'scenario' | 'verdicts'> & {
    scenario: string
    verdicts: [string, Verdict[]][]
  })[]
  return kept.flatMap((m) => {
    const scenario = scenarios.find((s) => s.name === m.scenario)
    return scenario ? [{ ...m, scenario, verdicts: new Map(m.verdicts) }] : []
  })
}
