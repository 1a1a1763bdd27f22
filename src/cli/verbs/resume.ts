/** `martsmith resume`: goes on with an interrupted run; starts the failed step of a failed one again. */
import { findOwnProject } from '../../config/project.ts'
import { MartsmithError } from '../../core/errors.ts'
import { listRuns, readRun } from '../../workflows/runs.ts'
import type { RunRecord } from '../../workflows/types.ts'
import { goOn } from '../go-on.ts'
import { printReport } from '../run.ts'
import type { Verb } from '../verb.ts'

export const resumeVerb: Verb = async ([id], options, terminal) => {
  const project = await findOwnProject(options.projectDir ?? '.')
  const { stateDir } = project
  const wanted = id ? await readRun(stateDir, id) : latestOpen(await listRuns(stateDir))
  if (!wanted)
    throw new MartsmithError({
      code: 'run.nothing-to-resume',
      message: 'No run of this project is interrupted or waits, and the latest did not fail.',
      mend: ['martsmith runs   lists the runs'],
    })
  if (waitsOn(wanted) && !terminal.canAsk && !options.yes) {
    terminal.say(`${wanted.id} waits for a person; nothing was run.`)
    await printReport(wanted, options, terminal)
    return 3
  }
  return goOn(project, wanted, options, terminal)
}

/** Going on would only find it waiting; what has expired is shown anew. */
function waitsOn(run: RunRecord): boolean {
  return run.status === 'waiting' && run.waiting !== null && new Date(run.waiting.expires) > new Date()
}

/**
 * Without a name the newest run is meant, else the newest that was interrupted, which every start tells of,
 * else the newest that waits. An older failure may have been overtaken by runs that succeeded.
 */
function latestOpen(runs: RunRecord[]): RunRecord | undefined {
  const interrupted = (run: RunRecord) => run.status === 'running' || run.status === 'interrupted'
  const [newest] = runs
  if (newest?.status === 'failed') return newest
  return runs.find(interrupted) ?? runs.find((run) => run.status === 'waiting')
}
