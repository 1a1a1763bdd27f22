/** A bridge beside a dimension: which of its members belong to which of another thing, and by what share. */
import { list } from '../../../../core/text.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import {
  bridgeModel,
  columnName,
  importName,
  keyColumn,
  surrogateKeySql,
} from '../../../../project/conventions/names.ts'
import { literal } from '../../../../project/profile/sql.ts'
import { asFile, ctes, keyword, named, selectLines } from '../../../../refactor/house-sql.ts'
import type { Claim } from '../../../../refactor/types.ts'
import { writtenName } from '../../../../refactor/written.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import { attributeWords, capital, type Documentation, ended } from '../../document.ts'
import type { Made } from '../../modelled.ts'
import { type Reads, type Writing, writeModel } from '../../writing.ts'
import { hasUnitTests } from '../calendar/unit-test.ts'
import type { Design } from '../table/design.ts'
import { textType } from '../table/sql.ts'
import { unitTestOf } from './unit-test.ts'

const BRIDGE = /^(bridge|brg|br)_/i

export type BridgeMade = { made: Made; claim: Claim; words: string }

/** @param reads of the recommendation, in its order; `node` is the dimension's. */
export async function planBridge(
  writing: Writing,
  recommendation: TableRecommendation,
  { design, reads, folder, node }: { design: Design; reads: Reads[]; folder: string; node: string },
): Promise<BridgeMade | null> {
  const { bridge, entity } = recommendation
  const [natural] = design.natural
  if (!bridge || !natural) return null
  const { style, adapter } = writing
  const [link, members] = [reads[bridge.link], reads[bridge.members]]
  if (!link || !members) throw new Error('a bridge is made from nothing')
  const thing = bridge.thing
  const memberKey = members.renamed.get(bridge.memberKey.name) ?? bridge.memberKey.name
  // Both may be called id.
  const isTwin = memberKey.toLowerCase() === natural.name.toLowerCase()
  const inBridge = (name: string, of: string) => (isTwin ? columnName(style, `${of}_${name}`) : name)
  const names = {
    model: bridgeName(writing, `${entity}_${thing}`),
    key: keyColumn(style, columnName(style, `${entity}_${thing}`)),
    own: design.key,
    other: keyColumn(style, thing),
    ownNatural: inBridge(natural.name, entity),
    otherNatural: inBridge(memberKey, thing),
    weight: columnName(style, 'weighting_factor'),
  }
  const unitTest = hasUnitTests(writing.context.graph.manifest.metadata.dbt_version)
    ? unitTestOf({
        adapter,
        names,
        link: {
          model: link.name,
          own: link.renamed.get(bridge.own.name) ?? bridge.own.name,
          other: link.renamed.get(bridge.other.name) ?? bridge.other.name,
        },
        members: {
          model: members.name,
          key: memberKey,
          kind: bridge.memberKey.kind,
          unknown: bridge.memberUnknown,
        },
        dimension: {
          model: design.model,
          key: natural.name,
          kind: natural.asText ? 'other' : natural.kind,
          unknown: natural.unknown,
        },
      })
    : null
  const made = await writeModel(writing, {
    name: names.model,
    folder,
    sql: (materialized) =>
      bridgeSql(style, {
        folder,
        adapter,
        materialized,
        dimension: design,
        link: {
          model: link.name,
          own: link.renamed.get(bridge.own.name) ?? bridge.own.name,
          other: link.renamed.get(bridge.other.name) ?? bridge.other.name,
        },
        members: { model: members.name, key: memberKey, unknown: bridge.memberUnknown },
        names,
      }),
    documentation: {
      ...documentationOf(style, { design, names, thing, adapter }),
      unitTests: unitTest ? [unitTest] : [],
    },
  })
  const claim: Claim = {
    kind: 'bridge',
    node: made.node,
    own: names.own,
    other: names.other,
    weight: names.weight,
    dimension: node,
    members: members.id,
    memberKey,
    memberColumn: names.otherNatural,
    unknown: bridge.memberUnknown,
  }
  return {
    made,
    claim,
    words: `${names.model}, one row per ${thing} and ${design.thing} that belong together; a fact with ${names.other} joins it, and multiplies its measures by ${names.weight}, which sums to 1 for each ${thing}.`,
  }
}

export type Names = Record<
  'model' | 'key' | 'own' | 'other' | 'ownNatural' | 'otherNatural' | 'weight',
  string
>

/** After the bridges that the project has. */
function bridgeName({ context: { graph }, style }: Writing, things: string): string {
  const there = Object.values(graph.manifest.nodes).find(
    (n) => n.resource_type === 'model' && graph.isOwn(n.unique_id) && BRIDGE.test(n.name),
  )
  return bridgeModel(style, things, BRIDGE.exec(there?.name ?? '')?.[0])
}

type BridgeFile = {
  folder: string
  adapter: string
  materialized: string | null
  dimension: Design
  link: { model: string; own: string; other: string }
  members: { model: string; key: string; unknown: string | number }
  names: Names
}

export function bridgeSql(style: HouseStyle, file: BridgeFile): string {
  const { folder, adapter, materialized, dimension, link, members, names } = file
  const word = keyword(style)
  const written = (name: string) => writtenName(name, adapter)
  const [natural] = dimension.natural
  if (!natural) throw new Error('a bridge leads to a dimension with a key')
  const refs = [link.model, members.model, dimension.model]
  const taken = new Set<string>()
  const free = (...wanted: string[]) => {
    const name = wanted.find((n) => !taken.has(n.toLowerCase())) ?? `${wanted.at(-1)}_${taken.size}`
    taken.add(name.toLowerCase())
    return style.keywords === 'upper' && /^[^a-z]+$/.test(importName(style, folder, link.model))
      ? name.toUpperCase()
      : name
  }
  const imports = refs.map((model) => ({
    model,
    name: free(importName(style, folder, model), model, `${model}_rows`),
  }))
  const [links = '', things = '', dim = ''] = imports.map((i) => i.name)
  const [related, shared, keyed] = [free('related'), free('shared'), free('keyed')]
  const last = free(style.folder(folder).lastName || 'final', 'final', 'bridge')
  const own = `${links}.${written(link.own)}`
  const asKey = natural.asText ? `${word('cast')}(${own} ${word('as')} ${word(textType(adapter))})` : own
  const [ownKey, otherKey] = [written(names.ownNatural), written(names.otherNatural)]
  const [dimKey, memberKey] = [natural.written, written(members.key)]
  const unknown = literal(natural.unknown)
  const hash = (columns: string[]) => surrogateKeySql(style, columns, textType(adapter))
  const from = (name: string, on: string, join = 'inner join') => `${word(join)} ${name} ${word('on')} ${on}`
  const weight = `1.0 / ${word('count')}(*) ${word('over')} (${word('partition by')} ${keyed}.${otherKey})`
  const parts = [
    ...imports.map(({ model, name }) => ({
      name,
      lines: [`${word('select')} * ${word('from')} {{ ref('${model}') }}`],
    })),
    {
      name: related,
      lines: [
        ...selectLines(
          style,
          [named(style, asKey, ownKey), named(style, `${links}.${written(link.other)}`, otherKey)],
          links,
          'select distinct',
        ),
        from(dim, `${asKey} = ${dim}.${dimKey}`),
      ],
    },
    {
      name: shared,
      lines: [
        ...selectLines(
          style,
          [
            members.key === names.otherNatural
              ? `${things}.${memberKey}`
              : named(style, `${things}.${memberKey}`, otherKey),
            named(style, `${word('coalesce')}(${related}.${ownKey}, ${unknown})`, ownKey),
          ],
          things,
          'select distinct',
        ),
        from(related, `${things}.${memberKey} = ${related}.${otherKey}`, 'left join'),
        `${word('where')} ${things}.${memberKey} ${word('is not null')}`,
        word('union all'),
        // For facts that have no such thing.
        `${word('select')} ${named(style, literal(members.unknown), otherKey)}, ${named(style, unknown, ownKey)}`,
      ],
    },
    {
      name: keyed,
      lines: selectLines(
        style,
        [
          named(style, hash([otherKey, ownKey]), written(names.key)),
          named(style, hash([otherKey]), written(names.other)),
          otherKey,
          ownKey,
        ],
        shared,
      ),
    },
  ]
  const end = [
    ...selectLines(
      style,
      [
        `${keyed}.${written(names.key)}`,
        `${keyed}.${written(names.other)}`,
        `${dim}.${dimension.keyWritten}`,
        `${keyed}.${otherKey}`,
        `${keyed}.${ownKey}`,
        named(style, weight, written(names.weight)),
      ],
      keyed,
    ),
    from(dim, `${keyed}.${ownKey} = ${dim}.${dimKey}`),
  ]
  const config = materialized === null ? [] : [`{{ config(materialized='${materialized}') }}`, '']
  const isStar = style.folder(folder).lastSelect === 'all'
  const body = isStar
    ? [
        ...ctes(style, [...parts, { name: last, lines: end }]),
        '',
        `${word('select')} * ${word('from')} ${last}`,
      ]
    : [...ctes(style, parts), '', ...end]
  return asFile(style, [...config, ...body])
}

type Documented = { design: Design; names: Names; thing: string; adapter: string }

function documentationOf(style: HouseStyle, { design, names, thing, adapter }: Documented): Documentation {
  const said = (text: string) => ended(style, text)
  const column = (
    name: string,
    description: string,
    tests: Documentation['columns'][number]['tests'],
  ): Documentation['columns'][number] => ({
    column: name,
    quoted: writtenName(name, adapter) !== name,
    description: said(description),
    tests,
  })
  return {
    model: said(
      `Bridge between ${thing} and ${design.thing}, many to many. One row per ${thing} and ${design.thing} that belong together; a ${thing} without any is with the unknown one`,
    ),
    columns: [
      column(
        names.key,
        `Surrogate key, made of ${list([names.otherNatural, names.ownNatural])}. Primary key`,
        [{ test: 'unique' }, { test: 'not_null' }],
      ),
      column(names.other, `Key of the ${thing}, made of ${names.otherNatural}: as facts of it have it`, [
        { test: 'not_null' },
      ]),
      column(names.own, `Key of the ${design.thing} in ${design.model}`, [
        { test: 'not_null' },
        { test: 'relationships', args: { to: `ref('${design.model}')`, field: design.key } },
      ]),
      column(names.otherNatural, `${capital(attributeWords(names.otherNatural, thing))}. Natural key`, [
        { test: 'not_null' },
      ]),
      column(names.ownNatural, `${capital(attributeWords(names.ownNatural, design.thing))}. Natural key`, [
        { test: 'not_null' },
      ]),
      column(
        names.weight,
        `Share of the ${thing} that falls to the ${design.thing}: one by their number, so that it sums to 1 for each ${thing}. Non-additive by itself; measures are multiplied by it`,
        [{ test: 'not_null' }],
      ),
    ],
  }
}
