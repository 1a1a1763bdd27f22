/**
 * `npm run requirements`: every requirement id with the tests that name it. An id that is marked done
 * and has no test is an error.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { ROOT } from './paths.ts'

const LIST = 'docs/requirements.md'
const ROW = /^\| ([A-Z]+-\d+) \| (done|part|open) \| (.*) \|$/
const TITLE = /\b(?:it|test|describe)(?:\.\w+)*(?:\([^)]*\))?\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g
const ID = /\b(?:ORC|PIPE|DIM|FACT|DEBUG|ARCH|EXEC|ERR|OUT|SPEC|DBL)-\d+\b/g

const tests = new Map<string, string[]>()
for (const file of globSync(['src/**/*.spec.ts', 'test/**/*.test.ts'], { cwd: ROOT })) {
  for (const [, , title = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(TITLE)) {
    for (const [id] of title.matchAll(ID)) tests.set(id, [...(tests.get(id) ?? []), `${file}: ${title}`])
  }
}
const rows = readFileSync(join(ROOT, LIST), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, state] = ROW.exec(line) ?? []
    return id && state ? [{ id, state, tests: tests.get(id) ?? [] }] : []
  })
const bare = rows.filter((r) => r.state !== 'open' && r.tests.length === 0)
const unknown = [...tests.keys()].filter((id) => !rows.some((r) => r.id === id))

console.log(
  markdownTable([
    ['id', 'state', 'tests', 'first'],
    ...rows.map((r) => [r.id, r.state, String(r.tests.length), (r.tests[0] ?? '').slice(0, 90)]),
  ]),
)
for (const { id, state } of bare) console.error(`${id} is marked ${state} in ${LIST}, and no test names it.`)
for (const id of unknown) console.error(`Tests name ${id}, which is not in ${LIST}.`)
process.exit(bare.length + unknown.length > 0 ? 1 : 0)
