/**
 * `npm run eval:doctor`: working projects are broken in many ways, and `martsmith debug` is asked what it is.
 *
 *   npm run eval:doctor                          all faults; exit code 1 where there is a wrong claim or a weakened test
 *   npm run eval:doctor -- --only a-ref,a-comma  some of them
 *   npm run eval:doctor -- --class yaml,jinja    those of some families
 *   npm run eval:doctor -- --house music         those of some projects
 *   npm run eval:doctor -- --half open           one half: open, or held-out
 *   npm run eval:doctor -- --part 2/4            every fourth of them, from the second
 *   npm run eval:doctor -- --write               keeps the card in docs/eval-doctor.md
 *   npm run eval:doctor -- --save a.json         keeps what was seen, fault by fault
 *   npm run eval:doctor -- --with a.json,b.json  puts what was seen then beside what is seen now
 *   npm run eval:doctor -- --none --with a.json  the card of what was seen then
 *   npm run eval:doctor -- --stage /tmp/stage    keeps the working projects there, built, for the next time
 *   npm run eval:doctor -- --keep                leaves the broken projects for a look
 *   npm run eval:doctor -- --list                names the faults, and runs none
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../../test/support/paths.ts'
import { HALVES, halfOf, restored, stored } from '../support/card.ts'
import { chooser, partOf } from '../support/options.ts'
import { cardTable, type Mark, missesOf, page } from './card.ts'
import { examine } from './examine.ts'
import { FAULTS } from './faults/index.ts'
import { HOUSES } from './houses.ts'
import { judge, wordsOf } from './judge.ts'
import { openStage } from './stage.ts'
import { FAMILIES, type Fault } from './types.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    class: { type: 'string' },
    house: { type: 'string' },
    half: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    write: { type: 'boolean', default: false },
    save: { type: 'string' },
    with: { type: 'string' },
    stage: { type: 'string' },
    keep: { type: 'boolean', default: false },
    none: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})

const wanted = chosen()
if (options.list) {
  for (const f of wanted) process.stdout.write(`${f.name}  (${f.house}, ${f.family}, ${halfOf(f)})\n`)
  process.exit(0)
}

const marks: Mark[] = []
const broken: string[] = []
const stage = openStage(options.stage ?? null)
try {
  for (const fault of options.none ? [] : wanted) {
    // Of the half that is held out, nothing but figures is told.
    const isOpen = halfOf(fault) === 'open' || options.keep
    try {
      const exam = await examine(fault, stage, options.keep)
      const mark = { fault, verdict: judge(exam), seconds: exam.answer.seconds, said: wordsOf(exam) }
      marks.push(mark)
      if (options.save) writeFileSync(options.save, JSON.stringify(stored(marks, 'fault'), null, 1))
      const { why } = mark.verdict
      if (isOpen)
        process.stderr.write(`${fault.name}: ${mark.seconds.toFixed(1)} s  ${why.join('; ') || 'right'}\n`)
      if (options.keep) process.stderr.write(`${mark.said}\n`)
    } catch (error) {
      broken.push(fault.name)
      process.stderr.write(`${fault.name}: not examined: ${error instanceof Error ? error.message : error}\n`)
    }
  }
} finally {
  await stage.close()
}

const own = new Set(marks.map((m) => m.fault))
for (const file of options.with?.split(',') ?? [])
  for (const mark of restored<'fault', Mark>(JSON.parse(readFileSync(file, 'utf8')), 'fault', FAULTS)) {
    if (own.has(mark.fault)) continue
    own.add(mark.fault)
    marks.push(mark)
  }
process.stdout.write(`${cardTable(marks)}\n`)
for (const miss of missesOf(marks)) process.stdout.write(`NO  ${miss}\n`)
if (broken.length > 0) process.stdout.write(`Not examined: ${broken.join(', ')}\n`)
if (options.write)
  writeFileSync(
    join(ROOT, 'docs/eval-doctor.md'),
    page(marks, { of: FAULTS.length, isPieced: options.with !== undefined }),
  )
const isBad = marks.some((m) => m.verdict.claims.length > 0 || m.verdict.weakened.length > 0)
process.exit(broken.length > 0 || isBad ? 1 : 0)

function chosen(): Fault[] {
  const isWanted = chooser(options, {
    only: FAULTS.map((f) => f.name),
    class: [...FAMILIES],
    house: HOUSES.map((h) => h.name),
    half: [...HALVES],
  })
  const all = FAULTS.filter(
    (f) =>
      isWanted('only', f.name) &&
      isWanted('class', f.family) &&
      isWanted('house', f.house) &&
      isWanted('half', halfOf(f)),
  )
  return partOf(all, options.part)
}
