/** The design of a fact: its columns in order, with the keys that they are made of, and what it reads. */
import { writtenName } from '../../../refactor/written.ts'
import type { Placed } from '../../data-modeler/fact/types.ts'
import { attributeWords, ended, withNote } from '../document.ts'
import { dateKeyOf, type ForeignKey, foreignKeyOf, type Members } from './foreign-keys.ts'
import { type Watermark, watermarkOf } from './load.ts'
import type { FactColumn, Item, Making } from './making.ts'
import { COPY, factKey, measureColumn, plainColumn } from './measures.ts'
import { CHANGED } from './steps.ts'
import { lagColumns, readTimes, timeColumns } from './times.ts'

export type FactDesign = {
  key: FactColumn
  /** What the key is made of, as SQL writes it. */
  keyColumns: string[]
  foreignKeys: ForeignKey[]
  columns: FactColumn[]
  items: Item[]
  watermark: Watermark | null
}

/** `membersOf`: what becomes of the dimension with that id, in the role. */
export function designOf(making: Making, membersOf: (role: string) => Members): FactDesign {
  const { recommendation, holding, writing } = making
  const { grain, dimensions, degenerate, flags, measures } = recommendation
  const { times, items } = readTimes(making)
  const watermark = watermarkOf(making)
  const keyColumns = [
    ...(grain.by === 'key'
      ? grain.columns.map((c) => holding.ofEvents(c).written)
      : holding.all.filter((h) => h.kept).map((h) => h.written)),
    ...(grain.by === 'copies' && grain.copies === 0 ? [COPY] : []),
  ]
  const calendars = dimensions.filter((d) => d.kind === 'calendar')
  const others = dimensions.filter((d) => d.kind !== 'calendar')
  const named = new Set(degenerate.map((d) => `${d.from}.${d.column.name}`))
  const inDimensions = new Set(others.flatMap((d) => d.columns.map((c) => `${c.from}.${c.column.name}`)))
  // What the grain is told by stays readable, unless a dimension says it.
  const grainToo =
    grain.by === 'key'
      ? grain.columns
          .filter((c) => !named.has(`events.${c.name}`) && !inDimensions.has(`events.${c.name}`))
          .map((column) => ({ from: 'events' as const, column }))
      : []
  const isTime = (d: Placed) => times.some((t) => t.from === d.from && t.column.name === d.column.name)
  const all = [
    ...[...grainToo, ...degenerate]
      .filter((d) => !isTime(d))
      .map((d) => plainColumn(making, d, 'degenerate')),
    ...timeColumns(making, times),
    ...flags.filter((f) => !isTime(f)).map((f) => plainColumn(making, f, 'flag')),
    ...measures.map((m) => measureColumn(making, m)),
    ...lagColumns(making, times),
  ]
  const plain = all.filter((c, i) => all.findIndex((o) => o.name === c.name) === i)
  const taken = plain.map((c) => c.name.toLowerCase())
  const free = () => taken
  const days = times.map((time) => {
    const calendar =
      calendars.find((d) =>
        d.columns.some((c) => c.from === time.from && c.column.name === time.column.name),
      ) ?? null
    const members = calendar ? membersOf(calendar.role) : NO_MEMBERS
    const key = dateKeyOf(making, time, { calendar, taken: free(), members })
    taken.push(key.column.name.toLowerCase())
    return key
  })
  const keys = others.map((dimension) => {
    const key = foreignKeyOf(making, dimension, { members: membersOf(dimension.role), taken: free(), times })
    taken.push(key.column.name.toLowerCase())
    return key
  })
  const foreignKeys = [...days, ...keys]
  const key = factKey(making, keyColumns, taken)
  const audit =
    watermark && !plain.some((c) => c.name === watermark.name) ? [watermarkColumn(making, watermark)] : []
  const order = (part: FactColumn['part']) => plain.filter((c) => c.part === part)
  return {
    key,
    keyColumns,
    foreignKeys,
    columns: [
      key,
      ...foreignKeys.map((k) => k.column),
      ...order('degenerate'),
      ...order('flag'),
      ...order('time'),
      ...order('measure'),
      ...(keyColumns.includes(COPY) ? [copyColumn(making)] : []),
      ...audit,
    ],
    items: [...items, ...foreignKeys.flatMap((k) => k.items)],
    watermark,
  }

  function copyColumn({ thing }: Making): FactColumn {
    return {
      name: COPY,
      written: COPY,
      part: 'degenerate',
      sql: (at) => at(COPY),
      description: ended(
        writing.style,
        `Which of several equal rows it is; nothing else tells one ${thing} from another`,
      ),
      tests: [{ test: 'not_null' }],
    }
  }
}

export const NO_MEMBERS: Members = { unknown: 'absent', inferred: false }

function watermarkColumn(making: Making, { name, written }: Watermark): FactColumn {
  const { writing, holding, said, thing } = making
  const held = holding.all.find((h) => h.name === name)
  const text =
    name === CHANGED
      ? `When the ${thing} or its ${making.header?.name ?? 'header'} last changed`
      : held
        ? said(held) || attributeWords(name, thing)
        : attributeWords(name, thing)
  return {
    name,
    written: writtenName(name, writing.adapter) === written ? written : writtenName(name, writing.adapter),
    part: 'audit',
    sql: (at) => at(written),
    description: ended(writing.style, withNote(text, 'The watermark of the incremental run')),
    tests: [{ test: 'not_null' }],
  }
}
