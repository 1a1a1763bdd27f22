/** All classes of failures, those that are told by more special words first. */
import { COMPILING } from './compiling.ts'
import { DATABASE } from './database.ts'
import { ENVIRONMENT } from './environment.ts'
import { LOADING } from './loading.ts'
import { PARSING } from './parsing.ts'
import { TESTING } from './testing.ts'
import type { FailureClass } from './types.ts'

export const CLASSES: readonly FailureClass[] = [
  ...PARSING,
  ...COMPILING,
  ...LOADING,
  ...ENVIRONMENT,
  ...DATABASE,
  ...TESTING,
]
