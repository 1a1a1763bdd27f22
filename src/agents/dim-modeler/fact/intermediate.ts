/** The model between what is read and the fact, where events have to be made of it first. */
import type { Value } from '../../../changes/yaml/index.ts'
import { list } from '../../../core/text.ts'
import { importName, modelCalled } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { asFile, configLines, ctes, freeNames, selectLines } from '../../../refactor/house-sql.ts'
import { attributeWords, type Documentation, ended } from '../document.ts'
import type { Made } from '../modelled.ts'
import { writeModel } from '../writing.ts'
import { allocated } from './allocate.ts'
import type { Making } from './making.ts'
import { type Preparing, prepared, preparedColumns } from './prepare.ts'
import { CHANGED, needsChanged, whereLines } from './steps.ts'

export type Place = { name: string; folder: string }

export async function writeIntermediate(
  making: Making,
  place: Place | null,
  unitTests: Value[],
): Promise<(Preparing & { made: Made }) | null> {
  const { writing } = making
  if (place === null) return null
  const { name, folder } = place
  const made = await writeModel(writing, {
    name,
    folder,
    sql: (materialized) => intermediateSql(making, folder, materialized),
    documentation: { ...described(making), unitTests },
  })
  return { reads: name, ready: preparedColumns(making), made }
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

export function intermediateSql(making: Making, folder: string, materialized: string | null): string {
  const { writing, word, events } = making
  const { style } = writing
  const free = freeNames(style, importName(style, folder, events.name))
  const ready = prepared(making, { reads: events.name, ready: null, folder, free, newRows: [] })
  const config = configLines(style, materialized === null ? {} : { materialized })
  const parts = [...ready.imports, ...ready.steps]
  const left = ready.isFiltered ? [] : whereLines(word, ready.conditions, [])
  const { lastSelect } = style.folder(folder)
  const last = parts.at(-1)
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

/** What the model is for: what has to be seen of all rows is not done in a fact that reads new ones alone. */
function purposeOf({ recommendation, events, header }: Making): string | null {
  const { intermediate, grain, measures } = recommendation
  if (intermediate !== null) return intermediate.replace(/\.$/, '')
  const shared = measures.filter((m) => m.way === 'allocate').map((m) => m.column.name)
  if (header)
    return `Rows of ${events.name} with what ${header.name} says of them${shared.length > 0 ? `, its ${list(shared, 4)} shared among them` : ''}`
  return grain.latest ? `Rows of ${events.name}, the latest version of each by ${grain.latest.name}` : null
}

function described(making: Making): Documentation {
  const { writing, recommendation, holding, thing, said, header } = making
  const { style } = writing
  const text = (words: string) => ended(style, words)
  const key = recommendation.grain.columns.map((c) => c.name)
  return {
    model: text(`${purposeOf(making)}. Grain: ${recommendation.grain.words.replace(/\.$/, '')}`),
    columns: [
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
