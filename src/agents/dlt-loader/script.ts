/** How a dlt script is run: in the Python that has dlt, in the folder where its configuration lies, with its own state. */
import { join } from 'node:path'
import { type LoadRequest, type LoadResult, runLoad } from '../../adapters/dlt/loader.ts'
import { findInterpreter } from '../../adapters/python/environment.ts'
import { scriptOf, workingDirOf } from '../../config/detect-dlt.ts'
import type { Project } from '../../config/project.ts'
import { type DltPipelineConfig, durationSeconds } from '../../config/schema.ts'
import type { ActionContext } from '../types.ts'

export type ScriptRun = Pick<LoadRequest, 'resumed' | 'giveUp' | 'onBefore'> & {
  /** A rehearsal: the copy of the project in which it runs, and the only folders that it may write to. */
  rehearsal?: { project: Project; within: string[]; env: NodeJS.ProcessEnv }
}

/** @throws MartsmithError where it cannot be begun; a script that fails is a result. */
export async function runScript(
  ctx: ActionContext,
  pipeline: DltPipelineConfig,
  { resumed, giveUp, onBefore, rehearsal }: ScriptRun,
): Promise<{ result: LoadResult; python: string }> {
  const { root, dbtDir } = ctx.project
  const project = rehearsal?.project ?? ctx.project
  const { python } = await findInterpreter({
    tool: 'dlt',
    configured: pipeline.python,
    dirs: [root, dbtDir],
    env: ctx.env,
  })
  const result = await runLoad({
    python,
    script: scriptOf(project, pipeline),
    cwd: workingDirOf(project, pipeline),
    args: pipeline.args,
    env: { ...ctx.env, ...pipeline.environment, ...rehearsal?.env },
    dataDir: dataDirOf(project),
    timeoutSeconds: durationSeconds(pipeline.timeout),
    giveUp,
    within: rehearsal?.within ?? null,
    signal: ctx.signal,
    resumed,
    onProgress: ctx.progress,
    onOutput: ctx.log,
    onBefore,
  })
  return { result, python }
}

/** dlt's state lies in the project, never in a folder of the machine. */
export function dataDirOf({ stateDir }: Pick<Project, 'stateDir'>): string {
  return join(stateDir, 'dlt')
}
