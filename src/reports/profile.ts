/** A profile for people: a table of columns, then what was found out about keys and dependencies. */
import { markdownTable } from 'markdown-table'
import { count, list } from '../core/text.ts'
import type { ColumnProfile, Grain, Inclusion, Key, RelationProfile } from '../project/profile/types.ts'

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const WIDEST = 26
const MOST_TOP_SHOWN = 3
/** So few values stand in the table with their shares. */
const SHOWN_ANYWAY = 6

export function profileReport(name: string, profile: RelationProfile): string {
  const { rows, columns, statements, sampled } = profile
  const header = ['Column', 'Type', 'Nulls', 'Distinct', 'Least', 'Most', 'Values']
  const lines = columns.map((c) => [
    line(c.name),
    line(c.type),
    share(c.nulls, rows),
    distinct(c),
    cut(c.min),
    cut(c.max),
    values(c),
  ])
  const seen =
    sampled === 0 && rows > 0
      ? '; its rows could not be read one by one'
      : sampled < rows
        ? `; forms and frequent values from ${count(sampled, 'row')}`
        : ''
  const kept =
    profile.remembered > 0
      ? `; ${count(profile.remembered, 'count')} remembered, as no row has changed since`
      : ''
  return [
    `## ${name}`,
    `${count(rows, 'row')}, ${count(columns.length, 'column')} (${profile.relation}; ${count(statements.length, 'query', 'queries')}${seen}${kept})`,
    '',
    markdownTable([header, ...lines.map((line) => line.map(cell))], {
      stringLength: (text) => [...text].length,
    }),
    '',
    ...findings(profile),
    '',
  ].join('\n')
}

function findings(profile: RelationProfile): string[] {
  const { rows, sampled, columns, keys, dependencies, formulas, inclusions } = profile
  if (rows === 0) return ['It has no rows: nothing else can be said.']
  const names = (test: (c: ColumnProfile) => boolean) => columns.filter(test).map((c) => line(c.name))
  const empty = names((c) => c.nulls === rows)
  const constant = names((c) => c.nulls === 0 && c.distinct === 1)
  const blank = columns
    .filter((c) => (c.blank ?? 0) > 0)
    .map((c) => `${c.name} (${c.blank?.toLocaleString('en-US')})`)
  return [
    keys.length > 0
      ? `Key: ${keys.map(keyWords).join('; or ')}.`
      : rows === 1
        ? 'Key: one row says nothing of it.'
        : sampled === 0
          ? 'Key: no single column is one; of several, nothing can be said.'
          : 'Key: none found among columns without nulls that are no decimals, and up to three of them together.',
    ...dependencies.map(
      (d) => `Each ${line(d.from)} has one ${line(d.to)}${d.proven ? '' : ' (in the sample; not proven)'}.`,
    ),
    ...inclusions.map(inclusionWords),
    ...formulas.map(({ kind, whole, parts, rows: all }) => {
      const made = parts.map(line).join(kind === 'sum' ? ' + ' : ' * ')
      return `${line(whole)} = ${made} in ${all === rows ? `all ${count(all, 'row')}` : `all ${count(all, 'row')} that have ${parts.length === 2 ? 'all three' : 'all of them'}`}.`
    }),
    ...behaviours(columns),
    ...columns.flatMap((c) => (c.grain ? times(c, c.grain) : [])),
    ...columns.flatMap((c) => heavy(c, rows)),
    ...(empty.length > 0 ? [`Always null: ${list(empty, 8)}.`] : []),
    ...(constant.length > 0 ? [`One value only: ${list(constant, 8)}.`] : []),
    ...(blank.length > 0 ? [`Blank text: ${list(blank, 8)}.`] : []),
  ]
}

function inclusionWords({ column, of, key, orphans, rows, chance }: Inclusion): string {
  const words =
    orphans === 0
      ? `Every ${line(column)} is a ${line(key)} of ${of}`
      : `${line(column)} is a ${line(key)} of ${of}, but for ${orphans.toLocaleString('en-US')} of ${count(rows, 'row')}`
  return `${words}${chance ? ' (whole numbers or dates without gaps: the name speaks for it as well)' : ''}.`
}

const BEHAVIOURS = {
  identifier: 'Names things, never to be added up',
  code: 'Codes, never to be added up',
  additive: 'May be added up',
  ratio: 'Ratios or prices, not to be added up',
  balance: 'Balances, not to be added up over time',
  attribute: 'Belongs to a thing, not to be added up over its rows',
  unknown: 'How they add up is unknown',
}

function behaviours(columns: ColumnProfile[]): string[] {
  const told = columns.flatMap(({ name, behaviour }) => (behaviour ? [{ name: line(name), behaviour }] : []))
  return [...Map.groupBy(told, (t) => t.behaviour.is)].map(([is, all]) => {
    const words = [...Map.groupBy(all, (t) => t.behaviour.because)].map(([because, those]) => {
      const names = those.map((t) => t.name).join(', ')
      return those[0]?.behaviour.from === 'nothing' ? names : `${names} (${line(because)})`
    })
    return `${BEHAVIOURS[is]}: ${words.join('; ')}.`
  })
}

function times({ name, max }: ColumnProfile, grain: Grain): string[] {
  const { unit, proven, step, present, missing, endsDaysAgo } = grain
  const parts = [
    unit === null ? null : `to the ${unit}${proven ? '' : ' (in the sample)'}`,
    present === null || missing === null
      ? null
      : missing === 0
        ? `no ${step} is missing (${present.toLocaleString('en-US')})`
        : `${count(missing, step)} of ${(present + missing).toLocaleString('en-US')} without a value`,
    endsDaysAgo === null
      ? null
      : endsDaysAgo === 0
        ? 'ends today'
        : endsDaysAgo > 0
          ? `ends ${count(endsDaysAgo, 'day')} ago`
          : `ends in the future (${cut(max)})`,
  ].filter((p) => p !== null)
  return parts.length === 0 ? [] : [`${line(name)}: ${parts.join('; ')}.`]
}

/** Counted over all rows: one value that most of a join would wait for. */
const HEAVY = 0.2

function heavy({ name, heaviest, distinct }: ColumnProfile, rows: number): string[] {
  if (!heaviest || heaviest.rows === null || distinct <= SHOWN_ANYWAY || heaviest.rows < rows * HEAVY)
    return []
  return [`Skewed: ${line(name)} is ${cut(heaviest.value)} in ${share(heaviest.rows, rows)} rows.`]
}

function keyWords({ columns, proven }: Key): string {
  return `${columns.map(line).join(' + ')}${proven ? '' : ' (in the sample; not proven)'}`
}

function distinct(c: ColumnProfile): string {
  if (c.kind === 'other') return ''
  return `${c.approximate && c.distinct > 0 ? '~' : ''}${c.distinct.toLocaleString('en-US')}`
}

/** Nulls as a number, and as a part of all rows where there are some. */
function share(nulls: number, rows: number): string {
  if (nulls === 0) return '0'
  const percent = (nulls / rows) * 100
  const rounded = percent < 1 ? '<1' : percent > 99 && nulls < rows ? '>99' : Math.round(percent)
  return `${nulls.toLocaleString('en-US')} (${rounded}%)`
}

function values(c: ColumnProfile): string {
  if (c.histogram) return bars(c.histogram)
  if (c.top && c.top.length > 0 && c.kind !== 'integer') {
    const shown = c.top
      .slice(0, MOST_TOP_SHOWN)
      .map((t) => `${t.value.trim() === '' ? "''" : cut(t.value)} ${Math.round(t.share * 100)}%`)
    return `${shown.join(', ')}${c.top.length > MOST_TOP_SHOWN ? ', ...' : ''}`
  }
  return c.form ?? c.pattern ?? ''
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
  const letters = [...line(text)]
  return letters.length > WIDEST ? `${letters.slice(0, WIDEST - 3).join('')}...` : letters.join('')
}

/** On one line, and without what a terminal would obey: values are the data's, not ours. */
function line(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '?')
}

/** A bar would end the cell, a backslash would take the bar's mark away. */
function cell(text: string): string {
  return text.replace(/[\\|]/g, '\\$&')
}
