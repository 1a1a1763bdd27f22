/** What a log says, in words: each failure with its class, what it means, what usually causes it, what to look at. */
import { maskValues } from '../../core/mask.ts'
import type { Finding } from '../../core/outcome.ts'
import type { FailureClass } from './classes/types.ts'
import { classify } from './classify.ts'
import { type Reported, readLog } from './read-log.ts'

export type Explained = {
  /** Null: none of the classes, and so nothing is claimed. */
  class: FailureClass | null
  /** What it is about: a column, a table, a variable. */
  thing: string | null
  by: 'event' | 'code' | 'words' | null
  severity: 'block' | 'warn'
  /** Where it shows: one failure may have shown in many nodes. */
  places: { node: string | null; file: string | null; line: number | null }[]
  message: string
}

/** In this order they are mended: the later ones may come from the earlier. */
const FAMILIES = ['E', 'X', 'P', 'L', 'C', 'Y', 'D', 'T', 'W']
const MOST_LINES = 14

export function explainLog(text: string): Explained[] {
  const groups = new Map<string, Explained>()
  for (const one of readLog(text)) {
    const explained = explainOne(one)
    const { class: of, thing } = explained
    // Without the name of a thing, two failures of a class need not be one.
    const key = of && thing ? `${of.id} ${thing}` : `${of?.id} ${one.node} ${one.message}`
    const known = groups.get(key)
    if (known) known.places.push(...explained.places)
    else groups.set(key, explained)
  }
  const rank = ({ class: of }: Explained) => (of ? FAMILIES.indexOf(of.id.charAt(0)) : FAMILIES.length - 1)
  return [...groups.values()].sort((a, b) => rank(a) - rank(b))
}

function explainOne(one: Reported): Explained {
  const found = classify(one)
  const isWarning = one.level === 'warn' || found?.class.id.startsWith('W') === true
  return {
    class: found?.class ?? null,
    thing: found?.thing ?? null,
    by: found?.by ?? null,
    severity: isWarning ? 'warn' : 'block',
    places: [{ node: one.node, file: one.file, line: one.line }],
    message: short(maskValues(one.message)),
  }
}

export function findingOf({ class: of, thing, severity, places, message }: Explained): Finding {
  const place = places.find((p) => p.file !== null)
  const nodes = [...new Set(places.flatMap((p) => p.node ?? []))]
  return {
    rule: of?.id ?? 'unknown',
    severity,
    message: of
      ? `${of.title}${thing ? `: ${thing}` : ''}${nodes.length > 0 ? ` (${nodes.join(', ')})` : ''}. ${of.meaning} Likely: ${of.cause}`
      : `Unknown: none of the known classes${nodes.length > 0 ? ` (${nodes.join(', ')})` : ''}.`,
    ...(place?.file ? { file: place.file } : {}),
    ...(place?.line ? { line: place.line } : {}),
    evidence: message,
  }
}

function short(message: string): string {
  const lines = message.trim().split('\n')
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), '...'] : lines
  return shown.map((l) => l.slice(0, 400)).join('\n')
}
