/** What a fixer proposes on files that a test makes up. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { DbtEngine } from '../../../adapters/dbt/types.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import { classify } from '../classify.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'

const made: string[] = []
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true })
})

/** A warehouse with nothing in it. */
const NOTHING_STANDS = {
  columns: async (relations: string[]) => relations.map(() => ({ error: 'is not there' })),
  query: async (statements: string[]) => statements.map(() => ({ error: 'is not there' })),
} as unknown as DbtEngine

export async function found(
  fixer: Fixer,
  message: string,
  files: Record<string, string>,
  at: Partial<Failure> = {},
  graph: ProjectGraph | null = null,
  { dbt = NOTHING_STANDS, git = null }: Partial<Pick<FixContext, 'dbt' | 'git'>> = {},
): Promise<Candidate[]> {
  const root = mkdtempSync(join(tmpdir(), 'fixes-'))
  made.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const told = classify({ message, events: [] })
  const failure: Failure = {
    class: told?.class ?? null,
    thing: told?.thing ?? null,
    message,
    stage: 'parse',
    nodes: [],
    file: Object.keys(files)[0] ?? null,
    line: null,
    reads: [],
    trace: null,
    ...at,
  }
  expect(['*', failure.class?.id]).toEqual(
    expect.arrayContaining([fixer.classes.find((c) => c === '*' || c === failure.class?.id)]),
  )
  const context: FixContext = {
    place: { root, dbtDir: root, stateDir: join(root, '.martsmith') },
    files: Object.keys(files),
    foreign: [],
    graph,
    adapter: 'postgres',
    dbt,
    git,
    read: async (path) => readFileSync(join(root, path), 'utf8'),
  }
  const candidates = await fixer.find(failure, context)
  return candidates.sort((a, b) => b.score - a.score)
}

export const after = ([best]: Candidate[]) => {
  const change = best?.changes.changes[0]
  return change?.kind === 'edit' ? change.after : null
}
