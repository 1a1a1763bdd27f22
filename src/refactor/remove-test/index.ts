/** `remove-test MODEL[.COLUMN] TEST --weaken`: a check less, by a person's explicit decision only. */
import { z } from 'zod'
import { collectChanges } from '../../changes/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { list, shellQuote } from '../../core/text.ts'
import { modelAndColumn } from '../models.ts'
import { operation } from '../operation.ts'
import { propertiesOf } from '../properties.ts'
import { testsAt, testWords } from '../tests.ts'
import type { Plan, RefactorContext } from '../types.ts'

const input = z.strictObject({
  of: z.string({ error: 'name the model, or model.column' }),
  test: z.string({ error: 'name the test, as it stands in the YAML' }),
  weaken: z.boolean(),
})
type Input = z.output<typeof input>

const about = {
  id: 'remove-test',
  purpose: 'take a test away: this weakens the project, and has to be said with --weaken',
  usage: '<model[.column]> <test> --weaken',
  example: 'remove-test fct_orders.status accepted_values --weaken',
}

export const removeTest = operation<Input>({
  ...about,
  input,
  words: ['of', 'test'],
  flags: { weaken: 'switch' },
  plan,
})

async function plan(context: RefactorContext, { of, test, weaken }: Input): Promise<Plan> {
  const { graph, project } = context
  const { node, column } = modelAndColumn(graph, of)
  const files = collectChanges(project)
  const properties = await propertiesOf(context, files, node)
  const { yaml, model } = properties
  const spelled = column === null ? null : properties.columnEntry(column)
  const shown = [graph.label(node.unique_id), ...(column === null ? [] : [spelled ?? column])].join('.')
  const entry = spelled === null ? model : [...model, 'columns', { name: spelled }]
  const standing = column !== null && spelled === null ? [] : testsAt(yaml, entry)
  const found = standing.filter((t) => t.name === test)
  const [only] = found
  if (!only || found.length > 1)
    throw new MartsmithError({
      code: 'refactor.no-test',
      message: only
        ? `${yaml.path}: ${shown} has ${found.length} tests ${test}, and nothing tells which one is meant. Nothing was changed.`
        : `${shown} has no test ${test}. Nothing was changed.`,
      details: standing.length > 0 ? [`It has: ${list(standing.map((t) => t.name))}`] : [],
    })
  const where = [...entry, only.key, only.index]
  if (!weaken)
    throw new MartsmithError({
      code: 'refactor.weakens',
      message: `${yaml.path}:${yaml.lineOf(where) ?? 1}: without the test ${testWords(test, shown)}, nothing checks that any more. Nothing was changed.`,
      mend: [
        `martsmith refactor remove-test ${shellQuote(of)} ${shellQuote(test)} --weaken   if that is what you decide`,
      ],
      exitCode: 3,
    })
  yaml.remove(where)
  await properties.done()
  const title = `Remove the test ${testWords(test, shown)}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds' }],
    notes: [`This weakens the project: nothing checks ${testWords(test, shown)} any more.`],
    next: [],
  }
}
