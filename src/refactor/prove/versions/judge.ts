/** What the counts of a type 2 dimension say: whether it is one, and what a person should know. */
import { count, list } from '../../../core/text.ts'
import type { ClaimProof } from '../../types.ts'
import type { Found, Shape, Source, VersionsClaim } from './sql.ts'

export type VersionCounts = { shape: Shape; nulls: Record<string, number>; source: Source; found: Found }

export function judged(
  claim: VersionsClaim,
  { shape, nulls, source, found }: VersionCounts,
  names: { dimension: string; origin: string },
): ClaimProof {
  const { dimension, origin } = names
  const natural = list(claim.natural.map((n) => n.column))
  const texts = claim.attributes.filter((a) => a.isText && (nulls[a.column] ?? 0) > 0)
  const expected = source.keys + 1
  const current = expected - source.ended
  const wrong = [
    ...(shape.keys === shape.rows && shape.nulls === 0
      ? []
      : [`${count(shape.rows, 'row')} have ${count(shape.keys, 'key')} of ${claim.key}`]),
    ...(shape.backwards === 0 ? [] : [`${count(shape.backwards, 'version')} end before they begin`]),
    ...(shape.overlaps === 0 ? [] : [`${count(shape.overlaps, 'version')} overlap the next one`]),
    ...(shape.gaps === source.gaps
      ? []
      : [`${count(shape.gaps, 'gap')} between versions, where ${origin} has ${source.gaps}`]),
    ...(shape.lateStarts === 0
      ? []
      : [`the first version of ${count(shape.lateStarts, 'key')} is not dated back`]),
    ...(shape.flags === 0 ? [] : [`${claim.current} is wrong in ${count(shape.flags, 'row')}`]),
    ...(shape.twice === 0 ? [] : [`${count(shape.twice, 'key')} have several current rows`]),
    ...(shape.current === current
      ? []
      : [`${count(shape.current, 'current row')} for ${current} keys that are not deleted`]),
    ...(shape.unknowns === 1 ? [] : [`the unknown member is there ${count(shape.unknowns, 'time')}`]),
    ...(shape.naturals === expected
      ? []
      : [
          `it has ${shape.naturals} values of ${natural}, and ${origin} has ${source.keys} beside the unknown member`,
        ]),
    ...(found.found === found.instants && found.pairs === found.instants
      ? []
      : [
          `${count(found.instants, 'version')} of ${origin} find ${count(found.pairs, 'row')}, ${found.instants - found.found} of them none`,
        ]),
    ...(found.other <= source.together
      ? []
      : [`${count(found.other, 'version')} of ${origin} find a row with other values`]),
    ...texts.map((a) => `${a.column} is null in ${count(nulls[a.column] ?? 0, 'row')}`),
  ]
  if (wrong.length > 0)
    return {
      holds: false,
      text: `${dimension} is no dimension with versions yet: ${wrong.join('; ')}`,
      lines: wrong.map((w) => `Not so in ${dimension}: ${w}.`),
      data: { ...shape, source, found },
    }
  const [rows, keys] = [shape.rows - 1, shape.naturals - 1]
  const says = `${dimension} has ${count(rows, 'version')} of ${count(keys, 'key')} and the unknown member, one at each moment`
  const finds = `${found.found.toLocaleString('en-US')} of ${count(found.instants, 'row')} of ${origin} find their version`
  const empty = claim.attributes.filter((a) => !a.isText && (nulls[a.column] ?? 0) > 0)
  return {
    holds: true,
    text: `${says}; ${finds}`,
    lines: [
      `${says}: intervals are half-open, none overlap, ${claim.key} is unique and never null, the first of each ${natural} is dated back.`,
      `${finds} at the time it began${source.together > 0 ? `; ${count(source.together, 'row')} began when another of its key did, and gave way` : ', with the same values'}.`,
      `${(shape.current - 1).toLocaleString('en-US')} of ${count(keys, 'key')} ${shape.current === 2 ? 'has' : 'have'} a current version${source.ended > 0 ? `; ${source.ended.toLocaleString('en-US')} ended, and ${source.ended === 1 ? 'has' : 'have'} none` : ''}.`,
      ...(shape.gaps > 0
        ? [
            `${count(shape.gaps, 'gap')} between versions, as ${origin} has them: events of that time find no version.`,
          ]
        : []),
      ...empty.map(
        (a) => `${a.column} is null in ${count(nulls[a.column] ?? 0, 'row')}: it has no word for unknown.`,
      ),
    ],
    data: { ...shape, source, found },
  }
}
