/** What resolving one statement shares: the rules of the engine, and what has been found so far. */
import { type Identifier, keyOf } from '../names.ts'
import type { Tree } from '../parse.ts'
import type { Column, Query, Reference, Resolved, Source, Table, Use } from '../types.ts'

export type ResolveOptions = {
  adapter: string
  /** The relation that `[database, schema, name]` means (as many parts as are written); null where it is none we know. */
  tableOf(path: Identifier[]): Table | null
}

export type Context = ResolveOptions &
  Pick<Resolved, 'references' | 'ctes' | 'tables' | 'otherNames' | 'byName' | 'unknown'> & {
    key(identifier: Identifier): string
  }

export function newContext(options: ResolveOptions): Context {
  return {
    ...options,
    key: (identifier) => keyOf(identifier, options.adapter),
    references: [],
    ctes: [],
    tables: [],
    otherNames: [],
    byName: [],
    unknown: [],
  }
}

/** The names that can be used at one place, and the place around it. */
export type Scope = {
  parent: Scope | null
  ctes: Map<string, Query>
  sources: Source[]
  /** Sources of a semi or anti join: seen in its condition, not in a `*`. */
  hidden: Set<Source>
  /** One column of two: `using (id)`. */
  merged: Map<string, Column[]>
  /** A natural join makes one column of two, and it is not known of which. */
  merges: boolean
  /** Parameters of a lambda. */
  locals: Set<string>
  windows: Map<string, Use[]>
  query: Query | null
}

export function childOf(parent: Scope | null, query: Query | null = parent?.query ?? null): Scope {
  return {
    parent,
    ctes: new Map(),
    sources: [],
    hidden: new Set(),
    merged: new Map(),
    merges: false,
    locals: new Set(),
    windows: new Map(),
    query,
  }
}

export function newQuery(): Query {
  return { kind: 'query', outputs: [], open: [], rows: [], reads: [] }
}

export function unknown(context: Context, reason: string): Column {
  if (!context.unknown.includes(reason)) context.unknown.push(reason)
  return { kind: 'unknown', reason }
}

/** The output at a place, counted from 0: a `*` of unknown columns before it leaves that open. */
export function outputAt(context: Context, query: Query, at: number): Column | null {
  if (query.open.some((open) => (open.at ?? 0) <= at))
    return unknown(context, 'columns by position of a relation whose columns are not known')
  return query.outputs[at] ?? null
}

/** All outputs, and that there may be more. */
export function everyOutput(query: Query): Column[] {
  return [...query.outputs, ...query.open.map(({ reason }): Column => ({ kind: 'unknown', reason }))]
}

/** What an expression is made of. */
export type Parts = { value: Column[]; influence: Use[] }

export function noParts(): Parts {
  return { value: [], influence: [] }
}

export function usesOf({ value, influence }: Parts, how: Use['how']): Use[] {
  return [...value.map((column) => ({ column, how })), ...influence]
}

/** The kind and the fields of an expression, without the comments that the parser wraps around it; null for what is none. */
export function kindOf(tree: unknown): { kind: string; body: Tree } | null {
  if (tree === null || typeof tree !== 'object' || Array.isArray(tree)) return null
  const [kind, ...more] = Object.keys(tree)
  const body = kind === undefined ? null : (tree as Tree)[kind]
  if (kind === undefined || more.length > 0 || body === null || typeof body !== 'object') return null
  return kind === 'annotated' ? kindOf((body as Tree).this) : { kind, body: body as Tree }
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function identifiersOf(value: unknown): Identifier[] {
  return listOf(value).map((item) => (typeof item === 'string' ? { name: item } : (item as Identifier)))
}

export function identifierOf(value: unknown): Identifier | null {
  if (typeof value === 'string') return value === '' ? null : { name: value }
  const identifier = value as Identifier | null | undefined
  return identifier && typeof identifier.name === 'string' && identifier.name !== '' ? identifier : null
}

/** Notes that these words name relations, or fields. */
export function nameOthers(context: Context, ...names: (Identifier | null)[]): void {
  for (const name of names) if (name?.span) context.otherNames.push(name.span)
}

export function refer(
  context: Context,
  { span, quoted }: Identifier,
  targets: Column[],
  query: Query | null,
  place: Reference['place'] = 'expression',
): void {
  if (span)
    context.references.push({
      span: { start: span.start, end: span.end },
      quoted: quoted ?? false,
      targets,
      place,
      query,
    })
}
