/** The action `identify`: where it failed, by the record of the run that is looked at. */
import { z } from 'zod'
import { maskValues } from '../../core/mask.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count } from '../../core/text.ts'
import type { ActionContext } from '../types.ts'

/** What is known before anything is looked at: a run of martsmith, somebody else's artifacts, or nothing. */
export const pointSchema = z.strictObject({
  /** In words: `run pipe-7f3a failed in step 2 (dbt build)`. */
  words: z.string(),
  /** `dlt`: the ingestion failed, and dbt never began. */
  tool: z.enum(['dlt', 'dbt']),
  /** What was said, where ingestion failed. */
  message: z.string().nullable(),
  /** The pipelines of dlt that failed. */
  pipelines: z.array(z.string()).optional(),
  /** Ids of nodes that failed or were skipped, and of all that ran; null where no record says. */
  ran: z.strictObject({ broken: z.array(z.string()), all: z.array(z.string()) }).nullable(),
  /** The run of martsmith that goes on when it is mended. */
  resume: z.string().nullable(),
  /** A model that is asked about: it and what it reads are looked at. */
  only: z.string().nullable(),
  /** The last thing that ran was dbt's look at how old the sources are. */
  freshness: z.boolean().optional(),
  /** A sentence on numbers that are wrong, where no failure is looked for. */
  symptom: z.string().optional(),
  /** Beside a symptom: the run on record that failed, as `words` and `ran` say it where none is asked about. */
  failed: z
    .strictObject({ words: z.string(), broken: z.array(z.string()), all: z.array(z.string()) })
    .nullable()
    .optional(),
  /** The last runs, for who finds nothing failing. */
  last: z.array(z.string()),
})

export type Point = z.output<typeof pointSchema>

export async function identify(_: ActionContext, { point }: { point: Point }): Promise<Outcome> {
  if (point.tool === 'dlt')
    return outcome('success', `Ingestion failed: ${point.words}; dbt was not begun because of it.`, {
      details: [safeHead(point.message ?? 'It left no message.')],
    })
  if (point.symptom !== undefined)
    return outcome(
      'success',
      `${point.failed ? 'The' : 'Nothing is said to have failed: the'} numbers are wrong (${point.symptom}).`,
      {
        details: [
          'It is measured in what stands in the warehouse, and in everything that is made from.',
          ...(point.failed ? [`${point.failed.words}: what failed then is looked at too.`] : []),
        ],
      },
    )
  const broken = point.ran?.broken.length ?? 0
  if (point.freshness)
    return outcome('success', `${point.words}.`, {
      details: ['It is asked again; where all are fresh, what else fails is looked for.'],
    })
  return outcome('success', `${point.words}.`, {
    details:
      broken > 0
        ? [`${count(broken, 'node or test', 'nodes and tests')} failed or were skipped in it.`]
        : ['No record of a failure: the project is parsed, and built in a sandbox, to see what fails.'],
  })
}

const MOST_LINES = 14

/** What was said, without values. */
function safeHead(message: string): string {
  return maskValues(message).split('\n').slice(0, MOST_LINES).join('\n')
}
