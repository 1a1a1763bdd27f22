/** The ways from a relation to a model that is made of it, over the models between them. */
import { MartsmithError } from '../../core/errors.ts'
import { list, shellQuote } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'

const MOST = 200
export const SHOWN = 10

/**
 * The ways from below `from` down to `to`, each as models in order; at least one.
 * @throws MartsmithError `refactor.no-way`
 */
export function waysTo(graph: ProjectGraph, from: string, to: string, through: string[]): string[][] {
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
  const models = through.filter((name) => [...above].some((id) => graph.label(id) === name))
  const fitting = ways.filter((way) => models.every((name) => way.map(graph.label).includes(name)))
  if (fitting.length > 0) return fitting
  const over = models.length > 0 ? ` through ${list(models)}` : ', neither directly nor over other models'
  throw new MartsmithError({
    code: 'refactor.no-way',
    message: `${graph.label(to)} does not read ${graph.label(from)}${over}. Nothing was changed.`,
    mend: [`martsmith lineage ${graph.label(to)}   shows what it is made of`],
  })
}

export function shownWay(graph: ProjectGraph, from: string, way: string[]): string {
  return [from, ...way].map(graph.label).join(' > ')
}

/** Several ways are open: a person has to say which. */
export function whichWay(graph: ProjectGraph, from: string, ways: string[][], asked: string): MartsmithError {
  const [start, end] = [graph.label(from), graph.label(ways[0]?.at(-1) ?? '')]
  return new MartsmithError({
    code: 'refactor.which-way',
    message: `There are ${ways.length >= MOST ? `${MOST} ways or more` : `${ways.length} ways`} from ${start} to ${end}: say which. Nothing was changed.`,
    details: ways.slice(0, SHOWN).map((way) => shownWay(graph, from, way)),
    mend: distinguishing(graph, ways).map(
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
