/** What the YAML says of a fact: its grain, how it is loaded, every column with its tests. */
import type { Value } from '../../../changes/yaml/index.ts'
import { count } from '../../../core/text.ts'
import type { FactRecommendation } from '../../data-modeler/fact/types.ts'
import { capital, type Documentation, ended } from '../document.ts'
import type { FactDesign } from './design.ts'
import type { Making } from './making.ts'

export function documentationOf(making: Making, design: FactDesign, unitTests: Value[]): Documentation {
  const { writing } = making
  return {
    model: ended(
      writing.style,
      [kindWords(making), grainWords(making), ...loadWords(making, design)].join('. '),
    ),
    columns: design.columns.map(({ name, written, description, tests }) => ({
      column: name,
      quoted: written !== name,
      description,
      tests,
    })),
    unitTests,
  }
}

function kindWords({ recommendation: { kind } }: Making): string {
  return kind === 'factless' ? 'Factless fact' : `${capital(kind)} fact`
}

export function grainWords({ recommendation: { grain } }: Making): string {
  return `Grain: ${grain.words.replace(/\.$/, '')}`
}

/** How it is loaded, and what a run does not see. */
export function loadWords({ recommendation }: Making, { watermark: by, foreignKeys }: FactDesign): string[] {
  const { load, deleted } = recommendation
  if (by === null) return ['Built anew in every run']
  const watermark = by.name
  const isJoined = foreignKeys.some((k) => k.join !== null)
  const window =
    load.lookbackDays > 0
      ? `with a window of ${count(load.lookbackDays, 'day')} in front of the newest, which is read again`
      : 'from the newest on, which is read again'
  return [
    `Incremental by ${watermark}, ${window}`,
    ...outsideWords(recommendation, watermark, isJoined),
    ...(deleted ? ['Rows that the source marks as deleted are taken out'] : []),
  ]
}

function outsideWords(
  { load, header, deleted }: FactRecommendation,
  watermark: string,
  isJoined: boolean,
): string[] {
  const late =
    load.moves === 'event'
      ? `Events that arrive later than that window, and changes of older ones, are seen by a full refresh alone`
      : load.moves === 'loaded'
        ? `What arrives is seen by its ${watermark}, however old it is; a change that is not loaded again is not`
        : `What changes is seen by its ${watermark}, however old it is`
  return [
    late,
    ...(header && header.watermark === null
      ? [`A change of ${header.label} alone is seen by a full refresh alone`]
      : []),
    ...(isJoined ? ['A row of a dimension that comes later than its events is found by a full refresh'] : []),
    ...(deleted ? [] : ['Rows that the source deletes stay until a full refresh']),
  ]
}
