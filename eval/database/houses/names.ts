/** Names in words, as a house writes them. */
import type { House, ServerKind, Style } from '../types.ts'

export function styled(words: string, style: Style): string {
  const [first = '', ...more] = words.toLowerCase().split(/\s+/)
  const upper = (w: string) => w.charAt(0).toUpperCase() + w.slice(1)
  if (style === 'snake') return [first, ...more].join('_')
  return (style === 'camel' ? first : upper(first)) + more.map(upper).join('')
}

/** Whether a name could have been written by somebody of that house. */
export function isInStyle(name: string, style: Style): boolean {
  if (style === 'snake') return /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)
  return style === 'camel' ? /^[a-z][A-Za-z0-9]*$/.test(name) : /^[A-Z][A-Za-z0-9]*$/.test(name)
}

/** Without case and signs. */
export function squeezed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

export function quote(name: string, server: ServerKind): string {
  return server === 'postgres' ? `"${name.replaceAll('"', '""')}"` : `\`${name.replaceAll('`', '``')}\``
}

/** SQL with names in brackets, for a server: `[invoice line].[total]`. */
export function sqlFor(text: string, { style }: Pick<House, 'style'>, server: ServerKind): string {
  return text.replace(/\[([a-z0-9_ ]+)\]/gi, (_, words: string) =>
    quote(styled(words, style[server]), server),
  )
}

/** Text that people or programs write: names as they are, without quotes. */
export function textFor(text: string, { style }: Pick<House, 'style'>, server: ServerKind): string {
  return text.replace(/\[([a-z0-9_ ]+)\]/gi, (_, words: string) => styled(words, style[server]))
}
