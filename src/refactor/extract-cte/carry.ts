/** The Jinja that has to come along when SQL moves to a file of its own: what can be proven, else it is refused. */
import type { ProjectGraph } from '../../project/graph.ts'
import type { Span } from '../../project/sql/jinja.ts'
import { type Assignment, blockAround, jinjaState, namesIn } from '../jinja-state.ts'
import { refused, refusedAt, type SqlFile } from '../sql-file.ts'

/** They mean another model, or another run of it, in another file. */
const OF_THE_MODEL = new Set([
  ...['this', 'is_incremental', 'should_full_refresh', 'model', 'config', 'caller', 'varargs', 'kwargs'],
  ...['pre_hooks', 'post_hooks', 'sql', 'compiled_code'],
])

export type Carried = { statements: Assignment[]; unused: Assignment[] }

/**
 * The `set` and `macro` statements that stretches of the file need; `unused` are those of them that nothing else
 * needs. @throws MartsmithError `refactor.refused` with line and reason.
 */
export function carriedState(
  file: SqlFile,
  moved: Span[],
  tiedMacro: (name: string) => string | null,
): Carried {
  const { raw } = file
  const state = jinjaState(raw)
  if (!state) throw refused(file.path, null, 'its Jinja has a tag or a block without an end')
  const inside = (span: Span) => moved.some((m) => span.start >= m.start && span.end <= m.end)
  for (const span of moved) {
    const block = blockAround(state, span)
    if (block)
      throw refusedAt(file, span.start, `it stands inside of {% ${block.word} %}, or across its edge`)
  }
  const own = state.assignments.filter(inside)
  const outside = state.assignments.filter((a) => !inside(a))
  const ownNames = new Set(own.flatMap((a) => a.names))
  const wanted = new Set(moved.flatMap((span) => [...namesIn(raw, span)]))
  const statements: Assignment[] = []
  const at = moved[0]?.start ?? 0
  for (const name of wanted) {
    assertFree(file, at, name, tiedMacro)
    const found = outside.filter((a) => a.names.includes(name))
    const [only, second] = found
    if (!only || ownNames.has(name)) {
      if (only) throw refusedAt(file, only.start, `${name} is set here and again in what would move`)
      continue
    }
    if (second) throw refusedAt(file, second.start, `${name}, which it uses, is set more than once`)
    if (only.insideOf) throw refusedAt(file, only.start, `${name}, which it uses, is set inside of a block`)
    const changed = state.changing.find((c) => c.uses.has(name))
    if (changed) throw refusedAt(file, changed.start, `${name}, which it uses, is changed here`)
    if (!statements.includes(only)) statements.push(only)
    for (const used of only.uses) wanted.add(used)
  }
  const rest = namesOutside(raw, [...moved, ...statements])
  for (const { names, start } of own)
    for (const name of names)
      if (rest.has(name)) throw refusedAt(file, start, `${name} is set here and used by what would stay`)
  return {
    statements: statements.sort((a, b) => a.start - b.start),
    unused: statements.filter((a) => !a.names.some((name) => rest.has(name))),
  }
}

function assertFree(
  file: SqlFile,
  at: number,
  name: string,
  tiedMacro: (name: string) => string | null,
): void {
  if (OF_THE_MODEL.has(name))
    throw refusedAt(file, at, `it uses ${name}, which would mean another model after the move`)
  const tied = tiedMacro(name)
  if (tied !== null)
    throw refusedAt(
      file,
      at,
      `it uses the macro ${name}, and that uses ${tied}, which would mean another model`,
    )
}

function namesOutside(raw: string, spans: Span[]): Set<string> {
  const ordered = [...spans].sort((a, b) => a.start - b.start)
  const names = new Set<string>()
  let at = 0
  for (const span of [...ordered, { start: raw.length, end: raw.length }]) {
    for (const name of namesIn(raw, { start: at, end: Math.max(at, span.start) })) names.add(name)
    at = Math.max(at, span.end)
  }
  return names
}

/** Which name of the model a macro asks for, itself or through others; null where it asks for none. */
export function tiedMacros(graph: ProjectGraph): (name: string) => string | null {
  const { macros, metadata } = graph.manifest
  const builtin = new Set(['dbt', `dbt_${metadata.adapter_type ?? ''}`])
  const seen = new Map<string, string | null>()
  const asks = (id: string): string | null => {
    const known = seen.get(id)
    if (known !== undefined) return known
    seen.set(id, null)
    const macro = macros[id]
    if (!macro || builtin.has(macro.package_name)) return null
    const signature = /\bmacro\s+\w+\s*\(([^)]*)\)/.exec(macro.macro_sql)?.[1] ?? ''
    const parameters = new Set(signature.match(/[A-Za-z_]\w*/g) ?? [])
    const names = namesIn(macro.macro_sql, { start: 0, end: macro.macro_sql.length })
    const own = [...names].find(
      (n) => OF_THE_MODEL.has(n) && n !== 'caller' && n !== 'kwargs' && n !== 'varargs' && !parameters.has(n),
    )
    const found = own ?? macro.depends_on.macros.map(asks).find((n) => n !== null) ?? null
    seen.set(id, found)
    return found
  }
  // A macro of a package stands behind the package's name: calls of any macro of that package count.
  return (name) => {
    const called = Object.values(macros).filter(
      (m) => !builtin.has(m.package_name) && (m.name === name || m.package_name === name),
    )
    return called.map((m) => asks(m.unique_id)).find((n) => n !== null) ?? null
  }
}
