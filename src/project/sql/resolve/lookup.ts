/** Which column a written name means at one place. */
import type { Identifier } from '../names.ts'
import type { Column, Output, Source } from '../types.ts'
import type { Aliases } from './aliases.ts'
import { type Context, nameOthers, refer, type Scope, unknown } from './context.ts'

export type Written = { name: Identifier; table: Identifier | null }

/** The columns that a name means; none for what is no column (a parameter of a lambda). */
export function lookUp(context: Context, scope: Scope, { name, table }: Written, aliases: Aliases): Column[] {
  if (table) return qualified(context, scope, name, table)
  const targets = unqualified(context, scope, context.key(name), aliases) ?? wholeRow(context, scope, name)
  if (targets) {
    if (targets.length > 0) refer(context, name, targets, scope.query)
    return targets
  }
  return [unknown(context, `no relation here has a column ${name.name}`)]
}

function qualified(context: Context, scope: Scope, name: Identifier, table: Identifier): Column[] {
  const source = sourceBy(scope, context.key(table))
  if (!source) {
    // `s.f`: a field of a column that holds a struct.
    const struct = unqualified(context, scope, context.key(table), 'last')
    if (struct) {
      if (struct.length > 0) refer(context, table, struct, scope.query)
      nameOthers(context, name)
      return struct
    }
    return [unknown(context, `${table.name}.${name.name}: nothing here is called ${table.name}`)]
  }
  const found = source.find(context.key(name))
  const struct = found?.sure ? null : structBy(scope, context.key(table))
  if (!found) {
    if (!struct) return [unknown(context, `${table.name} has no column ${name.name}`)]
    refer(context, table, [struct], scope.query)
    nameOthers(context, name)
    return [struct]
  }
  if (struct) return doubtful(context, [found.column, struct], context.key(name))
  nameOthers(context, table)
  refer(context, name, [found.column], scope.query)
  return [found.column]
}

/** A column that is called as the relation is, and whose fields `s.f` may be. */
function structBy(scope: Scope, key: string): Column | null {
  const found = scope.sources.flatMap((s) => s.find(key) ?? [])
  return found.find((f) => f.sure)?.column ?? null
}

/** From the innermost place outward: a subquery sees the columns of the query around it. */
export function sourceBy(scope: Scope, key: string): Source | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = at.sources.find((s) => s.key === key && !at.hidden.has(s))
    if (found) return found
  }
  return null
}

/** `schema.relation`, `database.schema.relation` in front of a column. */
export function sourceByPath(scope: Scope, path: string[]): Source | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = at.sources.find(
      (s) => s.path.length >= path.length && path.every((part, i) => s.path.at(i - path.length) === part),
    )
    if (found) return found
  }
  return null
}

function unqualified(context: Context, scope: Scope, key: string, aliases: Aliases): Column[] | null {
  const maybe: Column[] = []
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at.locals.has(key)) return []
    const alias = at === scope && aliases === 'never' ? null : outputBy(context, at, key)
    if (alias && aliases === 'first' && at === scope) return [alias]
    if (alias && aliases === 'either' && at === scope) maybe.push(alias)
    const merged = at.merged.get(key)
    if (merged) return maybe.length === 0 ? merged : doubtful(context, [...maybe, ...merged], key)
    const found = at.sources.flatMap((s) => (at.hidden.has(s) ? [] : (s.find(key) ?? [])))
    const sure = found.filter((f) => f.sure).map((f) => f.column)
    if (sure.length > 0) return maybe.length === 0 ? sure : doubtful(context, [...maybe, ...sure], key)
    maybe.push(...found.map((f) => f.column))
    if (alias) {
      const besides = maybe.filter((m) => m !== alias)
      return besides.length === 0 ? [alias] : doubtful(context, [...besides, alias], key)
    }
  }
  if (maybe.length === 0) return null
  // No column of that name is known, and the word may as well mean the row of a relation.
  const row = sourceBy(scope, key)
  if (row && !(row.items && maybe.length === 1)) return doubtful(context, maybe, key)
  return maybe.length === 1 ? maybe : doubtful(context, maybe, key)
}

/** All that it may be stand there, and that it is not known which. */
function doubtful(context: Context, columns: Column[], key: string): Column[] {
  return [...columns, unknown(context, `which of several things called ${key} is meant`)]
}

function outputBy(context: Context, scope: Scope, key: string): Output | null {
  const outputs = scope.query?.outputs ?? []
  return (
    outputs.find(
      (o) => o.naming.by === 'alias' && o.name !== null && context.key({ name: o.name }) === key,
    ) ?? null
  )
}

/** `select t from t`: the whole row. */
function wholeRow(context: Context, scope: Scope, name: Identifier): Column[] | null {
  const source = sourceBy(scope, context.key(name))
  return source ? allOf(context, source) : null
}

export function allOf(context: Context, source: Source): Column[] {
  const known = source.known().map((k) => k.column)
  if (source.open.length === 0) return known
  return [...known, unknown(context, `which columns ${source.key ?? 'a relation'} has`)]
}
