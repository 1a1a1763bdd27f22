/** What a load script can have meant, on files of a project. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { LoadError } from '../../../adapters/dlt/loader.ts'
import type { Candidate, Failure, FixContext } from '../types.ts'
import { slipsOf } from './slips.ts'

const SCRIPT = 'load.py'

async function slips(
  text: string,
  error: Partial<LoadError>,
  { line = 1, files = {} }: { line?: number; files?: Record<string, string> } = {},
): Promise<Candidate[]> {
  const root = mkdtempSync(join(tmpdir(), 'slips-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, content] of Object.entries({ [SCRIPT]: text, ...files })) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const context = {
    place: { root, dbtDir: root, stateDir: join(root, '.martsmith') },
    files: [SCRIPT],
    git: null,
    read: async (path: string) => readFileSync(join(root, path), 'utf8'),
  } as unknown as FixContext
  const failure = { file: SCRIPT, line } as Failure
  const said = (error.message ?? '').replaceAll('ROOT', root)
  const whole = { type: 'KeyError', meant: null, ...error, message: said } as LoadError
  return slipsOf(whole, failure, context, root)
}

const after = ({ changes: { changes } }: Candidate) =>
  changes.map((c) => (c.kind === 'edit' ? c.after : c.kind)).join('')

const missing = (path: string) => ({
  type: 'FileNotFoundError',
  message: `[Errno 2] No such file or directory: 'ROOT/${path}'`,
})

it('a name that is there and written nearly so takes the place of the one that is not, in the line that fails', async () => {
  const text = 'totl = 1\nprint(row["totl"])\n'
  const meant = { wrong: 'totl', there: ['id', 'total'], loaded: ['id', 'total'] }
  const [one, ...more] = await slips(text, { meant }, { line: 2 })
  expect(one && after(one)).toBe('totl = 1\nprint(row["total"])\n')
  expect([one?.asks, more]).toEqual([undefined, []])
})

it('where the line does not say it, every place that does, and no comment', async () => {
  const text = '# ordr_id\nKEY = "ordr_id"\nrun(\n)\n'
  const meant = { wrong: 'ordr_id', there: ['order_id'], loaded: [] }
  const [one] = await slips(text, { meant }, { line: 3 })
  expect(one && after(one)).toBe('# ordr_id\nKEY = "order_id"\nrun(\n)\n')
})

it('a column that goes by another name is read by it, loaded under its own, and a person says whether it is the same', async () => {
  const text = 'out = {"amount": float(row["amount"])}\n'
  const meant = { wrong: 'amount', there: ['id', 'gross'], loaded: ['id'] }
  const [one] = await slips(text, { meant })
  expect(one && after(one)).toBe('out = {"amount": float(row["gross"])}\n')
  expect(one?.asks).toContain('amount is gone, and gross is there')
})

it('of two columns that are new, none is taken', async () => {
  const meant = { wrong: 'amount', there: ['gross', 'net'], loaded: [] }
  expect(await slips('row["amount"]\n', { meant })).toEqual([])
})

it('a file that is called nearly so, whole or by what stands before its ending; a folder', async () => {
  const files = { 'data/orders.csv': '' }
  const [whole] = await slips('open("data/order.csv")\n', missing('data/order.csv'), { files })
  expect(whole && after(whole)).toBe('open("data/orders.csv")\n')
  const [stem] = await slips('read("order")\n', missing('data/order.csv'), { files })
  expect(stem && after(stem)).toBe('read("orders")\n')
  const [folder] = await slips('open("dat/orders.csv")\n', missing('dat/orders.csv'), { files })
  expect(folder && after(folder)).toBe('open("data/orders.csv")\n')
  expect([whole?.asks, stem?.asks, folder?.asks]).toEqual([undefined, undefined, undefined])
})

it('another delivery is a choice, however near its name', async () => {
  const [one] = await slips('open("sales-05.csv")\n', missing('sales-05.csv'), {
    files: { 'sales-04.csv': '' },
  })
  expect(one?.asks).toContain('Another file brings other rows')
})

it('a file that lies outside of the project is none that could be meant', async () => {
  expect(
    await slips('open("/elsewhere/a.csv")\n', { type: 'FileNotFoundError', message: "'/elsewhere/a.csv'" }),
  ).toEqual([])
})

it.each<[string, string, number, string]>([
  ["expected ':'", 'def rows()\n    pass\n', 1, 'def rows():\n    pass\n'],
  ["expected ':'", 'def rows()  # all of them\n    pass\n', 1, 'def rows():  # all of them\n    pass\n'],
  ["'(' was never closed", 'x = f(1\ny = 2\n', 1, 'x = f(1)\ny = 2\n'],
  [
    "closing parenthesis '}' does not match opening parenthesis '(' on line 1",
    'x = {"a": int(row["a"],\n}\n',
    2,

    'x = {"a": int(row["a"]),\n}\n',
  ],
  ["unmatched ')'", 'x = f(1))\n', 1, 'x = f(1)\n'],
  ['invalid syntax. Perhaps you forgot a comma?', 'x = [\n    1\n    2\n]\n', 2, 'x = [\n    1,\n    2\n]\n'],
  ['unterminated string literal (detected at line 1)', 'x = f("a)\n', 1, 'x = f("a")\n'],
])('%s: what Python misses is put where it says', async (message, text, line, wanted) => {
  const [one] = await slips(text, { type: 'SyntaxError', message }, { line })
  expect(one && after(one)).toBe(wanted)
})

it('what Python does not say is not guessed', async () => {
  expect(await slips('x = = 1\n', { type: 'SyntaxError', message: 'invalid syntax' })).toEqual([])
})
