/** The model between what is read and the fact, where events have to be made of it first. */
import type { Value } from '../../../changes/yaml/index.ts'
import { importName, modelCalled, surrogateKeySql } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { asFile, configLines, ctes, freeNames, named, selectLines } from '../../../refactor/house-sql.ts'
import { attributeWords, type Documentation, ended } from '../document.ts'
import type { Made } from '../modelled.ts'
import { writeModel } from '../writing.ts'
import { allocated } from './allocate.ts'
import type { FactColumn, Making } from './making.ts'
import { type Preparing, prepared, preparedColumns } from './prepare.ts'
import { CHANGED, isKeyedBefore, needsChanged, purposeOf, whereLines } from './steps.ts'

export type Place = { name: string; folder: string }

export async function writeIntermediate(
  making: Making,
  place: Place | null,
  { key, keyColumns, unitTests }: { key: FactColumn; keyColumns: string[]; unitTests: Value[] },
): Promise<(Preparing & { made: Made }) | null> {
  const { writing } = making
  if (place === null) return null
  const { name, folder } = place
  const own = isKeyedBefore(making) ? { ...key, of: keyColumns } : null
  const made = await writeModel(writing, {
    name,
    folder,
    sql: (materialized) => intermediateSql(making, own, folder, materialized),
    documentation: { ...described(making, own), unitTests },
  })
  return { reads: name, ready: [...(own ? [own.written] : []), ...preparedColumns(making)], made }
}

/** Null where the fact makes its events itself. */
export function intermediatePlace(making: Making): Place | null {
  const { writing, recommendation } = making
  if (purposeOf(making) === null) return null
  const { context, style, root } = writing
  const folders = Object.values(context.graph.manifest.nodes)
    .filter((n) => n.resource_type === 'model' && context.graph.isOwn(n.unique_id))
    .map((n) =>
      n.original_file_path
        .slice(root.length + 1)
        .split('/')
        .slice(0, -1)
        .join('/'),
    )
  const folder = folders.find((f) => /(^|\/)(int|intermediate|prep|silver)\b/i.test(f)) ?? 'intermediate'
  const prefix = style.folder(folder).prefix ?? style.folder(folder).prefixes[0] ?? 'int_'
  const verb = recommendation.measures.some((m) => m.way === 'allocate')
    ? 'allocated'
    : recommendation.header
      ? 'joined'
      : 'deduplicated'
  const entity = inNumber(recommendation.entity, style.modelNumber)
  return { name: modelCalled(style, prefix, `${entity}_${verb}`), folder }
}

type OwnKey = FactColumn & { of: string[] }

export function intermediateSql(
  making: Making,
  key: OwnKey | null,
  folder: string,
  materialized: string | null,
): string {
  const { writing, word, events } = making
  const { style } = writing
  const free = freeNames(style, importName(style, folder, events.name))
  const ready = prepared(making, { reads: events.name, ready: null, folder, free, newRows: [] })
  const config = configLines(style, materialized === null ? {} : { materialized })
  const parts = [...ready.imports, ...ready.steps]
  const left = ready.isFiltered ? [] : whereLines(word, ready.conditions, [])
  const { lastSelect, lastName } = style.folder(folder)
  const last = parts.at(-1)
  if (key) {
    const made = named(style, surrogateKeySql(style, key.of, making.textType), key.written)
    const lines = [...selectLines(style, [made, ...ready.columns], ready.from), ...left]
    if (lastSelect !== 'all') return asFile(style, [...config, ...ctes(style, parts), '', ...lines])
    const end = free(lastName || 'final', 'final', 'keyed')
    return asFile(style, [
      ...config,
      ...ctes(style, [...parts, { name: end, lines }]),
      '',
      `${word('select')} * ${word('from')} ${end}`,
    ])
  }
  if (lastSelect === 'all' && last && left.length === 0)
    return asFile(style, [
      ...config,
      ...ctes(style, parts),
      '',
      `${word('select')} * ${word('from')} ${last.name}`,
    ])
  return asFile(style, [
    ...config,
    ...(parts.length > 0 ? [...ctes(style, parts), ''] : []),
    ...selectLines(style, ready.columns, ready.from),
    ...left,
  ])
}

function described(making: Making, own: OwnKey | null): Documentation {
  const { writing, recommendation, holding, thing, said, header } = making
  const { style } = writing
  const text = (words: string) => ended(style, words)
  const key = recommendation.grain.columns.map((c) => c.name)
  return {
    model: text(`${purposeOf(making)}. Grain: ${recommendation.grain.words.replace(/\.$/, '')}`),
    columns: [
      ...(own
        ? [
            {
              column: own.name,
              quoted: own.written !== own.name,
              description: own.description,
              tests: own.tests,
            },
          ]
        : []),
      ...holding.all
        .filter((h) => h.kept)
        .map((h) => ({
          column: h.name,
          quoted: h.written !== h.name,
          description: text(said(h) || attributeWords(h.name, thing)),
          tests:
            recommendation.grain.by === 'key' && h.from === 'events' && key.includes(h.stored)
              ? [...(key.length === 1 ? [{ test: 'unique' }] : []), { test: 'not_null' }]
              : [],
        })),
      ...allocated(making).map(({ measure, written }) => ({
        column: measure.name,
        quoted: written !== measure.name,
        description: text(
          `The ${thing}'s share of ${holding.of(measure).name} of ${header?.name ?? 'its header'}; shares add up to it`,
        ),
        tests: [],
      })),
      ...(needsChanged(making)
        ? [
            {
              column: CHANGED,
              quoted: false,
              description: text(`When the ${thing} or its ${header?.name ?? 'header'} last changed`),
              tests: [{ test: 'not_null' }],
            },
          ]
        : []),
    ],
  }
}
