/** All scenarios, in the order of the card. */
import type { Scenario } from '../types.ts'
import { bank } from './bank.ts'
import { chinook } from './chinook.ts'
import { flightsScenario } from './flights.ts'
import { hospital } from './hospital.ts'
import { hr } from './hr.ts'
import { jaffle } from './jaffle.ts'
import { mistakes } from './mistakes.ts'
import { parcelsScenario } from './parcels.ts'
import { school } from './school.ts'
import { stock } from './stock.ts'
import { taxis } from './taxis.ts'
import { webshop } from './webshop.ts'
import { winery } from './winery.ts'

export const SCENARIOS: Scenario[] = [
  taxis,
  jaffle,
  chinook,
  flightsScenario,
  hr,
  bank,
  webshop,
  hospital,
  stock,
  winery,
  parcelsScenario,
  school,
  mistakes,
]
