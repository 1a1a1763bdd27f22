/** Rows that a rule does not let be, and that are made in one place: by an expression, or by the source itself. */
import { count, list } from '../../../core/text.ts'
import type { Span } from '../../../project/sql/types.ts'
import { type Block, columnText, fromUpTo, type Output, textOf, whereUpTo, withOf } from './block.ts'
import type { Look } from './look.ts'
import { culpritIn, culpritOf, examplesOf, named, stepWords } from './places.ts'
import { sinceWhen } from './since.ts'
import type { Culprit } from './types.ts'

export type Rule = {
  /** The condition under which a row is bad, over the columns in order. */
  isBad(texts: string[]): string
  /** Rows are bad that have nothing in the columns. */
  ofNulls: boolean
  /** `null`, `not among the accepted values`: what the columns are in a bad row. */
  words: string
  /** An expression writes what is missed, as text of SQL: what it reads says nothing of it. */
  written?: string
}

/** The rows of the block that are bad. */
export function andWhere(look: Look, block: Block, condition: string): string {
  const own = whereUpTo(look, block, block.select.sources.length - 1)
  return `${own}${own === '' ? ' where' : ' and'} (${condition})`
}

const WAYS: [RegExp, string][] = [
  [/\S\s*\/\s*\S/, 'a division, which is whole between whole numbers'],
  [/\bcase\b(?![\s\S]*\belse\b)/i, 'a case without else: what none of its conditions takes becomes null'],
  [/\bcase\b/i, 'a case'],
  [/\b(?:try_cast|safe_cast)\s*\(|\btry_/i, 'a cast that gives null for what it cannot read'],
  [/\bnullif\s*\(/i, 'nullif'],
  [/::|\bcast\s*\(/i, 'a cast'],
  [
    /\b(?:replace|regexp_replace|translate|substr\w*|split_part|lower|upper|trim|left|right)\s*\(/i,
    'a function that changes text',
  ],
  [/\b(?:sum|avg|min|max|count)\s*\(/i, 'an aggregate'],
]

export const READS_WELL = 'What it reads is well:'

/** What it is made of is well, and it is not. */
export async function madeHere(
  look: Look,
  block: Block,
  outputs: Output[],
  rule: Rule,
  rows: number,
): Promise<Culprit> {
  const made = outputs.find((o) => !o.plain) ?? outputs[0]
  const at = writtenIn(block, made?.at ?? null, rule)
  const text = (made?.text ?? '').replace(/\s+/g, ' ')
  const way = WAYS.find(([shape]) => shape.test(text))?.[1]
  const refs = [...new Map((made?.refs ?? []).map((r) => [columnText(look, block, r), r])).entries()]
  const from = fromUpTo(block, block.select.sources.length - 1)
  const inputs = refs.slice(0, 3)
  const shown =
    inputs.length === 0 || block.select.group
      ? []
      : await examplesOf(
          look,
          inputs.map(([, r]) => r.column),
          `${withOf(block.scope)}select ${inputs.map(([t]) => t).join(', ')}, count(*) from ${from}${andWhere(look, block, rule.isBad(outputs.map((o) => o.text)))} group by ${inputs.map(([t]) => t).join(', ')} order by count(*) desc`,
        )
  return culpritIn(
    look,
    block,
    at,
    {
      born: 'expression',
      sentence: `${list(outputs.map(named))} becomes ${rule.words} in ${stepWords(look, block, at)}${way ? `, by ${way}` : ''}: ${text.length > 120 ? `${text.slice(0, 117)}...` : text}${rows > 0 ? ` (${count(rows, 'row')})` : ''}.`,
      evidence: [
        ...(refs.length > 0 ? [`${READS_WELL} ${list(refs.map(([, r]) => r.column))}.`] : []),
        ...shown,
      ],
    },
    { outputs },
  )
}

/** Where in an expression a value is written that no row has; else the expression. */
function writtenIn({ scope }: Block, at: Span | null, { written }: Rule): Span | null {
  const found = at && written !== undefined ? textOf(scope.model, at).indexOf(written) : -1
  return at && found >= 0 ? { start: at.start + found, end: at.start + found + (written ?? '').length } : at
}

export async function sourceHolds(
  look: Look,
  id: string,
  columns: string[],
  rule: Rule,
  relation: string,
  rows: number,
): Promise<Culprit> {
  const where = rule.isBad(columns.map(look.quote))
  return culpritOf(look, id, {
    born: 'source',
    wrong: { source: id, columns, condition: where },
    sentence: `The source itself holds them: ${count(rows, 'row')} of ${look.label(id)} with ${list(columns)} ${rule.words}.`,
    evidence: [
      ...(await sinceWhen(look, id, relation, where)),
      ...(rule.ofNulls
        ? []
        : await examplesOf(
            look,
            columns,
            `select ${columns.map(look.quote).join(', ')}, count(*) from ${relation} where ${where} group by ${columns.map(look.quote).join(', ')} order by count(*) desc`,
          )),
    ],
  })
}
