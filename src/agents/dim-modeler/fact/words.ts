/** The design of a fact in words, what a person should know of it, and what to do next. */
import type { Command } from '../../../core/outcome.ts'
import { count, list } from '../../../core/text.ts'
import type { FactDesign } from './design.ts'
import { loadWords } from './documentation.ts'
import type { ForeignKey } from './foreign-keys.ts'
import type { Making } from './making.ts'

export function designWords(making: Making, design: FactDesign, model: string): string[] {
  const { recommendation } = making
  const { grain, kind, measures, degenerate, flags } = recommendation
  const names = (part: 'degenerate' | 'flag') =>
    list(
      design.columns.filter((c) => c.part === part).map((c) => c.name),
      8,
    )
  const byAdditivity = ['additive', 'semi-additive', 'non-additive'] as const
  return [
    `${model}, ${kind === 'accumulating snapshot' ? 'an' : 'a'} ${kind} fact: ${grain.words.replace(/\.$/, '')}; key ${design.key.name}.`,
    ...design.foreignKeys.map(keyWords),
    ...byAdditivity.flatMap((additivity) => {
      const those = measures.filter((m) => m.additivity === additivity)
      if (those.length === 0) return []
      const told = those.map((m) => `${m.name}${m.unit ? ` (${m.unit})` : ''}`)
      return [`Measures, ${additivity}: ${list(told, 10)}.`]
    }),
    ...(measures.length === 0 ? ['No measures: its rows are counted.'] : []),
    ...(degenerate.length > 0 ? [`Degenerate dimensions: ${names('degenerate')}.`] : []),
    ...(flags.length > 0 ? [`Stay as they are: ${names('flag')}.`] : []),
    `${loadWords(making, design).join('. ')}.`,
  ]
}

function keyWords({ column, dimension, way, role, members }: ForeignKey): string {
  const standing = dimension?.dimension
  const how = {
    computed:
      standing?.keyIs === 'natural'
        ? 'its natural key, for it has no other: a row of the dimension that comes late is found'
        : 'computed from its natural key, so that a row of the dimension that comes late is found',
    join: standing?.versions ? 'joined as of when it happened' : 'joined',
    day: 'the day as a number',
  }[way]
  if (!standing)
    return way === 'day'
      ? `${column.name}: ${how}; there is no date dimension yet.`
      : `${column.name}: ${how}; the dimension is not there yet.`
  const member = members.unknown === 'absent' ? `no row of it` : 'the unknown member'
  const share = dimension.nulls > 0 ? `; ${member} for ${count(dimension.nulls, 'row')}` : ''
  const named = role === standing.name ? '' : ` as ${role}`
  return `${column.name}: ${standing.name}${named}, ${how}${share}.`
}

export function notesOf({ recommendation }: Making, { foreignKeys }: FactDesign): string[] {
  const said = [
    ...recommendation.notes,
    ...foreignKeys.flatMap(({ dimension, way, members, column }): string[] => {
      const standing = dimension?.dimension
      if (!dimension || !standing) return []
      return [
        ...(members.unknown === 'absent'
          ? [
              `${standing.name} has no unknown member: ${dimension.nulls > 0 ? `${count(dimension.nulls, 'row')} without one point at a key that it does not have, and relationships of ${column.name} ${dimension.kind === 'calendar' ? 'is tested for the others alone' : 'is not tested'}` : 'none of the rows needs one today'}.`,
            ]
          : []),
        ...(dimension.unmatched > 0 && !members.inferred
          ? [
              `${count(dimension.unmatched, 'row names', 'rows name')} a value that ${standing.name} does not have: ${members.unknown === 'absent' ? `${column.name} finds no row of it until that comes, and relationships is not tested` : 'they get the unknown member'}.`,
            ]
          : []),
        ...(way === 'join' && dimension.kind !== 'calendar' && recommendation.load.way === 'incremental'
          ? [
              `${column.name} of a row that comes before its row of ${standing.name} is the unknown member: it heals when the row is read again, later than that by a full refresh alone.`,
            ]
          : []),
      ]
    }),
  ]
  return [...new Set(said)]
}

/** `models`: the fact, and dimensions that are extended with it. */
export function nextOf({ recommendation }: Making, models: string[], withParents: boolean): Command[] {
  const selected = models.map((m) => (withParents ? `+${m}` : m)).join(' ')
  const missing = recommendation.dimensions.filter((d) => d.kind === 'missing' && d.missing)
  const calendar = recommendation.dimensions.some((d) => d.kind === 'calendar' && d.dimension === null)
  const subjects = [...new Set(missing.map((d) => d.missing?.subject ?? d.role))]
  return [
    {
      command: `martsmith pipeline --select ${models.length > 1 ? `"${selected}"` : selected}`,
      why: 'builds it in the warehouse',
    },
    ...subjects.map((subject) => ({
      command: `martsmith dimension ${subject}`,
      why: 'makes a dimension that its key leads to',
    })),
    ...(calendar
      ? [{ command: 'martsmith dimension date', why: 'makes the days that its date keys lead to' }]
      : []),
  ]
}
