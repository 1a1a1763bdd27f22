/** A join that has lost its condition: the columns that both of its sides have. What stands says whether it was that. */
import { callsInFile, refTarget } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, Failure, Fixer } from '../types.ts'
import { edited, lastName } from '../words.ts'
import { propose } from './propose.ts'
import { type Token, tokensIn } from './repair.ts'
import { lineOf, selectLists } from './select-lists.ts'

/** So many columns are tried, the first ones of the right side first. */
const MOST_COLUMNS = 3

export const joinCondition: Fixer = {
  id: 'join-condition',
  classes: ['D12'],
  find: async ({ file, reads }, context) => {
    if (!file?.endsWith('.sql')) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    const tokens = tokensIn(text)
    const found: Candidate[] = []
    for (const { left, right, end } of bareJoins(tokens)) {
      const [a, b] = [columnsOf(left.relation, text, reads), columnsOf(right.relation, text, reads)]
      const both = b.filter((c) => a.includes(c)).slice(0, MOST_COLUMNS)
      for (const [i, column] of both.entries()) {
        const condition = `on ${left.name}.${column} = ${right.name}.${column}`
        const made = await propose(context, {
          title: `Join ${right.name} ${condition} (line ${lineOf(text, end)})`,
          because: ['the join has no condition, and both sides have the column'],
          score: 72 - i * 4,
          texts: { [file]: edited(text, [{ start: end, end, text: ` ${condition}` }], file) },
        })
        found.push(...made.map((c) => ({ ...c, guess: true as const })))
      }
    }
    return found
  },
}

type Side = { relation: Token; name: string }

/** Joins with nothing behind them that says how, with what stands before `join`. */
function bareJoins(tokens: Token[]): { left: Side; right: Side; end: number }[] {
  const found: { left: Side; right: Side; end: number }[] = []
  let left: Side | null = null
  for (let i = 0; i < tokens.length; i += 1) {
    const word = tokens[i]?.text.toLowerCase()
    if (word !== 'from' && word !== 'join') continue
    const side = sideAt(tokens, i + 1)
    if (!side) continue
    const isJoin = word === 'join' && !/^(?:cross|natural|positional|asof)$/i.test(tokens[i - 1]?.text ?? '')
    const { relation, name, last } = side
    const isSaid = /^(?:on|using)$/i.test(tokens[last + 1]?.text ?? '')
    if (isJoin && !isSaid && left)
      found.push({ left, right: { relation, name }, end: tokens[last]?.end ?? 0 })
    if (word === 'from') left = { relation, name }
  }
  return found
}

const CLAUSE =
  /^(?:on|using|where|group|having|order|limit|qualify|left|right|inner|full|cross|join|union|except|intersect|natural|asof)$/i

function sideAt(tokens: Token[], i: number): (Side & { last: number }) | null {
  const relation = tokens[i]
  if (!relation || (relation.kind === 'sign' && relation.text === '(')) return null
  const hasAs = /^as$/i.test(tokens[i + 1]?.text ?? '')
  const alias = tokens[hasAs ? i + 2 : i + 1]
  const isAlias = alias !== undefined && alias.kind === 'word' && !CLAUSE.test(alias.text)
  if (isAlias) return { relation, name: alias.text, last: hasAs ? i + 2 : i + 1 }
  return relation.kind === 'jinja' ? null : { relation, name: relation.text, last: i }
}

/** Of a relation of the project by the warehouse; of a subquery by what it selects, or what it selects all of. */
function columnsOf(relation: Token, text: string, reads: Failure['reads'], most = 3): string[] {
  if (relation.kind === 'jinja') {
    const [call] = callsInFile(relation.text, ['ref', 'source']) ?? []
    const name = call ? (refTarget(call)?.name ?? call.arguments.at(-1)?.literal?.text) : undefined
    const read = reads.find((r) => lastName(r.label) === name)
    return (read?.columns ?? []).map((c) => c.name)
  }
  const head = new RegExp(`\\b${relation.text.replace(/\W/g, '\\$&')}\\s+as\\s*\\(`, 'i').exec(text)
  const list = head && selectLists(text).find((l) => l.span.start > head.index)
  if (!list || most === 0) return []
  const names = list.items.flatMap((i) => i.name ?? [])
  if (names.length > 0) return names
  const rest = tokensIn(text).filter((t) => t.start >= list.span.end)
  const source = /^from$/i.test(rest[0]?.text ?? '') ? rest[1] : undefined
  return source ? columnsOf(source, text, reads, most - 1) : []
}
