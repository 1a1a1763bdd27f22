/** Types that do not go together, or are too small: the cast that the data needs, where it loses nothing. */
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, sqlOnly } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'
import { lineOf, selectLists } from './select-lists.ts'

export const values: Fixer = {
  id: 'values',
  classes: ['D07', 'D11'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const id of failingNodes(failure, context)) {
      const node = context.graph?.node(id)
      if (!node) continue
      const path = fileOf(node, context.place)
      const text = await context.read(path).catch(() => null)
      if (text === null || !path.endsWith('.sql')) continue
      const at = failure.file === path ? failure.line : null
      found.push(
        ...(failure.class?.id === 'D11'
          ? await widened(path, text, at, context)
          : [
              ...(await compared(path, text, at, failure, context)),
              ...(await united(path, text, at, failure, context)),
            ]),
      )
    }
    return found
  },
}

const TYPE = '[A-Za-z][\\w ]*?(?:\\([\\d, ]*\\))?'

/** The two types, left one first. */
function typesIn(message: string): [string, string] | null {
  const patterns = [
    new RegExp(`operator does not exist: (${TYPE}) (?:=|<>|!=|<=|>=|<|>|\\|\\||[-+*/]) (${TYPE})\\s*$`, 'm'),
    new RegExp(`Cannot compare values of type (${TYPE}) and (?:type|values of type) (${TYPE})(?: -|\\s|$)`),
    new RegExp(`UNION types (${TYPE}) and (${TYPE}) cannot be matched`),
    new RegExp(`Cannot mix values of type (${TYPE}) and (${TYPE}) in`),
  ]
  for (const pattern of patterns) {
    const [, a, b] = pattern.exec(message) ?? []
    if (a && b) return [a.trim(), b.trim()]
  }
  return null
}

const isText = (type: string) => /^(?:varchar|text|char|character|string)/i.test(type)
const COMPARISON =
  /((?:"[^"]+"|[\w$])+(?:\.(?:"[^"]+"|[\w$]+))*)\s*(?:=|<>|!=|<=|>=|<|>)\s*((?:"[^"]+"|[\w$])+(?:\.(?:"[^"]+"|[\w$]+))*)/g

/** One side of a comparison is led to the other's type: text as what it says, or the other as text. */
async function compared(
  path: string,
  text: string,
  line: number | null,
  { message }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const types = typesIn(message)
  if (!types) return []
  const all = [...sqlOnly(text).matchAll(COMPARISON)]
  const near = all.filter((m) => line !== null && lineOf(text, m.index) === line)
  const found: Candidate[] = []
  for (const m of near.length > 0 ? near : all) {
    const [whole, left = '', right = ''] = m
    const sides = [
      { at: m.index, side: left, to: types[1], from: types[0] },
      { at: m.index + whole.length - right.length, side: right, to: types[0], from: types[1] },
    ]
    for (const { at, side, to, from } of sides) {
      if (/^\d/.test(side) || /^(?:null|true|false)$/i.test(side)) continue
      const type = to.toLowerCase()
      found.push(
        ...(await propose(context, {
          title: `Compare ${side} as ${type}`,
          because: [
            isText(from)
              ? `${side} is text, and the other side is ${type}: every value has to cast`
              : `${side} is ${from.toLowerCase()}, and as text it says the same`,
          ],
          score: isText(from) ? 64 : 60,
          texts: {
            [path]: edited(
              text,
              [{ start: at, end: at + side.length, text: `cast(${side} as ${type})` }],
              path,
            ),
          },
        })),
      )
    }
  }
  return found
}

/** An item of one part of a union is led to the type that the other part has. */
async function united(
  path: string,
  text: string,
  line: number | null,
  { message }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const types = /UNION types/.test(message) ? typesIn(message) : null
  if (!types || line === null) return []
  const lists = selectLists(text)
  const at = lists
    .flatMap((l) => l.items.map((item, i) => ({ item, i, list: l })))
    .find(
      ({ item }) => lineOf(text, item.expression.start) <= line && lineOf(text, item.expression.end) >= line,
    )
  if (!at) return []
  const found: Candidate[] = []
  const others = lists.filter((l) => l.depth === at.list.depth && l.items.length === at.list.items.length)
  for (const list of others) {
    const item = list.items[at.i]
    const to = list === at.list ? types[0] : types[1]
    if (!item) continue
    const { start, end } = item.expression
    const alias = item.name !== null && item.expression.end === item.span.end ? ` as ${item.name}` : ''
    const put = `cast(${text.slice(start, end)} as ${to.toLowerCase()})${alias}`
    found.push(
      ...(await propose(context, {
        title: `Unite ${item.name ?? 'the column'} as ${to.toLowerCase()} (line ${lineOf(text, start)})`,
        because: [`the parts have ${types[0]} and ${types[1]}`],
        score: isText(to) ? 62 : 58,
        texts: { [path]: edited(text, [{ start, end, text: put }], path) },
      })),
    )
  }
  return found
}

/** Whole numbers in more digits: nothing is lost. */
async function widened(
  path: string,
  text: string,
  line: number | null,
  context: FixContext,
): Promise<Candidate[]> {
  const narrow = /(\bas\s+|::\s*)(integer|int4|int|smallint|int2|tinyint)\b(?!\s*\()/gi
  const all = [...sqlOnly(text).matchAll(narrow)].map((m) => {
    const start = m.index + (m[1]?.length ?? 0)
    return { start, end: start + (m[2]?.length ?? 0), text: 'bigint' }
  })
  const near = all.filter((e) => line !== null && lineOf(text, e.start) === line)
  const found: Candidate[] = []
  const sets = near.length > 0 ? [near] : [...all.map((e) => [e]), ...(all.length > 1 ? [all] : [])]
  for (const edits of sets)
    found.push(
      ...(await propose(context, {
        title: `Cast to bigint instead of integer (line ${edits.map((e) => lineOf(text, e.start)).join(', ')})`,
        because: ['the number has more digits than integer takes; bigint takes them all'],
        score: 74 - (edits.length > 1 ? 8 : 0),
        texts: { [path]: edited(text, edits, path) },
      })),
    )
  return found
}
