/** That rows of one table have rows of another, said from the side that holds no key. */
import { isSameTable } from '../../../../adapters/databases/types.ts'
import type { SingleAsk } from '../ask.ts'
import type { Bag } from './bag.ts'
import { type Frame, keyTo, tableName } from './frames.ts'
import { E, type Place } from './mentions.ts'

type Table = Place['table']

const ONE = '^(?:(?:an?|each|every|any|one|the)\\s+)?'
/** `at least one` is no reference alone: nothing would hold it. */
const HAS_MANY = new RegExp(
  `${ONE}(?<one>${E})\\s+(?:has|have)\\s+(?:one or more|zero or more|many|several|multiple|any number of)\\s+(?<many>${E})$`,
  'iu',
)
const MAY_HAVE = new RegExp(
  `${ONE}(?<many>${E})\\s+(?:may|can)\\s+have\\s+(?:an?|one|at most one|up to one)\\s+(?<one>${E})$`,
  'iu',
)
const MAY_HAVE_ITS_OWN = new RegExp(
  `${ONE}(?<many>${E})\\s+(?:may|can)\\s+have\\s+an?\\s+(?<role>\\p{L}+),?\\s+(?:who|which|that)\\s+is\\s+(?:also\\s+|itself\\s+)?(?:an?|another)\\s+(?<one>${E})(?:\\s+(?:as well|too|itself))?$`,
  'iu',
)

export const relations: Frame = (bag) => {
  const said = bag.masked.text.replace(/[\s.!,;]+$/, '')
  if (bag.quotes.length > 0) return []
  const own = MAY_HAVE_ITS_OWN.exec(said)?.groups
  if (own) {
    const table = onlyTable(own.many, bag)
    return table && table === onlyTable(own.one, bag)
      ? [
          [
            {
              op: 'add-reference',
              table: tableName(table),
              references: tableName(table),
              role: own.role ?? null,
            },
          ],
        ]
      : []
  }
  const { one, many } = (HAS_MANY.exec(said) ?? MAY_HAVE.exec(said))?.groups ?? {}
  const [parent, child] = [onlyTable(one, bag), onlyTable(many, bag)]
  return parent && child && parent !== child && !isTied(parent, child) ? [[tie(child, parent)]] : []
}

function onlyTable(mask: string | undefined, bag: Bag): Table | undefined {
  const tables = (mask && bag.masked.mentionOf(mask)?.tables) || []
  return tables.length === 1 ? tables[0] : undefined
}

/** Where either refers to the other it is told as it is. */
function isTied(one: Table, other: Table): boolean {
  const refers = (t: Table, to: Table) => t.foreignKeys.some((f) => isSameTable(f.references, to))
  return refers(one, other) || refers(other, one)
}

function tie(child: Table, parent: Table): SingleAsk {
  const [table, references] = [tableName(child), tableName(parent)]
  const column = keyTo(child, parent)
  return column === null
    ? { op: 'add-reference', table, references, role: null }
    : { op: 'add-foreign-key', table, column, references }
}
