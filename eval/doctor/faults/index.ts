/** The corpus of faults. It grows; which half a fault is in follows from its name, so names do not change. */
import { FAMILIES, type Fault } from '../types.ts'
import { DATA } from './data.ts'
import { ELSEWHERE } from './elsewhere.ts'
import { HISTORY } from './history.ts'
import { NUMBERS } from './numbers.ts'
import { OWN_DATABASE } from './own-database.ts'
import { OWN_DIALECTS } from './own-dialects.ts'
import { OWN_INCREMENTAL } from './own-incremental.ts'
import { OWN_MIXED } from './own-mixed.ts'
import { OWN_MUSEUM_DATA } from './own-museum-data.ts'
import { OWN_MUSEUM_READING } from './own-museum-reading.ts'
import { OWN_MUSEUM_SQL } from './own-museum-sql.ts'
import { OWN_NUMBERS } from './own-numbers.ts'
import { OWN_READING } from './own-reading.ts'
import { OWN_SEVERAL } from './own-several.ts'
import { OWN_SQL } from './own-sql.ts'
import { OWN_TOGETHER } from './own-together.ts'
import { OWN_TOGETHER_ELSEWHERE } from './own-together-elsewhere.ts'
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
  OWN_NUMBERS,
  OWN_SEVERAL,
  OWN_INCREMENTAL,
  OWN_DATABASE,
  OWN_MUSEUM_READING,
  OWN_MUSEUM_SQL,
  OWN_MUSEUM_DATA,
  OWN_TOGETHER,
  OWN_TOGETHER_ELSEWHERE,
  OWN_DIALECTS,
  OWN_MIXED,
].flat()

export const FAULTS: Fault[] = FAMILIES.flatMap((family) => ALL.filter((f) => f.family === family))
