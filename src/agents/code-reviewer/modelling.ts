/** The review of a new dimension or fact: what its file, its YAML and its proof show. No more than that is claimed. */
import { dirname } from 'node:path/posix'
import { parse } from 'yaml'
import type { ChangeSet } from '../../changes/types.ts'
import { type Finding, type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { learnConventions } from '../../project/conventions/learn.ts'
import { openGraph } from '../../project/open.ts'
import { projectPath } from '../../refactor/models.ts'
import { dbtProject, pathsIn } from '../../refactor/project-files.ts'
import { type DimensionClaim, type DimensionCounts, naturalWords } from '../../refactor/prove/dimension.ts'
import type { Claim } from '../../refactor/types.ts'
import type { Made, Modelled } from '../dim-modeler/modelled.ts'
import type { ActionContext } from '../types.ts'
import { factFindings } from './fact-rules.ts'
import { styleReview } from './style.ts'

type Input = {
  modelled: Modelled | null
  proven: { claims: { holds: boolean; text: string; data: unknown }[] } | null
}

export async function reviewModelled(
  ctx: ActionContext,
  { modelled, proven }: Input,
): Promise<Outcome<{ review: string }>> {
  if (!modelled || !proven) return outcome('skipped', 'There is nothing that was built.')
  const { plan, made } = modelled
  const styles = await Promise.all(made.map((m) => styleOf(ctx, m.file, textOf(plan.changes, m.file))))
  const findings = [
    ...plan.claims.flatMap((claim, i) =>
      claim.kind === 'dimension' ? dataFindings(claim, proven.claims[i]?.data as DimensionCounts) : [],
    ),
    ...plan.claims.flatMap((claim) => (claim.kind === 'fact' ? ofFact(claim, modelled) : [])),
    ...made.flatMap((m, i) => [
      ...codeFindings(m.file, textOf(plan.changes, m.file)),
      ...documentationFindings(plan.changes, m),
      ...(styles[i]?.broken ?? []).map(
        (message): Finding => ({ rule: 'style.house', severity: 'warn', message, file: m.file }),
      ),
    ]),
  ]
  const blocks = findings.filter((f) => f.severity === 'block')
  const review = `Reviewed: ${findings.length === 0 ? 'nothing found' : list(findings.map((f) => f.message))}.`
  const held = [...new Set(styles.flatMap((s) => s.held))]
  const details = [
    'Checked on the built data: what was claimed and proven of it.',
    'Checked in the files: reads through ref alone, every column described, keys tested.',
    ...(plan.claims.some((c) => c.kind === 'fact')
      ? [
          'Checked of a fact: its load has a key, takes new columns and keeps ties of the watermark; no clock in the SQL; foreign keys tested; no ratio called additive (MAT04, MAT06, MAT08, SQL02, SQL06, TST01, TST03).',
        ]
      : []),
    `Written as the project is: ${held.length > 0 ? list(held) : 'the project has no habit to compare with'}.`,
    'Not checked: everything else; the full reviewer is not built yet.',
  ]
  return outcome(blocks.length > 0 ? 'failed' : 'success', review, {
    details,
    findings,
    attention: findings.filter((f) => f.severity === 'warn').map((f) => f.message),
    output: { review },
  })
}

function ofFact(claim: Extract<Claim, { kind: 'fact' }>, { plan, made }: Modelled): Finding[] {
  const fact = made.find((m) => m.node === claim.node)
  if (!fact) return []
  const sql = textOf(plan.changes, fact.file)
  const yaml = entryOf(plan.changes, fact.node)
  const settings = `${sql}\n${JSON.stringify(yaml?.config ?? {})}`
  const isIncremental = /\bmaterialized['"]?\s*[=:]\s*['"]incremental\b/.test(settings)
  return factFindings({ claim, made: fact, sql, isIncremental, settings })
}

async function styleOf({ project, dbt }: ActionContext, file: string, text: string) {
  const graph = await openGraph(dbt)
  const conventions = await learnConventions(project.dbtDir, graph)
  const roots = pathsIn(await dbtProject(project.dbtDir), 'model-paths').map((r) => projectPath(project, r))
  const root = roots.find((r) => file.startsWith(`${r}/`)) ?? ''
  const folder = dirname(file)
    .slice(root.length + 1)
    .split('/')
    .slice(0, 2)
    .join('/')
  return styleReview({ path: file, text }, folder, { conventions, config: project.config.conventions })
}

function dataFindings(claim: DimensionClaim, counts: DimensionCounts): Finding[] {
  const block = (message: string): Finding => ({ rule: 'dimension.data', severity: 'block', message })
  const { rows, keys, naturals, unknowns, joined, originRows, nulls } = counts
  return [
    ...(keys === rows && rows > 0 ? [] : [block(`${claim.key} is not unique`)]),
    ...(naturals === rows ? [] : [block(`${naturalWords(claim)} is not unique`)]),
    ...(unknowns === 1 ? [] : [block('there is not one unknown member')]),
    ...(joined === originRows ? [] : [block('not every row of the origin finds one row')]),
    ...claim.texts.filter((t) => nulls[t] !== 0).map((t) => block(`${t} has nulls`)),
    ...claim.others.flatMap((name): Finding[] =>
      (nulls[name] ?? 0) === 0
        ? []
        : [
            {
              rule: 'dimension.nulls',
              severity: 'info',
              message: `${name} is null in ${count(nulls[name] ?? 0, 'row')}, the unknown member among them: it has no word for unknown`,
            },
          ],
    ),
  ]
}

function codeFindings(file: string, text: string): Finding[] {
  // `extract(year from day)` reads no relation.
  const plain = text.replace(/\bextract\s*\(\s*\w+\s+from\b/gi, '')
  const reads = [...plain.matchAll(/\b(?:from|join)\s+([^\s,)]+)/gi)].map((m) => m[1] ?? '')
  const outside = reads.filter((r) => /[."`[]/.test(r) && !r.startsWith('{{'))
  return [
    ...(/\{\{\s*source\(/.test(text)
      ? [{ rule: 'layers.source', severity: 'warn' as const, message: 'it reads a source itself', file }]
      : []),
    ...outside.map((r) => ({
      rule: 'refs.hard-coded',
      severity: 'block' as const,
      message: `${r} is named by hand`,
      file,
    })),
  ]
}

type Entry = {
  name?: unknown
  description?: unknown
  columns?: Entry[]
  tests?: unknown[]
  data_tests?: unknown[]
  config?: unknown
}

function documentationFindings(changes: ChangeSet, { node, file, columns: made, keys }: Made): Finding[] {
  const entry = entryOf(changes, node)
  const columns = entry?.columns ?? []
  const finding = (message: string): Finding => ({ rule: 'documentation', severity: 'block', message, file })
  const bare = made.filter(
    (name) => !columns.some((c) => c.name === name && String(c.description ?? '') !== ''),
  )
  const testsOf = (name: string) => {
    const column = columns.find((c) => c.name === name)
    return [...(column?.tests ?? []), ...(column?.data_tests ?? [])]
  }
  const untested = keys.filter(
    (name) => !['unique', 'not_null'].every((test) => testsOf(name).includes(test)),
  )
  return [
    ...(String(entry?.description ?? '') === '' ? [finding('the model is not described')] : []),
    ...bare.map((name) => finding(`${name} is not described`)),
    ...untested.map((name) => finding(`${name} is not tested as a key`)),
  ]
}

function entryOf(changes: ChangeSet, node: string): Entry | undefined {
  const model = node.split('.').at(-1)
  return changes.changes
    .filter((c) => /\.ya?ml$/.test(c.path) && 'after' in c)
    .flatMap((c) => (parse('after' in c ? c.after : '') as { models?: Entry[] } | null)?.models ?? [])
    .find((m) => m.name === model)
}

function textOf(changes: ChangeSet, path: string): string {
  const change = changes.changes.find((c) => c.path === path)
  return change && 'after' in change ? change.after : ''
}
