/** New tables: with columns and references, and between two tables that are many to each other. */
import { type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { ruleProbes, ruleWords } from '../criteria.ts'
import type { NewColumn, Reference } from '../order/change.ts'
import type { AskOf } from '../requests/ask.ts'
import { TYPE, takeClauses, typeOf } from '../requests/clauses.ts'
import { HELD, heldBack, splitItems } from '../requests/held.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveTable, wordsOf } from '../resolve.ts'
import { assertName, columnName, constraintName, reservedNote, tableNameFrom } from '../style.ts'
import { type Criterion, type Design, design, type Operation, type World } from '../types.ts'
import { assertComparable } from './column-rules.ts'
import { alreadySo } from './columns.ts'
import { learnedType, wordsFor } from './learned-type.ts'

const CREATE =
  /^(?:add|create|make|introduce)\s+(?:an?\s+)?(?:new\s+)?table\s+(?:called\s+|named\s+|for\s+|of\s+)?(?<name>.+?)\s+(?:with|having)\s+(?:the\s+)?(?:columns?\s+|fields?\s+)?(?<columns>.+?)(?:,?\s+(?:and\s+|that\s+|which\s+)?(?:refer(?:s|ring|ences|encing)?(?:\s+to)?|belong(?:s|ing)?\s+to|a reference to|a foreign key to)\s+(?<references>.+))?$/i
const COLUMN = new RegExp(`^(?<name>.+?)(?:\\s+(?:as\\s+|of type\\s+)?\\(?(?<type>${TYPE})\\)?)?$`, 'i')

export const createTable: Operation<'create-table'> = {
  op: 'create-table',
  example: 'Create a table suppliers with name, email and phone, referring to customers',
  read: (sentence) => {
    const said = CREATE.exec(sentence)?.groups
    if (!said || !isName(bare(said.name ?? ''))) return null
    const columns = splitColumns(said.columns ?? '').map((text) => {
      const { rest, ...clauses } = takeClauses(bare(text))
      const { name = '', type } = COLUMN.exec(rest)?.groups ?? {}
      return { ...clauses, name, type: clauses.type ?? (type ? typeOf(type) : null) }
    })
    if (columns.length === 0 || columns.some((c) => !isName(bare(c.name)))) return null
    return {
      op: 'create-table',
      name: said.name ?? '',
      columns,
      references: said.references ? listed(said.references) : [],
    }
  },
  design: async (ask, world) => {
    const { db, schema } = world
    const name = tableNameFrom(ask.name, schema)
    const on = newTable(name, world)
    const id = keyColumn(schema.tables, name)
    const columns: NewColumn[] = [
      { name: id.name, type: id.type, nullable: false, default: null, numbered: true },
      ...ask.columns.map((c) => ({
        name: columnName(c.name, { columns: [] }, schema),
        type:
          learnedType({ ...c, column: c.name }, schema, db.server.family)?.type ??
          wordsFor(db.server.family).text,
        nullable: c.nullable ?? c.default === null,
        default: c.default,
        numbered: false,
      })),
    ]
    const references: Reference[] = []
    for (const words of ask.references) {
      const parent = await resolveTable(words, schema, world.choose)
      const reference = referenceTo(parent, name, world)
      references.push(reference.reference)
      columns.push(reference.column)
    }
    for (const c of columns) assertName(c.name, db)
    assertOnce(columns.map((c) => c.name))
    const made = tableDesign(on, columns, [id.name], references, world, {
      title: `Create ${name}`,
      because: [
        `Its key ${id.name} is a number that the server gives, ${id.why}.`,
        'A column may be null where nothing else was said of it.',
        ...reservedNote(name),
      ],
      alternatives: [
        'Columns on a table that stands: right only where there is one row for each of its rows.',
      ],
    })
    return withRules(made, on, ask, world)
  },
}

/** What was said of the values of single columns, as part of the new table. */
function withRules(
  made: Design,
  on: { schema: string; name: string },
  ask: AskOf<'create-table'>,
  { schema, db }: World,
): Design {
  const named = ask.columns.map((c) => ({ ...c, name: columnName(c.name, { columns: [] }, schema) }))
  const columns = made.changes.flatMap((c) => (c.kind === 'create-table' ? c.columns : []))
  for (const { name, rule } of named) {
    const type = columns.find((c) => c.name === name)?.type
    if (rule && type !== undefined) assertComparable(`${on.name}.${name}`, type, rule)
  }
  const checks = named.flatMap(({ name, rule }) =>
    rule ? [{ name: constraintName('check', on.name, [name], schema, db), column: name, rule }] : [],
  )
  const uniques = named
    .filter((c) => c.unique)
    .map(({ name }) => ({ name: constraintName('unique', on.name, [name], schema, db), columns: [name] }))
  const criteria: Criterion[] = [
    ...checks.map(({ column, rule }) => ({
      words: `${on.name}.${column} takes ${ruleWords(rule)} and nothing else.`,
      check: { kind: 'values' as const, table: on, column, ...ruleProbes(rule) },
    })),
    ...uniques.map(({ columns }) => ({
      words: `No two rows of ${on.name} have the same ${columns[0]}.`,
      check: { kind: 'unique' as const, table: on, columns },
    })),
  ]
  return {
    ...made,
    changes: made.changes.map((c) => (c.kind === 'create-table' ? { ...c, checks, uniques } : c)),
    criteria: [...made.criteria, ...criteria],
  }
}

const MANY_FORMS = [
  /^(?:add|create|make|introduce)\s+(?:an?\s+)?many[- ]to[- ]many(?:\s+(?:relation(?:ship)?|link|join table|table|association))?\s+between\s+(?<one>.+?)\s+and\s+(?<other>.+)$/i,
  /^(?:link|relate|connect|join)\s+(?<one>.+?)\s+(?:to|with|and)\s+(?<other>.+?)\s+many[- ]to[- ]many$/i,
  /^(?:an?\s+|each\s+)?(?<one>.+?)\s+(?:can have|may have|has)\s+many\s+(?<other>.+?)\s*,?\s+(?:and\s+)?(?:vice versa|the other way round)$/i,
]

export const manyToMany: Operation<'many-to-many'> = {
  op: 'many-to-many',
  example: 'Add a many-to-many relation between products and tags',
  read: (sentence) => {
    for (const form of MANY_FORMS) {
      const { one, other } = form.exec(sentence)?.groups ?? {}
      if (one && other) return { op: 'many-to-many', one, other }
    }
    return null
  },
  design: async (ask, world) => {
    const one = await resolveTable(ask.one, world.schema, world.choose)
    const other = await resolveTable(ask.other, world.schema, world.choose)
    const linked = world.schema.tables.find(
      (t) =>
        t.foreignKeys.length === 2 &&
        t.foreignKeys.some((f) => f.references.name === one.name && f.references.schema === one.schema) &&
        t.foreignKeys.some((f) => f.references.name === other.name && f.references.schema === other.schema) &&
        t.foreignKeys.every((f) => f.columns.every((c) => t.primaryKey?.columns.includes(c))),
    )
    if (linked) throw alreadySo(`${tableWords(linked)} relates ${one.name} and ${other.name} already.`)
    const name = tableNameFrom([...singular(one.name), ...wordsOf(other.name)].join(' '), world.schema)
    const on = newTable(name, world)
    const first = referenceTo(one, name, world)
    const second = referenceTo(
      other,
      name,
      world,
      one === other ? ['other', ...singular(one.name)].join(' ') : null,
    )
    const keys = [first, second].map((r) => ({ ...r.column, nullable: false }))
    const cascade = [first, second].map((r) => ({ ...r.reference, onDelete: 'CASCADE' as const }))
    const names = keys.map((k) => k.name)
    assertOnce(names)
    return tableDesign(on, keys, names, cascade, world, {
      title: `Relate ${one.name} and ${other.name} many to many, by ${name}`,
      because: [
        `Its key is both references: each pair stands once, and ${names[0]} finds its rows by the key.`,
        'A row that is deleted takes its links along, and nothing else.',
      ],
      alternatives: [
        'A list in a column of one side: no foreign key could hold it, and one direction would be slow.',
      ],
    })
  },
}

function tableDesign(
  on: { schema: string; name: string },
  columns: NewColumn[],
  primaryKey: string[],
  references: Reference[],
  { schema, db }: World,
  words: { title: string; because: string[]; alternatives: string[] },
) {
  const toIndex = references.filter((r) => r.columns[0] !== primaryKey[0])
  const criteria: Criterion[] = [
    { words: `There is a table ${on.name}.`, check: { kind: 'table', table: on } },
    ...columns.map((c) => ({
      words: `${on.name}.${c.name} is ${c.type}, ${c.nullable ? 'may be null' : 'never null'}.`,
      check: {
        kind: 'column' as const,
        table: on,
        column: c.name,
        type: c.type,
        nullable: c.nullable,
        ...(c.numbered ? {} : { default: c.default }),
      },
    })),
    ...references.map((r) => ({
      words: `${on.name}.${r.columns[0]} refers to ${r.references.name}.`,
      check: { kind: 'reference' as const, table: on, columns: r.columns, references: r.references },
    })),
  ]
  return design({
    ...words,
    tables: references.map((r) => r.references),
    changes: [
      {
        kind: 'create-table',
        table: on,
        columns,
        primaryKey,
        references,
        uniques: [],
        indexes: toIndex.map((r) => ({
          name: constraintName('index', on.name, r.columns, schema, db),
          columns: r.columns,
        })),
      },
    ],
    criteria,
  })
}

export function newTable(name: string, { schema, db }: World): { schema: string; name: string } {
  assertName(name, db)
  const standing = schema.tables.find((t) => t.name.toLowerCase() === name.toLowerCase())
  if (standing) throw alreadySo(`There is a table ${tableWords(standing)} already.`)
  const schemas = schema.tables.map((t) => t.schema)
  const [most] = [...new Set(schemas)].sort(
    (a, b) => schemas.filter((s) => s === b).length - schemas.filter((s) => s === a).length,
  )
  return { schema: most ?? (db.server.family === 'postgres' ? 'public' : ''), name }
}

export function referenceTo(
  parent: Table,
  table: string,
  { schema, db }: World,
  role: string | null = null,
): { column: NewColumn; reference: Reference } {
  const key =
    parent.primaryKey?.columns.length === 1
      ? parent.columns.find((c) => c.name === parent.primaryKey?.columns[0])
      : undefined
  if (!key)
    throw new MartsmithError({
      code: 'database.key',
      message: `${tableWords(parent)} has no primary key of one column that could be referred to.`,
    })
  const own = wordsOf(key.name)
  const named = own.length > 1 ? key.name : [...singular(parent.name), ...own].join(' ')
  const name = columnName(role === null ? named : [role, ...own].join(' '), { columns: [] }, schema)
  return {
    column: { name, type: bareType(key.type), nullable: true, default: null, numbered: false },
    reference: {
      name: constraintName('foreign-key', table, [name], schema, db),
      columns: [name],
      references: { schema: parent.schema, name: parent.name },
      refColumns: [key.name],
      onDelete: 'NO ACTION',
    },
  }
}

/** As the keys of the other tables are: `id`, or `customer_id`. */
function keyColumn(tables: Table[], name: string): { name: string; type: string; why: string } {
  const keys = tables.flatMap((t) => {
    const only = t.primaryKey?.columns.length === 1 ? t.primaryKey.columns[0] : undefined
    const column = t.columns.find((c) => c.name === only)
    return column && /int/i.test(column.type) ? [{ table: t, column }] : []
  })
  const types = keys.map((k) => bareType(k.column.type))
  const type = types.filter((t) => /^int/i.test(t)).length * 2 > types.length ? 'integer' : 'bigint'
  const withTable = keys.filter((k) => wordsOf(k.column.name).length > 1)
  const why = keys.length > 0 ? 'as those of the other tables' : 'large enough for good'
  if (withTable.length * 2 <= keys.length) {
    const plainNames = keys.map((k) => k.column.name).filter((n) => wordsOf(n).length === 1)
    return { name: plainNames[0] ?? 'id', type, why }
  }
  const like = { columns: withTable.map((k) => k.column) }
  return { name: columnName([...singular(name), 'id'].join(' '), like, { tables, views: [] }), type, why }
}

function singular(name: string): string[] {
  const words = wordsOf(name)
  return [...words.slice(0, -1), inNumber(words.at(-1) ?? '', 'singular')]
}

/** A key's type without what makes it number itself: `int(11)`, `bigint`. */
function bareType(type: string): string {
  return type.replace(/\b(small|big|medium|tiny)?serial\b/i, 'integer')
}

/** Commas inside brackets belong to a type, those of a list of values to its rule. */
function splitColumns(text: string): string[] {
  const { masked, back } = heldBack(text, HELD)
  return splitItems(masked).map(back)
}

function assertOnce(names: string[]): void {
  const twice = names.find((n, i) => names.indexOf(n) !== i)
  if (twice === undefined) return
  throw new MartsmithError({
    code: 'database.twice',
    message: `The new table would have two columns ${twice}.`,
    mend: ['Leave out the key and the references: they get columns of their own.'],
  })
}
