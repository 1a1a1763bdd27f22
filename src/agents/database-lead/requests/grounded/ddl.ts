/** Statements of SQL that people paste as a request. Only what is said in whole by an ask is read. */
import type { Schema } from '../../../../adapters/databases/types.ts'
import type { SingleAsk } from '../ask.ts'
import { literalOf, TYPE, typeOf } from '../clauses.ts'
import { tableName } from './frames.ts'
import { columnFor, tableFor } from './known.ts'

const NAME = '["`]?[\\p{L}_][\\p{L}\\p{N}_$.]*["`]?'
const VALUE = "(?:'[^']*'|-?\\d+(?:\\.\\d+)?|true|false|null|now\\(\\)|current_timestamp(?:\\(\\))?)"
const sql = (source: string) =>
  new RegExp(`^${source.replaceAll('NAME', NAME).replaceAll('TYPE', TYPE).replaceAll('VALUE', VALUE)}$`, 'iu')
const unquoted = (name: string) => name.replace(/["`]/g, '')

/** One action of ALTER TABLE; null where it says more than can be asked for. */
type Action = [form: RegExp, ask: (said: Record<string, string>, table: string) => SingleAsk | null]

const ACTIONS: Action[] = [
  [
    sql('drop\\s+(?:column\\s+)?(?:if\\s+exists\\s+)?(?<c>(?!constraint|index|primary|foreign)NAME)'),
    ({ c = '' }, table) => ({ op: 'drop-column', table, column: c }),
  ],
  [
    sql('rename\\s+(?:column\\s+)?(?<c>(?!to\\s)NAME)\\s+to\\s+(?<to>NAME)'),
    ({ c = '', to = '' }, table) => ({ op: 'rename-column', table, column: c, to, inSteps: false }),
  ],
  [
    sql(
      '(?:alter\\s+(?:column\\s+)?(?<c>NAME)\\s+(?:set\\s+data\\s+)?type|modify\\s+(?:column\\s+)?(?<d>NAME))\\s+(?<type>TYPE)',
    ),
    ({ c, d = '', type = '' }, table) => ({
      op: 'change-type',
      table,
      column: c ?? d,
      type: typeOf(type),
      inSteps: false,
    }),
  ],
  [
    sql('alter\\s+(?:column\\s+)?(?<c>NAME)\\s+(?<what>set|drop)\\s+not\\s+null'),
    ({ c = '', what = '' }, table) => ({
      op: 'set-nullable',
      table,
      column: c,
      nullable: /drop/i.test(what),
    }),
  ],
  [
    sql('alter\\s+(?:column\\s+)?(?<c>NAME)\\s+set\\s+default\\s+(?<v>VALUE)'),
    ({ c = '', v = '' }, table) => ({ op: 'set-default', table, column: c, default: literalIn(v) }),
  ],
  [
    sql('alter\\s+(?:column\\s+)?(?<c>NAME)\\s+drop\\s+default'),
    ({ c = '' }, table) => ({ op: 'set-default', table, column: c, default: null }),
  ],
  [
    sql('add\\s+unique\\s*(?:key\\s*|index\\s*)?\\((?<cs>[^()]+)\\)'),
    ({ cs = '' }, table) => ({ op: 'add-unique', table, columns: names(cs) }),
  ],
  [
    sql('add\\s+(?:index|key)\\s*\\((?<cs>[^()]+)\\)'),
    ({ cs = '' }, table) => ({ op: 'add-index', table, columns: names(cs) }),
  ],
  [
    sql(
      'add\\s+foreign\\s+key\\s*\\(\\s*(?<c>NAME)\\s*\\)\\s*references\\s+(?<t>NAME)(?:\\s*\\(\\s*(?<k>NAME)\\s*\\))?',
    ),
    ({ c = '', t = '', k }, table) => ({
      op: 'add-foreign-key',
      table,
      column: c,
      references: k ? `${t}.${k}` : t,
    }),
  ],
]
const ADD = sql(
  'add\\s+(?:column\\s+)?(?:if\\s+not\\s+exists\\s+)?(?<c>(?!constraint|unique|index|key|foreign|primary|check)NAME)\\s+(?<type>TYPE)(?<more>(?:\\s+(?:not\\s+null|null|unique|default\\s+VALUE))*)',
)
const ALTER = new RegExp(`^alter\\s+table\\s+(?:only\\s+)?(?<table>${NAME})\\s+(?<actions>.+)$`, 'isu')
const INDEX = sql(
  'create\\s+(?<unique>unique\\s+)?index\\s+(?:concurrently\\s+)?(?:(?:if\\s+not\\s+exists\\s+)?(?!on\\s)NAME\\s+)?on\\s+(?<table>NAME)\\s*\\((?<cs>[^()]+)\\)',
)
const DROP_INDEX = sql(
  'drop\\s+index\\s+(?:concurrently\\s+)?(?:if\\s+exists\\s+)?(?<name>NAME)(?:\\s+on\\s+(?<table>NAME))?',
)

const literalIn = (text: string) => literalOf(text.replace(/\(\)$/, ''))
const names = (list: string) => list.split(',').map((n) => unquoted(n.trim()))

/** null: it is no such statement. An empty list: it is one, and says what cannot be asked for, or names what is not there. */
export function readDdl(text: string, schema: Schema): SingleAsk[] | null {
  const said = text
    .replace(/\s+/g, ' ')
    .replace(/[;\s]+$/, '')
    .trim()
  if (/^alter\s+table\s/i.test(said)) return altered(said, schema)
  const made = INDEX.exec(said)?.groups
  if (made) {
    const ask = { table: unquoted(made.table ?? ''), columns: names(made.cs ?? '') }
    return standing([made.unique ? { op: 'add-unique', ...ask } : { op: 'add-index', ...ask }], schema)
  }
  const dropped = DROP_INDEX.exec(said)?.groups
  const named = schema.tables.some((t) => t.indexes.some((i) => i.name === unquoted(dropped?.name ?? '')))
  if (dropped && named)
    return [
      {
        op: 'drop-index',
        table: dropped.table ? unquoted(dropped.table) : null,
        name: unquoted(dropped.name ?? ''),
        columns: null,
      },
    ]
  return null
}

function altered(said: string, schema: Schema): SingleAsk[] {
  const { table = '', actions = '' } = ALTER.exec(said)?.groups ?? {}
  const on = tableFor(unquoted(table), schema)
  if (!on) return []
  const asks = actions.split(/,(?![^(]*\))\s*/).map((a) => actionOf(a.trim(), tableName(on)))
  return asks.every((a) => a !== null) ? standing(asks, schema) : []
}

function actionOf(action: string, table: string): SingleAsk | null {
  for (const [form, ask] of ACTIONS) {
    const said = form.exec(action)?.groups
    if (said)
      return ask(
        Object.fromEntries(
          Object.entries(said).map(([k, v]) => [k, k === 'v' || k === 'cs' ? v : v && unquoted(v)]),
        ),
        table,
      )
  }
  const { c, type = '', more = '' } = ADD.exec(action)?.groups ?? {}
  if (c === undefined) return null
  const value = new RegExp(`default\\s+(${VALUE})`, 'i').exec(more)?.[1]
  return {
    op: 'add-column',
    table,
    column: unquoted(c),
    type: typeOf(type),
    default: value === undefined ? null : literalIn(value),
    nullable: /not\s+null/i.test(more) ? false : null,
    unique: /unique/i.test(more),
    rule: null,
  }
}

/** As they are called in the schema; none where one is not there. */
function standing(asks: SingleAsk[], schema: Schema): SingleAsk[] {
  const found = asks.map((ask): SingleAsk | null => {
    if (!('table' in ask) || ask.table === null) return ask
    const table = tableFor(ask.table, schema)
    if (!table) return null
    const columns =
      'columns' in ask ? (ask.columns ?? []) : 'column' in ask && ask.op !== 'add-column' ? [ask.column] : []
    return columns.every((c) => columnFor(c, table) !== null) ? { ...ask, table: tableName(table) } : null
  })
  return found.every((a) => a !== null) ? found : []
}
