/** `martsmith conventions`: how this project is written, learned from what stands there. Reads only. */
import { markdownTable } from 'markdown-table'
import { type Applied, applied } from '../../project/conventions/applied.ts'
import { factsOf, learnConventions } from '../../project/conventions/learn.ts'
import { GROUPS } from '../../project/conventions/topics.ts'
import { type Convention, inWords } from '../../project/conventions/types.ts'
import { openGraph } from '../../project/open.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

const MOST_WAYS = 4
const WHENCE = {
  learned: 'by the kind of model',
  'martsmith.yml': 'set in martsmith.yml',
  'dbt style guide': 'dbt style guide',
  martsmith: 'choice of martsmith',
}

export const conventionsVerb: Verb = (_, options, terminal) =>
  withDbt(options, terminal, async (dbt, project) => {
    const graph = await openGraph(dbt)
    const conventions = await learnConventions(project.dbtDir, graph)
    const all = applied(conventions, project.config.conventions, await factsOf(project.dbtDir, graph))
    if (options.json) printJson({ conventions: all.map(asJson) })
    else
      process.stdout.write(`${GROUPS.map(({ title }) => section(title, all)).join('\n')}${exceptions(all)}`)
    return 0
  })

/** What was seen, and what new files follow. */
function asJson({ group, learned, origin, ...rest }: Applied): object {
  const { usual = null, agree = 0, seen = 0, choices = [], unit = null, exceptions = [] } = learned ?? {}
  return { ...rest, origin: origin.from, usual, agree, seen, choices, unit, exceptions }
}

function section(title: string, all: Applied[]): string {
  const rows = all
    .filter((a) => a.group === title)
    .map((a) => [a.topic, inWords(a.id, a.value), whence(a)].map((text) => text.replaceAll('|', '\\|')))
  const table = markdownTable([['What', 'New files follow', 'Because'], ...rows], {
    stringLength: (text) => [...text].length,
  })
  return `## ${title}\n${table}\n`
}

/** `7 of 7 files`, `set in martsmith.yml (seen: trailing 7)`, `dbt style guide (no one way: 3, 3)`. */
function whence({ origin, learned }: Applied): string {
  if (origin.from === 'learned' && learned?.usual !== null)
    return `${origin.agree} of ${origin.seen} ${origin.unit}`
  const words = WHENCE[origin.from]
  return learned === null ? words : `${words} (seen: ${ways(learned)})`
}

/** Where there is no one way: `fct_ 2, dim_ 1`. */
function ways({ id, choices }: Convention): string {
  const shown = choices.slice(0, MOST_WAYS).map(({ choice, times }) => `${inWords(id, choice)} ${times}`)
  return `${shown.join(', ')}${choices.length > MOST_WAYS ? ', ...' : ''}`
}

function exceptions(all: Applied[]): string {
  const lines = all
    .flatMap(({ learned }) => (learned && learned.exceptions.length > 0 ? [learned] : []))
    .map((c) => {
      const more = c.seen - c.agree - c.exceptions.length
      return `- ${c.topic}: ${c.exceptions.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    })
  return lines.length === 0 ? '' : `\nOtherwise:\n${lines.join('\n')}\n`
}
