/** What is told of an ingestion that failed, from its script, its input and git. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ingestionOf } from './explain.ts'

const SCRIPT = 'import csv\nFILE = "data/sales.csv"\nCOLUMNS = {\n    "day": str,\n    "amount": int,\n}\n'

function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'ingestion-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'data'))
  for (const [path, text] of Object.entries({ 'load.py': SCRIPT, ...files }))
    writeFileSync(join(root, path), text)
  return root
}

it('a file that is not there: where the script names it, and what lies there instead', async () => {
  const root = project({ 'data/sales-2.csv': 'day,amount\n', 'data/readme.md': '' })
  const said = `FileNotFoundError: [Errno 2] No such file or directory: '${root}/data/sales.csv' (load.py:7)`
  const { file, line, evidence } = await ingestionOf(root, said)
  expect([file, line]).toEqual(['load.py', 2])
  expect(evidence[0]).toMatch(/^data has no sales\.csv; it has sales-2\.csv \(\d{4}-\d\d-\d\d\)\.$/)
})

it('a header that changed: what the file has and what the script names', async () => {
  const root = project({ 'data/sales.csv': 'day,total\n1,2\n' })
  const said = `ValueError: ${root}/data/sales.csv: expected the columns day, amount; found day, total (load.py:7)`
  const { line, evidence, could } = await ingestionOf(root, said)
  expect(line).toBe(5)
  expect(evidence[0]).toContain('has total, which the script does not name; the script names amount')
  expect(could[0]).toContain('load it as amount still')
})

it('a type that the contract refuses: the line that says it, and both types', async () => {
  const said =
    "DataValidationError: In Table: `sales` Column: `amount` . Existing column: {'data_type': 'bigint', 'name': 'amount'}. Incoming column: {'data_type': 'text', 'name': 'amount'}. (load.py:7)"
  const { line, evidence } = await ingestionOf(project({}), said)
  expect(line).toBe(5)
  expect(evidence).toEqual(['The table has amount as bigint, and the script gives it as text.'])
})

it('a script that lies elsewhere is not told', async () => {
  expect(await ingestionOf(project({}), 'boom (other.py:3)')).toMatchObject({ file: null, evidence: [] })
})
