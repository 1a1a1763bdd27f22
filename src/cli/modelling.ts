/** A new dimension or fact table: find, design, prove, review, ask, write. `--dry-run` ends after the proof. */

import { assertNewBranch } from '../adapters/git/branch.ts'
import { recommend } from '../agents/data-modeler/dimension/recommend.ts'
import { recommendFact } from '../agents/data-modeler/fact/recommend.ts'
import { type Recommended, WANTED_FLAGS, type Wanted, type WantedFlag } from '../agents/data-modeler/types.ts'
import { planDimension } from '../agents/dim-modeler/dimension/plan.ts'
import { planFact } from '../agents/dim-modeler/fact/plan.ts'
import type { Modelled } from '../agents/dim-modeler/modelled.ts'
import { diffSummary } from '../changes/index.ts'
import { needsApproval } from '../config/production.ts'
import { findProject } from '../config/project.ts'
import { type ExitCode, MartsmithError } from '../core/errors.ts'
import { shortHash } from '../core/hash.ts'
import { openGraph } from '../project/open.ts'
import type { RefactorContext } from '../refactor/types.ts'
import { dimension } from '../workflows/patterns/dimension.ts'
import { fact } from '../workflows/patterns/fact.ts'
import { openSession, withoutSecrets } from '../workflows/session.ts'
import { beginRun, tellInterrupted } from './begin.ts'
import { confirmScope } from './confirm.ts'
import { dryRun } from './dry-run.ts'
import { assertUsable, dbtFlags, flagName, type Options } from './options.ts'
import type { Terminal } from './terminal.ts'

export type Kind = 'dimension' | 'fact'

type Designed = { recommendation: Recommended; modelled: Modelled }

const KINDS = { dimension, fact } as const

const FLAGS: Record<Kind, readonly WantedFlag[]> = {
  dimension: ['declare', 'history', 'bridge'],
  fact: ['declare', 'without-dimensions'],
}

const DESIGN: Record<Kind, (context: RefactorContext, wanted: Wanted) => Promise<Designed>> = {
  dimension: async (context, wanted) => {
    const recommendation = await recommend(context, wanted)
    return { recommendation, modelled: await planDimension(context, recommendation) }
  },
  fact: async (context, wanted) => {
    const recommendation = await recommendFact(context, wanted)
    return { recommendation, modelled: await planFact(context, recommendation) }
  },
}

export async function runModelling(
  kind: Kind,
  subject: string,
  { request, command }: { request: string; command: string },
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  assertUsable(options)
  assertNamed(kind, subject)
  const flags = flagsOf(kind, options)
  const definition = KINDS[kind]
  const project = await findProject(options.projectDir ?? '.')
  const session = await openSession(project, dbtFlags(options), () => new Date())
  try {
    if (options.branch !== undefined) await assertNewBranch({ root: project.root, branch: options.branch })
    await tellInterrupted(session, terminal)
    const { dbt, now, redactor } = session
    await dbt.version()
    const target = await dbt.target()
    const wanted = { subject, from: options.from ?? null, flags }
    const context = { project, dbt, now, graph: await openGraph(dbt) }
    const { recommendation, modelled } = await DESIGN[kind](context, wanted)
    const { plan } = modelled
    const isProtected = needsApproval(target, project)
    const lines = [
      plan.title,
      recommendation.looked,
      recommendation.chosen,
      ...field('data-modeler', recommendation.because),
      ...field('dim-modeler', modelled.words),
      ...field('Will write', [diffSummary(plan.changes)]),
      ...field('Note', plan.notes),
      ...field('Proof', ['built and tested in a sandbox, and reviewed, before anything is written']),
      ...(isProtected
        ? ['  This target looks like production: building beside it needs an approval of its own.']
        : []),
    ]
    terminal.say(redactor.text(lines.join('\n')))
    if (isProtected) {
      const hash = shortHash([target.target, target.shown, subject, plan.changes.hash])
      const { dryRun: _, ...kept } = options
      const scope = { lines, target, isProtected, hash }
      const refused = await confirmScope({
        session,
        scope,
        workflow: definition.id,
        options: kept,
        terminal,
        command,
      })
      if (refused !== null) return refused
    }
    if (options.dryRun)
      return await dryRun(session, { plan, agent: 'dbt-runner', definition }, options, terminal)
    return await beginRun(
      session,
      {
        definition,
        request,
        params: { wanted, command, subject, branch: options.branch ?? null },
        target,
        scope: lines,
      },
      options,
      terminal,
    )
  } catch (error) {
    throw withoutSecrets(error, session.redactor)
  } finally {
    await session.close()
  }
}

function field(name: string, texts: string[]): string[] {
  return texts.map((text, i) => `  ${(i === 0 ? name : '').padEnd(14)}${text}`)
}

/** @throws MartsmithError `usage.flag` where one is of the other verb. */
function flagsOf(kind: Kind, options: Options): WantedFlag[] {
  const named = ['history', 'bridge', 'declare', 'withoutDimensions'] as const
  const given = new Set(named.filter((n) => options[n]).map((n) => flagName(n).slice(2)))
  const flags = WANTED_FLAGS.filter((flag) => given.has(flag))
  const wrong = flags.find((flag) => !FLAGS[kind].includes(flag))
  if (wrong === undefined) return flags
  throw new MartsmithError({
    code: 'usage.flag',
    message: `--${wrong} is no flag of martsmith ${kind}. Nothing was run.`,
    mend: [`martsmith ${kind} --help`],
  })
}

function assertNamed(kind: Kind, subject: string): void {
  if (/[\p{L}\p{N}]/u.test(subject)) return
  throw new MartsmithError({
    code: `usage.${kind}`,
    message: `Name what the ${kind === 'fact' ? 'fact table' : 'dimension'} is for. Nothing was run.`,
    mend: [kind === 'fact' ? 'martsmith fact orders' : 'martsmith dimension payment type'],
  })
}
