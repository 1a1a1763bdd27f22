/** Made-up values for unit tests. */
import type { Value } from '../../../changes/yaml/index.ts'
import type { StandingDimension } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import type { Making } from './making.ts'

export type Scalar = string | number | boolean

/** The nth value of a column; undefined where its type takes only values that nobody knows here. */
export function sample({ kind, type }: Pick<OriginColumn, 'kind' | 'type'>, n: number): Scalar | undefined {
  const day = String(n).padStart(2, '0')
  switch (kind) {
    case 'integer':
    case 'number':
      return fits(type, n) ? n : undefined
    case 'date':
      return n > 0 && n < 32 ? `2024-01-${day}` : undefined
    case 'timestamp':
      return n > 0 && n < 32 ? `2024-01-${day} 10:00:00` : undefined
    case 'boolean':
      return n % 2 === 1
    case 'text':
      if (/^uuid/i.test(type)) return `00000000-0000-0000-0000-0000000000${day}`
      return textSample(type, n)
    default:
      return undefined
  }
}

/** A number with so many digits that `decimal(3, 2)` and the like can hold it. */
function fits(type: string, n: number): boolean {
  const [, digits, scale = '0'] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(type) ?? []
  return digits === undefined || n < 10 ** (Number(digits) - Number(scale))
}

/** As short as it has to be, and of a type with a fixed length as long: such values are filled up with spaces. */
function textSample(type: string, n: number): string | undefined {
  const [, labels] = /^enum\((.*)\)$/i.exec(type) ?? []
  if (labels !== undefined)
    return [...labels.matchAll(/'((?:[^']|'')+)'/g)][n - 1]?.[1]?.replaceAll("''", "'")
  const [, base = '', said] = /^([a-z ]+?)\s*(?:\(\s*(\d+)\s*\))?$/i.exec(type) ?? []
  const length = said === undefined ? 3 : Number(said)
  const short = n.toString(36)
  const value = length === 1 ? short : `v${length === 2 ? short : String(n).padStart(2, '0')}`
  if (value.length > length) return undefined
  if (/^(character|n?char|bpchar)$/i.test(base)) return said ? value.padEnd(length, '0') : undefined
  return /^(character varying|n?varchar2?|text|string)$/i.test(base) ? value : undefined
}

export const KNOWN = { text: 'known', number: 11 }

/** The key that the known row of a joined dimension has. */
export function knownKey({ key, natural }: StandingDimension): Scalar | undefined {
  if (natural.some((n) => n.name === key.name)) return sample(key, 1)
  if (key.kind === 'integer') return KNOWN.number
  return key.kind === 'text' ? (/^uuid/i.test(key.type) ? sample(key, 1) : KNOWN.text) : undefined
}

/** The row that known events lead to; of a type 2 dimension the version of their time, and the one behind it. */
export function knownVersions(standing: StandingDimension, _: Making): { [column: string]: Value }[] {
  const { key, natural, versions } = standing
  const value = knownKey(standing)
  const named = natural.map((n) => [n.name, sample(n, 1) ?? null] as const)
  const row = { [key.name]: value ?? null, ...Object.fromEntries(named) }
  if (!versions) return [row]
  const other = key.kind === 'integer' ? 12 : 'later'
  return [
    { ...row, [versions.from]: '1900-01-01 00:00:00', [versions.to]: '2024-01-02 00:00:00' },
    {
      ...row,
      [key.name]: other,
      [versions.from]: '2024-01-02 00:00:00',
      [versions.to]: '9999-12-31 00:00:00',
    },
  ]
}
