/** Facts that the project has: a second one for the same events is never made; what it lacks is said, as commands. */
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { entityOf } from '../../../project/conventions/cte-style.ts'
import { factModel } from '../../../project/conventions/names.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { factsOf } from '../../../project/stars.ts'
import { nameScore, wordsOf } from '../search/names.ts'
import { withColumns } from '../search/origins.ts'
import type { Grain } from './grain.ts'
import type { Lab, Side } from './lab.ts'
import { isLoading } from './names.ts'

const MOST_LACKING = 8

/** @throws MartsmithError `fact.exists` */
export async function assertNoFact(
  lab: Lab,
  { subject, entity }: { subject: string; entity: string },
  events: Side,
  grain: Grain,
): Promise<void> {
  const { graph } = lab.context
  const name = factModel(lab.style, entity).toLowerCase()
  const facts = factsOf(graph, lab.style.factPrefix)
  const called =
    Object.values(graph.manifest.nodes).find(
      (n) => ['model', 'seed', 'snapshot'].includes(n.resource_type) && n.name.toLowerCase() === name,
    ) ?? facts.find((n) => nameScore(wordsOf(subject), wordsOf(entityOf(n.name))) === 1)
  const there = called ?? (await ofSameEvents(lab, facts, events, grain))
  if (!there) return
  const lacks = await lacking(lab, there, events)
  throw new MartsmithError({
    code: 'fact.exists',
    message: `${there.name} is there already (${there.original_file_path})${called ? '' : `, and has the same rows as ${events.origin.label}`}: a second fact for the same events is never made. Nothing was run.`,
    details:
      lacks.length === 0
        ? [`It has all columns of ${events.origin.label}, or what is made of them.`]
        : [
            `${events.origin.label} has ${list(lacks, MOST_LACKING)}, which nothing in ${there.name} is called like.`,
          ],
    mend: [
      ...lacks
        .slice(0, MOST_LACKING)
        .map((c) => `martsmith refactor add-column ${there.name} ${events.origin.label}.${c}`),
      `martsmith lineage ${there.name}   says what it is made of`,
    ],
    exitCode: 0,
  })
}

/** A fact that reads the events, near or far, and has a row for each of their keys. */
async function ofSameEvents(
  lab: Lab,
  facts: ManifestNode[],
  events: Side,
  grain: Grain,
): Promise<ManifestNode | undefined> {
  const { graph } = lab.context
  const [key] = grain.columns
  if (!key || grain.columns.length !== 1) return undefined
  const below = new Set(graph.descendants([events.origin.id]))
  const readers = facts.filter((f) => below.has(f.unique_id))
  const origins = (
    await withColumns(
      lab.context,
      readers.map((r) => r.unique_id),
    )
  ).filter((o) => o.stands)
  const keyed = origins.flatMap((o) => {
    const column = o.columns.find((c) => c.name.toLowerCase() === key.name.toLowerCase())
    return column ? [{ o, column }] : []
  })
  const { quote } = lab.dialect
  const answers = await lab.manyNumbers(
    keyed.map(({ o, column }) => `select count(*), count(distinct ${quote(column.name)}) from ${o.relation}`),
  )
  const at = answers.findIndex((a) => a !== null && a[0] === a[1] && (a[0] ?? 0) >= events.profile.rows * 0.5)
  return readers.find((r) => r.unique_id === keyed[at]?.o.id)
}

/** Columns of the events that no column of the fact is called like. */
async function lacking(lab: Lab, there: ManifestNode, events: Side): Promise<string[]> {
  const [fact] = await withColumns(lab.context, [there.unique_id])
  const have = (fact?.columns ?? []).map((c) => wordsOf(c.name))
  if (have.length === 0) return []
  return events.profile.columns
    .filter((c) => !isLoading(c.name) && c.distinct > 0)
    .filter((c) => {
      const words = wordsOf(c.name).filter((w) => !['id', 'at', 'on', 'code', 'date'].includes(w))
      return !have.some((h) => nameScore(words, h) > 0.6 || words.every((w) => h.includes(w)))
    })
    .map((c) => c.name)
}
