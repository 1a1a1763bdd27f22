/** SQL of another dialect, or of a newer version, in its syntax: intervals, names of subqueries, `qualify`, texts. */
import type { TextEdit } from '../../../changes/index.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, type Word, wordsIn } from '../words.ts'
import { callsIn } from './dialect-calls.ts'
import { failingSql } from './files.ts'
import { propose } from './propose.ts'
import { rewrites } from './rewrites.ts'
import { lineOf, outermost } from './select-lists.ts'

export const dialectSyntax: Fixer = {
  id: 'dialect-syntax',
  classes: ['D01', 'D07', 'D08', 'D12'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const { path, text } of await failingSql(failure, context)) {
      const of = failure.class?.id ?? ''
      const ways =
        of === 'D01'
          ? texts(text, failure)
          : of !== 'D12'
            ? [...addedTexts(text, failure.message), ...bracketed(text)]
            : [
                ...intervals(text),
                ...unnamed(text, failure.message),
                ...plainWords(text),
                ...qualified(text),
                ...castByFormat(text, context.adapter),
                ...backticks(text, failure.message),
                ...bracketed(text),
                ...triedCasts(text, context.adapter),
              ]
      for (const way of ways) found.push(...(await made(path, text, way, context)))
    }
    return found
  },
}

type Way = { title: string; because: string; score: number; edits: TextEdit[]; guess?: true }

async function made(path: string, text: string, way: Way, context: FixContext): Promise<Candidate[]> {
  if (way.edits.length === 0) return []
  const { title, because, score, edits, guess } = way
  const found = await propose(context, {
    title,
    because: [because],
    score,
    texts: { [path]: edited(text, edits, path) },
  })
  return found.map((c) => (guess ? { ...c, guess } : c))
}

/** `interval 1 day` as `interval '1 day'`; the number may come of Jinja. */
function intervals(text: string): Way[] {
  const unit = '(second|minute|hour|day|week|month|quarter|year)s?\\b'
  const bare = [
    ...sqlOnly(text).matchAll(new RegExp(`\\binterval\\s+(-?\\d+)\\s+${unit}`, 'gi')),
    ...text.matchAll(new RegExp(`\\binterval\\s+(\\{\\{[^{}\\n]*\\}\\})\\s+${unit}`, 'gi')),
  ]
  const edits = bare.map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
    text: `${m[0].split(/\s/)[0]} '${m[1]} ${m[2]}'`,
  }))
  return [
    {
      title: 'Write what an interval holds as a text',
      because: 'a number and a unit without quotes are of another dialect',
      score: 80,
      edits,
    },
  ]
}

/** `cast(x as date format 'YYYY-MM-DD')`: a text read by a format, or what is a day by now. */
function castByFormat(text: string, adapter: string): Way[] {
  const shape = /^([\s\S]+?)\s+as\s+(date|timestamp)\s+format\s+('[^']*')$/i
  const casts = callsIn(text).flatMap((call) => {
    const [, value = '', type = '', format = ''] = shape.exec(call.args[0] ?? '') ?? []
    const isCast = /^cast$/i.test(call.name) && call.args.length === 1 && value !== ''
    const read = { name: `to_${type.toLowerCase()}`, args: [value, format], within: null }
    return isCast ? [{ call, ways: rewrites(read, adapter) }] : []
  })
  const most = Math.max(0, ...casts.map((c) => c.ways.length))
  return Array.from({ length: most }, (_, way) => ({
    title: 'Read a text by its format with a function',
    because: 'a cast with a format is of another dialect',
    score: 80 - way * 8,
    edits: casts.flatMap(({ call, ways }) => {
      const put = ways[way]
      return put === undefined ? [] : [{ start: call.start, end: call.end, text: put }]
    }),
  }))
}

/** Names between backticks, as MySQL, BigQuery and Databricks write them. */
function backticks(text: string, message: string): Way[] {
  if (!message.includes('`')) return []
  const edits = [...sqlOnly(text).matchAll(/`([^`\n]+)`/g)].map(({ index, 0: whole, 1: name = '' }) => ({
    start: index,
    end: index + whole.length,
    text: /^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`,
  }))
  return [
    { title: 'Write names without backticks', because: 'backticks are of another dialect', score: 82, edits },
  ]
}

/** A cast that gives null for what it cannot read: DuckDB calls it otherwise, Postgres has none. */
function triedCasts(text: string, adapter: string): Way[] {
  const to = adapter === 'duckdb' ? 'try_cast' : adapter === 'postgres' ? 'cast' : null
  const edits = [...sqlOnly(text).matchAll(/\b(safe_cast|try_cast)(?=\s*\()/gi)].flatMap((m) =>
    to === null || m[0].toLowerCase() === to
      ? []
      : [{ start: m.index, end: m.index + m[0].length, text: to }],
  )
  const because = 'a cast that gives null for what it cannot read is called otherwise in each dialect'
  return [{ title: `Write ${to}`, because, score: 84, edits }]
}

/** Names between brackets, as SQL Server writes them; a list of one column looks the same where there are lists. */
function bracketed(text: string): Way[] {
  const edits = [...sqlOnly(text).matchAll(/(?<![\w$"\])]\s*)\[([A-Za-z_]\w*)\]/g)].map(
    ({ index, 0: whole, 1: name = '' }) => ({ start: index, end: index + whole.length, text: name }),
  )
  const because = 'brackets around names are of another dialect'
  return [{ title: 'Write names without brackets', because, score: 83, edits, guess: true }]
}

/** Texts put together with plus, as SQL Server does. */
function addedTexts(text: string, message: string): Way[] {
  if (
    !/\+\([^)]*(?:VARCHAR|STRING_LITERAL)|does not exist: (?:text|character varying|unknown) \+ /.test(
      message,
    )
  )
    return []
  const sql = sqlOnly(text)
  const edits = [...text.matchAll(/\+(?=\s*')|(?<='\s*)\+/g)].flatMap(({ index }) =>
    sql[index] === '+' ? [{ start: index, end: index + 1, text: '||' }] : [],
  )
  return [
    {
      title: 'Put texts together with || instead of +',
      because: 'a plus beside a text puts texts together in other dialects, and adds numbers here',
      score: 84,
      edits,
    },
  ]
}

/** Words that other dialects call like functions. */
function plainWords(text: string): Way[] {
  const called = /\b(current_date|current_timestamp|localtimestamp)\s*\(\s*\)/gi
  const edits = [...sqlOnly(text).matchAll(called)].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
    text: m[1] ?? '',
  }))
  return [
    {
      title: 'Take the brackets away behind what is a word and no function',
      because: 'it is called like a function in other dialects',
      score: 80,
      edits,
    },
  ]
}

/** Postgres before version 16 asks for a name of each subquery. */
function unnamed(text: string, message: string): Way[] {
  if (!/subquery in FROM must have an alias|must have its own alias/i.test(message)) return []
  const sql = sqlOnly(text)
  const known = new Set(wordsIn(sql).map((w) => w.name.toLowerCase()))
  let n = 0
  const name = (): string => {
    n += 1
    const next = n === 1 ? 'sub' : `sub_${n}`
    return known.has(next) ? name() : next
  }
  const edits = [...sql.matchAll(/(?:\b(?:from|join)|,)\s*\((?=\s*(?:select|with|values)\b)/gi)].flatMap(
    (m) => {
      const end = closing(sql, m.index + m[0].length)
      const isNamed =
        /^\s*(?:as\s+)?(?!(?:where|group|order|on|using|left|right|inner|full|cross|join|union|limit|having|window|except|intersect)\b)[\w"]/i
      return end === null || isNamed.test(sql.slice(end)) ? [] : [{ start: end, end, text: ` as ${name()}` }]
    },
  )
  return [{ title: 'Name the subquery', because: 'the warehouse wants a name for each', score: 84, edits }]
}

/** Behind the bracket that closes the one before `from`. */
function closing(sql: string, from: number): number | null {
  let depth = 1
  for (let i = from; i < sql.length; i += 1) {
    if (sql[i] === '(') depth += 1
    if (sql[i] === ')') depth -= 1
    if (depth === 0) return i + 1
  }
  return null
}

const NUMBERED = /\bqualify\b\s*([\s\S]+?)\s*(=|<=|<)\s*(\d+)\s*$/i

/** `qualify` of the last select: a condition of its own where it names a column, else one around a numbered query. */
export function qualified(text: string): Way[] {
  const sql = sqlOnly(text)
  const at = NUMBERED.exec(sql)
  if (!at) return []
  const [, window = ''] = at
  const because = 'qualify is of another dialect'
  const [list] = outermost(text).slice(-1)
  const word = { start: at.index, end: at.index + 'qualify'.length, text: 'where' }
  const isColumn = /^[\w."]+$/.test(window.trim())
  const names = list?.items.map((i) => i.name) ?? []
  const item = list?.items.find((i) => i.name?.toLowerCase() === lastName(window).toLowerCase())
  const ways: Way[] = []
  const hasWhere = list ? /\bwhere\b/i.test(atDepth(sql.slice(list.span.end, at.index))) : true
  if (isColumn && !item && !hasWhere)
    ways.push({ title: 'Filter with where instead of qualify', because, score: 82, edits: [word] })
  if (!list || names.includes(null)) return ways
  const select = sql.slice(0, list.span.start).search(/\bselect\b(?![\s\S]*\bselect\b)/i)
  const number = isColumn ? lastName(window) : 'row_no'
  if (select < 0 || (isColumn && !item)) return ways
  const numbered = isColumn
    ? ''
    : `, ${text.slice(at.index, at.index + at[0].length).replace(NUMBERED, '$1')} as row_no`
  ways.push({
    title: 'Number the rows in a query of their own, and filter around it',
    because,
    score: 78,
    edits: [
      { start: select, end: select, text: `select ${names.join(', ')}\nfrom (\n` },
      {
        start: list.items.at(-1)?.span.end ?? list.span.end,
        end: list.items.at(-1)?.span.end ?? list.span.end,
        text: numbered,
      },
      {
        start: at.index,
        end: text.trimEnd().length,
        text: `) as numbered\nwhere ${number} ${at[2]} ${at[3]}`,
      },
    ].filter((e) => e.text !== '' || e.start !== e.end),
  })
  return ways
}

/** Without what stands in brackets. */
function atDepth(sql: string): string {
  let depth = 0
  return [...sql]
    .filter((c) => {
      if (c === '(') depth += 1
      if (c === ')') depth -= 1
      return depth === 0
    })
    .join('')
}

/** What is compared: `= "paid"`, `in ("a", "b")`, `then "x"`. */
const COMPARED = /(?:=|<>|!=|\bin\s*\([^()]*|\bwhen|\bthen|\belse|\blike|\bilike)\s*$/i

/** A text in double quotes, or in none, is read as a column. */
function texts(text: string, { thing, reads }: Failure): Way[] {
  const name = lastName(thing ?? '')
  const sql = sqlOnly(text)
  const isGiven = (w: Word) =>
    w.quoted && callsIn(text).some((c) => c.args.includes(text.slice(w.start, w.end)))
  const columns = new Set(reads.flatMap((r) => r.columns.map((c) => c.name)))
  const isName = (w: Word) => columns.has(w.name) || sql[w.end] === '.'
  const isText = (w: Word) => !isName(w) && (COMPARED.test(sql.slice(0, w.start)) || isGiven(w))
  const words = wordsIn(sql).filter((w) => w.name === name && isText(w))
  const [first] = words
  if (!first) return []
  const all = first.quoted ? wordsIn(sql).filter((w) => w.quoted && isText(w)) : words
  const edits = all.map((w) => ({
    start: w.start,
    end: w.end,
    text: `'${w.name.replaceAll("'", "''")}'`,
  }))
  return [
    {
      title: `Write '${name}' as a text (line ${lineOf(text, first.start)})`,
      because: first.quoted
        ? `in double quotes ${name} is the name of a column, and none is called so`
        : `${name} is compared like a value, and no column is called so`,
      score: first.quoted ? 82 : 56,
      edits,
      ...(first.quoted ? {} : { guess: true as const }),
    },
  ]
}
