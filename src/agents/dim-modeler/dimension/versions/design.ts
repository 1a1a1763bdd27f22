/** The design of a type 2 dimension: what each column is called in SQL, and when a version begins and ends. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { columnName, keyColumn } from '../../../../project/conventions/names.ts'
import type { ProjectGraph } from '../../../../project/graph.ts'
import { dimensionsOf } from '../../../../project/stars.ts'
import { type Step, timeType } from '../../../../refactor/interval-sql.ts'
import { writtenName } from '../../../../refactor/written.ts'
import type { VersionsRecommendation } from '../../../data-modeler/dimension/history/types.ts'
import { wordsOf } from '../../../data-modeler/search/names.ts'
import type { OriginColumn } from '../../../data-modeler/types.ts'
import { freeName, isPlainText } from '../table/design.ts'

/** A column of the dimension: `original` is its name in what is read, `read` and `written` are those as SQL writes them. */
export type VersionColumn = OriginColumn & {
  original: string
  read: string
  written: string
  /** Not plain text by its type, and made so, or it could not say `Unknown`. */
  asText: boolean
}

export type VersionKey = VersionColumn & { unknown: string | number }

export type Bound = OriginColumn & { original: string; read: string }

export type VersionsDesign = {
  model: string
  entity: string
  /** In words, one of them: `customer`. */
  thing: string
  key: string
  keyWritten: string
  natural: VersionKey[]
  attributes: VersionColumn[]
  /** Columns of what is read. */
  history:
    | { by: 'intervals'; from: Bound; to: Bound; step: Step | null; deleted: string | null }
    | { by: 'starts' | 'copies'; from: Bound }
  /** The begin and the end of a version here. */
  from: Named
  to: Named
  current: Named
  /** Of begin and end. */
  type: string
}

type Named = { name: string; written: string }

const USUAL = { from: 'valid_from', to: 'valid_to', current: 'is_current' }

/** @param renamed what columns are called in the model that is read. `openParser()` comes before. */
export function versionsDesign(
  { graph, style, adapter }: { graph: ProjectGraph; style: HouseStyle; adapter: string },
  recommendation: VersionsRecommendation,
  { model, renamed }: { model: string; renamed: ReadonlyMap<string, string> },
): VersionsDesign {
  const { entity, subject, history } = recommendation
  const written = (name: string) => writtenName(name, adapter)
  const column = (c: OriginColumn): VersionColumn => {
    const original = renamed.get(c.name) ?? c.name
    const name = recommendation.renamed[c.name] ?? original
    return {
      ...c,
      name,
      original,
      read: written(original),
      written: written(name),
      asText: c.kind === 'text' && !isPlainText(c.type),
    }
  }
  const bound = (c: OriginColumn): Bound => {
    const original = renamed.get(c.name) ?? c.name
    return { ...c, original, read: written(original) }
  }
  const natural = recommendation.natural.map((n) => ({ ...column(n.column), unknown: n.unknown }))
  const attributes = recommendation.attributes.map(column)
  const taken = [...natural, ...attributes].map((c) => c.name.toLowerCase())
  const free = (name: string): Named => {
    const own = freeName(name, taken)
    taken.push(own.toLowerCase())
    return { name: own, written: written(own) }
  }
  const key = free(keyColumn(style, entity))
  const names = versionNames(graph, style)
  return {
    model,
    entity,
    thing: subject.trim().toLowerCase(),
    key: key.name,
    keyWritten: key.written,
    natural,
    attributes,
    history:
      history.by === 'intervals'
        ? {
            by: 'intervals',
            from: bound(history.from),
            to: bound(history.to),
            step: history.inclusive,
            deleted:
              history.deleted === null
                ? null
                : written(renamed.get(history.deleted.column) ?? history.deleted.column),
          }
        : { by: history.by, from: bound(history.from) },
    from: free(names.from),
    to: free(names.to),
    current: free(names.current),
    type: timeType(history.from),
  }
}

/** As the dimensions that stand call them, where they have some; else the usual names, in the case of the house. */
function versionNames(graph: ProjectGraph, style: HouseStyle): typeof USUAL {
  for (const { columns } of dimensionsOf(graph, style.dimensionPrefix)) {
    const names = Object.values(columns).map((c) => c.name)
    const find = (...ends: string[]) =>
      names.find((n) => {
        const words = wordsOf(n)
        return /^(valid|effective|eff|active)$/.test(words[0] ?? '') && ends.some((e) => words.includes(e))
      })
    const [from, to] = [find('from', 'start', 'begin'), find('to', 'until', 'end')]
    const current = names.find((n) => /^is_?(current|active|latest)\w*$/i.test(n))
    if (from && to) return { from, to, current: current ?? columnName(style, USUAL.current) }
  }
  return {
    from: columnName(style, USUAL.from),
    to: columnName(style, USUAL.to),
    current: columnName(style, USUAL.current),
  }
}
