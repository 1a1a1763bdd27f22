/**
 * One contract over all refactorings, on the built project of a house: what is planned is proven on real builds,
 * what cannot be is refused with its reason, what is claimed falsely does not hold. One dbt stays warm for all.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DbtEngine } from '../../../src/adapters/dbt/types.ts'
import { makeChangeSet } from '../../../src/changes/change-set.ts'
import { applyChanges } from '../../../src/changes/index.ts'
import { type Project as Found, findProject } from '../../../src/config/project.ts'
import { planRefactoring } from '../../../src/refactor/plan.ts'
import { type Proof, prove } from '../../../src/refactor/prove.ts'
import { OPERATION_IDS, operationById } from '../../../src/refactor/registry.ts'
import type { Claim, Plan } from '../../../src/refactor/types.ts'
import { inputOf } from '../../../src/refactor/words.ts'
import { openDbt } from '../../../src/workflows/session.ts'
import { cleanEnv } from '../../support/martsmith.ts'
import { makeProject, type Project } from '../../support/project.ts'

export type House = {
  source: `houses/${string}`
  /** Laid over the fixture: what its operations need and it does not have. */
  files: Record<string, string>
  /** Added to the end of a file. */
  more?: Record<string, string>
  environment(): Promise<{ env: Record<string, string>; close(): Promise<void> }>
  /** What is typed, the files it would change, and the summary of its proof. */
  proven: { words: string; changes: string[]; summary: string; lines?: string[] }[]
  /** What is typed, and the place and reason of the refusal. */
  refused: [words: string, message: string][]
  /** Edits by hand, with claims that are not true of them. */
  untrue: {
    edit: [path: string, from: string, to: string]
    claims: Claim[]
    summary: string
    lines?: string[]
  }[]
  /** Applied one after another, and built for real: two statements that have to answer the same rows. */
  chain: {
    words: string[]
    rows: { before: string; after: string }
    check(project: Project, texts: Record<string, string>): void
  }
}

const now = () => new Date()
const opened: { project: Project; found: Found; dbt: DbtEngine; close: () => Promise<void> }[] = []
const here = () => {
  const [only] = opened
  if (!only) throw new Error('the house is not open')
  return only
}

async function open(house: House): Promise<void> {
  const project = makeProject(house.source, { cold: true })
  for (const [path, text] of Object.entries(house.files)) project.write(path, text)
  for (const [path, text] of Object.entries(house.more ?? {})) project.write(path, project.read(path) + text)
  const { env, close } = await house.environment()
  const found = await findProject(project.dir)
  const dbt = openDbt(found, {}, cleanEnv({ HOME: project.home, ...env }), () => undefined)
  opened.push({ project, found, dbt, close: () => dbt.close().finally(close) })
  await build()
}

async function build(fullRefresh = false): Promise<void> {
  const { ok, exception, results } = await here().dbt.build({}, { fullRefresh })
  const bad = results.filter((r) => !['success', 'pass'].includes(r.status))
  expect({ ok, exception, bad }).toEqual({ ok: true, exception: null, bad: [] })
}

async function planOf(words: string): Promise<Plan> {
  const { found, dbt } = here()
  const [id = '', ...given] = words.split(' ')
  return planRefactoring({ project: found, dbt, now }, id, inputOf(await operationById(id), given))
}

function proofOf(plan: Plan): Promise<Proof> {
  const { found, dbt } = here()
  return prove(plan, { project: found, dbt, now, log: () => undefined, progress: () => undefined })
}

async function rowsOf(statement: string): Promise<unknown[][]> {
  const [answer] = await here().dbt.query([statement])
  if (!answer || 'error' in answer) throw new Error(answer?.error ?? 'no answer')
  expect(answer.rows.length).toBeGreaterThan(0)
  return answer.rows
}

const operationsIn = (words: string[]) => [...new Set(words.map((w) => w.split(' ')[0]))].toSorted()
const pathsIn = ({ changes }: Plan) =>
  changes.changes.map((c) => (c.kind === 'rename' ? `rename ${c.path} ${c.to}` : `${c.kind} ${c.path}`))

export function operationsHold(house: House): void {
  let untouched: Record<string, string>

  beforeAll(async () => {
    await open(house)
    untouched = here().project.snapshot('.martsmith')
  })
  afterAll(() => opened[0]?.close())

  it('every operation is proven here, and refuses something', () => {
    const all = OPERATION_IDS.toSorted()
    expect(operationsIn(house.proven.map((c) => c.words))).toEqual(all)
    expect(operationsIn(house.refused.map(([words]) => words))).toEqual(all)
  })

  it.each(house.proven.map((c) => [c.words, c] as const))(
    '%s',
    async (words, { changes, summary, lines }) => {
      const plan = await planOf(words)
      expect(pathsIn(plan).toSorted()).toEqual(changes.toSorted())
      const proof = await proofOf(plan)
      expect(proof.summary, proof.lines.join('\n')).toBe(summary)
      expect(proof).toMatchObject({ holds: true, claims: plan.claims.map(() => ({ holds: true })) })
      expect(proof.lines).toEqual(expect.arrayContaining(lines ?? []))
    },
  )

  it.each(house.refused)('%s: is refused', async (words, message) => {
    await expect(planOf(words)).rejects.toMatchObject({ message: expect.stringContaining(message) })
  })

  it.each(house.untrue.map((c) => [c.summary, c] as const))(
    '%s',
    async (summary, { edit, claims, lines }) => {
      const [path, from, to] = edit
      const before = here().project.read(path)
      const after = before.replace(from, to)
      expect(after).not.toBe(before)
      const title = 'A change that does not do what it says'
      const changes = makeChangeSet(title, [{ kind: 'edit', path, before, after }])
      const proof = await proofOf({ title, changes, claims, notes: [], next: [] })
      expect(proof, proof.lines.join('\n')).toMatchObject({ holds: false, summary })
      expect(proof.lines).toEqual(expect.arrayContaining(lines ?? []))
    },
  )

  describe('for real', () => {
    it('all of this wrote nothing of the user: neither files nor, in a file, the warehouse', () => {
      const { project } = here()
      expect(project.snapshot('.martsmith')).toEqual(untouched)
      expect(project.files('.martsmith/sandbox')).toEqual([])
    })

    it(house.chain.words.join(', then '), async () => {
      const { project, found } = here()
      const before = await rowsOf(house.chain.rows.before)
      const texts = Object.fromEntries(project.files('models').map((file) => [file, project.read(file)]))
      let fullRefresh = false
      for (const [i, words] of house.chain.words.entries()) {
        const plan = await planOf(words)
        fullRefresh ||= plan.fullRefresh ?? false
        await applyChanges(found, plan.changes, { run: `ref-${i}`, now: now() })
      }
      house.chain.check(project, texts)
      await build(fullRefresh)
      expect(await rowsOf(house.chain.rows.after)).toEqual(before)
    })
  })
}
