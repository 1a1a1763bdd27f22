/** The fact's file with one column more: its last select becomes a CTE, and a new last select adds the key. */

import { applyEdits, type TextEdit } from '../../changes/edits.ts'
import { escaped } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { withOf } from '../../project/sql/ctes.ts'
import { tokensOf } from '../../project/sql/parse.ts'
import { toRaw } from '../../project/sql/source-map.ts'
import { ctes, inHouseCase, named, selectLines } from '../house-sql.ts'
import { eolOf, refused, type SqlFile, type Version } from '../sql-file.ts'

export type NewKey = {
  /** As SQL writes it. */
  key: string
  /** Over the columns of the last select; `{row}` is how that is called, `{dimension}` how the dimension is. */
  sql: string
  /** Where the dimension is joined. `{row}` and `{dimension}` again. */
  join: { dimension: string; on: string } | null
}

type Place = { at: number; end: number; lastCte: number | null; names: string[]; star: string | null }

/** @throws MartsmithError `refactor.refused` where the file cannot be read beyond doubt. */
export function withKey(file: SqlFile, wanted: NewKey, style: HouseStyle): string {
  const places = file.versions.map((v) => placeIn(file, v))
  const [place] = places
  if (!place || places.some((p) => p.at !== place.at || p.lastCte !== place.lastCte))
    throw refused(file.path, null, 'where its last select begins depends on how it is built')
  const { raw } = file
  const taken = new Set(place.names.map((n) => n.toLowerCase()))
  const free = (name: string): string => {
    const found = taken.has(name.toLowerCase()) ? free(`${name}_rows`) : name
    taken.add(found.toLowerCase())
    return found
  }
  const loud =
    style.keywords === 'upper' && place.names.length > 0 && place.names.every((n) => n === n.toUpperCase())
  const cased = (name: string) => (loud ? name.toUpperCase() : name)
  const last = raw.slice(place.at, place.end)
  const row = place.star ?? cased(free('without_key'))
  const { join } = wanted
  const standing = join ? importOf(raw, join.dimension, place.names) : null
  const dimension = join
    ? (standing ?? (style.importCtes ? cased(free(join.dimension)) : join.dimension))
    : ''
  const fill = (sql: string) => sql.replaceAll('{row}', row).replaceAll('{dimension}', dimension)
  const name = cased(free(`with_${wanted.key.replace(/[^\p{L}\p{N}_]/gu, '')}`))
  const read =
    style.importCtes || standing
      ? dimension
      : `{{ ref('${join?.dimension}') }}${style.tableAs ? ' as' : ''} ${dimension}`
  const parts = [
    ...(join && style.importCtes && !standing
      ? [{ name: dimension, lines: [inHouseCase(style, `select * from {{ ref('${join.dimension}') }}`)] }]
      : []),
    ...(place.star === null ? [{ name: row, lines: last.split(/\r?\n/) }] : []),
    {
      name,
      lines: [
        ...selectLines(style, [`${row}.*`, named(style, fill(wanted.sql), wanted.key)], row),
        ...(join ? [inHouseCase(style, `left join ${read} on `) + fill(join.on)] : []),
      ],
    },
  ]
  const end = inHouseCase(style, `select * from ${name}`)
  const lines = ctes(style, parts)
  const eol = eolOf(raw)
  const edits: TextEdit[] =
    place.lastCte === null
      ? [{ start: place.at, end: place.end, text: [...lines, '', end].join(eol) }]
      : [
          {
            start: place.lastCte,
            end: place.lastCte,
            text: `${style.cteCommas === 'trailing' ? ',' : ''}${eol}${behindOthers(style, parts).join(eol)}`,
          },
          { start: place.at, end: place.end, text: end },
        ]
  return applyEdits(raw, edits, file.path)
}

/** As `ctes` writes them behind one that stands there. */
function behindOthers(style: HouseStyle, parts: { name: string; lines: string[] }[]): string[] {
  const one = { name: 'x', lines: [] }
  return ctes(style, [one, ...parts]).slice(ctes(style, [one]).length)
}

function placeIn(file: SqlFile, version: Version): Place {
  const { compiled, map } = version
  const clause = withOf(compiled, file.adapter)
  const first = tokensOf(compiled, file.adapter)?.[0]
  if (!clause && first?.type !== 'SELECT')
    throw refused(file.path, null, 'it begins with no select and no with that can be read')
  const start = clause ? clause.rest : (first?.span.start ?? 0)
  const behind = clause?.ctes.at(-1)?.end ?? null
  const at = rawAt(file, version, start)
  const raw = file.raw.slice(at).replace(/[\s;]+$/, '')
  const star = /^select\s+\*\s+from\s+([\p{L}_][\p{L}\p{N}_]*)$/iu.exec(raw)?.[1] ?? null
  const names = (clause?.ctes ?? []).map((c) => c.name)
  return {
    at,
    end: at + raw.length,
    lastCte: behind === null ? null : rawAt(file, { ...version, map }, behind - 1) + 1,
    names,
    star: star !== null && names.some((n) => n.toLowerCase() === star.toLowerCase()) ? star : null,
  }
}

function rawAt(file: SqlFile, { map }: Version, at: number): number {
  const place = toRaw(map, at, at + 1)
  if (!place || 'jinja' in place)
    throw refused(file.path, null, 'its last select, or the CTE before it, is written by Jinja')
  return place.start
}

/** A CTE that reads the dimension, all columns of it. */
function importOf(raw: string, dimension: string, names: string[]): string | null {
  const literal = escaped(dimension)
  const found = new RegExp(
    `([\\p{L}_][\\p{L}\\p{N}_]*)\\s+as\\s*\\(\\s*select\\s+\\*\\s+from\\s+\\{\\{\\s*ref\\(\\s*['"]${literal}['"]\\s*\\)\\s*\\}\\}\\s*\\)`,
    'iu',
  ).exec(raw)?.[1]
  return found !== undefined && names.some((n) => n.toLowerCase() === found.toLowerCase()) ? found : null
}
