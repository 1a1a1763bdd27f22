import type { Request } from '../types.ts'
import { columns } from './columns.ts'
import { keys } from './keys.ts'
import { parts } from './parts.ts'
import { rules } from './rules.ts'
import { slow } from './slow.ts'
import { steps } from './steps.ts'
import { tables } from './tables.ts'
import { wrong } from './wrong.ts'

export const REQUESTS: Request[] = [
  ...columns,
  ...rules,
  ...keys,
  ...tables,
  ...steps,
  ...parts,
  ...slow,
  ...wrong,
]
