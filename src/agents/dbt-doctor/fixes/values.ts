/** Types that do not go together, or are too small: the cast that the data needs, where it loses nothing. */
import { dialectOf } from '../../../project/profile/sql.ts'
import type { Candidate, Failure, FixContext, Fixer, ReadRelation } from '../types.ts'
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
  failure: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const types = typesIn(failure.message)
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
    const pair = whole.includes('=') && types.some(isText) ? sidesOf(text, [left, right], failure) : null
    const meets = pair ? await meet(pair, context) : true
    if (pair && !meets) found.push(...(await sameNamed(path, text, { whole, sides, pair }, context)))
    for (const { at, side, to, from } of sides) {
      if (/^\d/.test(side) || /^(?:null|true|false)$/i.test(side)) continue
      const type = to.toLowerCase()
      found.push(
        ...(
          await propose(context, {
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
          })
        ).map((c) => (meets ? c : { ...c, guess: true as const })),
      )
    }
  }
  return found
}

type Joined = { column: string; read: ReadRelation }

/** What the two sides of a comparison are columns of, as far as their names are those of what is read; else null. */
function sidesOf(text: string, sides: string[], { reads }: Failure): [Joined, Joined] | null {
  const found = sides.flatMap((side) => {
    const [of, column, ...more] = side.split('.')
    if (!of || !column || more.length > 0) return []
    const named = new RegExp(
      `\\{\\{\\s*(?:ref|source)\\(([^)]*)\\)\\s*\\}\\}\\s+(?:as\\s+)?${of.replace(/\W/g, '\\$&')}\\b`,
      'i',
    ).exec(text)
    const name = [...(named?.[1] ?? '').matchAll(/['"]([^'"]+)['"]/g)].at(-1)?.[1]
    const read = reads.find((r) => name !== undefined && r.label.split('.').at(-1) === name)
    return read ? [{ column, read }] : []
  })
  const [a, b] = found
  return a && b ? [a, b] : null
}

/** Whether any value of one is among those of the other, both as text. What cannot be asked may well be. */
async function meet([a, b]: [Joined, Joined], { graph, dbt, adapter }: FixContext): Promise<boolean> {
  const { quote } = dialectOf(adapter)
  const values = ({ column, read }: Joined) => {
    const of = graph?.node(read.id) ?? graph?.source(read.id)
    const name = read.columns.find((c) => c.name.toLowerCase() === column.toLowerCase())?.name
    return of?.relation_name && name
      ? `select cast(${quote(name)} as varchar) from ${of.relation_name}`
      : null
  }
  const [one, two] = [values(a), values(b)]
  if (one === null || two === null) return true
  const [answer] = await dbt.query([`select count(*) from (${one} intersect ${two}) as both_have`])
  return !answer || !('rows' in answer) || Number(answer.rows[0]?.[0]) > 0
}

type Sides = { whole: string; sides: { at: number; side: string }[]; pair: [Joined, Joined] }

/** No value of one is one of the other: what is joined has a column of the very name and type, which is. */
async function sameNamed(
  path: string,
  text: string,
  { whole, sides, pair }: Sides,
  context: FixContext,
): Promise<Candidate[]> {
  const found: Candidate[] = []
  for (const i of [0, 1] as const) {
    const [own, other] = [pair[i], pair[i === 0 ? 1 : 0]]
    const side = sides[i]
    const typeIn = ({ read }: Joined) =>
      read.columns.find((c) => c.name.toLowerCase() === other.column.toLowerCase())?.type
    const type = typeIn(own)
    if (!side || type === undefined || type !== typeIn(other) || own.column === other.column) continue
    if (!(await meet([{ ...own, column: other.column }, other], context))) continue
    const to = `${side.side.split('.')[0]}.${other.column}`
    found.push(
      ...(await propose(context, {
        title: `Compare with ${to} instead of ${side.side}`,
        because: [
          `no value of ${side.side} is one of the other side's in ${whole.replace(/\s+/g, ' ')}; ${own.read.label} has ${other.column} too, of the same type`,
        ],
        score: 84,
        texts: {
          [path]: edited(text, [{ start: side.at, end: side.at + side.side.length, text: to }], path),
        },
      })),
    )
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
