/** A run that waits for a person: shown anew when its time is over, killed between the yes and what it lets happen. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunRecord } from '../../src/workflows/types.ts'
import { runMartsmith, startMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project, projectAt } from '../support/project.ts'

const FILE = 'models/marts/_marts.yml'
const TEXT = 'Where the order stands'
let project: Project
let run: RunRecord
let before: string

const statusOf = (of: Project) => /^status = "(.*)"$/m.exec(of.read(of.run(run.id).taskFile ?? ''))?.[1]

async function killed(args: string[], point: string): Promise<void> {
  const { signal, all } = await startMartsmith(project, args, { env: { MARTSMITH_FAILPOINT: point } }).result
  expect(signal, all).toBe('SIGKILL')
}

it('waits, with exit code 3, and says for what and how to answer', async () => {
  project = makeProject('shop-loaded')
  before = project.read(FILE)
  const words = ['refactor', 'set-description', 'fct_orders.status', TEXT]
  const { code, json, all } = await runMartsmith(project, [...words, '--json'])
  expect(code, all).toBe(3)
  expect(json).toMatchObject({ status: 'waiting', run_state: 'waiting', changes: [] })
  run = project.run(json.run_id ?? '')
  expect(json.next_steps[0]).toBe(`martsmith approve ${run.id} --hash ${run.waiting?.hash}`)
  expect([statusOf(project), project.read(FILE)]).toEqual(['⚪ Blocked', before])
  const listed = await runMartsmith(project, ['runs'])
  expect(listed.stderr).toMatch(new RegExp(`${run.id} waits for a person since`))
})

it('is given up by cancel, and is then not approved', async () => {
  const dir = join(project.dir, '..', 'given-up')
  cpSync(project.dir, dir, { recursive: true })
  const copy = projectAt(dir, project.home)
  const { json, all } = await runMartsmith(copy, ['cancel', run.id, '--json'])
  expect(json.status, all).toBe('cancelled')
  expect(statusOf(copy)).toBe('⚪ Blocked')
  const approved = await runMartsmith(copy, ['approve', run.id])
  expect([approved.code, copy.read(FILE)], approved.all).toEqual([2, before])
})

it('takes no yes to something else, and none when its time is over: it is shown anew', async () => {
  const wrong = await runMartsmith(project, ['approve', run.id, '--hash', '0123456789ab'])
  expect(wrong.code, wrong.all).toBe(3)
  const past = { ...run, waiting: { ...run.waiting, expires: '2020-01-01T00:00:00.000Z' } }
  project.write(`.martsmith/runs/${run.id}/run.json`, JSON.stringify(past))
  const late = await runMartsmith(project, ['approve', run.id])
  expect(late.code, late.all).toBe(3)
  expect(late.stderr).toContain('does not hold: it has expired. It is shown anew.')
  const anew = project.run(run.id)
  expect(anew).toMatchObject({ status: 'waiting', answers: [], waiting: { hash: run.waiting?.hash } })
  expect(Date.parse(anew.waiting?.expires ?? '')).toBeGreaterThan(Date.now())
  expect(project.read(FILE)).toBe(before)
})

it('is killed after the yes, and again after the writing: resumed, it asks nobody and writes once', async () => {
  await killed(['approve', run.id, '--hash', run.waiting?.hash ?? ''], 'before:3')
  expect(project.run(run.id).answers).toMatchObject([{ hash: run.waiting?.hash, choice: 'yes' }])
  expect(project.read(FILE)).toBe(before)
  await killed(['resume', run.id], 'done:4')
  const written = project.read(FILE)
  expect(written).toContain(`description: ${TEXT}`)

  const { code, json, all } = await runMartsmith(project, ['resume', run.id, '--json'])
  expect(code, all).toBe(0)
  expect(json.changes).toEqual([{ path: FILE, kind: 'edit' }])
  expect(json.steps[3]?.details).toContain('Written before the interruption')
  expect(project.run(run.id).answers).toHaveLength(1)
  expect([statusOf(project), project.read(FILE)]).toEqual(['🟢 Done', written])
})
