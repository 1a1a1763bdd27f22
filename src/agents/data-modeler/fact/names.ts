/** What names of columns hint at. Hints only: the data decides where it can. */

import { namedLikeKey } from '../../../refactor/add-staging/columns.ts'

const LOADING =
  /^_|^(loaded|ingested|inserted|extracted|etl|elt|dwh|batch|synced)_|_(loaded|ingested|synced|extracted)_?(at|on|time|ts)?$|^load_?(date|time|ts|id|timestamp)$/i
const UPDATED =
  /(^|_)(updated|modified|changed|last_?update|last_?modified|lastupdated)(_?(at|on|date|time|ts|utc|datetime|timestamp))?$/i
const DELETED_TIME = /^_?(is_)?(deleted|removed|voided|archived|destroyed)_?(at|on|date|time|ts)$/i
const DELETED_FLAG =
  /^_?(is_?|has_been_)?(deleted|removed|voided|archived|void|fivetran_deleted)(_?(flag|ind|yn))?$/i
const snake = (name: string) => name.replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1_$2').replaceAll(' ', '_')

/** Names of keys of all kinds: `customer_id`, `Order Number`, `bookingRef`. */
export function isKeyName(name: string, idSuffix: string): boolean {
  return namedLikeKey(name, idSuffix) || /_(number|num|ref|reference|uuid|guid)$/i.test(snake(name))
}

/** Times at which a thing begins to be there. */
export function isBeginning(name: string): boolean {
  return /regist|sign|join|birth|hire|since|found|open|launch|geburt|eintritt/i.test(name)
}

/** Tells of loading, not of the event. */
export const isLoading = (name: string): boolean => LOADING.test(snake(name)) && !deletedBy(name)
/** Tells when a row was changed. */
export const isUpdate = (name: string): boolean => UPDATED.test(snake(name))

export function deletedBy(name: string): 'time' | 'flag' | null {
  return DELETED_TIME.test(snake(name)) ? 'time' : DELETED_FLAG.test(snake(name)) ? 'flag' : null
}

/** Behind what a time is of: `ordered` of `ordered_at`, `order` of `order_date`. */
const TIME_ENDS = new Set(
  'at on date day time timestamp datetime ts dt utc local tz datum zeit epoch ms unix month'.split(' '),
)

export function roleOfTime(name: string, otherwise: string): string {
  const words = rawWords(name)
  while (words.length > 0 && TIME_ENDS.has(words.at(-1) ?? '')) words.pop()
  return words.join('_') || otherwise
}

/** Parts of a date that the date dimension has. */
export function isDatePart(name: string): boolean {
  return /^(.*_)?(year|month|quarter|week|day|weekday|dow|hour|day_of_week|day_of_month|week_of_year|jahr|monat|tag)(_?(no|nr|num|number))?$/i.test(
    snake(name),
  )
}

/** Words as they are written, in small letters: `ordered` is none that has a singular. */
export function rawWords(name: string): string[] {
  return snake(name)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((w) => w !== '')
}

const MONEY =
  /(^|_)(amount|amt|total|subtotal|price|fare|fee|fees|tax|taxes|vat|tip|toll|tolls|cost|costs|revenue|sales|discount|shipping|freight|charge|charges|payment|paid|net|gross|balance|betrag|umsatz|preis|kosten|surcharge|commission|premium|salary|value)(_|$)/i
const RATIO =
  /(^|_)(pct|percent|percentage|ratio|rate|share|avg|average|mean|median|score|scores|rating|rank|ranking|degrees?|celsius|fahrenheit|kelvin|concentration|density|temperature|temp|humidity|pressure|speed|velocity|index|factor|grade|age|level|ph|voltage|bpm|margin_pct|konversion|quote|anteil)(_|$)/i
const PRICE =
  /(^|_)((unit|list|item|single|stueck|einzel)_?(price|cost|preis)|price_?(each|per_.*)|price|preis)(_|$)/i
const QUANTITY =
  /(^|_)(quantity|qty|count|units|items|pieces|passengers|persons|guests|seats|nights|adults|children|points|clicks|views|visits|menge|anzahl|stueck)(_|$)/i
const LEVEL =
  /(^|_)(balance|stock|on_hand|inventory|level|open|outstanding|headcount|saldo|bestand|subscribers|active|backlog|position)(_|$)/i
const PLACE = /(^|_)(lat|lon|lng|latitude|longitude|x_coord|y_coord)(_|$)/i
const NOTE =
  /(^|_)(note|notes|comment|comments|description|desc|remark|remarks|text|body|message|title|subject|bemerkung|kommentar|name)(_|$)/i
const CURRENCY = /(^|_)(currency|curr|ccy|waehrung)(_?(code|iso|id))?$/i

/** What its last word says is a kind of something counts nothing, whatever stands before it: `payment_type`. */
const KIND =
  /(^|_)(type|typ|status|state|kind|class|category|mode|method|tier|segment|flag|reason|channel|group|priority|art|kategorie)$/i

const WHOLE = /(^|_)(total|sum|extended|line|net|gross|gesamt)(_|$)/i

const UNIT = /(^|_)(unit|list|each|per|single|einzel|stueck)(_|$)/i

/** What a unit price is of. */
const PIECES = /(^|_)(quantity|qty|units|pieces|menge|anzahl|stueck)(_|$)/i

const tests = { MONEY, RATIO, PRICE, QUANTITY, LEVEL, PLACE, NOTE, CURRENCY, KIND, UNIT, PIECES }

export function isCalled(what: keyof typeof tests, name: string): boolean {
  // A total price is what the event is worth.
  if (what === 'PRICE' && WHOLE.test(snake(name))) return false
  return tests[what].test(snake(name))
}

/** `pickup_zone` of `pickup_zone_id`; the role of a foreign key before its dimension is known. */
export function roleOfKey(name: string): string[] {
  const ends = new Set([
    'id',
    'key',
    'code',
    'cd',
    'no',
    'nr',
    'number',
    'sk',
    'fk',
    'pk',
    'hk',
    'uuid',
    'guid',
    'ref',
  ])
  const words = rawWords(name)
  while (words.length > 1 && ends.has(words.at(-1) ?? '')) words.pop()
  return words.length === 1 && ends.has(words[0] ?? '') ? [] : words
}
