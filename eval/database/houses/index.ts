import type { House } from '../types.ts'
import { academy } from './academy.ts'
import { chinook } from './chinook.ts'
import { clinic } from './clinic.ts'
import { group } from './group.ts'

export const HOUSES: House[] = [chinook, clinic, academy, group]

export function houseNamed(name: string): House {
  const house = HOUSES.find((h) => h.name === name)
  if (!house) throw new Error(`there is no house ${name}`)
  return house
}
