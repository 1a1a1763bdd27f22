/** The unit test of a bridge: a thing with two, one with one, one with none. */
import type { Value } from '../../../../changes/yaml/index.ts'
import { isSaid, said } from '../table/unit-test.ts'
import type { Names } from './plan.ts'

type Kind = Parameters<typeof isSaid>[0]

export type Tested = {
  adapter: string
  names: Names
  link: { model: string; own: string; other: string }
  members: { model: string; key: string; kind: Kind; unknown: string | number }
  dimension: { model: string; key: string; kind: Kind; unknown: string | number }
}

/** Warehouses of which it was seen how they write a quotient: dbt compares numbers as they are written. */
const SEEN = ['duckdb', 'postgres']

/** Null where keys are of a type that no value can be made up for, or have names that stand in quotes. */
export function unitTestOf({ adapter, names, link, members, dimension }: Tested): Value | null {
  const plain = [link.own, link.other, members.key, dimension.key, ...Object.values(names)]
  if (!SEEN.includes(adapter)) return null
  if (!isSaid(members.kind) || !isSaid(dimension.kind) || !plain.every((n) => /^[a-z_][a-z0-9_]*$/.test(n)))
    return null
  const thing = (n: number) => said(members.kind, n)
  const own = (n: number) => said(dimension.kind, n)
  const row = (other: Value, of: Value, weight: number) => ({
    [names.otherNatural]: other,
    [names.ownNatural]: of,
    // Postgres keeps the digits of a quotient.
    [names.weight]: adapter === 'postgres' ? weight.toFixed(20) : weight,
  })
  return {
    name: `${names.model}_weights`,
    description: 'Two share one in halves, one has all of it, and what has none is with the unknown one.',
    model: names.model,
    given: [
      {
        input: `ref('${link.model}')`,
        rows: [
          { [link.other]: thing(1), [link.own]: own(1) },
          { [link.other]: thing(1), [link.own]: own(2) },
          { [link.other]: thing(2), [link.own]: own(1) },
        ],
      },
      { input: `ref('${members.model}')`, rows: [1, 2, 3].map((n) => ({ [members.key]: thing(n) })) },
      {
        input: `ref('${dimension.model}')`,
        rows: [own(1), own(2), dimension.unknown].map((key) => ({ [dimension.key]: key })),
      },
    ],
    expect: {
      rows: [
        row(thing(1), own(1), 0.5),
        row(thing(1), own(2), 0.5),
        row(thing(2), own(1), 1),
        row(thing(3), dimension.unknown, 1),
        row(members.unknown, dimension.unknown, 1),
      ],
    },
  }
}
