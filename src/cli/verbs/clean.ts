/** `martsmith clean`: removes what sandboxes left whose process died. */

import { findProject } from '../../config/project.ts'
import type { ExitCode } from '../../core/errors.ts'
import { count } from '../../core/text.ts'
import { cleanSandboxes } from '../../sandbox/clean.ts'
import { listSandboxes } from '../../sandbox/record.ts'
import { printJson } from '../fail.ts'
import type { Options } from '../options.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

export const cleanVerb: Verb = async (_, options, terminal) => {
  const project = await findProject(options.projectDir ?? '.')
  const all = await listSandboxes(project.stateDir)
  const left = all.filter((s) => !s.live)
  const live = all.length - left.length
  const tell = (removed: string[], kept: { id: string; why: string }[]): ExitCode => {
    if (options.json) printJson({ dryRun: options.dryRun ?? false, removed, kept, live })
    else {
      for (const { id, why } of kept) terminal.say(`Kept ${id}: ${why}`)
      const words = options.dryRun ? 'would be removed' : 'removed'
      process.stdout.write(
        left.length === 0
          ? 'Nothing is left over.\n'
          : `${count(removed.length, 'sandbox', 'sandboxes')} ${words}: ${removed.join(', ')}\n`,
      )
    }
    return kept.length > 0 ? 1 : 0
  }
  const schemas = left.flatMap((s) => s.record?.schemas ?? [])
  if (options.dryRun || left.length === 0) {
    for (const { schema } of schemas) terminal.say(`Would drop the schema ${schema}`)
    return tell(
      left.map((s) => s.id),
      [],
    )
  }
  if (schemas.length === 0) {
    const { removed, kept } = await cleanSandboxes(project.stateDir, left, null)
    return tell(removed, kept)
  }
  // Each was made through a target; the one that is named now is used where it names the same database.
  const targets = new Map(left.map((s) => [`${s.record?.profile} ${s.record?.target}`, s.record]))
  const removed: string[] = []
  const kept: { id: string; why: string }[] = []
  for (const [key, record] of targets) {
    const group = left.filter((s) => `${s.record?.profile} ${s.record?.target}` === key)
    await withDbt(forTarget(options, record?.target), terminal, async (dbt) => {
      const done = await cleanSandboxes(project.stateDir, group, dbt)
      removed.push(...done.removed)
      kept.push(...done.kept)
      return 0
    })
  }
  return tell(removed, kept)
}

function forTarget(options: Options, target: string | undefined): Options {
  return target === undefined ? options : { ...options, target }
}
