/** All scenarios, in the order of the card. */
import type { Scenario } from '../types.ts'
import { bank } from './bank.ts'
import { chinook } from './chinook.ts'
import { flightsScenario } from './flights.ts'
import { hr } from './hr.ts'
import { jaffle } from './jaffle.ts'
import { taxis } from './taxis.ts'
import { webshop } from './webshop.ts'

export const SCENARIOS: Scenario[] = [taxis, jaffle, chinook, flightsScenario, hr, bank, webshop]
