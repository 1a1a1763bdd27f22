/**
 * Literals that do not go with the types around them: days that are taken from a time as a number, an empty text where
 * the other parts of a union have a number, a factor that makes whole numbers too large.
 */
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, jinjaOnly, sqlOnly } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'
import { tokensIn } from './repair.ts'
import { lineOf, selectLists } from './select-lists.ts'

export const operands: Fixer = {
  id: 'operands',
  classes: ['D06', 'D07', 'D08', 'D11'],
  find: async (failure, context) => {
    const id = failure.class?.id ?? ''
    const found: Candidate[] = []
    for (const { path, text } of await filesOf(failure, context, id === 'D11')) {
      const at = failure.file === path ? failure.line : null
      const ways =
        id === 'D11'
          ? factors(text, context.adapter)
          : id === 'D06'
            ? emptyTexts(text, at, failure)
            : days(text, at, failure)
      for (const { title, because, score, edits } of ways) {
        const texts = { [path]: edited(text, edits, path) }
        found.push(...(await propose(context, { title, because: [because], score, texts })))
      }
    }
    return found
  },
}

type Way = {
  title: string
  because: string
  score: number
  edits: { start: number; end: number; text: string }[]
}

/**
 * Of what fails. `above`: a number may be made in what is read, which is a view, or in a macro: the message names
 * neither.
 */
async function filesOf(
  failure: Failure,
  context: FixContext,
  above: boolean,
): Promise<{ path: string; text: string }[]> {
  const { graph, place, files } = context
  const failing = failingNodes(failure, context)
  const tested = failure.nodes.flatMap((id) => graph?.parents(id) ?? [])
  const ids = !graph
    ? []
    : above
      ? [...failing, ...tested, ...graph.ancestors([...failing, ...tested])]
      : failing
  const nodes = [...new Set(ids)].flatMap((id) => graph?.node(id) ?? [])
  const macros = nodes.flatMap((n) => n.depends_on.macros.flatMap((m) => graph?.manifest.macros[m] ?? []))
  const paths = [...nodes, ...(above ? macros : [])].map((one) => fileOf(one, place))
  const own = [...new Set(paths)].filter((p) => p.endsWith('.sql') && files.includes(p))
  const texts = await Promise.all(own.map((path) => context.read(path).catch(() => null)))
  return own.flatMap((path, i) => {
    const text = texts[i] ?? null
    return text === null ? [] : [{ path, text }]
  })
}

const DAYS =
  /operator does not exist: timestamp(?: with(?:out)? time zone)? [-+] (?:integer|bigint|smallint|numeric)|[-+]\(TIMESTAMP(?: WITH TIME ZONE)?, (?:INTEGER|BIGINT|INTEGER_LITERAL|DECIMAL)/

/** `a_time - 3` takes days elsewhere. */
function days(text: string, line: number | null, { message }: Failure): Way[] {
  if (!DAYS.test(message)) return []
  const tokens = tokensIn(text)
  return tokens.flatMap((sign, i): Way[] => {
    const next = tokens[i + 1]
    const isNumber = next?.kind === 'jinja' || /^\d+$/.test(next?.text ?? '')
    const isWhole = !/^(?:[*/.]|::)$/.test(tokens[i + 2]?.text ?? '')
    const isThere = line === null || lineOf(text, sign.start) === line
    if (!/^[-+]$/.test(sign.text) || i === 0 || !next || !isNumber || !isWhole || !isThere) return []
    return [
      {
        title: `Take ${next.text} as days (line ${lineOf(text, sign.start)})`,
        because: 'a number beside a time is one of days in other dialects; here that has to be said',
        score: 78,
        edits: [{ start: next.start, end: next.end, text: `${next.text} * interval '1 day'` }],
      },
    ]
  })
}

/** `''` for none, where what it is united with is no text. */
function emptyTexts(text: string, line: number | null, { message }: Failure): Way[] {
  if (!/invalid input syntax for type |Could not convert string '' to/.test(message)) return []
  const lists = selectLists(text)
  if (lists.length < 2 || !/\bunion\b/i.test(sqlOnly(text))) return []
  const items = lists
    .flatMap((l) => l.items)
    .filter(({ expression: { start, end } }) => {
      const isEmpty = /^'\s*'$/.test(text.slice(start, end).trim())
      return isEmpty && (line === null || lineOf(text, start) === line)
    })
  return items.map(({ expression: { start, end } }) => ({
    title: `Write null for none, and no empty text (line ${lineOf(text, start)})`,
    because: 'what it is united with is no text, and an empty text is no value of it',
    score: 80,
    edits: [{ start, end, text: 'null' }],
  }))
}

/** Up to here a whole number is an integer. */
const LARGEST = 2_147_483_647

/** `a * 1000000`: a whole number times another one, which is one of many digits from here on. */
function factors(text: string, adapter: string): Way[] {
  const inTags = jinjaOnly(text)
  const tokens = tokensIn(text)
  return tokens.flatMap((t, i): Way[] => {
    const [before, next] = [tokens[i - 1], tokens[i + 1]]
    const isFactor = /^\d+$/.test(t.text) && (before?.text === '*' || next?.text === '*')
    if (!isFactor || Number(t.text) > LARGEST || inTags.slice(t.start, t.end).trim() !== '') return []
    if (next?.text === '.' || before?.text === '.' || next?.text === '::') return []
    const put = adapter === 'postgres' ? `${t.text}::bigint` : `cast(${t.text} as bigint)`
    return [
      {
        title: `Multiply by ${t.text} as a bigint (line ${lineOf(text, t.start)})`,
        because: 'whole numbers times whole numbers grow too large for an integer; a bigint takes them',
        score: 72,
        edits: [{ start: t.start, end: t.end, text: put }],
      },
    ]
  })
}
