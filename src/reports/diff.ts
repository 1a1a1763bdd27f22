/** What differs between a model that stands and the one that a sandbox built, in Markdown. */
import { markdownTable } from 'markdown-table'
import { count, list } from '../core/text.ts'
import type { Column, RelationDiff, Row, Value } from '../sandbox/compare/types.ts'

const MOST_COLUMNS = 20
const WIDEST = 60

export function diffReport(name: string, diff: RelationDiff): string {
  const { rows, compared, key } = diff
  const how = key ? `matched by ${list(key.map(line))}` : 'compared as whole rows'
  const scope = `${count(rows.after, 'row')} ${how}; ${count(compared.length, 'column')} compared.`
  if (isSame(diff)) return `## ${line(name)}: no difference\n\n${[scope, ...diff.notes].join('\n')}\n`
  const parts = [
    `## ${line(name)}: ${diff.sameRows ? 'same rows, other columns' : 'it differs'}`,
    table(['', 'Stands', 'Sandbox'], counts(diff)),
    columns(diff),
    [...rowsOnly(diff), ...columnsOnly(diff), ...diff.notes].join('\n'),
  ]
  return `${parts.filter((p) => p !== '').join('\n\n')}\n`
}

export function isSame(diff: RelationDiff): boolean {
  return (
    diff.sameRows && diff.onlyBefore.length === 0 && diff.onlyAfter.length === 0 && diff.types.length === 0
  )
}

function counts({ rows, only, changed, key }: RelationDiff): string[][] {
  const whole = (n: number) => n.toLocaleString('en-US')
  return [
    ['Rows', whole(rows.before), whole(rows.after)],
    [key ? 'Keys on this side only' : 'Rows on this side only', whole(only.before), whole(only.after)],
    ...(changed === null ? [] : [['Rows with the same key that differ', whole(changed), whole(changed)]]),
  ]
}

function columns({ columns: differing, key }: RelationDiff): string {
  if (differing.length === 0) return ''
  const rows = differing
    .slice(0, MOST_COLUMNS)
    .map((c) => [
      line(c.name),
      c.rows.toLocaleString('en-US'),
      c.examples.map((e) => `${rowWords(e.key)}: ${value(e.before)} -> ${value(e.after)}`).join('; '),
    ])
  const more = differing.length - rows.length
  return `${table(['Column', 'Rows', `Examples (${list((key ?? []).map(line))}: stands -> sandbox)`], rows)}${more > 0 ? `\n\nand ${count(more, 'more column')}` : ''}`
}

function rowsOnly({ only, key }: RelationDiff): string[] {
  const by = key ? ` (${list(key.map(line))})` : ''
  const side = (n: number, words: string, examples: Row[]) =>
    n === 0
      ? []
      : [
          `Only ${words}${by}: ${examples.map(key ? rowWords : wholeRow).join('; ')}${n > examples.length ? '; ...' : ''}`,
        ]
  return [
    ...side(only.before, 'in what stands', only.examples.before),
    ...side(only.after, 'in the sandbox', only.examples.after),
  ]
}

function columnsOnly({ onlyBefore, onlyAfter, types }: RelationDiff): string[] {
  const named = (found: Column[]) =>
    list(
      found.map((c) => `${line(c.name)} (${line(c.type)})`),
      12,
    )
  return [
    ...(onlyBefore.length > 0 ? [`Columns only in what stands: ${named(onlyBefore)}`] : []),
    ...(onlyAfter.length > 0 ? [`Columns only in the sandbox: ${named(onlyAfter)}`] : []),
    ...(types.length > 0
      ? [
          `Types: ${list(
            types.map((t) => `${line(t.name)} ${line(t.before)} -> ${line(t.after)}`),
            12,
          )}`,
        ]
      : []),
  ]
}

const rowWords = (row: Row) => Object.values(row).map(value).join(', ')
const wholeRow = (row: Row) =>
  `(${Object.entries(row)
    .map(([name, v]) => `${line(name)} ${value(v)}`)
    .join(', ')})`

function value(v: Value): string {
  if (v === null) return 'null'
  const letters = [...line(v)]
  const text = letters.length > WIDEST ? `${letters.slice(0, WIDEST - 3).join('')}...` : letters.join('')
  return text.trim() === text && text !== '' ? text : `'${text}'`
}

function table(head: string[], rows: string[][]): string {
  return markdownTable([head, ...rows.map((row) => row.map(cell))], {
    stringLength: (text) => [...text].length,
  })
}

/** On one line, and without what a terminal would obey: values are the data's, not ours. */
function line(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/\p{C}/gu, '?')
}

/** A bar would end the cell, a backslash would take the bar's mark away. */
function cell(text: string): string {
  return text.replace(/[\\|]/g, '\\$&')
}
