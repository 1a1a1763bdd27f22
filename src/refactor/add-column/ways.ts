/** The ways from a relation to a model that is made of it, over the models between them. */
import { MartsmithError } from '../../core/errors.ts'
import { list, shellQuote } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'

const MOST = 200
const SHOWN = 10

/**
 * The models from below `from` down to `to`, if there is one way only.
 * @throws MartsmithError `refactor.no-way`, `refactor.which-way`
 */
export function wayTo(
  graph: ProjectGraph,
  from: string,
  to: string,
  through: string[],
  asked: string,
): string[] {
  const above = new Set([...graph.ancestors([to]), to])
  const ways: string[][] = []
  const walk = (at: string, way: string[]) => {
    if (ways.length >= MOST) return
    if (at === to) ways.push(way)
    else
      for (const child of new Set(graph.children(at)))
        if (child.startsWith('model.') && above.has(child) && !way.includes(child))
          walk(child, [...way, child])
  }
  walk(from, [])
  const labels = (way: string[]) => way.map(graph.label)
  const models = through.filter((name) => [...above].some((id) => graph.label(id) === name))
  const fitting = ways.filter((way) => models.every((name) => labels(way).includes(name)))
  const [only, second] = fitting
  if (only && !second) return only
  const [start, end] = [graph.label(from), graph.label(to)]
  if (!only)
    throw new MartsmithError({
      code: 'refactor.no-way',
      message: `${end} does not read ${start}${models.length > 0 ? ` through ${list(models)}` : ''}, neither directly nor over other models. Nothing was changed.`,
      mend: [`martsmith lineage ${end}   shows what it is made of`],
    })
  throw new MartsmithError({
    code: 'refactor.which-way',
    message: `There are ${ways.length >= MOST ? `${MOST} ways or more` : `${fitting.length} ways`} from ${start} to ${end}: say which. Nothing was changed.`,
    details: fitting.slice(0, SHOWN).map((way) => `${start} > ${labels(way).join(' > ')}`),
    mend: distinguishing(graph, fitting).map(
      (name) => `martsmith refactor ${asked} --through ${shellQuote(name)}`,
    ),
  })
}

/** Models that only one of the ways goes through; else all that are not on every way. */
function distinguishing(graph: ProjectGraph, ways: string[][]): string[] {
  const times = new Map<string, number>()
  for (const id of ways.flat()) times.set(id, (times.get(id) ?? 0) + 1)
  const some = [...times].filter(([, n]) => n < ways.length)
  const one = some.filter(([, n]) => n === 1)
  return (one.length > 0 ? one : some).slice(0, SHOWN).map(([id]) => graph.label(id))
}
