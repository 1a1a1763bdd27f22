/** The score card: requests by family, by server and by half, and the page that is kept. */
import { markdownTable } from 'markdown-table'
import { HALVES, halfOf, median } from '../support/card.ts'
import type { Ordeal } from './chaos.ts'
import { HOUSES } from './houses/index.ts'
import type { Verdict } from './judge.ts'
import { FAMILIES, type Request, SERVERS, type ServerKind } from './types.ts'

export type Mark = { request: Request; server: ServerKind; verdict: Verdict; seconds: number; said: string }

const HEAD = ['', 'requests', 'done', 'rightly held', 'safe', 'reversible', 'reviewed', 'wrong', 'seconds']
const TITLES: Record<ServerKind, string> = { postgres: 'Postgres', mysql: 'MySQL or MariaDB' }

export function cardTable(marks: Mark[]): string {
  const groups: [string, Mark[]][] = [
    ...FAMILIES.map((f): [string, Mark[]] => [f, marks.filter((m) => m.request.family === f)]),
    ...SERVERS.map((s): [string, Mark[]] => [TITLES[s], marks.filter((m) => m.server === s)]),
    ...HALVES.map((h): [string, Mark[]] => [`all, ${h}`, marks.filter((m) => halfOf(m.request) === h)]),
    ['all', marks],
  ]
  return markdownTable(
    [HEAD, ...groups.filter(([, own]) => own.length > 0).map(([name, own]) => [name, ...figures(own)])],
    { align: ['l', ...HEAD.slice(1).map(() => 'r')] },
  )
}

function figures(marks: Mark[]): string[] {
  const share = (of: (v: Verdict) => boolean | null) => {
    const all = marks.map((m) => of(m.verdict)).filter((v) => v !== null)
    return all.length === 0 ? '-' : `${all.filter(Boolean).length} of ${all.length}`
  }
  return [
    String(marks.length),
    share((v) => v.done),
    share((v) => v.held),
    share((v) => v.safe),
    share((v) => v.reversible),
    share((v) => v.reviewed),
    String(marks.filter((m) => m.verdict.wrong.length > 0).length),
    median(marks.map((m) => m.seconds)).toFixed(1),
  ]
}

export function ordealTable(ordeals: Ordeal[]): string {
  return markdownTable([
    ['server', 'change', 'killed', 'sessions ended', 'otherwise than undisturbed'],
    ...ordeals.map((o) => [
      TITLES[o.server],
      o.ask,
      String(o.kills),
      String(o.cuts),
      o.why.join('; ').replaceAll('\n', ' ') || 'nothing',
    ]),
  ])
}

/** Of the half that is held out nothing is told but figures. */
export function missesOf(marks: Mark[]): string[] {
  return marks
    .filter((m) => halfOf(m.request) === 'open' && m.verdict.why.length > 0)
    .map(
      ({ request, server, verdict }) =>
        `${request.name} (${request.house}, ${TITLES[server]}), "${request.ask}": ${verdict.why.join('; ')}`,
    )
}

export function page(
  marks: Mark[],
  { of, isPieced, ordeals }: { of: number; isPieced: boolean; ordeals: Ordeal[] },
): string {
  const servers = SERVERS.map((s) => [TITLES[s], String(marks.filter((m) => m.server === s).length)])
  return `# Score card of the database lead

Changes of databases are asked for in the words of people, on real servers, by \`martsmith db "..." --yes\`. What comes of it is
looked at by queries that know nothing of the product: the schema and the rows before, after, and after the way back. Each
request was written down with what is right before it was ever asked; for wrong input it is right to refuse, or to ask, and to
say why.

\`npm run eval:database\` prints the card, \`-- --only NAME\`, \`-- --family NAME\`, \`-- --house NAME\`, \`-- --server postgres\` and
\`-- --half open\` run a part, \`-- --write\` writes this page. Which half a request is in follows from a hash of its name;
the reading of requests is written with an eye on the open half alone, and of the other one nothing is told but figures.
${marks.length} of ${of} examinations are in this page: ${servers.map(([s, n]) => `${n} on ${s}`).join(', ')}.
${isPieced ? 'Put together from several runs, between which the product changed a little.\n' : ''}
${cardTable(marks)}

- **done**: what was asked for is so, in the names and types of the house, and nothing else is otherwise than before.
- **rightly held**: wrong input is refused or asked about, with the reason and the number of rows, and nothing is changed.
- **safe**, of what was done: run again by the examiner, no migration reads or writes anew a table under a lock that keeps
  writers away without saying so, and none waits for a lock without end.
- **reversible**: \`dbmate down\` brings the schema and the rows back, but for what the request itself takes away.
- **reviewed**: tasks for the specialist have criteria and passed a review, and the database's books name every file.
- **wrong**: success where something is not so, anything changed that nobody asked for, a stack trace, a database left behind.
- **seconds**: median of the whole command, its start among them, on a machine that does other work.

## The databases

${markdownTable([['database', 'what is its own', 'examinations'], ...HOUSES.map((h) => [h.name, h.about, String(marks.filter((m) => m.request.house === h.name).length)])])}

${
  ordeals.length === 0
    ? ''
    : `## Killed on the way

martsmith is killed at the boundaries of its steps and inside of them, each time going on from the one before; or the
sessions of the database and of the scratch copies are ended while a run is at work. Afterwards it is asked to go on. The
schema, the rows and the books have to be those of an undisturbed run, and no scratch database may be left.

${ordealTable(ordeals)}
`
}
## What the open half misses

${
  missesOf(marks)
    .map((m) => `- ${m.replaceAll('|', '\\|').replaceAll('\n', ' ')}`)
    .join('\n') || 'Nothing.'
}
`
}
