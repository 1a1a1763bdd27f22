/** Refactorings: planned, proven on real builds, asked about, written; or not. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { atTerminal } from '../support/terminal.ts'

const MODEL = 'models/marts/fct_orders.sql'
let project: Project
let before: Record<string, string>

beforeAll(() => {
  project = makeProject('shop-loaded')
  before = project.snapshot('.martsmith')
})

it('--dry-run shows the diff and the proof, and writes nothing; what the data does not bear out ends with 1', async () => {
  const dry = await runMartsmith(project, [
    ...['refactor', 'add-test', 'fct_orders.customer_id', 'unique', '--dry-run', '--json'],
  ])
  expect(dry.code, dry.all).toBe(1)
  expect(dry.json).toMatchObject({
    workflow: 'refactor',
    run_id: null,
    status: 'failed',
    changes: [{ path: 'models/marts/_marts.yml', kind: 'edit' }],
  })
  expect(dry.json.summary).toContain('Fails now: unique_fct_orders_customer_id')
  expect(project.snapshot('.martsmith')).toEqual(before)
})

it('what cannot be is told before a run begins, with the nearest name', async () => {
  const unknown = await runMartsmith(project, ['refactor', 'change-materialization', 'fct_order', 'table'])
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean fct_orders?')])
  expect(project.snapshot('.martsmith')).toEqual(before)
})

it('at a terminal the diff and the proof are shown and asked about; a yes writes it', async () => {
  const words = ['change-materialization', 'fct_orders', 'incremental']
  const { code, screen } = await atTerminal(
    project,
    ['refactor', ...words, '--unique-key', 'order_id', '--watermark', 'order_date'],
    [['(y/N/later)', 'y\r']],
  )
  expect(code, screen).toBe(0)
  expect(screen).toContain("+{{ config(materialized='incremental', unique_key='order_id') }}")
  expect(screen).toContain('Same rows in fct_orders: 6 of 6')
  expect(screen).toContain('same 6 rows, built on top of all but the newest')
  expect(project.read(MODEL)).toMatch(
    /^\{\{ config\(materialized='incremental', unique_key='order_id'\) \}\}\n/,
  )
  expect(project.read(project.run().taskFile ?? '')).toContain(`output_artifacts = ["${MODEL}"]`)
})

it('--yes writes what is proven without asking, and tells what is left to do by hand', async () => {
  const { code, json, all } = await runMartsmith(project, [
    ...['refactor', 'rename-model', 'stg_customers', 'stg_shop__customers', '--yes', '--json'],
  ])
  expect(code, all).toBe(0)
  expect(json).toMatchObject({ status: 'success' })
  expect(json.changes.map((c) => c.kind)).toContain('rename')
  expect(all).toContain('same rows in stg_shop__customers')
  expect(all).toMatch(/drop (view|table) \S*stg_customers/)
  expect(project.read('models/marts/_marts.yml')).toContain("- input: ref('stg_shop__customers')")
  expect(project.exists('models/staging/stg_customers.sql')).toBe(false)
})
