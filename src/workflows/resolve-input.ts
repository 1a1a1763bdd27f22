/** Fills a step's `with`: `$params.x` and `$steps.id.x` stand for values; nothing else is evaluated. */

export type References = { params: Record<string, unknown>; steps: Record<string, unknown> }

export function resolveInput(template: Record<string, unknown>, from: References): Record<string, unknown> {
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, resolve(value, from)]))
}

/** What is not there is null: an earlier step may have been skipped. */
function resolve(value: unknown, from: References): unknown {
  if (typeof value !== 'string' || !value.startsWith('$')) return value
  let at: unknown = from
  for (const part of value.slice(1).split('.')) {
    at =
      at !== null && typeof at === 'object' && Object.hasOwn(at, part)
        ? (at as Record<string, unknown>)[part]
        : null
  }
  return at ?? null
}

/** Puts parameters into a title: `dbt build{selection}`. */
export function fillTitle(title: string, params: Record<string, unknown>): string {
  return title.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ''))
}
