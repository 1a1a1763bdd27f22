/** The report as a summary of a GitHub Actions job. */
import { appendFile } from 'node:fs/promises'
import { messageOf } from '../core/errors.ts'

/** Appends to the file that GITHUB_STEP_SUMMARY names; `tell` hears where that cannot be done. */
export async function writeGithubSummary(
  report: string,
  env: NodeJS.ProcessEnv,
  tell: (text: string) => void,
): Promise<void> {
  const path = env.GITHUB_STEP_SUMMARY
  if (!path) return
  try {
    await appendFile(path, `${report}\n`)
  } catch (error) {
    tell(`The job summary could not be written: ${messageOf(error)}`)
  }
}
