/** Names, paths and keys as a house would write them. */
import { entityOf } from './cte-style.ts'
import type { HouseStyle } from './house-style.ts'
import { inNumber } from './plural.ts'

/** `stg_shop__orders` for the table `orders` of the source `shop`; `source` null for a seed. */
export function stagingModel(style: HouseStyle, source: string | null, table: string): string {
  const own =
    source === null ? style.stagingName.replace(/_*\{source\}_*/, '_').replace(/^_/, '') : style.stagingName
  const name = own
    .replace('{source}', source ?? '')
    .replace('{table}', source === null ? entityOf(table) : table)
  return inCase(name, style.modelNames)
}

export function stagingFolder(style: HouseStyle, source: string | null): string {
  return style.stagingFolder.replace('{source}', source ?? '').replace(/\/$/, '')
}

export function dimensionModel(style: HouseStyle, entity: string): string {
  return modelName(style, style.dimensionPrefix, entity)
}

export function factModel(style: HouseStyle, process: string): string {
  return modelName(style, style.factPrefix, process)
}

/** @param prefix as the bridges that the project has begin. */
export function bridgeModel(style: HouseStyle, things: string, prefix = 'bridge_'): string {
  return modelName({ ...style, modelNumber: 'singular' }, prefix, things)
}

function modelName(style: HouseStyle, prefix: string, entity: string): string {
  return modelCalled(style, prefix, inNumber(entity, style.modelNumber))
}

/** A model of a name in any case, as the house calls models: `int_orders_joined`, `intOrdersJoined`. */
export function modelCalled(style: HouseStyle, prefix: string, name: string): string {
  return isCamel(style.modelNames)
    ? inWords([...wordsIn(prefix), ...wordsIn(name)], style.modelNames)
    : inCase(prefix + name, style.modelNames)
}

/** The surrogate key of a thing: `customer_key`. */
export function keyColumn(style: HouseStyle, entity: string): string {
  const name = inNumber(entity, 'singular')
  const isOwn = 'because' in style.origin('key_suffix')
  return isOwn && (isCamel(style.columnNames) || style.columnNames === 'Title_Case')
    ? inWords([...wordsIn(name), 'key'], style.columnNames)
    : inHouse(style, name) + style.keySuffix
}

/** A name in snake case as the house writes columns, where it is sure how; else as it is. */
export function inHouse(style: HouseStyle, name: string): string {
  const isWritten = ['SNAKE_CASE', 'Title_Case'].includes(style.columnNames) || isCamel(style.columnNames)
  return isWritten ? columnName(style, name) : name
}

/** A column from its words, or its name in any case, as the house writes names: `sales_channel`, `salesChannel`. */
export function columnName({ columnNames }: HouseStyle, words: string): string {
  return inWords(wordsIn(words), columnNames)
}

/** The words of a name, as they are written: `sales` and `Channel` of `salesChannel`. */
export function wordsIn(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

function isCamel(names: string): boolean {
  return names === 'camelCase' || names === 'PascalCase'
}

/** Where the house has no one way, in small letters with underscores. */
function inWords(words: string[], like: string): string {
  const low = words.map((w) => w.toLowerCase())
  if (like === 'SNAKE_CASE') return low.join('_').toUpperCase()
  const capital = low.map((w) => w.charAt(0).toUpperCase() + w.slice(1))
  // Where the house has spaces too: what is new needs no quotes.
  if (like === 'Title_Case') return capital.join('_')
  if (!isCamel(like)) return low.join('_')
  const name = capital.join('')
  return like === 'PascalCase' ? name : name.charAt(0).toLowerCase() + name.slice(1)
}

/** The path of a model below the models' folder, and that of the properties file it belongs into. */
export function modelPath(folder: string, model: string): string {
  return folder === '' ? `${model}.sql` : `${folder}/${model}.sql`
}

export function propertiesPath(style: HouseStyle, folder: string, model: string): string {
  const name = style.properties.name
    .replace('{model}', model)
    .replace('{folder}', folder.split('/').at(-1) || 'models')
  return folder === '' ? name : `${folder}/${name}`
}

/** The name of the CTE that reads `model`, in a model of that folder. */
export function importName(style: HouseStyle, folder: string, model: string): string {
  const template = style.folder(folder).importName
  const name = template
    .replace(/\{name\}/i, model)
    .replace(/\{entity\}/i, entityOf(model))
    .replace(/\{entities\}/i, inNumber(entityOf(model), 'plural'))
  return /\{[A-Z]+\}/.test(template) ? name.toUpperCase() : name
}

/**
 * The SQL that makes a surrogate key of columns, as they are written in SQL.
 * @param textType what a column is cast to where an expression needs text.
 */
export function surrogateKeySql(style: HouseStyle, columns: string[], textType = 'varchar'): string {
  const key = style.surrogateKey
  if (key.kind === 'macro') {
    const names = columns.map((c) => `'${c.replaceAll("'", "\\'")}'`).join(', ')
    return `{{ ${key.name}(${key.arguments === 'list' ? `[${names}]` : names}) }}`
  }
  const cased = (word: string) => (style.keywords === 'upper' ? word.toUpperCase() : word)
  // A null would make the whole key null, and two columns must not run together.
  const parts = columns.map((c) => {
    const asText = `${cased('cast')}(${c} ${cased('as')} ${cased(textType)})`
    return columns.length > 1 ? `${cased('coalesce')}(${asText}, '')` : asText
  })
  return `${cased(key.function)}(${parts.join(` || '${key.separator}' || `)})`
}

/** Only what is sure: a house of capitals gets capitals, one of small letters small letters. dbt takes no spaces. */
function inCase(written: string, like: string): string {
  const name = written.replace(/[^\p{L}\p{N}_]+/gu, '_')
  if (like === 'SNAKE_CASE') return name.toUpperCase()
  return like === 'snake_case' ? name.toLowerCase() : name
}
