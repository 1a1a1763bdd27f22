/** A profile for people: a table of columns, then what was found out about keys and dependencies. */
import { markdownTable } from 'markdown-table'
import { count, list } from '../core/text.ts'
import type { ColumnProfile, Key, RelationProfile } from '../project/profile/types.ts'

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const WIDEST = 24
const MOST_TOP_SHOWN = 3

export function profileReport(name: string, profile: RelationProfile): string {
  const { rows, columns, statements, sampled } = profile
  const header = ['Column', 'Type', 'Nulls', 'Distinct', 'Least', 'Most', 'Values']
  const lines = columns.map((c) => [
    c.name,
    c.type,
    share(c.nulls, rows),
    distinct(c),
    cut(c.min),
    cut(c.max),
    values(c),
  ])
  const seen = sampled < rows ? `; forms and frequent values from ${count(sampled, 'row')}` : ''
  return [
    `## ${name}`,
    `${count(rows, 'row')}, ${count(columns.length, 'column')} (${profile.relation}; ${count(statements.length, 'query', 'queries')}${seen})`,
    '',
    markdownTable([header, ...lines.map((line) => line.map(cell))], {
      stringLength: (text) => [...text].length,
    }),
    '',
    ...findings(profile),
    '',
  ].join('\n')
}

function findings({ rows, columns, keys, dependencies }: RelationProfile): string[] {
  if (rows === 0) return ['It has no rows: nothing else can be said.']
  const names = (test: (c: ColumnProfile) => boolean) => columns.filter(test).map((c) => c.name)
  const empty = names((c) => c.nulls === rows)
  const constant = names((c) => c.nulls === 0 && c.distinct === 1)
  const blank = columns
    .filter((c) => (c.blank ?? 0) > 0)
    .map((c) => `${c.name} (${c.blank?.toLocaleString('en-US')})`)
  return [
    keys.length > 0
      ? `Key: ${keys.map(keyWords).join('; or ')}.`
      : 'Key: none found, in up to three columns without nulls.',
    ...dependencies.map(
      (d) => `Each ${d.from} has one ${d.to}${d.proven ? '' : ' (in the sample; not proven)'}.`,
    ),
    ...(empty.length > 0 ? [`Always null: ${list(empty, 8)}.`] : []),
    ...(constant.length > 0 ? [`One value only: ${list(constant, 8)}.`] : []),
    ...(blank.length > 0 ? [`Blank text: ${list(blank, 8)}.`] : []),
  ]
}

function keyWords({ columns, proven }: Key): string {
  return `${columns.join(' + ')}${proven ? '' : ' (in the sample; not proven)'}`
}

function distinct(c: ColumnProfile): string {
  if (c.kind === 'other') return ''
  return `${c.approximate ? '~' : ''}${c.distinct.toLocaleString('en-US')}`
}

/** Nulls as a number, and as a part of all rows where there are some. */
function share(nulls: number, rows: number): string {
  if (nulls === 0) return '0'
  const percent = (nulls / rows) * 100
  return `${nulls.toLocaleString('en-US')} (${percent < 1 ? '<1' : Math.round(percent)}%)`
}

function values(c: ColumnProfile): string {
  if (c.histogram) return bars(c.histogram)
  if (c.top && c.top.length > 0 && c.kind !== 'integer') {
    const shown = c.top.slice(0, MOST_TOP_SHOWN).map((t) => `${cut(t.value)} ${Math.round(t.share * 100)}%`)
    return `${shown.join(', ')}${c.top.length > MOST_TOP_SHOWN ? ', ...' : ''}`
  }
  return c.pattern ?? ''
}

/** Heights by share of the fullest bucket; a bucket with any row is never drawn as empty. */
function bars(buckets: number[]): string {
  const most = Math.max(...buckets)
  return buckets
    .map((n) => (n === 0 ? ' ' : BARS[Math.min(BARS.length - 1, Math.floor((n / most) * (BARS.length - 1)))]))
    .join('')
}

function cut(text: string | null): string {
  if (text === null) return ''
  const line = text.replace(/\s+/g, ' ')
  return [...line].length > WIDEST ? `${[...line].slice(0, WIDEST - 3).join('')}...` : line
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
