/** What a file says, as values, and what it has to say after an edit. */
import type { Found } from './find.ts'
import type { Splice } from './lines.ts'
import type { ScalarValue } from './style.ts'

export type Value = ScalarValue | Value[] | { [key: string]: Value }

/** An edit as planned: what it does to the text, and what the file must say after it. */
export type Planned = { at: number; splices: Splice[]; data: unknown[] }

export function withKey(found: Found, key: string | number): Found {
  return { ...found, keys: [...found.keys, key] }
}

export function valueAt(value: unknown, keys: (string | number)[]): unknown {
  return keys.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | null)?.[key], value)
}

type Target = Pick<Found, 'doc' | 'keys'>

/** The documents with one value changed; taken out where none is given. */
export function changedData(data: unknown[], { doc, keys }: Target, value?: unknown): unknown[] {
  const docs = data.length === 0 ? [null] : data
  return docs.map((d, i) => (i === doc ? changedAt(d, keys, value) : d))
}

function changedAt(at: unknown, [key, ...rest]: (string | number)[], value: unknown): unknown {
  if (key === undefined) return value
  const inner = changedAt((at as Record<string | number, unknown> | null)?.[key], rest, value)
  if (typeof key === 'number') {
    const items = Array.isArray(at) ? at : []
    return inner === undefined
      ? items.toSpliced(key, 1)
      : [...items.slice(0, key), inner, ...items.slice(key + 1)]
  }
  const { [key]: _, ...others } = (at ?? {}) as Record<string, unknown>
  return inner === undefined ? others : { ...others, [key]: inner }
}

export function renamedData(data: unknown[], found: Found, name: string): unknown[] {
  const value = valueAt(data[found.doc], found.keys)
  const without = changedData(data, found)
  return changedData(without, { doc: found.doc, keys: [...found.keys.slice(0, -1), name] }, value)
}
