/** Parts of a sentence that nothing may split or change: put aside, and back where they stood. */

export const ASIDE = '\u0001'

export type Held = { masked: string; back: (part: string) => string }

export function heldBack(text: string, what: RegExp): Held {
  const kept: string[] = []
  const masked = text.replace(what, (found) => `${ASIDE}${kept.push(found) - 1}\u0002`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no request holds them: they mark what was put aside
  return { masked, back: (part) => part.replace(/\u0001(\d+)\u0002/g, (_, i) => kept[Number(i)] ?? '') }
}

/** The commas of a list of values, or of a type's brackets, part nothing. */
export const HELD =
  /\((?:[^()]|\([^()]*\))*\)|"[^"]*"|(?<![\p{L}\p{N}])'[^']*'|\b(?:one of|either)\s+[\w-]+(?:\s*,\s*[\w-]+)*\s*,?\s+(?:or|and)\s+[\w-]+|\b(?:between|from|within)\s+-?[\d.]+\s+(?:and|to)\s+-?[\d.]+/giu

/** A text in quotes. An apostrophe inside a word opens none. */
export const QUOTED = /"[^"]*"|(?<![\p{L}\p{N}])'(?:[^']|'(?=\w))*'(?!\w)|`[^`]*`/gu

/** What was put aside and stands by itself belongs to the item before it. */
export function splitItems(text: string): string[] {
  const items: string[] = []
  for (const item of text.split(/\s*,\s*(?:and\s+)?|\s+and\s+/i).map((i) => i.trim())) {
    if (item.startsWith(ASIDE) && items.length > 0) items.push(`${items.pop()}, ${item}`)
    else if (item !== '') items.push(item)
  }
  return items
}
