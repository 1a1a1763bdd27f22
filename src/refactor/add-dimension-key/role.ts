/** What the key of a dimension is called in one of its roles. */
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { columnName } from '../../project/conventions/names.ts'

const TIME = /_(at|on|date|day|time|timestamp|datetime|ts|dt|utc)$/
const CODE = /_(id|code|cd|no|nr|number|name|key)$/

type Naming = { role: string | null; column: string; key: string; natural: string; isCalendar: boolean }

/** `dropoff_zone_key` of `zone_key` for `dropoff_zone`; `zone_key` where the column is the dimension's own. */
export function keyName(style: HouseStyle, { role, column, key, natural, isCalendar }: Naming): string {
  const said = role === null ? roleOf(snake(column), snake(key), snake(natural), isCalendar) : snake(role)
  if (said === '') return key
  return columnName(isSnake(key) ? { ...style, columnNames: caseOf(key) } : style, `${said}_${snake(key)}`)
}

/** What a column is called besides the thing that it names. */
function roleOf(column: string, key: string, natural: string, isCalendar: boolean): string {
  if (isCalendar) {
    const bare = column.replace(TIME, '')
    return TIME.test(`_${bare}`) || bare === natural ? '' : bare
  }
  if (column === natural) return ''
  const bare = column.replace(CODE, '')
  const things = [key, natural].map((name) => name.replace(/_(key|sk|hk|wid)$/, '').replace(CODE, ''))
  const thing = things.find((t) => bare === t || bare.endsWith(`_${t}`))
  return thing === undefined ? bare : bare.slice(0, -thing.length).replace(/_$/, '')
}

function snake(name: string): string {
  return name
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1_$2')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase()
}

function isSnake(name: string): boolean {
  return name.includes('_')
}

function caseOf(name: string): string {
  return name === name.toUpperCase() ? 'SNAKE_CASE' : 'snake_case'
}
