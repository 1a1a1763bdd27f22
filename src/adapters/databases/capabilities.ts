/** What a server of a version can do: SQL is written by these, never by the server's name. */
import type { Server } from './types.ts'

export type Capabilities = {
  /** A migration that fails leaves nothing. */
  transactionalDdl: boolean
  /** CREATE INDEX CONCURRENTLY. */
  concurrentIndex: boolean
  /** Constraints that are added NOT VALID and validated under a weaker lock. */
  notValid: boolean
  /** ALTER TABLE takes ALGORITHM; best first. */
  algorithms: readonly string[]
  partialIndexes: boolean
  /**
   * How statistics of columns are asked for: as objects of the schema that know columns together, kept for each
   * column once they are collected, or as histograms of each column.
   */
  statistics: 'objects' | 'collected' | 'histograms'
  /** Longest name, and in what it is counted. */
  longestName: number
  nameUnit: 'bytes' | 'characters'
}

const POSTGRES: Capabilities = {
  transactionalDdl: true,
  concurrentIndex: true,
  notValid: true,
  algorithms: [],
  partialIndexes: true,
  statistics: 'objects',
  longestName: 63,
  nameUnit: 'bytes',
}

const MYSQL: Capabilities = {
  transactionalDdl: false,
  concurrentIndex: false,
  notValid: false,
  algorithms: ['INSTANT', 'INPLACE', 'COPY'],
  partialIndexes: false,
  statistics: 'histograms',
  longestName: 64,
  nameUnit: 'characters',
}

const BY_PRODUCT: Record<Server['product'], Capabilities> = {
  PostgreSQL: POSTGRES,
  MySQL: MYSQL,
  MariaDB: { ...MYSQL, algorithms: ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'], statistics: 'collected' },
}

/** The oldest versions that are known to be right: defaults without a rewrite, checks that hold, RENAME COLUMN. */
const OLDEST: Record<Server['product'], [number, number]> = {
  PostgreSQL: [12, 0],
  MySQL: [8, 0],
  MariaDB: [10, 6],
}

export function capabilitiesOf({ product }: Server): Capabilities {
  return BY_PRODUCT[product]
}

/** The oldest version that is supported, where this one is older; else null. */
export function tooOld({ product, version }: Server): string | null {
  const [major, minor] = OLDEST[product]
  const isOld = version[0] < major || (version[0] === major && version[1] < minor)
  return isOld ? `${product} ${major}${minor ? `.${minor}` : ''}` : null
}

export function isNameTooLong(name: string, { longestName, nameUnit }: Capabilities): boolean {
  return (nameUnit === 'bytes' ? Buffer.byteLength(name) : [...name].length) > longestName
}
