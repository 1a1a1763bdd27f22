/** The corpus of faults. It grows; which half a fault is in follows from its name, so names do not change. */
import { FAMILIES, type Fault } from '../types.ts'
import { DATA } from './data.ts'
import { ELSEWHERE } from './elsewhere.ts'
import { HISTORY } from './history.ts'
import { NUMBERS } from './numbers.ts'
import { OWN_READING } from './own-reading.ts'
import { OWN_SQL } from './own-sql.ts'
import { READING } from './reading.ts'
import { SETTINGS } from './settings.ts'
import { SEVERAL } from './several.ts'
import { WAREHOUSE } from './warehouse.ts'

const ALL = [
  READING,
  SETTINGS,
  WAREHOUSE,
  HISTORY,
  DATA,
  NUMBERS,
  ELSEWHERE,
  SEVERAL,
  OWN_READING,
  OWN_SQL,
].flat()

export const FAULTS: Fault[] = FAMILIES.flatMap((family) => ALL.filter((f) => f.family === family))
