/** Progress goes to stderr: bars that move where a person watches, one line an event everywhere else. */
import type { Terminal } from '../terminal.ts'
import type { ProgressDisplay } from './display.ts'
import { liveProgress } from './live.ts'
import { plainProgress } from './plain.ts'

export function openProgress(terminal: Terminal): ProgressDisplay {
  return terminal.live ? liveProgress(terminal) : plainProgress(terminal)
}
