/** All points, in the order of the card. */
import { againPoints } from './again.ts'
import { bothPoints } from './both.ts'
import { dimensionPoints } from './dimensions.ts'
import { factPoints } from './facts.ts'
import type { Point } from './point.ts'

export const POINTS: Point[] = [...bothPoints, ...dimensionPoints, ...factPoints, ...againPoints]
