/**
 * `npm run eval:database`: changes of databases are asked for in the words of people, on real servers.
 *
 *   npm run eval:database                           all requests on both servers; exit code 1 where anything is wrong
 *   npm run eval:database -- --only mentor,labels   some of them
 *   npm run eval:database -- --server postgres      on one server
 *   npm run eval:database -- --family rules         those of some families
 *   npm run eval:database -- --house academy        those of some databases
 *   npm run eval:database -- --half open            one half: open, or held-out
 *   npm run eval:database -- --part 2/4             every fourth of them, from the second
 *   npm run eval:database -- --write                keeps the card in docs/eval-database.md
 *   npm run eval:database -- --save a.json          keeps what was seen
 *   npm run eval:database -- --with a.json,b.json   puts what was seen then beside what is seen now
 *   npm run eval:database -- --none --with a.json   the card of what was seen then
 *   npm run eval:database -- --keep                 leaves repositories and databases for a look
 *   npm run eval:database -- --chaos                besides, changes are killed at every place on their way
 *   npm run eval:database -- --list                 names the requests, and runs none
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../../test/support/paths.ts'
import { HALVES, halfOf, restored, stored } from '../support/card.ts'
import { chooser, partOf } from '../support/options.ts'
import { cardTable, type Mark, missesOf, ordealTable, page } from './card.ts'
import { chaos, type Ordeal } from './chaos.ts'
import { examine } from './examine.ts'
import { HOUSES } from './houses/index.ts'
import { judge, wordsOf } from './judge.ts'
import { REQUESTS } from './requests/index.ts'
import { openStage } from './stage.ts'
import { FAMILIES, type Request, SERVERS, type ServerKind } from './types.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    server: { type: 'string' },
    family: { type: 'string' },
    house: { type: 'string' },
    half: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    write: { type: 'boolean', default: false },
    save: { type: 'string' },
    with: { type: 'string' },
    keep: { type: 'boolean', default: false },
    none: { type: 'boolean', default: false },
    chaos: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})

type Sitting = { request: Request; server: ServerKind }

const all: Sitting[] = REQUESTS.flatMap((request) =>
  (request.servers ?? SERVERS).map((server) => ({ request, server })),
)
const wanted = chosen()
if (options.list) {
  for (const { request: r, server } of wanted)
    process.stdout.write(`${r.name} on ${server}  (${r.house}, ${r.family}, ${halfOf(r)})\n`)
  process.exit(0)
}

const marks: Mark[] = []
const broken: string[] = []
const ordeals: Ordeal[] = []
const stage = await openStage()
try {
  for (const { request, server } of options.none ? [] : wanted) {
    // Of the half that is held out, nothing but figures is told.
    const isOpen = halfOf(request) === 'open' || options.keep
    try {
      const exam = await examine(request, server, stage, options.keep)
      const mark = {
        request,
        server,
        verdict: judge(exam),
        seconds: exam.answer.seconds,
        said: wordsOf(exam),
      }
      marks.push(mark)
      save()
      const { why } = mark.verdict
      if (isOpen)
        process.stderr.write(
          `${request.name} on ${server}: ${mark.seconds.toFixed(1)} s  ${why.join('; ') || 'right'}\n`,
        )
      if (options.keep) process.stderr.write(`${mark.said}\n`)
    } catch (error) {
      broken.push(`${request.name} on ${server}`)
      process.stderr.write(
        `${request.name} on ${server}: not examined: ${error instanceof Error ? error.stack : error}\n`,
      )
    }
  }
  for (const server of options.chaos ? servers() : []) {
    ordeals.push(...(await chaos(server, stage)))
    save()
  }
} finally {
  if (!options.keep) await stage.close()
}

const own = new Set(marks.map(nameOf))
for (const file of options.with?.split(',') ?? []) {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { marks: object[]; ordeals: Ordeal[] }
  ordeals.push(...kept.ordeals)
  for (const mark of restored<'request', Mark>(kept.marks, 'request', REQUESTS)) {
    if (own.has(nameOf(mark))) continue
    own.add(nameOf(mark))
    marks.push(mark)
  }
}
process.stdout.write(`${cardTable(marks)}\n`)
if (ordeals.length > 0) process.stdout.write(`\n${ordealTable(ordeals)}\n`)
for (const miss of missesOf(marks)) process.stdout.write(`NO  ${miss}\n`)
if (broken.length > 0) process.stdout.write(`Not examined: ${broken.join(', ')}\n`)
if (options.write)
  writeFileSync(
    join(ROOT, 'docs/eval-database.md'),
    page(marks, { of: all.length, isPieced: options.with !== undefined, ordeals }),
  )
const isBad = marks.some((m) => m.verdict.wrong.length > 0) || ordeals.some((o) => o.why.length > 0)
process.exit(broken.length > 0 || isBad ? 1 : 0)

function save(): void {
  const kept = { marks: stored(marks, 'request'), ordeals }
  if (options.save) writeFileSync(options.save, JSON.stringify(kept, null, 1))
}

function servers(): ServerKind[] {
  return SERVERS.filter((s) => options.server?.split(',').includes(s) ?? true)
}

function nameOf({ request, server }: Sitting): string {
  return `${request.name} on ${server}`
}

function chosen(): Sitting[] {
  const isWanted = chooser(options, {
    only: REQUESTS.map((r) => r.name),
    server: [...SERVERS],
    family: [...FAMILIES],
    house: HOUSES.map((h) => h.name),
    half: [...HALVES],
  })
  const some = all.filter(
    ({ request: r, server }) =>
      isWanted('only', r.name) &&
      isWanted('server', server) &&
      isWanted('family', r.family) &&
      isWanted('house', r.house) &&
      isWanted('half', halfOf(r)),
  )
  return partOf(some, options.part)
}
