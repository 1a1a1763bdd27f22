/** Unit tests of dimensions: of what is joined in, and of what makes members out of flags, codes and roles. */
import type { Value } from '../../../../changes/yaml/index.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import type { Design, DesignedColumn, DesignedNatural, DesignedParent } from './design.ts'

type Row = Record<string, Value>
type Kind = DesignedColumn['kind']

/** Who has one, who has none, and who has one that is not there. Null where nothing is joined, or names and types are such that no row of them can be made up. */
export function unitTestOf(
  design: Design,
  { parents }: Pick<TableRecommendation, 'parents'>,
  reads: string,
): Value | null {
  const [natural, ...more] = design.natural
  const joins = design.parents.flatMap((parent, i) => {
    const label = design.attributes.find((a) => a.parent === parent && a.kind === 'text' && !a.asText)
    const kind = parents[i]?.column.kind
    return parent.by === null && label && kind && isSaid(kind) ? [{ parent, label, kind }] : []
  })
  if (!natural || more.length > 0 || natural.asText || !isSaid(natural.kind) || joins.length === 0)
    return null
  const names = [
    ...[natural, ...joins.map((j) => j.label)].flatMap((c) => [c.written, c.read]),
    ...joins.flatMap(({ parent }) => [parent.column, parent.key]),
  ]
  // Nor can one that a join and the key would share.
  if (!names.every(isPlain) || joins.some(({ parent }) => parent.column === natural.read)) return null
  const things = [null, 1, MISSING].map((above, i) => ({
    [natural.read]: said(natural.kind, i + 1),
    ...Object.fromEntries(
      joins.flatMap(({ parent, label, kind }) => [
        ...(parent.isSelf ? [[label.read, LABELS[i] ?? '']] : []),
        [parent.column, above === null ? null : said(kind, above)],
      ]),
    ),
  }))
  const member = (key: Value, word: (join: (typeof joins)[number]) => string): Row => ({
    [natural.name]: key,
    ...Object.fromEntries(joins.map((j) => [j.label.name, word(j)])),
  })
  return {
    name: `${design.model}_joins`,
    description: 'What is joined in: nothing above, one that is there, and one that is not.',
    model: design.model,
    given: [{ input: `ref('${reads}')`, rows: things }, ...others(design.parents, joins)],
    expect: {
      rows: [
        member(said(natural.kind, 1), ({ parent }) => (parent.isSelf ? 'Not applicable' : 'Unknown')),
        member(said(natural.kind, 2), () => LABELS[0] ?? ''),
        member(said(natural.kind, 3), () => 'Unknown'),
        member(natural.unknown, () => 'Unknown'),
      ],
    },
  }
}

/** Null where a member is one column as it is, or names and types are such that no row of them can be made up. */
export function membersTestOf(design: Design, reads: string): Value | null {
  const { model, natural, roles } = design
  const inRows = natural.filter((n) => isMadeUp(n) && isPlain(n.written) && isPlain(n.read))
  const isWorkedOut = natural.length > 1 || natural.some((n) => n.kind === 'boolean')
  if (inRows.length === 0 || (!isWorkedOut && roles.length === 0)) return null
  if (roles.length > 0 && (inRows.length < natural.length || !roles.every((r) => r.read.every(isPlain))))
    return null
  const known = roles.length > 0 ? inTheirRoles(design) : combined(inRows, design.distinct)
  const models = [...new Set(design.parents.filter((p) => !p.isSelf).map((p) => p.reads))]
  const unknown = Object.fromEntries(inRows.map((n) => [n.name, n.unknown]))
  return {
    name: `${model}_members`,
    description: known.description,
    model,
    given: [
      { input: `ref('${reads}')`, rows: known.given },
      ...models.map((name) => ({ input: `ref('${name}')`, rows: [] })),
    ],
    expect: { rows: [...known.members, unknown] },
  }
}

type Known = { description: string; given: Row[]; members: Row[] }

/** One thing, twice where its rows are folded, another one, a part of it that is not known, and nothing at all. */
function combined(natural: DesignedNatural[], isFolded: boolean): Known {
  const [first, ...rest] = natural
  const given = (n: 1 | 2) => Object.fromEntries(natural.map((c) => [c.read, givenOf(c, n)]))
  const member = (n: 1 | 2) => Object.fromEntries(natural.map((c) => [c.name, memberOf(c, n)]))
  const isPartial = first !== undefined && rest.length > 0
  const none = Object.fromEntries(natural.map((c) => [c.read, null]))
  return {
    description: `Each is there${isFolded ? ' once' : ''}${isPartial ? ', and what is not known of it says so' : ''}; what says nothing is the unknown one.`,
    given: [
      given(1),
      ...(isFolded ? [given(1)] : []),
      given(2),
      ...(isPartial ? [{ ...given(2), [first.read]: null }] : []),
      none,
    ],
    members: [member(1), member(2), ...(isPartial ? [{ ...member(2), [first.name]: first.unknown }] : [])],
  }
}

/** One in two roles, one in the first alone; and nothing in the others. */
function inTheirRoles({ natural, roles }: Design): Known {
  const row = (...values: (1 | 2 | null)[]): Row =>
    Object.fromEntries(
      roles.flatMap(({ read }, r) =>
        natural.map((n, i) => {
          const value = values[r] ?? null
          return [read[i] ?? n.read, value === null ? null : givenOf(n, value)]
        }),
      ),
    )
  const member = (n: 1 | 2) => Object.fromEntries(natural.map((c) => [c.name, memberOf(c, n)]))
  return {
    description: 'Each is there once, in whichever role it is named.',
    given: [row(1, 2), row(2, 1), row(1, null)],
    members: [member(1), member(2)],
  }
}

function isMadeUp({ kind, asText }: DesignedColumn): boolean {
  return !asText && (kind === 'boolean' || isSaid(kind))
}

/** A name in quotes cannot be given. */
function isPlain(name: string): boolean {
  return /^\w+$/.test(name)
}

function givenOf({ kind }: DesignedNatural, n: 1 | 2): Value {
  return kind === 'boolean' ? n === 1 : said(kind, n)
}

function memberOf(column: DesignedNatural, n: 1 | 2): Value {
  if (column.kind === 'boolean') return n === 1 ? 'Yes' : 'No'
  return said(column.kind, n)
}

const LABELS = ['North', 'South', 'West']
const MISSING = 9

/** Each of the other models once: with the one row that is found, or with none. */
function others(
  parents: DesignedParent[],
  joins: { parent: DesignedParent; label: DesignedColumn; kind: Kind }[],
): { input: string; rows: Row[] }[] {
  const models = [...new Set(parents.filter((p) => !p.isSelf).map((p) => p.reads))]
  return models.map((model) => {
    const own = joins.filter(({ parent }) => parent.reads === model && !parent.isSelf)
    const row = Object.fromEntries(
      own.flatMap(({ parent, label, kind }) => [
        [parent.key, said(kind, 1)],
        [label.read, LABELS[0] ?? ''],
      ]),
    )
    return { input: `ref('${model}')`, rows: own.length > 0 ? [row] : [] }
  })
}

/** Kinds of which a value can be made up. */
export function isSaid(kind: Kind): boolean {
  return kind === 'integer' || kind === 'text'
}

/** The nth value of a kind. */
export function said(kind: Kind, n: number): string | number {
  return kind === 'integer' ? n : String.fromCharCode(64 + n)
}
