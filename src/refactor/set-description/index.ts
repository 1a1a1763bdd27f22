/** `set-description MODEL[.COLUMN] TEXT`: what a model or a column is, in the YAML of its house. */
import { z } from 'zod'
import { collectChanges } from '../../changes/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { knownColumn, modelAndColumn } from '../models.ts'
import { operation } from '../operation.ts'
import { propertiesOf } from '../properties.ts'
import type { Plan, RefactorContext } from '../types.ts'

const input = z.strictObject({
  of: z.string({ error: 'name the model, or model.column' }),
  text: z.string({ error: 'give the description' }).trim().min(1, 'the description is empty'),
})
type Input = z.output<typeof input>

const about = {
  id: 'set-description',
  purpose: 'describe a model or a column in its YAML',
  usage: '<model[.column]> <text>',
  example: "set-description fct_orders.status 'where the order stands: paid, sent or back'",
}

export const setDescription = operation<Input>({
  ...about,
  input,
  words: ['of', 'text'],
  manyWords: true,
  flags: {},
  plan,
})

const DOC = /\{\{-?\s*doc\s*\(/

async function plan(context: RefactorContext, { of, text }: Input): Promise<Plan> {
  const { graph, project } = context
  const { node, column } = modelAndColumn(graph, of)
  const known = column === null ? null : await knownColumn(context, node, column)
  const name = [graph.label(node.unique_id), ...(known ? [known.name] : [])].join('.')
  assertNoJinja(text)
  const files = collectChanges(project)
  const properties = await propertiesOf(context, files, node)
  properties.ensureModel()
  const entry = known ? properties.ensureColumn(known.name) : properties.model
  const { yaml } = properties
  const where = [...entry, 'description']
  const standing = yaml.get(where)
  if (standing === text)
    throw new MartsmithError({
      code: 'refactor.nothing-to-do',
      message: `${name} is described in these words already; there is nothing to change.`,
      exitCode: 0,
    })
  if (typeof standing === 'string' && DOC.test(standing))
    throw new MartsmithError({
      code: 'refactor.refused',
      message: `${yaml.path}:${yaml.lineOf(where) ?? 1}: ${name} is described by a docs block, ${standing.trim()}, which others may read too. Nothing was changed.`,
      mend: ['Edit the block where it stands, or take the reference out first.'],
    })
  yaml.set(where, text, { after: ['name'] })
  await properties.done()
  const title = `Describe ${name}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds' }],
    notes:
      known && !known.checked
        ? [`${name} could not be looked up: the model does not stand in the warehouse.`]
        : [],
    next: [],
  }
}

/** dbt renders descriptions: a brace pair would be code, but for a reference to a docs block. */
function assertNoJinja(text: string): void {
  if (!/\{[{%#]/.test(text) || /^\{\{\s*doc\(\s*(['"])[\w.]+\1\s*\)\s*\}\}$/.test(text)) return
  throw new MartsmithError({
    code: 'refactor.refused',
    message: 'The description holds Jinja, which dbt would run. Nothing was changed.',
    mend: ["Only a whole {{ doc('name') }} may stand in it."],
  })
}
