import { applyEdits, contentOf, type Edit, insertAfter } from './lines.ts'
import { blockOf, type ParsedTask } from './parse.ts'
import { blockLines, sectionHeading } from './render.ts'
import type { Section } from './sections.ts'
import type { TaskSection } from './types.ts'

/**
 * The places where lines can be put into a task's body. Each function yields texts, the best first: what a
 * person wrote around the place may take new lines for its own (a wide list, a lazy paragraph), so that
 * the caller looks at each result and takes the first that reads as it should.
 */
export function* withLogLines(
  text: string,
  parsed: ParsedTask,
  content: readonly string[],
): Iterable<string> {
  const { scan } = parsed
  const log = parsed.sections.findLast((section) => section.name === 'log')
  if (log) {
    // Under the last heading inside the log: people group entries by day.
    const inner = scan.headings.findLast((heading) => heading.next >= log.from && heading.next <= log.to)
    const from = inner?.next ?? log.from
    const inList = lastLine(text, parsed, from, log.to, (line) => scan.inList[line] === true)
    if (inList >= from) yield insert(text, insertAfter(scan.lines, inList, content))
    const filled = lastLine(text, parsed, from, log.to, () => true)
    yield insert(text, insertAfter(scan.lines, filled, ['', ...content]))
  }
  yield atEnd(text, parsed, ['## Log Entries', '', ...content])
}

/** Puts a section before the log, or its content in place of what stands under its heading. */
export function* withSection(text: string, parsed: ParsedTask, section: TaskSection): Iterable<string> {
  const { lines } = parsed.scan
  const heading = sectionHeading(section)
  const content = bodyLines(section)
  const standing = findSection(parsed, section)
  if (standing) {
    const last = lastLine(text, parsed, standing.from, standing.to, () => true)
    const edit = insertAfter(lines, standing.from - 1, content)
    return yield insert(text, { ...edit, end: lines[last]?.end ?? edit.end })
  }
  const at = parsed.sections.findIndex((s) => s.name === 'log')
  const log = parsed.sections[at]?.heading
  if (log) {
    const before = parsed.sections[at - 1]
    // No deeper than what stands before it, or it would become a part of that.
    const level = Math.min(log.level, (before?.name && before.heading?.level) || log.level)
    const start = isBlank(text, parsed, log.line - 1) ? [] : ['']
    const headed = [...start, `${'#'.repeat(level)} ${heading}`, ...content, '']
    yield insert(text, insertAfter(lines, log.line - 1, headed))
  }
  yield atEnd(text, parsed, [`## ${heading}`, ...content])
  yield atEnd(text, parsed, [`# ${heading}`, ...content])
}

/** Whether a section stands in the text with just this content. */
export function hasSection(text: string, parsed: ParsedTask, section: TaskSection): boolean {
  const standing = findSection(parsed, section)
  return (
    standing !== undefined && blockOf(text, parsed.scan, standing) === blockLines(section.markdown).join('\n')
  )
}

function findSection(parsed: ParsedTask, section: TaskSection): Section | undefined {
  const heading = sectionHeading(section)
  return parsed.sections.find((s) => s.name === undefined && s.heading?.raw === heading)
}

function bodyLines(section: TaskSection): string[] {
  const lines = blockLines(section.markdown)
  return lines.length === 1 && lines[0] === '' ? [] : ['', ...lines]
}

function insert(text: string, edit: Edit): string {
  return applyEdits(text, [edit])
}

function atEnd(text: string, parsed: ParsedTask, content: readonly string[]): string {
  const last = parsed.scan.lines.length - 1
  const lines = isBlank(text, parsed, last) ? content : ['', ...content]
  return insert(text, insertAfter(parsed.scan.lines, last, lines))
}

/** The last line of the range that is not blank and is wanted, or the one before the range. */
function lastLine(
  text: string,
  parsed: ParsedTask,
  from: number,
  to: number,
  isWanted: (line: number) => boolean,
): number {
  let line = to - 1
  while (line >= from && !(isWanted(line) && !isBlank(text, parsed, line))) line--
  return line
}

function isBlank(text: string, parsed: ParsedTask, line: number): boolean {
  const at = parsed.scan.lines[line]
  return at === undefined || contentOf(text, at).trim() === ''
}
