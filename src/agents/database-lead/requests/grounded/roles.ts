/** That a row refers to one of another table in a role: who approved it, which one is its head. */
import type { Schema } from '../../../../adapters/databases/types.ts'
import { wordsOf } from '../../resolve.ts'
import type { SingleAsk } from '../ask.ts'
import { bare, isName } from '../text.ts'
import type { Bag } from './bag.ts'
import { type Frame, tableName } from './frames.ts'
import { isGrounded, tableFor } from './known.ts'
import { E, type Place } from './mentions.ts'

type Table = Place['table']

const EACH = '(?:(?:the|an?|each|every|any|one|our|all)\\s+)?'
const MEMBER = '(?:\\s+(?:member|person|record|entry|row))?'
const WISH =
  '(?:(?:we|i|they)\\s+)?(?:(?:would\\s+|also\\s+)*(?:want|need|like|have)\\s+to\\s+)?(?:be able to\\s+)?(?:please\\s+)?'
const RECORD = '(?:add|store|record|save|note(?: down)?|keep|remember|know|track|tell|see|show|have|hold)'
/** What somebody did to it. `which took it` says more than a word can. */
const DID = '(?:has\\s+|have\\s+|had\\s+)?(?<did>\\p{L}+)(?<off>\\s+(?:in|out|off|up))?'
const WHO = `${EACH}(?<other>${E})${MEMBER}\\s+(?<who>who|that|which)\\s+${DID}(?<what>\\s+(?:it|them|(?:the|an?|each|this|that|every)\\s+(?<object>${E})))?`
const ROLE = '(?<role>\\p{L}+(?:[ _]\\p{L}+)?)'
const IS_ALSO = `(?:,?\\s+(?:(?:who|which|that)\\s+is|being)|\\s*\\()\\s*(?:also\\s+|itself\\s+|themselves\\s+)?(?:an?\\s+|another\\s+|one of (?:the|our)\\s+)?(?<other>${E})${MEMBER}(?:\\s+(?:as well|too|itself|themselves))?\\)?`
const FORMS = [
  `^${EACH}(?<table>${E})\\s+(?:(?:should|shall|will|also)\\s+)*(?:${RECORD}s?|has|refers?\\s+to|points?\\s+to|needs?(?:\\s+to\\s+${RECORD})?(?:\\s+(?:an?\\s+|the\\s+)?(?:reference|link|relation)\\s+to)?)\\s+${WHO}$`,
  `^${WISH}${RECORD}\\s+(?:an?\\s+(?:reference|link)\\s+to\\s+)?(?:which\\s+)?${WHO}\\s+(?:to|in|on|for|with|at)\\s+${EACH}(?:table\\s+)?(?<table>${E})(?:\\s+table)?$`,
  `^${WISH}${RECORD}\\s+(?:which\\s+)?${WHO}$`,
  `^${WHO}\\s+(?:should|shall|must|has to|needs to|is to|are to)\\s+be\\s+(?:stored|recorded|kept|saved|noted|known|remembered)\\s+(?:to|in|on|for|with|at)\\s+${EACH}(?:table\\s+)?(?<table>${E})(?:\\s+table)?$`,
  `^${WISH}${RECORD}\\s+which\\s+(?<other>${E})${MEMBER}\\s+${DID}\\s+${EACH}(?<table>${E})$`,
  `^${EACH}(?<table>${E})${MEMBER}\\s+(?:(?:may|can|should|shall|will|must)\\s+)?(?:have|has|needs?|gets?|belongs?\\s+to|reports?\\s+to)\\s+(?:an?|one|its|their)\\s+${ROLE}${IS_ALSO}$`,
  `^${WISH}add\\s+(?:an?|the|its|their)\\s+${ROLE}\\s+(?:to|for)\\s+${EACH}(?<table>${E})${IS_ALSO}$`,
  `^${WISH}add\\s+(?:an?|the|its|their)\\s+${ROLE}\\s+(?:to|for)\\s+${EACH}(?<table>${E})\\s*,?\\s+(?:(?:which|that)\\s+)?(?:refers?\\s+to|referring\\s+to|references|referencing|points?\\s+to|pointing\\s+to)\\s+${EACH}(?<other>${E})${MEMBER}$`,
].map((form) => new RegExp(form, 'iu'))

/** As it is said of what was done: `taken by`. */
const IRREGULAR: Record<string, string> = {
  took: 'taken',
  wrote: 'written',
  gave: 'given',
  drew: 'drawn',
  chose: 'chosen',
  drove: 'driven',
}
const SAME_FORM =
  /^(?:made|sent|sold|led|paid|built|held|bought|brought|found|left|met|read|taught|won|put|cut)$/i

/** Done to nothing: of a row it says no role. */
const ALONE =
  /^(?:arrived|departed|expired|ended|started|happened|died|retired|resigned|joined|applied|complained|asked|stayed|lived|worked|belonged|existed|changed|moved|failed|waited|remained|travell?ed)$/i

function doneBy(did: string, off = ''): string | null {
  const word = did.toLowerCase()
  const done = IRREGULAR[word] ?? (/\p{L}{2}ed$/u.test(word) || SAME_FORM.test(word) ? word : null)
  return done === null ? null : `${done}${off.toLowerCase()} by`
}

export const roles: Frame = (bag) => {
  if (bag.quotes.length > 0) return []
  const said = bag.masked.text.replace(/[\s.!,;]+$/, '')
  for (const form of FORMS) {
    const found = form.exec(said)?.groups
    if (!found || (found.who && !found.what && (found.who !== 'who' || ALONE.test(found.did ?? '')))) continue
    const [table, parent] = [onlyTable(found.table ?? found.object, bag), onlyTable(found.other, bag)]
    const role = found.did === undefined ? (found.role ?? null) : doneBy(found.did, found.off)
    const isSame = found.object === undefined || onlyTable(found.object, bag) === table
    if (!table || !parent || role === null || !isName(role.replace(/ by$/, '')) || !isSame) continue
    return [[inRole(table, parent, role)]]
  }
  return []
}

export const inRole = (table: Table, parent: Table, role: string): SingleAsk => ({
  op: 'add-reference',
  table: tableName(table),
  references: tableName(parent),
  role: role.replaceAll('_', ' '),
})

/** Of a column whose last word is a table's name, and of which nothing else is said: that it refers to one of these. */
export function inRoleOf(ask: SingleAsk, schema: Schema): SingleAsk | null {
  if (ask.op !== 'add-column' || ask.type || ask.rule || ask.default || ask.unique) return null
  const words = bare(ask.column).split(/[\s_]+/)
  const [table, parent] = [tableFor(ask.table, schema), tableFor(words.at(-1) ?? '', schema)]
  if (!table || !parent || words.length < 2) return null
  const ownName = wordsOf(table.name).join(' ') === wordsOf(words.slice(0, -1).join(' ')).join(' ')
  const reference = inRole(table, parent, words.join(' '))
  return !ownName && /\s/.test(bare(ask.column)) && isGrounded(reference, schema) ? reference : null
}

function onlyTable(mask: string | undefined, bag: Bag): Table | undefined {
  const tables = (mask && bag.masked.mentionOf(mask)?.tables) || []
  return tables.length === 1 ? tables[0] : undefined
}
