/** The unit test of what is joined into a dimension: who has one, who has none, and who has one that is not there. */
import type { Value } from '../../../../changes/yaml/index.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import type { Design, DesignedColumn, DesignedParent } from './design.ts'

type Row = Record<string, Value>
type Kind = DesignedColumn['kind']

/** Null where nothing is joined, or names and types are such that no row of them can be made up. */
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
  // A name in quotes cannot be given, nor one that a join and the key would share.
  if (!names.every((n) => /^\w+$/.test(n)) || joins.some(({ parent }) => parent.column === natural.read))
    return null
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
