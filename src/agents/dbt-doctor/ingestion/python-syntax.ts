/** What Python says that it misses, where it says so. */
import type { LoadError } from '../../../adapters/dlt/loader.ts'
import { propose } from '../fixes/propose.ts'
import type { Candidate, Failure, FixContext } from '../types.ts'
import { edited, lineSpan } from '../words.ts'

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' }

/** A place in the text, and what is written there; `length` of what goes. */
type Put = { at: number; text: string; length?: number; title: string }

export async function syntaxOf(
  error: LoadError,
  { file, line }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  if (file === null || line === null) return []
  const text = await context.read(file).catch(() => null)
  if (text === null) return []
  const found: Candidate[] = []
  for (const [i, { at, text: put, length = 0, title }] of putsFor(error.message, text, line).entries())
    found.push(
      ...(await propose(context, {
        title,
        because: [`Python says: ${error.message}`],
        score: 75 - i,
        texts: { [file]: edited(text, [{ start: at, end: at + length, text: put }], file) },
      })),
    )
  return found
}

function putsFor(said: string, text: string, line: number): Put[] {
  const end = endOfCode(text, line)
  if (end === null) return []
  if (/expected ':'/.test(said))
    return [{ at: end, text: ':', title: `Put a colon at the end of line ${line}` }]
  const opened = /'([([{])' was never closed/.exec(said)?.[1]
  const [, mismatch, at] = /does not match opening parenthesis '([([{])'(?: on line (\d+))?/.exec(said) ?? []
  const bracket = opened ?? mismatch
  if (bracket) return closings(text, Number(at ?? line), CLOSING[bracket] ?? ')')
  const [, extra] = /unmatched '([)\]}])'/.exec(said) ?? []
  if (extra) {
    const span = lineSpan(text, line)
    const where = span ? text.lastIndexOf(extra, span.end) : -1
    return span && where >= span.start
      ? [
          {
            at: where,
            text: '',
            length: 1,
            title: `Take out the ${extra} of line ${line} that closes nothing`,
          },
        ]
      : []
  }
  if (/forgot a comma/.test(said))
    return [line, line - 1].flatMap((l) => {
      const here = endOfCode(text, l)
      return here === null ? [] : [{ at: here, text: ',', title: `Put a comma at the end of line ${l}` }]
    })
  if (/unterminated (?:f-)?string literal/.test(said)) return quotes(text, line)
  return []
}

/** Before a comma that ends the line, and at its end: what is open there may go on. */
function closings(text: string, line: number, bracket: string): Put[] {
  const end = endOfCode(text, line)
  if (end === null) return []
  const title = `Close the bracket of line ${line} there`
  const comma = text[end - 1] === ','
  return comma ? [{ at: end - 1, text: bracket, title }] : [{ at: end, text: bracket, title }]
}

/** Before what closes a call or ends an item, and at the end of the line. */
function quotes(text: string, line: number): Put[] {
  const span = lineSpan(text, line)
  if (!span) return []
  const code = text.slice(span.start, span.end)
  const quote = /["'](?=[^"']*$)/.exec(code)?.[0]
  if (!quote) return []
  const tail = /[)\]},:\s]*$/.exec(code)?.[0].length ?? 0
  const title = `End the text of line ${line}`
  return [...new Set([span.end - tail, span.end])].map((at) => ({ at, text: quote, title }))
}

/** Behind the last of what a line says: a comment is no part of it. */
function endOfCode(text: string, line: number): number | null {
  const span = lineSpan(text, line)
  if (!span) return null
  const code = text.slice(span.start, span.end).replace(/\s+#[^'"]*$/, '')
  return span.start + code.trimEnd().length
}
