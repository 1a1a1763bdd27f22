/** `add-test MODEL[.COLUMN] TEST`: a test in the YAML of its house; it has to pass on today's data. */
import { z } from 'zod'
import { collectChanges } from '../../changes/index.ts'
import type { Value } from '../../changes/yaml/data.ts'
import { MartsmithError } from '../../core/errors.ts'
import { list, nearest } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { openParser } from '../../project/sql/parse.ts'
import { knownColumn, modelAndColumn } from '../models.ts'
import { operation } from '../operation.ts'
import { houseStyleOf, propertiesOf } from '../properties.ts'
import { TEST_KEYS, testsAt, testWords } from '../tests.ts'
import type { Plan, RefactorContext } from '../types.ts'

import { wrongWords } from '../words.ts'
import { writtenName } from '../written.ts'

const TESTS = ['unique', 'not_null', 'accepted_values', 'relationships'] as const

const input = z.strictObject({
  of: z.string({ error: 'name the column: model.column' }),
  test: z.enum(TESTS, { error: `name the test: ${TESTS.join(', ')}` }),
  values: z.array(z.string()),
  to: z.string().nullable(),
  where: z.string().nullable(),
  severity: z.enum(['warn', 'error'], { error: '--severity is warn or error' }).nullable(),
})
type Input = z.output<typeof input>

const about = {
  id: 'add-test',
  purpose: 'add a test to a column, if it passes on the data as it is',
  usage:
    '<model.column> unique|not_null|accepted_values|relationships [--values a,b] [--to model.column] [--where <sql>] [--severity warn]',
  example: 'add-test fct_orders.status accepted_values --values paid,sent,back',
}

export const addTest = operation<Input>({
  ...about,
  input,
  words: ['of', 'test'],
  flags: { values: 'list', to: 'text', where: 'text', severity: 'text' },
  plan,
})

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const { graph, project } = context
  const { node, column } = modelAndColumn(graph, wanted.of)
  if (column === null) throw wrongWords(about, `${wanted.of} is a model; name the column too`)
  const { name, checked } = await knownColumn(context, node, column)
  const shown = `${graph.label(node.unique_id)}.${name}`
  await openParser()
  const style = await houseStyleOf(context)
  const files = collectChanges(project)
  const properties = await propertiesOf(context, files, node)
  const entry = properties.ensureColumn(name, needsQuotes(name, graph) ? { quote: true } : undefined)
  const standing = testsAt(properties.yaml, entry)
  const same = standing.find((t) => t.name === wanted.test)
  if (same)
    throw new MartsmithError({
      code: 'refactor.nothing-to-do',
      message: `${properties.yaml.path}:${properties.yaml.lineOf([...entry, same.key, same.index]) ?? 1}: ${shown} has the test ${wanted.test} already. Nothing was changed.`,
      mend: [
        `martsmith refactor remove-test ${wanted.of} ${wanted.test} --weaken   takes that one out first`,
      ],
    })
  const key = TEST_KEYS.find((k) => properties.yaml.has([...entry, k])) ?? style.testsKey
  properties.yaml.add([...entry, key], testEntry(wanted, graph, style))
  await properties.done()
  const title = `Add the test ${testWords(wanted.test, shown)}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds', nodes: [node.unique_id] }],
    notes: checked ? [] : [`${shown} could not be looked up: the model does not stand in the warehouse.`],
    next: [
      {
        command: `martsmith pipeline --select ${graph.label(node.unique_id)}`,
        why: 'builds and tests the model in the warehouse',
      },
    ],
  }
}

function testEntry(wanted: Input, graph: ProjectGraph, style: HouseStyle): Value {
  const given = argumentsOf(wanted, graph)
  const config = {
    ...(wanted.severity ? { severity: wanted.severity } : {}),
    ...(wanted.where ? { where: wanted.where } : {}),
  }
  const rest: Record<string, Value> = {
    ...(Object.keys(given).length === 0 ? {} : style.testArguments ? { arguments: given } : given),
    ...(Object.keys(config).length === 0 ? {} : { config }),
  }
  return Object.keys(rest).length === 0 ? wanted.test : { [wanted.test]: rest }
}

function argumentsOf({ test, values, to }: Input, graph: ProjectGraph): Record<string, Value> {
  if ((test === 'accepted_values') !== values.length > 0)
    throw wrongWords(about, `--values belongs to accepted_values, which needs it`)
  if ((test === 'relationships') !== (to !== null))
    throw wrongWords(about, `--to belongs to relationships, which needs it`)
  if (test === 'accepted_values') return { values }
  return to === null ? {} : parentOf(to, graph)
}

/** `dim_customers.customer_id`, or `shop.customers.customer_id` of a source. */
function parentOf(to: string, graph: ProjectGraph): Record<string, Value> {
  const at = to.lastIndexOf('.')
  const [parent, field] = [to.slice(0, at), to.slice(at + 1)]
  if (at < 1 || field === '') throw wrongWords(about, `--to names a column: model.column, not ${to}`)
  const { nodes, sources } = graph.manifest
  const source = Object.values(sources).find((s) => `${s.source_name}.${s.name}` === parent)
  if (source) return { to: `source('${source.source_name}', '${source.name}')`, field }
  const readable = Object.values(nodes).filter((n) => ['model', 'seed', 'snapshot'].includes(n.resource_type))
  if (readable.some((n) => n.name === parent)) return { to: `ref('${parent}')`, field }
  const near = nearest(
    parent,
    readable.map((n) => n.name),
  )
  throw new MartsmithError({
    code: 'refactor.no-model',
    message: `--to: there is no model or source ${parent}${near[0] ? `; did you mean ${list(near)}?` : '.'} Nothing was changed.`,
  })
}

/** A column that SQL only finds in quotes, where dbt is not told so, is not found by its tests. */
function needsQuotes(name: string, graph: ProjectGraph): boolean {
  return writtenName(name, graph.manifest.metadata.adapter_type ?? '') !== name
}
