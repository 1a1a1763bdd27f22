/**
 * `npm run eval:modeling`: the two modelling workflows in projects that they have never seen, examined point by point.
 *
 *   npm run eval:modeling                          all scenarios; exit code 1 where a point does not hold
 *   npm run eval:modeling -- --only taxis,bank     some of them
 *   npm run eval:modeling -- --engine postgres     those of one engine
 *   npm run eval:modeling -- --write               keeps the card in docs/eval-modeling.md
 *   npm run eval:modeling -- --save a.json         keeps what was seen, scenario by scenario as they end
 *   npm run eval:modeling -- --with a.json,b.json  puts what was seen then beside what is seen now
 *   npm run eval:modeling -- --keep                leaves the projects for a look
 *   npm run eval:modeling -- --bench               seconds and statements on the example and on 10 million rows
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../../test/support/paths.ts'
import { cardTable, failuresOf, type Marks, page, restored, stored } from './card.ts'
import { commandOf, type Exam, examine } from './examine.ts'
import { POINTS } from './points/index.ts'
import { SCENARIOS } from './scenarios/index.ts'
import type { Scenario } from './types.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    engine: { type: 'string' },
    write: { type: 'boolean', default: false },
    save: { type: 'string' },
    with: { type: 'string' },
    keep: { type: 'boolean', default: false },
    bench: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
})

if (options.bench) {
  const { bench } = await import('./bench.ts')
  process.stdout.write(`${await bench()}\n`)
  process.exit(0)
}

const wanted = chosen()
const waiting = [...wanted]
const broken: string[] = []
const marks: Marks[] = []

async function worker(): Promise<void> {
  for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
    try {
      const exam = await examine(scenario, options.keep)
      const own = marksOf(exam)
      marks.push(own)
      if (options.save) writeFileSync(options.save, stored(marks))
      process.stderr.write(`${scenario.name}: ${Math.round(exam.seconds)} s\n${indented(failuresOf([own]))}`)
    } catch (error) {
      broken.push(scenario.name)
      process.stderr.write(
        `${scenario.name}: not examined: ${error instanceof Error ? error.stack : error}\n`,
      )
    }
  }
}

await Promise.all(Array.from({ length: Number(options.workers) }, worker))
for (const file of options.with?.split(',') ?? []) {
  const seen = new Set([...wanted, ...marks.map((m) => m.scenario)])
  marks.push(...restored(readFileSync(file, 'utf8'), SCENARIOS).filter((m) => !seen.has(m.scenario)))
}
const order = new Map(SCENARIOS.map((s, i) => [s.name, i]))
marks.sort((a, b) => (order.get(a.scenario.name) ?? 0) - (order.get(b.scenario.name) ?? 0))
process.stdout.write(`${cardTable(marks)}\n\n${times(marks)}\n`)
for (const failure of failuresOf(marks)) process.stdout.write(`NO  ${failure}\n`)
if (broken.length > 0) process.stdout.write(`Not examined: ${broken.join(', ')}\n`)
if (options.write) writeFileSync(join(ROOT, 'docs/eval-modeling.md'), page(marks, options.with !== undefined))
process.exit(broken.length > 0 || failuresOf(marks).length > 0 ? 1 : 0)

function chosen(): Scenario[] {
  const only = options.only?.split(',')
  const unknown = only?.filter((name) => !SCENARIOS.some((s) => s.name === name)) ?? []
  if (unknown.length > 0 || (options.engine && !['duckdb', 'postgres'].includes(options.engine))) {
    process.stderr.write(
      `There is no ${unknown.length > 0 ? `scenario ${unknown.join(', ')}` : `engine ${options.engine}`}. Scenarios: ${SCENARIOS.map((s) => `${s.name} (${s.engine})`).join(', ')}\n`,
    )
    process.exit(2)
  }
  return SCENARIOS.filter(
    (s) => (!only || only.includes(s.name)) && (!options.engine || s.engine === options.engine),
  )
}

function marksOf(exam: Exam): Marks {
  return {
    scenario: exam.scenario,
    verdicts: new Map(POINTS.map((point) => [point.id, point.of(exam)])),
    seconds: exam.seconds,
    requests: exam.asked.map((a) => ({ words: commandOf(a), seconds: a.answer.seconds })),
  }
}

function times(all: Marks[]): string {
  return all
    .flatMap((m) => m.requests.map((r) => `${m.scenario.name}: ${r.words} ${r.seconds.toFixed(1)} s`))
    .join('\n')
}

function indented(lines: string[]): string {
  return lines.map((l) => `  NO  ${l}\n`).join('')
}
