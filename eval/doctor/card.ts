/** The score card: faults by family and by half, and the page that is kept. */
import { markdownTable } from 'markdown-table'
import { HALVES, halfOf, median } from '../support/card.ts'
import { HOUSES } from './houses.ts'
import type { Verdict } from './judge.ts'
import { FAMILIES, type Fault } from './types.ts'

export type Mark = { fault: Fault; verdict: Verdict; seconds: number; said: string }

const HEAD = [
  '',
  'faults',
  'found',
  'root cause',
  'class',
  'fixed',
  'proven',
  'wrong claims',
  'weakened',
  'seconds',
]

export function cardTable(marks: Mark[]): string {
  const families = FAMILIES.map((family) => [family, marks.filter((m) => m.fault.family === family)] as const)
  const halves = HALVES.map(
    (half) => [`all, ${half}`, marks.filter((m) => halfOf(m.fault) === half)] as const,
  )
  const rows = [...families, ...halves, ['all', marks] as const].filter(([, own]) => own.length > 0)
  return markdownTable([HEAD, ...rows.map(([name, own]) => [name, ...figures(own)])], {
    align: ['l', ...HEAD.slice(1).map(() => 'r')],
  })
}

function figures(marks: Mark[]): string[] {
  const share = (of: (v: Verdict) => boolean | null) => {
    const all = marks.map((m) => of(m.verdict)).filter((v) => v !== null)
    return all.length === 0 ? '-' : `${all.filter(Boolean).length} of ${all.length}`
  }
  return [
    String(marks.length),
    share((v) => v.found),
    share((v) => v.cause),
    share((v) => v.rule),
    share((v) => v.fixed),
    share((v) => v.proven),
    String(marks.filter((m) => m.verdict.claims.length > 0).length),
    String(marks.filter((m) => m.verdict.weakened.length > 0).length),
    median(marks.map((m) => m.seconds)).toFixed(1),
  ]
}

/** Of the half that is held out nothing is told but figures. */
export function missesOf(marks: Mark[]): string[] {
  return marks
    .filter((m) => halfOf(m.fault) === 'open' && m.verdict.why.length > 0)
    .map(({ fault, verdict }) => `${fault.name} (${fault.house}): ${fault.about} ${verdict.why.join('; ')}`)
}

export function page(marks: Mark[], { of, isPieced }: { of: number; isPieced: boolean }): string {
  const shares = HALVES.map((half) => {
    const own = marks.filter((m) => halfOf(m.fault) === half).map((m) => m.verdict)
    const code = own.filter((v) => v.fixed !== null)
    const percent = (part: number, whole: number) => `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`
    return [
      half,
      percent(own.filter((v) => v.cause).length, own.length),
      percent(code.filter((v) => v.fixed).length, code.length),
      String(own.filter((v) => v.claims.length > 0).length),
      String(own.filter((v) => v.weakened.length > 0).length),
      median(marks.filter((m) => halfOf(m.fault) === half).map((m) => m.seconds)).toFixed(1),
    ]
  })
  return `# Score card of the doctor

Working projects are broken, and \`martsmith debug --fix --yes\` is asked: by faults in code, in configuration, in the
warehouse and in the data, alone and several at once, and by nothing at all. Each fault was written down with its cause,
and with whether code can mend it, before the doctor was asked. A fix is right where dbt builds, all relations hold the rows
that the unbroken project makes, and every test is there and says what it said; it is proven where the failed part was
run again, and what stands is right without another build.

\`npm run eval:doctor\` prints the card, \`-- --only NAME\` and \`-- --class FAMILY\` run a part, \`-- --half open\` one half,
\`-- --stage DIR\` keeps the working projects for the next time, \`-- --write\` writes this page. Which half a fault is in
follows from a hash of its name; fixes are written with an eye on the open half alone, and of the other one nothing is
told but figures. Faults that were found while fixes were written (\`own-...\`) are in the open half, whatever their names say.
${marks.length} of the ${of} faults of the corpus were examined for this page.
${isPieced ? 'Put together from several runs; the product may have changed a little between them.\n' : ''}
| half | root cause named (goal 95 %) | fixed, of what code can mend (90 %) | wrong claims (0) | weakened tests (0) | median seconds (10) |
| - | -: | -: | -: | -: | -: |
${shares.map((row) => `| ${row.join(' | ')} |`).join('\n')}

${cardTable(marks)}

- **found**: it says that something fails; where nothing is wrong, that nothing does.
- **root cause**: file, line and thing are named, for each cause. **class**: with the right id.
- **fixed** and **proven**: of the faults that code can mend.
- **wrong claims**: success where something is not right, code bent to wrong data, a failure where there is none.
- **seconds**: median of the whole command, its start among them, on a machine that does other work.

## The projects

${markdownTable([['project', 'engine', 'what is its own', 'faults'], ...HOUSES.map((h) => [h.name, h.engine, h.about, String(marks.filter((m) => m.fault.house === h.name).length)])])}

## What the open half misses

${
  missesOf(marks)
    .map((m) => `- ${m.replaceAll('|', '\\|').replaceAll('\n', ' ')}`)
    .join('\n') || 'Nothing.'
}
`
}
