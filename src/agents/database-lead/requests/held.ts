/** Parts of a sentence that nothing may split or change: put aside, and back where they stood. */

export const ASIDE = '\u0001'

export type Held = { masked: string; back: (part: string) => string }

export function heldBack(text: string, what: RegExp): Held {
  const kept: string[] = []
  const masked = text.replace(what, (found) => `${ASIDE}${kept.push(found) - 1}\u0002`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no request holds them: they mark what was put aside
  return { masked, back: (part) => part.replace(/\u0001(\d+)\u0002/g, (_, i) => kept[Number(i)] ?? '') }
}
