/** The unit test of a type 2 dimension: rows that overlap, end, repeat or are gone, and the versions that come of them. */
import type { Value } from '../../../../changes/yaml/index.ts'
import { BEGINNING, NO_END, type Step } from '../../../../refactor/interval-sql.ts'
import type { VersionColumn, VersionsDesign } from './design.ts'

type Row = Record<string, Value>

const STEP_BACK: Record<Step, (day: string) => string> = {
  day: (day) => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10),
  second: (day) => `${STEP_BACK.day(day)} 23:59:59`,
  millisecond: (day) => `${STEP_BACK.day(day)} 23:59:59.999`,
  microsecond: (day) => `${STEP_BACK.day(day)} 23:59:59.999999`,
}

/** Null where keys or attributes are of a type that no word can be made up for. */
export function unitTestOf(design: VersionsDesign, reads: string): Value | null {
  const { natural, attributes, history, from, to, current, model } = design
  const varying = attributes.find((a) => canSay(a) && a.kind === 'text') ?? attributes.find(canSay)
  if (!natural.every(canSay) || (!varying && history.by !== 'intervals')) return null
  const value = (c: VersionColumn, n: number) => (c.kind === 'text' ? `${'ABC'[n - 1] ?? 'Z'}` : n)
  const keys = (n: number, name: (c: VersionColumn) => string): Row =>
    Object.fromEntries(natural.map((k) => [name(k), value(k, n)]))
  const saying = (n: number, name: (c: VersionColumn) => string): Row =>
    varying ? { [name(varying)]: value(varying, n) } : {}
  const row = (key: number, attribute: number, times: Row): Row => ({
    ...keys(key, (c) => c.original),
    ...saying(attribute, (c) => c.original),
    ...times,
  })
  const version = (key: number, attribute: number, begin: string, end: string): Row => ({
    ...keys(key, (c) => c.name),
    ...saying(attribute, (c) => c.name),
    [from.name]: moment(begin),
    [to.name]: moment(end),
    [current.name]: end === NO_END,
  })
  const unknown: Row = {
    ...Object.fromEntries(natural.map((k) => [k.name, k.unknown])),
    ...(varying ? { [varying.name]: varying.kind === 'text' ? 'Unknown' : null } : {}),
    [from.name]: moment(BEGINNING),
    [to.name]: moment(NO_END),
    [current.name]: true,
  }
  const { rows, versions } = played(history, row, version)
  return {
    name: `${model}_versions`,
    description: WHAT[history.by],
    model,
    given: [{ input: `ref('${reads}')`, rows }],
    expect: { rows: [...versions, unknown] },
  }
}

const WHAT = {
  intervals:
    'Versions are dated back and half-open; one that overlaps the next ends where that begins; the last one may end.',
  starts: 'Versions are dated back and half-open; a row that says the same as the one before makes none.',
  copies: 'Copies that say the same are one version; what is in no later copy has ended.',
} as const

function played(
  history: VersionsDesign['history'],
  row: (key: number, attribute: number, times: Row) => Row,
  version: (key: number, attribute: number, begin: string, end: string) => Row,
): { rows: Row[]; versions: Row[] } {
  const { from } = history
  const began = (day: string): Row => ({ [from.original]: day })
  if (history.by === 'intervals') {
    const { to, step } = history
    const ended = (day: string) => ({ [to.original]: step === null ? day : STEP_BACK[step](day) })
    return {
      rows: [
        row(1, 1, { ...began('2024-01-01'), ...ended('2024-02-01') }),
        row(1, 2, { ...began('2024-02-01'), [to.original]: null }),
        row(2, 1, { ...began('2024-01-01'), ...ended('2024-03-01') }),
        row(2, 2, { ...began('2024-02-01'), ...ended('2024-04-01') }),
      ],
      versions: [
        version(1, 1, BEGINNING, '2024-02-01'),
        version(1, 2, '2024-02-01', NO_END),
        version(2, 1, BEGINNING, '2024-02-01'),
        version(2, 2, '2024-02-01', '2024-04-01'),
      ],
    }
  }
  const isCopied = history.by === 'copies'
  return {
    rows: [
      row(1, 1, began('2024-01-01')),
      row(1, 1, began('2024-02-01')),
      row(1, 2, began('2024-03-01')),
      row(2, 1, began('2024-01-01')),
      ...(isCopied ? [row(2, 1, began('2024-02-01'))] : []),
    ],
    versions: [
      version(1, 1, BEGINNING, '2024-03-01'),
      version(1, 2, '2024-03-01', NO_END),
      version(2, 1, BEGINNING, isCopied ? '2024-03-01' : NO_END),
    ],
  }
}

function moment(day: string): string {
  return `${day} 00:00:00`
}

/** Numbers, and text of no closed set. */
function canSay({ kind, asText }: VersionColumn): boolean {
  return (kind === 'text' && !asText) || kind === 'integer' || kind === 'number'
}
