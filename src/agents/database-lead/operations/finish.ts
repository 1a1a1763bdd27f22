/** The end of what was begun in steps: the old column goes, once nothing uses it. */
import { tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { isSameType, syncName } from '../criteria.ts'
import { bare, isName } from '../requests/text.ts'
import { wordsOf } from '../resolve.ts'
import type { Operation } from '../types.ts'
import { placeIn, resolvePlace } from './columns.ts'
import { contract } from './same.ts'

const FORM =
  /^(?:finish|complete|end)\s+(?:the\s+)?(?<what>rename|renaming|type change|change of (?:the )?type)\s+of\s+(?<place>.+?)(?:\s+to\s+(?<to>.+))?$/i

export const finish: Operation<'finish'> = {
  op: 'finish',
  example: 'Finish the rename of fax of customers to telefax',
  read: (sentence) => {
    const { what = '', place = '', to } = FORM.exec(sentence)?.groups ?? {}
    const found = placeIn(place)
    if (!found || (to !== undefined && !isName(bare(to)))) return null
    return { op: 'finish', what: /^ren/i.test(what) ? 'rename' : 'type change', ...found, to: to ?? null }
  },
  design: async (ask, world) => {
    const { table, column, where } = await resolvePlace(ask, world)
    const pairs = table.columns.filter(
      (c) =>
        isSameType(column.type, c.type) === (ask.what === 'rename') &&
        table.triggers.some((t) => t.name.startsWith(syncName(table.name, column.name, c.name))) &&
        (ask.to === null || wordsOf(c.name).join(' ') === wordsOf(bare(ask.to)).join(' ')),
    )
    const [to] = pairs
    if (to) return contract(table, column, to, ask.what, world)
    throw new MartsmithError({
      code: 'database.not-begun',
      message: `Nothing keeps ${where} the same as ${ask.to === null ? 'another column' : bare(ask.to)}: the ${ask.what} was not begun here, or is finished.`,
      mend: [
        ask.what === 'rename'
          ? `martsmith db "rename ${column.name} of ${tableWords(table)} to ${ask.to ?? '<name>'} in steps"`
          : `martsmith db "change the type of ${column.name} of ${tableWords(table)} to <type> in steps"`,
      ],
    })
  },
}
