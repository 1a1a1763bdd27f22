/** Profiles made up for specs: a column or a relation of which only what matters is said. */
import type { ColumnProfile, RelationProfile } from './types.ts'

export function columnProfile(name: string, rest: Partial<ColumnProfile> = {}): ColumnProfile {
  return {
    name,
    type: 'VARCHAR',
    kind: 'text',
    nulls: 0,
    distinct: 3,
    approximate: false,
    min: null,
    max: null,
    blank: 0,
    histogram: null,
    top: null,
    heaviest: null,
    pattern: null,
    form: null,
    grain: null,
    behaviour: null,
    ...rest,
  }
}

export function relationProfile(
  columns: ColumnProfile[],
  rest: Partial<RelationProfile> = {},
): RelationProfile {
  return {
    relation: 'r',
    rows: 1000,
    sampled: 1000,
    columns,
    keys: [],
    dependencies: [],
    formulas: [],
    inclusions: [],
    statements: [],
    remembered: 0,
    ...rest,
  }
}
