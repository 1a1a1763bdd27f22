/** The claim that everything touched builds, and that no test fails that did not fail before. */
import type { Invocation, NodeResult } from '../../adapters/dbt/types.ts'
import { count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { ClaimProof } from '../types.ts'

const MOST = 6

export async function buildsClaim(
  sandbox: Sandbox,
  { before, after }: { before: Invocation; after: Invocation },
): Promise<ClaimProof> {
  const [old, now] = [await sandbox.before.graph(), await sandbox.after.graph()]
  if (after.results.length === 0)
    return {
      holds: true,
      text: 'the project parses, and no model is built differently',
      lines: ['No model, seed or snapshot is built differently: no data can change.'],
    }
  const failedBefore = new Set(before.results.filter(isFailure).map((r) => nameOf(old, r.id)))
  const failures = after.results.filter(isFailure)
  const fresh = failures.filter((r) => !failedBefore.has(nameOf(now, r.id)))
  const standing = failures.filter((r) => failedBefore.has(nameOf(now, r.id)))
  const broken = standing.filter((r) => !isTest(r.id))
  const passed = after.results.filter((r) => isTest(r.id) && ['pass', 'success', 'warn'].includes(r.status))
  const built = after.results.filter((r) => !isTest(r.id) && r.status === 'success')
  return {
    holds: fresh.length === 0 && broken.length === 0,
    text:
      fresh.length > 0
        ? `${names(now, fresh)} ${fresh.length === 1 ? 'fails' : 'fail'} after the change, and did not before`
        : broken.length > 0
          ? `${names(now, broken)} ${broken.length === 1 ? 'does' : 'do'} not build as it stands, so nothing can be compared`
          : `${count(built.length, 'relation')} built, ${count(passed.length, 'test')} passed`,
    lines: [
      ...fresh.flatMap((r) => failureLines(`Fails now: ${now.label(r.id)}`, r.message)),
      ...standing.flatMap((r) => failureLines(`Failed before too: ${now.label(r.id)}`, r.message)),
      ...(built.length > 0 ? [`Built: ${names(now, built)}; ${count(passed.length, 'test')} passed.`] : []),
    ],
    data: {
      built: built.map((r) => r.id),
      passed: passed.length,
      tests: after.results.filter((r) => isTest(r.id)).map((r) => testOf(now, r)),
      failed: fresh.map((r) => r.id),
      failed_before: standing.map((r) => r.id),
    },
  }
}

/** What it tests, by ids and names of the project after the change. */
export type TestRan = { test: string; model: string | null; column: string | null; status: string }

function testOf(graph: ProjectGraph, { id, status }: NodeResult): TestRan {
  const node = graph.node(id)
  return {
    test: node?.test_metadata?.name ?? graph.label(id),
    model: node?.attached_node ?? null,
    column: node?.column_name ?? null,
    status,
  }
}

function names(graph: ProjectGraph, results: NodeResult[]): string {
  return list(
    results.map((r) => graph.label(r.id)),
    MOST,
  )
}

/** A test's id ends in a hash of its arguments, its name does not. */
function nameOf(graph: ProjectGraph, id: string): string {
  return graph.node(id)?.name ?? id
}

function isFailure({ status }: NodeResult): boolean {
  return status === 'error' || status === 'fail'
}

function isTest(id: string): boolean {
  return /^(unit_)?test\./.test(id)
}

/** Of a unit test the rows in which it differs too, as dbt shows them below their columns. */
export function failureLines(failed: string, message: string | null): string[] {
  const lines = (message ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const table = lines.findIndex((line) => line.startsWith('@@'))
  const head = lines.slice(0, table < 0 ? 2 : table).map((line) => line.replace(/:$/, ''))
  // A row without a mark is as it was expected.
  const rows = table < 0 ? [] : lines.slice(table).filter((line) => !line.startsWith(','))
  const more = rows.length - 1 - MOST
  return [
    [failed, ...head].join(': '),
    ...rows.slice(0, MOST + 1).map((row) => `  ${row}`),
    ...(more > 0 ? [`  and ${count(more, 'more row')}`] : []),
  ]
}
