/** Which class a failure is of: by dbt's event and the warehouse's code where there is one, else by its words. */
import { stripVTControlCharacters } from 'node:util'
import { CLASSES } from './classes/index.ts'
import type { FailureClass } from './classes/types.ts'

/** A failure as a tool told it. */
export type Told = {
  message: string
  /** dbt's names and codes of the structured event: `NoNodeForYamlKey`, `I058`. */
  events: string[]
}

export type Classified = {
  class: FailureClass
  /** What the message names: the column, the table, the variable. */
  thing: string | null
  by: 'event' | 'code' | 'words'
}

/** Null for what fits none: it is never forced into one. */
export function classify({ message, events }: Told): Classified | null {
  const text = stripVTControlCharacters(message)
  const byEvent = CLASSES.find((c) => c.events?.some((e) => events.includes(e)))
  if (byEvent) return { class: byEvent, thing: thingIn(byEvent, text), by: 'event' }
  const code = codeIn(text)
  const byWords = CLASSES.find((c) => c.signs.some((s) => s.test(text)))
  const byCode = code === null ? undefined : CLASSES.find((c) => c.codes?.includes(code))
  // A class of the same code may be told more finely by the words.
  if (byCode && (!byWords || byWords === byCode || !isFiner(byWords, code)))
    return { class: byCode, thing: thingIn(byCode, text), by: 'code' }
  return byWords ? { class: byWords, thing: thingIn(byWords, text), by: 'words' } : null
}

/** `SQLSTATE: 42703`, `[42703]`, Snowflake's `000904 (42000):`. */
function codeIn(text: string): string | null {
  return (
    /^\s*(\d{6}) \([0-9A-Z]{5}\):/m.exec(text)?.[1] ??
    /\bSQLSTATE:?\s*\[?([0-9A-Z]{5})\b/i.exec(text)?.[1] ??
    null
  )
}

function isFiner(found: FailureClass, code: string | null): boolean {
  return code !== null && (found.codes ?? []).some((c) => c.startsWith(`${code}/`))
}

function thingIn(found: FailureClass, text: string): string | null {
  for (const sign of found.signs) {
    const match = sign.exec(text)
    const thing = match?.slice(1).find((g) => g !== undefined && g !== '')
    if (thing) return thing.replace(/["`]/g, '')
  }
  return null
}
