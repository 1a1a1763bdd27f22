/** `martsmith conventions`: how this project is written, learned from what stands there. Reads only. */
import { markdownTable } from 'markdown-table'
import { learnConventions } from '../../project/conventions/learn.ts'
import type { Convention } from '../../project/conventions/types.ts'
import { openGraph } from '../../project/open.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

const MOST_WAYS = 4

export const conventionsVerb: Verb = (_, options, terminal) =>
  withDbt(options, terminal, async (dbt, project) => {
    const graph = await openGraph(dbt)
    const conventions = await learnConventions(project.dbtDir, graph)
    if (options.json) printJson({ conventions })
    else if (conventions.length === 0) terminal.say('There are no models yet to learn from.')
    else process.stdout.write(`${table(conventions)}\n${exceptions(conventions)}`)
    return 0
  })

function table(conventions: Convention[]): string {
  const rows = conventions.map((c) => [c.topic, c.usual ?? ways(c), `${c.agree} of ${c.seen} ${c.unit}`])
  return markdownTable([['What', 'Usual', 'Seen'], ...rows], { stringLength: (text) => [...text].length })
}

/** Where there is no one way: `fct_ 2, dim_ 1`. */
function ways({ choices }: Convention): string {
  const shown = choices.slice(0, MOST_WAYS).map(({ choice, times }) => `${choice} ${times}`)
  return `no one way: ${shown.join(', ')}${choices.length > MOST_WAYS ? ', ...' : ''}`
}

function exceptions(conventions: Convention[]): string {
  const lines = conventions
    .filter((c) => c.exceptions.length > 0)
    .map((c) => {
      const more = c.seen - c.agree - c.exceptions.length
      return `- ${c.topic}: ${c.exceptions.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    })
  return lines.length === 0 ? '' : `\nOtherwise:\n${lines.join('\n')}\n`
}
