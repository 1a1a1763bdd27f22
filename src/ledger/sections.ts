import type { Heading, Scan } from './markdown.ts'
import { encodeCharacters, singleLine } from './text.ts'

/**
 * Which part of the body is what, by its headings. People write "## Log Entries", "### 📝 Log:" or
 * "5. log"; all of them are the log.
 */
export type SectionName = 'description' | 'goal' | 'context' | 'scope' | 'criteria' | 'checklist' | 'log'

/** Lines `from` up to, not including, `to`; `name` is undefined for sections that we know nothing of. */
export type Section = {
  name: SectionName | undefined
  heading: Heading | undefined
  from: number
  to: number
}

const NAMES: Record<string, SectionName> = {
  description: 'description',
  goal: 'goal',
  goals: 'goal',
  context: 'context',
  scope: 'scope',
  'acceptance criteria': 'criteria',
  'acceptance criterion': 'criteria',
  checklist: 'checklist',
  'check list': 'checklist',
  'task checklist': 'checklist',
  tasks: 'checklist',
  subtasks: 'checklist',
  'sub tasks': 'checklist',
  'to do': 'checklist',
  todo: 'checklist',
  'log entries': 'log',
  'log entry': 'log',
  log: 'log',
  logs: 'log',
}

const INSIDE_DESCRIPTION: ReadonlySet<SectionName | undefined> = new Set(['goal', 'context', 'scope'])

export function sectionNameOf(headingText: string): SectionName | undefined {
  const words = headingText.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')
  const name = words.replace(/^[\d ]+(?=\D)/, '').trim()
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
}

/**
 * Cuts the body into sections, one after the other. A section ends at a heading of its own level or above,
 * and at any heading that we know: in a hand-made file the checklist may stand under a deeper heading than
 * the log before it, and yet is no part of it.
 */
export function sectionsOf(scan: Scan, title: string): Section[] {
  const sections: Section[] = []
  let current: Section = { name: undefined, heading: undefined, from: 0, to: scan.lines.length }
  for (const [index, heading] of scan.headings.entries()) {
    // The first heading repeats the title; whatever a title says, that makes it no section.
    const isTitle = index === 0 && heading.raw === headingText(title)
    const name = isTitle ? undefined : nameWithin(heading, current)
    if (!name && heading.level > (current.heading?.level ?? 0) && current.heading && !isTitle) continue
    sections.push({ ...current, to: heading.line })
    current = { name, heading, from: heading.next, to: scan.lines.length }
  }
  return [...sections, current]
}

/** "Scope" under the checklist is a part of the checklist; everywhere else it is the task's scope. */
function nameWithin(heading: Heading, current: Section): SectionName | undefined {
  const name = sectionNameOf(heading.text)
  const isInside = current.heading !== undefined && heading.level > current.heading.level
  const isOther = current.name === 'checklist' || current.name === 'log' || current.name === 'criteria'
  return INSIDE_DESCRIPTION.has(name) && isInside && isOther ? undefined : name
}

/** Any text as the text of a heading. */
export function headingText(text: string): string {
  // Hashes at the end of a heading would be taken for its closing mark.
  return encodeCharacters(singleLine(text.toWellFormed())).replace(/#+$/, (hashes) => `\\${hashes}`)
}

/** Whether a heading inside somebody's text is deep enough and not one that we look for. */
export function isHeadingSafe(line: string): boolean {
  const heading = /^ {0,3}(#{4,6})(?:[ \t]+(.*))?$/s.exec(line)
  return heading !== null && sectionNameOf(heading[2] ?? '') === undefined
}

export function sectionAt(sections: readonly Section[], line: number): Section | undefined {
  return sections.find((section) => section.from <= line && line < section.to)
}
