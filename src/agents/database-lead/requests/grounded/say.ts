/** An ask in the words that it is read by: what is offered to a person who was not understood. */
import { type Condition, isOut, type Literal, type Rule } from '../../order/change.ts'
import type { SingleAsk } from '../ask.ts'

/** As a name in a sentence: in quotes where it would be taken apart. */
const name = (text: string) =>
  /^["']/.test(text) || /^[\p{L}_][\p{L}\p{N}_. ]*$/u.test(text) ? text : `"${text}"`
const all = (items: string[], last = 'and') =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`
const quoted = (text: string) => (text.includes("'") ? `"${text}"` : `'${text}'`)

function literal(value: Literal): string {
  if (value.kind === 'boolean') return String(value.value)
  if (value.kind === 'now') return 'now'
  return value.kind === 'number' ? value.text : quoted(value.text)
}

function ruleSaid(rule: Rule): string {
  const { min, max, values, without } = rule
  if (without) return without === 'empty' ? 'not an empty text' : 'not blank'
  if (values) return `one of ${all(values.map(quoted), 'or')}`
  const least = min === null ? [] : [`${isOut(rule, 'min') ? 'greater than' : 'at least'} ${min}`]
  const most = max === null ? [] : [`${isOut(rule, 'max') ? 'less than' : 'at most'} ${max}`]
  return min !== null && max !== null && rule.exclusive === false
    ? `between ${min} and ${max}`
    : all([...least, ...most])
}

type Clauses = {
  type: string | null
  default: Literal | null
  nullable: boolean | null
  unique: boolean
  rule: Rule | null
}

const clauses = (c: Clauses): string =>
  [
    c.type === null ? '' : `, of type ${c.type}`,
    c.rule === null ? '' : `, ${ruleSaid(c.rule)}`,
    c.nullable === null ? '' : c.nullable ? ', optional' : ', required',
    c.unique ? ', unique' : '',
    c.default === null ? '' : `, default ${literal(c.default)}`,
  ].join('')

const SIGNS: Record<Condition['is'], string> = {
  null: 'is null',
  'not null': 'is not null',
  empty: 'is empty',
  '=': '=',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function fillSaid(ask: Extract<SingleAsk, { op: 'fill' }>, place: string): string {
  const where = (ask.where ?? [])
    .map((w) => `${w.column ?? 'it'} ${SIGNS[w.is]}${w.value ? ` ${literal(w.value)}` : ''}`)
    .join(' and ')
  const every = ask.where !== null && ask.value.kind === 'literal' ? ' in every row' : ''
  const rows = where === '' ? every : ` where ${where}`
  const { value } = ask
  if (value.kind === 'literal') return `Set ${place} to ${literal(value.value)}${rows}`
  if (value.kind === 'columns')
    return `Fill ${place} from ${all(value.columns)}${value.between === ' ' ? '' : ` separated by ${quoted(value.between)}`}${rows}`
  return value.as === 'trim' ? `Trim ${place}${rows}` : `Write ${place} in ${value.as} case${rows}`
}

function valuesSaid(ask: Extract<SingleAsk, { op: 'change-values' }>, place: string): string {
  const [value = ''] = ask.values
  if (ask.what === 'rename') return `Rename the value ${quoted(value)} of ${place} to ${quoted(ask.to ?? '')}`
  if (ask.what === 'remove')
    return `Remove the value ${quoted(value)} from ${place}${ask.to === null ? '' : `, turning it into ${quoted(ask.to)}`}`
  const at = ask.at === null ? '' : ` ${ask.at.side} ${quoted(ask.at.value)}`
  return `Add the value${ask.values.length > 1 ? 's' : ''} ${all(ask.values.map(quoted))} to ${place}${at}`
}

export function sentenceFor(ask: SingleAsk): string {
  const place = 'column' in ask && 'table' in ask ? `${name(ask.column)} of ${name(ask.table)}` : ''
  const steps = 'inSteps' in ask && ask.inSteps ? ' in steps' : ''
  switch (ask.op) {
    case 'add-column':
      return `Add ${name(ask.column)} to ${name(ask.table)}${clauses(ask)}`
    case 'rename-column':
      return `Rename ${place} to ${name(ask.to)}${steps}`
    case 'finish':
      return `Finish the ${ask.what} of ${place}${ask.to === null ? '' : ` to ${name(ask.to)}`}`
    case 'rename-table':
      return `Rename the table ${name(ask.table)} to ${name(ask.to)}${steps}`
    case 'finish-table':
      return `Finish the rename of the table ${name(ask.table)} to ${name(ask.to)}`
    case 'split-table':
      return `Move ${all(ask.columns.map(name))} of ${name(ask.table)} into a table ${name(ask.to)}`
    case 'split-column':
      return `Split ${place} into ${all(ask.parts.map(name))}${ask.separator === null ? '' : ` at the ${ask.at === null ? '' : `${ask.at} `}${quoted(ask.separator)}`}`
    case 'join-columns':
      return `Join ${all(ask.columns.map(name))} of ${name(ask.table)} into ${name(ask.to)}${ask.between === null ? '' : ` with ${quoted(ask.between)} between them`}`
    case 'finish-parts':
      return `Finish the ${ask.what} of ${all(ask.columns.map(name))} of ${name(ask.table)}`
    case 'merge-table':
      return `Merge the table ${name(ask.table)} into ${name(ask.into)}`
    case 'finish-beside':
      return `Finish the ${ask.what} of ${name(ask.table)} into ${name(ask.other)}`
    case 'drop-column':
      return `Drop ${place}`
    case 'change-type':
      return `Change the type of ${place} to ${ask.type}${steps}`
    case 'set-nullable':
      return `Make ${place} ${ask.nullable ? 'nullable' : 'required'}`
    case 'set-default':
      return ask.default === null
        ? `Drop the default of ${place}`
        : `Set the default of ${place} to ${literal(ask.default)}`
    case 'add-check':
      return `Ensure that ${place} is ${ruleSaid(ask.rule)}`
    case 'add-unique':
      return `Make ${ask.columns.length > 1 ? 'the combination of ' : ''}${all(ask.columns.map(name))} of ${name(ask.table)} unique`
    case 'add-foreign-key':
      return ask.column === ''
        ? `${name(ask.table)} must refer to ${ask.references}`
        : `Add a foreign key from ${place} to ${ask.references}`
    case 'add-index':
      return `Add an index on ${all(ask.columns.map(name))} of ${name(ask.table)}`
    case 'add-statistics':
      return `Create statistics on ${all(ask.columns.map(name))} of ${name(ask.table)}`
    case 'drop-index':
      return ask.name !== null
        ? `Drop the index ${ask.name}${ask.table === null ? '' : ` of ${name(ask.table)}`}`
        : ask.columns
          ? `Drop the index on ${all(ask.columns.map(name))} of ${name(ask.table ?? '')}`
          : `Drop the redundant indexes${ask.table === null ? '' : ` of ${name(ask.table)}`}`
    case 'slow-query':
      return `This query is slow: ${ask.sql}${ask.ms === null ? '' : `, must be under ${ask.ms} ms`}`
    case 'create-table':
      return `Create a table ${name(ask.name)} with ${all(
        ask.columns.map(
          (c) =>
            `${name(c.name)}${clauses(c)
              .replace(/^, of type/, ' of type')
              .replaceAll(', ', ' ')}`,
        ),
      )}${ask.references.length > 0 ? `, referring to ${all(ask.references)}` : ''}`
    case 'fill':
      return fillSaid(ask, place)
    case 'change-values':
      return valuesSaid(ask, place)
    case 'partition-table': {
      const by = ask.by === null ? '' : name(ask.by)
      if (ask.method === 'range' && ask.interval !== null)
        return `Partition ${name(ask.table)} by ${ask.interval}${by === '' ? '' : ` on ${by}`}`
      const parts = ask.parts === null ? '' : ` into ${ask.parts} parts`
      return `Partition ${name(ask.table)} by ${ask.method === null ? '' : `${ask.method} of `}${by}${parts}`
    }
    case 'finish-partition':
      return `Finish the partitioning of ${name(ask.table)}`
    case 'add-part':
      return `Add a partition for ${ask.by === null ? '' : `${name(ask.by)} `}${ask.said} to ${name(ask.table)}`
    case 'drop-part':
      return `${ask.keep ? 'Detach' : 'Drop'} the partition ${ask.bounds === null ? '' : 'for '}${ask.part} of ${name(ask.table)}`
    case 'add-reference':
      return ask.role === null
        ? `Add a reference from ${name(ask.table)} to ${name(ask.references)}`
        : ask.table !== ask.references
          ? `Add a reference from ${name(ask.table)} to ${name(ask.references)} as ${ask.role}`
          : `Add a ${ask.role} self-reference to ${name(ask.table)}`
    case 'keep-history':
      return `Keep a history of ${name(ask.table)}`
    case 'many-to-many':
      return `Add a many-to-many relation between ${name(ask.one)} and ${name(ask.other)}`
  }
}
