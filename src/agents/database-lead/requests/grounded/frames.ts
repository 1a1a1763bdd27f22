/** From a clause in pieces to what it asks for. A frame takes it only where every word of it has its place. */
import { isSameTable } from '../../../../adapters/databases/types.ts'
import { inNumber } from '../../../../project/conventions/plural.ts'
import { isSameType, labelsOf } from '../../criteria.ts'
import type { Rule } from '../../order/change.ts'
import { isTextType } from '../../order/sql.ts'
import { wordsOf } from '../../resolve.ts'
import type { SingleAsk } from '../ask.ts'
import { TYPE } from '../clauses.ts'
import { isName, takeSteps } from '../text.ts'
import {
  areListed,
  areOfOne,
  type Bag,
  otherTables,
  placesIn,
  runsOf,
  SETTERS,
  tablesNamed,
  type Verb,
} from './bag.ts'
import { E, type Mention, type Place, Q } from './mentions.ts'

type Table = Place['table']
/** Several are several meanings. */
export type Frame = (bag: Bag) => SingleAsk[][]

/** As a request names it: with its schema where that does not go without saying. */
export const tableName = (t: Table) =>
  t.schema === '' || t.schema === 'public' ? t.name : `${t.schema}.${t.name}`
const at = ({ table, column }: Place) => ({ table: tableName(table), column: column.name })

const says = (bag: Bag, ...verbs: Verb[]) => verbs.every((v) => bag.verbs.has(v))
const onlySays = (bag: Bag, ...verbs: Verb[]) => [...bag.verbs.keys()].every((v) => verbs.includes(v))
export const saysNothingOfColumns = ({ clauses: c, filled }: Bag) =>
  !filled && c.type === null && c.default === null && c.nullable === null && !c.unique && c.rule === null
const isDone = (bag: Bag, silent?: ReadonlySet<string>) =>
  runsOf(bag.text, silent).length === 0 && bag.quotes.length === 0

/** The tables that are named, where each is named clearly. */
function tablesOf(bag: Bag): Table[] {
  const named = tablesNamed(bag)
  return named.every((n) => n.length === 1) ? [...new Set(named.flat())] : []
}

const history: Frame = (bag) => {
  const tables = tablesOf(bag)
  const [only] = tables.length > 0 ? tables : [bag.context.table]
  // Of one column alone none is kept.
  if (bag.mentions.some((m) => m.tables.length === 0)) return []
  if (!says(bag, 'history') || !onlySays(bag, 'history', 'index') || tables.length > 1 || !only) return []
  return isDone(bag) && saysNothingOfColumns(bag) ? [[{ op: 'keep-history', table: tableName(only) }]] : []
}

/** Said of one side alone it would be a plain reference. */
const many: Frame = (said) => {
  const bag = { ...said, text: said.text.replace(/\b(?:between|make|let)\b/g, ' ') }
  const [one, other, ...more] = tablesOf(bag)
  const isBoth = says(bag, 'many') || (bag.verbs.get('several') ?? 0) > 1
  if (!isBoth || !one || !other || more.length > 0 || !isDone(bag) || !saysNothingOfColumns(bag)) return []
  return onlySays(bag, 'many', 'several', 'refer')
    ? [[{ op: 'many-to-many', one: tableName(one), other: tableName(other) }]]
    : []
}

/** The column that is named after the other table and its key, where nothing is said of columns. */
export function keyTo(table: Table, parent: Table): string | null {
  const key = parent.primaryKey?.columns.length === 1 ? (parent.primaryKey.columns[0] ?? '') : ''
  const own = wordsOf(parent.name).join(' ')
  const wanted = [
    [own, ...wordsOf(key)].join(' '),
    `${own} id`,
    ...(wordsOf(key).length > 1 ? [wordsOf(key).join(' ')] : []),
  ]
  const found = table.columns.filter((c) => wanted.includes(wordsOf(c.name).join(' ')) && table !== parent)
  return found.length === 1 ? (found[0]?.name ?? null) : null
}

const refer: Frame = (bag) => {
  if (!(says(bag, 'refer') || says(bag, 'belong')) || !onlySays(bag, 'refer', 'belong', 'add')) return []
  const isOptional = bag.clauses.nullable === true
  const isBare = saysNothingOfColumns({ ...bag, clauses: { ...bag.clauses, nullable: null } })
  if (!isBare || bag.clauses.nullable === false) return []
  const text = bag.text.replace(
    /\b(?:that|which)\s+(?:really\s+|actually\s+)?exists?\b|\b(?:existing|let|make|set|ensure|enforce|up)\b/gi,
    ' ',
  )
  const left = runsOf(text).filter((r) => !/^(?:->|=>|→|>)$/.test(r))
  if (left.length > 0 || bag.quotes.length > 0) return []
  const last = bag.mentions.at(-1)
  if (!last || (bag.mentions.length < 2 && bag.context.columns.length === 0)) return []
  // The last is what is referred to; a column there is its key.
  const parents = last.tables.length > 0 ? last.tables : last.columns.map((c) => c.table)
  const [parent] = parents
  if (!parent || parents.length > 1) return []
  const before: Bag = {
    ...bag,
    mentions: bag.mentions.slice(0, -1),
    text: text.slice(0, text.lastIndexOf('\uE000')),
  }
  const [place, ...otherPlaces] = placesIn(before)
  const [only, ...more] = place ?? []
  if (place && only && more.length === 0 && otherPlaces.length === 0) {
    if (isOptional) return []
    if (otherTables(before, place).some((m) => !m.tables.includes(parent))) return []
    const key = last.tables.length > 0 ? '' : `.${last.columns[0]?.column.name}`
    return [[{ op: 'add-foreign-key', ...at(only), references: `${tableName(parent)}${key}` }]]
  }
  const named = [...new Set(before.mentions.flatMap((m) => m.tables))]
  // `a job's berth must refer to a berth`
  const owners = named.length === 2 ? named.filter((t) => t !== parent) : named
  const [owner] = owners.length === 1 ? owners : []
  if (!owner || last.tables.length === 0) return []
  const column = keyTo(owner, parent)
  // A new reference may be null, as said; of a column that stands more would be asked.
  if (isOptional && column !== null) return []
  if (owner.foreignKeys.some((f) => isSameTable(f.references, parent))) return []
  return [
    [
      column === null
        ? { op: 'add-reference', table: tableName(owner), references: tableName(parent), role: null }
        : { op: 'add-foreign-key', table: tableName(owner), column, references: tableName(parent) },
    ],
  ]
}

/** Another table's name may stand for the column that refers to it: `by customer and date`. */
function indexed(bag: Bag): Place[][] {
  const [place, ...more] = placesIn(bag)
  if (more.length > 0) return [place ?? [], ...more]
  if (place && bag.mentions.length === 0) return [place]
  const tables = tablesOf(bag)
  const between = tables.find((t) => tables.every((o) => o === t || keyTo(t, o) !== null))
  const owner = place?.[0]?.table ?? between ?? tables[0]
  if (!owner) return []
  const places = bag.mentions.flatMap((m): Place[] => {
    const own = place?.find((p) => m.columns.some((c) => c.column === p.column))
    if (own) return [own]
    const [parent] = m.tables
    if (!parent || parent === owner) return []
    const key = keyTo(owner, parent)
    const column = owner.columns.find((c) => c.name === key)
    return column ? [{ table: owner, column }] : []
  })
  const rest = bag.mentions.filter((m) => m.tables.some((t) => t !== owner && keyTo(owner, t) === null))
  return places.length > 0 && rest.length === 0
    ? [[...new Map(places.map((p) => [p.column.name, p])).values()]]
    : []
}

const WHY_INDEX =
  /\b(?:often|mostly|usually|frequently|always|regularly|many times|queries|faster|fast|performance|screen|report|list|helps?|useful|nice|good|would|make|let|set|put|get|over|all the time|all day(?: long)?)\b|(?:^|\b(?:the|our|an?)\s+)(?:\p{L}+\s+){0,2}?(?:report|screen|page|dashboard|job|export|app|application|service)s?(?=\s+§by)|^the\s+\p{L}+\s+(?=§by)/giu

const index: Frame = (bag) => {
  if (!says(bag, 'index') && !says(bag, 'slow', 'by')) return []
  if (!onlySays(bag, 'index', 'by', 'slow') || !saysNothingOfColumns(bag)) return []
  if (runsOf(bag.text.replace(WHY_INDEX, ' ')).length > 0 || bag.quotes.length > 0) return []
  return indexed(bag)
    .filter((places) => places.length > 0 && areOfOne(places))
    .map((places) => [
      {
        op: 'add-index',
        table: tableName((places[0] as Place).table),
        columns: places.map((p) => p.column.name),
      },
    ])
}

/** What is dropped is the index: right after it, or said before. */
const DROPS_INDEX = `§drop\\s+(?:(?:the|an?|old|unused|that|all|any)\\s+)*§(?:index|redundant)|§index[^§]*§drop[^§${'\uE000'}]*(?:§index)?[^§${'\uE000'}]*$`

const dropIndex: Frame = (bag) => {
  if (!says(bag, 'drop') || !(says(bag, 'index') || says(bag, 'redundant'))) return []
  if (!new RegExp(DROPS_INDEX).test(bag.text)) return []
  if (!onlySays(bag, 'drop', 'index', 'redundant') || !saysNothingOfColumns(bag) || bag.quotes.length > 0)
    return []
  const tables = tablesOf(bag)
  const [table = null] = tables
  if (says(bag, 'redundant'))
    return bag.runs.length === 0 && tables.length < 2
      ? [[{ op: 'drop-index', table: table && tableName(table), name: null, columns: null }]]
      : []
  const [name, ...more] = bag.runs
  if (name !== undefined)
    return more.length === 0 &&
      /^[\w$]+$/.test(name) &&
      (/[_\d]/.test(name) || new RegExp(`§index\\s+${name}|${name}\\s+§index`).test(bag.text)) &&
      bag.mentions.length === tables.length
      ? [[{ op: 'drop-index', table: table && tableName(table), name, columns: null }]]
      : []
  return indexed(bag).map((places) => [
    {
      op: 'drop-index',
      table: tableName((places[0] as Place).table),
      name: null,
      columns: places.map((p) => p.column.name),
    },
  ])
}

/** What a column holds: that it goes is another thing than that the column does. */
const CONTENTS = /\b(?:all|every|each|rows?|records?|values?|entries|entry|numbers|data)\b/i

const isPlural = ({ text, columns }: Mention) =>
  columns.length > 0 &&
  columns.every(({ column }) => {
    const last = (name: string) => /\p{L}+$/u.exec(name)?.[0].toLowerCase() ?? ''
    return last(text) !== last(column.name) && inNumber(last(text), 'singular') === last(column.name)
  })

const drop: Frame = (bag) => {
  if (!says(bag, 'drop') || !onlySays(bag, 'drop') || !saysNothingOfColumns(bag) || bag.quotes.length > 0)
    return []
  const isDefault = bag.runs.join() === 'default' || bag.runs.join() === 'default value'
  if (bag.runs.length > 0 && !isDefault) return []
  if (!isDefault && CONTENTS.test(bag.text) && !/\b(?:columns?|fields?)\b/i.test(bag.text)) return []
  // `delete the remarks`, of a column that is called remark.
  if (!isDefault && bag.mentions.some(isPlural) && !/\b(?:columns?|fields?)\b/i.test(bag.text)) return []
  return placesIn(bag)
    .filter((places) => otherTables(bag, places).length === 0 && areListed(bag, places))
    .map((places) =>
      places.map((p) =>
        isDefault ? { op: 'set-default', ...at(p), default: null } : { op: 'drop-column', ...at(p) },
      ),
    )
}

const NEW = `(?:${Q}|["“]?(?:[\\p{L}_]|${E})(?:[\\p{L}\\p{N}_-]|${E}|\\s(?!(?:in|on|for|from|of|and)\\s))*["”]?)`
const RENAME_TO = [
  `^(?<what>.*?)\\s*(?:\\bto|\\binto|\\bas|\\bcalled|\\bnamed|->|=>|→)\\s+(?:be\\s+(?:called|named)\\s+)?(?<to>${NEW})(?<more>\\s+(?:(?:in|on|for|of)\\s+(?:the\\s+|table\\s+)*${E}|\\((?:in\\s+|of\\s+)?(?:the\\s+)?(?:table\\s+)?${E}(?:\\s+table)?\\)))?(?:\\s*\\(?rename\\)?)?(?:\\s+instead)?$`,
  `^(?:please\\s+)?(?:call|name)\\s+(?<what>it|that|this|.*?${E})\\s+(?<to>(?!instead\\b)${NEW})(?<more>\\s+(?:in|on|for|of)\\s+(?:the\\s+|table\\s+)*${E})?(?:\\s+instead)?$`,
].map((form) => new RegExp(form, 'iu'))
const RENAME =
  /\b(?:rename[sd]?|renaming|call(?:ed)?|named?|(?:change|alter)\s+(?:the\s+)?(?:column\s+)?name(?:\s+of)?|alter|change|is a bad name|be|let|make)\b/gi
/** `shipments: delivered_at -> delivered_on` */
const ARROW = new RegExp(
  `^(?:${E}\\s*[:,]\\s*)?${E}\\s*(?:->|=>|→)\\s*(?!(?:${TYPE})(?:$|\\W))\\S+(?:\\s+\\((?:table\\s+)?${E}(?:\\s+table)?\\)|\\s+(?:in|of|on|for)\\s+(?:the\\s+|table\\s+)*${E}(?:\\s+table)?)?$`,
  'iu',
)
const MEANS_RENAME = /\brenam|\bcall|\bnamed?\b|\bname\s+of\b|\bcolumn name\b/i

const rename: Frame = (bag) => {
  const said = bag.masked.text.replace(/[.!?]$/, '')
  // What a thing is called now asks for nothing.
  if (/\b(?:is|are|was|were)\s+(?:\w+\s+)?(?:called|named)\b/i.test(said)) return []
  if (!MEANS_RENAME.test(said) && !ARROW.test(said)) return []
  for (const form of RENAME_TO) {
    const { what = '', to = '', more = '' } = form.exec(takeSteps(said).rest)?.groups ?? {}
    const quoted = bag.masked.back(to).replace(/[“”]/g, '"').trim()
    // Words in quotes are words; a name in quotes is kept to the letter.
    const name = /\s/.test(quoted) ? quoted.replace(/^["'`](.*)["'`]$/, '$1') : quoted
    if (name === '' || !isName(name)) continue
    const text = `${what} ${more}`
    if (runsOf(text.replace(RENAME, ' ')).length > 0) continue
    const own = masksIn(text).flatMap((m) => bag.masked.mentionOf(m) ?? [])
    const readings = placesIn({ ...bag, text, mentions: own })
      .filter((places) => places.length === 1 && otherTables({ ...bag, mentions: own }, places).length === 0)
      .map((places) =>
        places.map((p) => ({
          op: 'rename-column' as const,
          ...at(p),
          to: name,
          inSteps: bag.inSteps,
        })),
      )
    if (readings.length > 0) return readings
    const [table, ...others] = own.flatMap((m) => m.tables)
    if (table && others.length === 0 && own.length === 1 && /\btable\b/i.test(text))
      return [[{ op: 'rename-table', table: tableName(table), to: name, inSteps: bag.inSteps }]]
  }
  return []
}

const masksIn = (text: string) => [...text.matchAll(new RegExp(E, 'g'))].map((m) => m[0])

const LENGTH_OF = /^((?:var)?char|character(?: varying)?)\((\d+)\)$/i
const UNIT = '(?:\\s*-?(?:chars?|characters?|letters?))?'
/** From how many to how many; without the first it is said that it becomes longer. */
const LONGER = [
  `(?:from\\s+)?(?<from>\\d+)${UNIT}\\s*(?:->|=>|→|\\bto\\b|\\binto\\b)\\s*(?<to>\\d+)${UNIT}`,
  `(?<from>\\d+)${UNIT}\\s+(?:(?:is|are)(?:n['’]t| not)\\s+enough|(?:is|are)\\s+(?:too\\s+(?:short|few|little|small|tight)|not\\s+enough))\\s*[,;:.-]?\\s*(?:so\\s+)?(?:please\\s+)?(?:make|set|change)\\s+(?:it|that|this)\\s+(?:to\\s+)?(?<to>\\d+)${UNIT}`,
  `(?:is|are)\\s+too\\s+(?:short|small|tight)\\s+(?:at|with)\\s+(?<from>\\d+)${UNIT}\\s*[,;:.-]?\\s*(?:so\\s+)?(?:please\\s+)?(?:make|set|change|extend)\\s+(?:it|that|this)\\s+(?:to\\s+)?(?<to>\\d+)${UNIT}`,
  `\\b(?:longer|wider|larger|bigger)\\s*[,:]?\\s*(?:\\(|to\\s+)?(?<to>\\d+)${UNIT}\\)?`,
].map((form) => new RegExp(form, 'iu'))
const TOO_SHORT =
  /\b(?:(?:is|are|gets?|getting)\s+)?(?:(?:much\s+|far\s+)?too\s+(?:short|small|tight)|longer|length|up)\b/gi

/** How many characters a text takes, where it is told how many it takes today. */
const longer: Frame = (bag) => {
  const said = bag.masked.text
  const found = LONGER.map((form) => form.exec(said)).find((f) => f !== null)
  const { from, to = '' } = found?.groups ?? {}
  if (!found || bag.quotes.length > 0) return []
  const text = `${said.slice(0, found.index)} ${said.slice(found.index + found[0].length)}`
  if (runsOf(text.replace(TOO_SHORT, ' '), SETTERS).length > 0) return []
  return placesIn({ ...bag, text })
    .filter((places) => places.length === 1 && otherTables(bag, places).length === 0)
    .flatMap(([place]) => {
      const [, base, now] = LENGTH_OF.exec(place?.column.type ?? '') ?? []
      if (!place || base === undefined || Number(to) <= Number(now) || (from ?? now) !== now) return []
      return [[{ op: 'change-type' as const, ...at(place), type: `${base}(${to})`, inSteps: bag.inSteps }]]
    })
}

/** `marks range from 1 to 6`, where marks have a mark: numbers are of the column. */
function ownColumn({ mentions, clauses: c }: Bag): Place[][] | null {
  const [only, ...others] = mentions
  const own = only?.columns.filter((p) => only.tables.includes(p.table)) ?? []
  const isOfColumn = c.rule !== null || c.type !== null || c.default !== null
  return others.length === 0 && own.length === 1 && isOfColumn ? [own] : null
}

/** What is said of columns that stand: one change for each thing that is said. */
const properties: Frame = (bag) => {
  const { clauses: c } = bag
  if (!onlySays(bag, 'add') || saysNothingOfColumns(bag) || !isDone(bag, SETTERS)) return []
  // Of what several hold together nothing but that it is unique can be said.
  if (!c.unique && /\b(?:together|combin\w+|pairs?)\b/i.test(bag.text)) return []
  const named = ownColumn(bag) ?? placesIn(bag)
  // `a shipment needs a driver`, `unique by student and course`: by the columns that refer to them.
  const byTable = named.length === 0 && c.type === null && c.rule === null && c.default === null
  const listed = named.filter((places) => otherTables(bag, places).length === 0 && areListed(bag, places))
  // `unique per stage and row`: another table stands for the column that refers to it.
  const isOnlyUnique =
    c.unique && c.nullable === null && c.type === null && !c.rule && !c.default && !bag.filled
  const found = byTable || (isOnlyUnique && listed.length === 0) ? indexed(bag) : listed
  return (
    found
      .filter((places) => places.length > 0 && (!c.unique || areOfOne(places)))
      // Bounds are of numbers: of a text they may be said of its length.
      .filter((places) => !((c.rule?.min ?? c.rule?.max ?? null) !== null && places.some(isText)))
      .flatMap((places) => fillings(bag, places).map((filling) => ({ places, filling })))
      .map(({ places, filling }) => [
        ...places.flatMap((p): SingleAsk[] => [
          ...filling(p),
          ...(c.type && !(isSameType(p.column.type, c.type) && c.rule)
            ? [{ op: 'change-type' as const, ...at(p), type: c.type, inSteps: bag.inSteps }]
            : []),
          ...(c.rule ? [ruleOf(p, c.rule)] : []),
          ...(c.default ? [{ op: 'set-default' as const, ...at(p), default: c.default }] : []),
          ...(c.nullable === null ? [] : [{ op: 'set-nullable' as const, ...at(p), nullable: c.nullable }]),
        ]),
        ...(c.unique && places[0]
          ? [
              {
                op: 'add-unique' as const,
                table: tableName(places[0].table),
                columns: places.map((p) => p.column.name),
              },
            ]
          : []),
      ])
  )
}

const isText = ({ column }: Place) => isTextType(column.type) && labelsOf(column) === null

/** What holds no texts is never blank where it is never null. */
function ruleOf(place: Place, rule: Rule): SingleAsk {
  return rule.without && !isText(place)
    ? { op: 'set-nullable', ...at(place), nullable: false }
    : { op: 'add-check', ...at(place), rule }
}

const NOT_EMPTY: Rule = { min: null, max: null, exclusive: false, values: null, without: 'empty' }
type Filling = (place: Place) => SingleAsk[]

/**
 * What `not empty` may mean. Of what holds no texts: that there is a value. Of a text that is never null: that it has a
 * character. Of any other text either, or both.
 */
function fillings({ filled, clauses }: Bag, places: Place[]): Filling[] {
  const required: Filling = (p) => [{ op: 'set-nullable', ...at(p), nullable: false }]
  const nonempty: Filling = (p) => [{ op: 'add-check', ...at(p), rule: NOT_EMPTY }]
  if (!filled) return [() => []]
  if (places.every((p) => !isText(p))) return [clauses.nullable === false ? () => [] : required]
  if (!places.every(isText)) return []
  if (clauses.nullable !== null || places.every((p) => !p.column.nullable)) return [nonempty]
  return [required, nonempty, (p) => [...required(p), ...nonempty(p)]]
}

/** A column that is true or false, and `by default` the one. */
const flagDefault: Frame = (bag) => {
  const said = /^(.*?)\b(?:by default|unless told otherwise)$/i.exec(
    bag.masked.text.replace(/\bunless\s+(?:we|you|they|people)\s+say\s+otherwise$/i, 'unless told otherwise'),
  )?.[1]
  const [only, ...more] = placesIn(bag)
  const [place, ...others] = only ?? []
  if (said === undefined || !place || more.length + others.length > 0 || runsOf(said).length > 0) return []
  return /^(?:bool|tinyint\(1\)|bit)/i.test(place.column.type)
    ? [[{ op: 'set-default', ...at(place), default: { kind: 'boolean', value: true } }]]
    : []
}

/** `should default to null`: it has none then. */
const nullDefault: Frame = (bag) => {
  const form = /\b(?:with\s+)?defaults?(?:\s+value)?(?:\s+(?:to|of|is|be|=))*\s+null\b/i
  const said = bag.masked.text
  if (!form.test(said) || runsOf(said.replace(form, ' '), SETTERS).length > 0 || bag.quotes.length > 0)
    return []
  return placesIn(bag)
    .filter((places) => places.length === 1 && otherTables(bag, places).length === 0)
    .map((places) => places.map((p) => ({ op: 'set-default' as const, ...at(p), default: null })))
}

/** Those with words of their own come before those with hardly any. */
export const FRAMES: readonly Frame[] = [history, many, refer, dropIndex, index]
export const COLUMN_FRAMES: readonly Frame[] = [rename, drop, flagDefault, nullDefault, longer, properties]
