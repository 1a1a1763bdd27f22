/** The values that a column may have, by an enum type, an ENUM column or a check: one more, another name, one less. */
import { type Column, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { inListOf, labelsOf } from '../criteria.ts'
import type { ChangeOf, SchemaChange } from '../order/change.ts'
import { textSql } from '../order/sql.ts'
import type { AskOf } from '../requests/ask.ts'
import { valuesListed } from '../requests/text.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { alreadySo, assertNoView, isStanding, placeIn, placeWords, resolvePlace } from './columns.ts'

const V = `(?:"[^"]*"|'[^']*'|[\\p{L}\\p{N}_-]+)`
const NOUN = '(?:(?:allowed\\s+|possible\\s+|enum\\s+)?(?:values?|options?|states?|labels?))'
const SEVERAL = `${V}(?:\\s*(?:,|\\s+and|\\s+or)\\s*${V})*`

const ADD_FORMS = [
  new RegExp(
    `^(?:add|allow)\\s+(?:the\\s+|an?\\s+)?(?:new\\s+)?${NOUN}\\s+(?<values>${SEVERAL})\\s+(?:to|for|in|as)\\s+(?<place>.+?)(?:,?\\s+(?<side>after|before)\\s+(?<at>${V}))?$`,
    'iu',
  ),
  new RegExp(
    `^(?:add|allow)\\s+(?<values>${SEVERAL})\\s+(?:to|in|as|among|for)\\s+(?:the\\s+)?(?:list of\\s+)?${NOUN}\\s+(?:of|for|in)\\s+(?<place>.+?)(?:,?\\s+(?<side>after|before)\\s+(?<at>${V}))?$`,
    'iu',
  ),
  /^(?:also\s+)?allow\s+(?<values>(?:"[^"]*"|'[^']*'))\s+(?:in|as|for)\s+(?<place>.+)$/iu,
  new RegExp(`^(?<place>.+?)\\s+(?:can|may|should)\\s+also\\s+be\\s+(?<values>${V})$`, 'iu'),
]
const RENAME_FORMS = [
  new RegExp(
    `^rename\\s+(?:the\\s+)?${NOUN}\\s+(?<value>${V})\\s+(?:of|in)\\s+(?<place>.+?)\\s+(?:to|into|as)\\s+(?<to>${V})$`,
    'iu',
  ),
  new RegExp(
    `^rename\\s+(?:the\\s+)?${NOUN}\\s+(?<value>${V})\\s+(?:to|into|as)\\s+(?<to>${V})\\s+(?:of|in)\\s+(?<place>.+)$`,
    'iu',
  ),
]
const REMOVE = new RegExp(
  `^(?:drop|remove|delete)\\s+(?:the\\s+)?${NOUN}\\s+(?<value>${V})\\s+(?:from|of|in)\\s+(?<place>.+?)(?:,?\\s+(?:and\\s+)?(?:use|with|turn(?:ing)?\\s+(?:it|them|those|its rows|rows)\\s+into|replac(?:e|ing)\\s+(?:it|them)\\s+(?:with|by)|mov(?:e|ing)\\s+(?:it|them|those|its rows|rows)\\s+to)\\s+(?<to>${V})(?:\\s+instead)?)?$`,
  'iu',
)

type Ask = AskOf<'change-values'>

export const changeValues: Operation<'change-values'> = {
  op: 'change-values',
  example: "Add the value 'returned' to the status of orders",
  read: (sentence) => {
    const forms: [RegExp, Ask['what']][] = [
      ...ADD_FORMS.map((f): [RegExp, Ask['what']] => [f, 'add']),
      ...RENAME_FORMS.map((f): [RegExp, Ask['what']] => [f, 'rename']),
      [REMOVE, 'remove'],
    ]
    for (const [form, what] of forms) {
      const said = form.exec(sentence)?.groups
      const place = placeIn(said?.place ?? '')
      if (!said || !place) continue
      const values = valuesListed(said.values ?? said.value ?? '')
      const at =
        said.at === undefined
          ? null
          : { side: said.side === 'before' ? 'before' : 'after', value: bareValue(said.at) }
      const to = said.to === undefined ? null : bareValue(said.to)
      return { op: 'change-values', ...place, what, values, to, at: at as Ask['at'] }
    }
    return null
  },
  design: async (ask, world) => {
    const { table, column, on, where } = await resolvePlace(ask, world)
    const standing = standingList(table, column)
    if (!standing)
      throw new MartsmithError({
        code: 'database.values',
        message: `${where} is ${column.type}, and nothing lists the values that it may have.`,
        mend: [`martsmith db "restrict ${column.name} of ${tableWords(table)} to one of ..."`],
      })
    const of: ValueList = { standing, on, column }
    if (ask.what === 'add') return addDesign(ask, of, where)
    const [value = ''] = ask.values
    if (!standing.values.includes(value)) throw unknownValue(value, where, standing.values)
    await assertNotSaid(value, table, column, world)
    if (standing.by === 'type' && ask.what === 'remove') assertNoView(on, [column.name], world)
    const isNew = !isStanding(world, on, [column.name])
    const rows = isNew ? 0 : await rowsWith(value, table, column, world)
    return ask.what === 'rename'
      ? renameDesign(value, ask.to ?? '', of, where, rows, world)
      : removeDesign(value, ask.to, of, where, rows, column)
  },
}

type Standing = { by: ChangeOf<'set-values'>['by']; name: string; values: string[] }

/** What lists the values now; null where nothing does. */
function standingList(table: Table, column: Column): Standing | null {
  const labels = labelsOf(column)
  if (labels) return { by: column.labels ? 'type' : 'column', name: column.type, values: labels }
  const checks = table.checks.flatMap((c) => {
    const values = inListOf(c.clause, column.name)
    return values ? [{ by: 'check' as const, name: c.name, values }] : []
  })
  return checks[0] ?? null
}

type ValueList = { standing: Standing; on: { schema: string; name: string }; column: Column }

function listChange(
  { standing: { by, name }, on, column }: ValueList,
  before: string[],
  values: string[],
  renames: { from: string; to: string }[] = [],
): SchemaChange {
  return { kind: 'set-values', table: on, column: column.name, by, name, before, values, renames }
}

function moveRows(
  { on, column: { name } }: ValueList,
  from: string,
  to: string,
  isBack: boolean,
): SchemaChange {
  const rule = (old: string, value: string) => ({
    value: { kind: 'literal' as const, value: { kind: 'text' as const, text: value } },
    where: [{ column: name, is: '=' as const, value: { kind: 'text' as const, text: old } }],
  })
  const back = isBack ? { back: rule(to, from) } : {}
  return { kind: 'fill', table: on, column: name, ...rule(from, to), ...back }
}

function listCriteria(
  { standing, on, column: { name } }: ValueList,
  where: string,
  values: string[],
  gone: string[],
): Criterion[] {
  const words = `${where} takes ${list(values)} and nothing else.`
  if (standing.by !== 'check') return [{ words, check: { kind: 'labels', table: on, column: name, values } }]
  const rejects = [...gone, 'no such value']
  return [{ words, check: { kind: 'values', table: on, column: name, accepts: values, rejects } }]
}

function addDesign({ values, at }: Ask, of: ValueList, where: string) {
  const { standing } = of
  const there = values.filter((v) => standing.values.includes(v))
  if (there.length > 0) throw alreadySo(`${where} takes ${list(there)} already.`)
  if (at && !standing.values.includes(at.value)) throw unknownValue(at.value, where, standing.values)
  const index = at
    ? standing.values.indexOf(at.value) + (at.side === 'after' ? 1 : 0)
    : standing.values.length
  const after = [...standing.values.slice(0, index), ...values, ...standing.values.slice(index)]
  return design({
    title: `Let ${where} be ${list(values)} too`,
    tables: [of.on],
    changes: [listChange(of, standing.values, after)],
    criteria: listCriteria(of, where, after, []),
    because: [
      ...(standing.by === 'type'
        ? [
            `One more label of the type ${standing.name}: no row is read. A transaction that adds a label cannot use it yet, so it is a migration of its own.`,
          ]
        : []),
      'Readers that do not know the value are to be looked at before anybody writes it.',
    ],
    alternatives: [
      standing.by === 'check'
        ? 'A table of values with a foreign key: worth it once values are added often, or have more to say than a name.'
        : 'A check or a table of values instead of an enum: easier to take values from, and one change more now.',
    ],
  })
}

function renameDesign(from: string, to: string, of: ValueList, where: string, rows: number, { db }: World) {
  const { standing } = of
  if (standing.values.includes(to)) throw alreadySo(`${where} takes ${to} already.`)
  const after = standing.values.map((v) => (v === from ? to : v))
  const both = [...standing.values, to]
  const atOnce = standing.by === 'type'
  const byDefault: SchemaChange[] = isDefault(from, of.column)
    ? [{ kind: 'set-default', table: of.on, column: of.column.name, default: { kind: 'text', text: to } }]
    : []
  return design({
    title: `Rename the value ${from} of ${where} to ${to}`,
    tables: [of.on],
    changes: atOnce
      ? [listChange(of, standing.values, after, [{ from, to }])]
      : [
          listChange(of, standing.values, both),
          ...byDefault,
          moveRows(of, from, to, true),
          listChange(of, both, after),
        ],
    criteria: listCriteria(of, where, after, [from]),
    because: [
      atOnce
        ? `Only the label changes: ${count(rows, 'row')} say ${to} from then on, and none is written.`
        : `${db.server.product} has no rename for it: the new value comes first, ${count(rows, 'row')} change in batches, then the old one goes.`,
      `No statement that was found says ${textSql(from, db)}.`,
    ],
    alternatives: [
      'Another name in what is shown only: right where it is the wording that has changed, not the meaning.',
    ],
  })
}

function removeDesign(
  value: string,
  to: string | null,
  of: ValueList,
  where: string,
  rows: number,
  column: Column,
) {
  const { standing } = of
  if (to !== null && !standing.values.includes(to)) throw unknownValue(to, where, standing.values)
  if (rows > 0 && to === null)
    throw new MartsmithError({
      code: 'database.breaks',
      message: `${where} cannot lose ${value}: ${count(rows, 'row')} hold it.`,
      mend: [
        `Say what they become: remove the value '${value}' from ${column.name} of ..., turning it into '<value>'`,
      ],
      exitCode: 1,
    })
  if (isDefault(value, column))
    throw new MartsmithError({
      code: 'database.contradiction',
      message: `${value} is the default of ${where}.`,
      mend: ['Give it another default first.'],
      exitCode: 1,
    })
  const after = standing.values.filter((v) => v !== value)
  if (after.length === 0)
    throw new MartsmithError({
      code: 'database.contradiction',
      message: `${value} is the only value that ${where} takes.`,
    })
  return design({
    title: `Take the value ${value} from ${where}${to === null ? '' : `, ${to} instead`}`,
    tables: [of.on],
    changes: [
      ...(to !== null && rows > 0 ? [moveRows(of, value, to, false)] : []),
      listChange(of, standing.values, after),
    ],
    criteria: listCriteria(of, where, after, [value]),
    because: [
      standing.by === 'type'
        ? `Postgres takes no label from a type: a new type is made, and every column of ${standing.name} is written anew for it.`
        : 'No row holds it when it goes.',
    ],
    alternatives: ['Leave it in the list, and let nobody write it: costs nothing, and nothing keeps it out.'],
    loses:
      to !== null && rows > 0
        ? [`Which ${count(rows, 'row')} of ${where} were ${value}: they are ${to} afterwards.`]
        : [],
  })
}

function isDefault(value: string, column: Column): boolean {
  return column.default?.includes(`'${value.replaceAll("'", "''")}'`) ?? false
}

/** @throws MartsmithError `database.used` */
async function assertNotSaid(value: string, table: Table, column: Column, world: World): Promise<void> {
  const all = (await world.statements?.(table.name)) ?? []
  const users = all.filter((q) => q.sql.includes(`'${value}'`) || q.sql.includes(`"${value}"`))
  if (users.length === 0) return
  throw new MartsmithError({
    code: 'database.used',
    message: `${value} is said by ${count(users.length, 'statement')} of the application.`,
    details: users.slice(0, 8).map(placeWords),
    mend: [
      `1. Add the new value:  martsmith db "add the value '...' to ${column.name} of ${tableWords(table)}"`,
      '2. Release an application that writes the new one and understands both.',
      `3. Then:  martsmith db "remove the value '${value}' from ${column.name} of ${tableWords(table)}, turning it into '...'"`,
    ],
    exitCode: 1,
  })
}

async function rowsWith(value: string, table: Table, column: Column, { db }: World): Promise<number> {
  const [row] = await db.query(
    `select count(*) as n from ${tableSql(db, table)} where ${db.quote(column.name)} = ${textSql(value, db)}`,
  )
  return Number(row?.n ?? 0)
}

function unknownValue(value: string, where: string, values: string[]): MartsmithError {
  return new MartsmithError({
    code: 'database.unknown-value',
    message: `${where} does not take ${value}.`,
    mend: [`It takes: ${list(values)}.`],
  })
}

function bareValue(text: string): string {
  return text.replace(/^["'](.*)["']$/, '$1')
}
