/** What a verb of the command line is, and which there are. */
import type { ExitCode } from '../core/errors.ts'
import type { Options } from './options.ts'
import type { Terminal } from './terminal.ts'

export type Verb = (words: string[], options: Options, terminal: Terminal) => Promise<ExitCode>

export const BUILT_VERBS = [
  'pipeline',
  'refactor',
  'dimension',
  'fact',
  'profile',
  'lineage',
  'conventions',
  'bus-matrix',
  'diff',
  'debug',
  'db',
  'runs',
  'show',
  'resume',
  'approve',
  'answer',
  'cancel',
  'changes',
  'revert',
  'init',
  'check',
  'clean',
  'agents',
  'workflows',
] as const

/** Promised by the interface and not built yet: they say so, and run nothing. */
export const ANNOUNCED_VERBS = ['review', 'task', 'powerbi', 'serve', 'mcp'] as const
