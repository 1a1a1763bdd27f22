/** Finds the models of an application, and says where they and the database differ. */
import {
  type Column,
  findTable,
  type Schema,
  type Table,
  tableWords,
} from '../../../../adapters/databases/types.ts'
import { eachFile } from '../code.ts'
import { activeRecord } from './active-record.ts'
import { drizzle, knex, sequelize, typeorm } from './javascript.ts'
import { prisma } from './prisma.ts'
import { django, sqlalchemy } from './python.ts'
import type { Model, ModelColumn, ModelReader } from './types.ts'

const READERS: { files: string; readers: ModelReader[] }[] = [
  { files: '**/*.prisma', readers: [prisma] },
  { files: '**/*.{js,ts,mjs,cjs}', readers: [drizzle, sequelize, typeorm, knex] },
  { files: '**/*.py', readers: [django, sqlalchemy] },
  { files: '**/schema.rb', readers: [activeRecord] },
]

/** `skip`: folders of migrations, whose files say how it was once. */
export async function findModels(root: string, skip: string[]): Promise<Model[]> {
  const found: Model[] = []
  for (const { files, readers } of READERS)
    await eachFile(root, files, skip, (file, text) => {
      for (const read of readers) found.push(...read(text, file).map((m) => ({ ...m, file })))
    })
  return found
}

/** The table that a model is of. Where its name is a habit of the library only, plural and case are no matter. */
export function tableOf(model: Model, schema: Schema): Table | null {
  const [, space = null, bare = model.table] = /^(?:(.*)\.)?([^.]+)$/.exec(model.table) ?? []
  const exact =
    (space === null ? null : findTable(schema, { schema: space, name: bare })) ??
    schema.tables.find((t) => t.name === bare || t.name === model.table)
  if (exact || model.isNamed) return exact ?? null
  const wanted = new Set([model.table, model.name].map(stem))
  const alike = schema.tables.filter((t) => wanted.has(stem(t.name)))
  return alike.length === 1 ? (alike[0] ?? null) : null
}

function stem(name: string): string {
  return squeezed(name).replace(/ies$/, 'y').replace(/s$/, '')
}

/** Libraries may write names in another case than their models do: that is set elsewhere. */
function squeezed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** One sentence for each column in which a model and its table differ. */
export function modelDrift(model: Model, table: Table): string[] {
  const there = (c: ModelColumn) => columnOf(c, table)
  const who = `${model.kind} ${model.name}`
  const words = tableWords(table)
  return [
    ...model.columns
      .filter((c) => !there(c))
      .map((c) => `${who} has ${c.name}, and ${words} has no such column`),
    ...table.columns
      .filter((c) => !model.columns.some((m) => there(m) === c))
      .map((c) => `${words}.${c.name} is not in the ${who}`),
    ...model.columns.flatMap((c) => {
      const column = there(c)
      return column ? otherwise(c, column).map((o) => `${words}.${column.name} ${o} in the ${who}`) : []
    }),
  ]
}

function columnOf({ name }: ModelColumn, table: Table): Column | null {
  const exact = table.columns.find((c) => c.name === name)
  if (exact) return exact
  const alike = table.columns.filter((c) => squeezed(c.name) === squeezed(name))
  return alike.length === 1 ? (alike[0] ?? null) : null
}

function otherwise(said: ModelColumn, is: Column): string[] {
  const [mine, theirs] = [said.type === null ? null : kindOf(said.type), kindOf(is.type)]
  return [
    ...(said.nullable === null || said.nullable === is.nullable
      ? []
      : [is.nullable ? 'may be null, and is required' : 'is required, and may be null']),
    ...(mine === null || theirs === null || mine === theirs ? [] : [`is ${is.type}, and ${said.type}`]),
  ]
}

/** What a type is for, whoever wrote it: libraries have words of their own for each. */
const KINDS: [RegExp, string][] = [
  [/bool|^tinyint\(1\)/i, 'truth'],
  [/interval|json|bytea|binary|blob|unsupported|enum|uuid|array|\[\]/i, 'else'],
  [/date|time/i, 'time'],
  [
    /^(u?int|integer|bigint|smallint|tinyint|mediumint|biginteger|smallinteger|serial|bigserial|increments|bigincrements|number|numeric|decimal|float|double|real|money|auto|bigauto|positive)/i,
    'number',
  ],
  [/char|text|string|^str$|slug|email|url/i, 'text'],
]

function kindOf(type: string): string | null {
  const kind = KINDS.find(([form]) => form.test(type))?.[1]
  return kind === undefined || kind === 'else' ? null : kind
}
