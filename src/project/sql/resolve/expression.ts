/** What an expression is made of. Kinds that need no rule of their own are walked through. */
import type { Identifier } from '../names.ts'
import type { Tree } from '../parse.ts'
import type { Column } from '../types.ts'
import { type Aliases, isAggregate } from './aliases.ts'
import {
  type Context,
  childOf,
  identifierOf,
  identifiersOf,
  kindOf,
  listOf,
  nameOthers,
  noParts,
  type Parts,
  refer,
  type Scope,
  unknown,
  usesOf,
} from './context.ts'
import { allOf, lookUp, sourceBy, sourceByPath } from './lookup.ts'
import { isQuery, resolveQuery } from './query.ts'

/** Fields of an aggregate that choose or sort its rows and are no part of its value. */
const INFLUENCE_FIELDS: Record<string, 'filter' | 'order'> = { filter: 'filter', order_by: 'order' }

export function partsOf(context: Context, tree: unknown, scope: Scope, aliases: Aliases = 'last'): Parts {
  const parts = noParts()
  walk(context, tree, scope, aliases, parts)
  return parts
}

function walk(context: Context, tree: unknown, scope: Scope, aliases: Aliases, into: Parts): void {
  if (tree === null || typeof tree !== 'object') return
  if (Array.isArray(tree)) {
    for (const item of tree) walk(context, item, scope, aliases, into)
    return
  }
  const expression = kindOf(tree)
  const rule = expression && RULES[expression.kind]
  if (aliases === 'either' && expression && isAggregate(expression.kind)) {
    walk(context, tree, scope, 'last', into)
    return
  }
  if (expression && isQuery(expression.kind)) subquery(context, tree as Tree, scope, into)
  else if (expression && rule) rule(context, expression.body, scope, aliases, into)
  else fields(context, tree as Tree, scope, aliases, into)
}

function fields(context: Context, body: Tree, scope: Scope, aliases: Aliases, into: Parts): void {
  for (const [field, value] of Object.entries(body)) {
    const how = INFLUENCE_FIELDS[field]
    if (how && value) into.influence.push(...usesOf(partsOf(context, value, scope, aliases), how))
    else walk(context, value, scope, aliases, into)
  }
}

type Rule = (context: Context, body: Tree, scope: Scope, aliases: Aliases, into: Parts) => void

const RULES: Record<string, Rule> = {
  column: (context, body, scope, aliases, into) => {
    const name = body.name as Identifier
    into.value.push(...lookUp(context, scope, { name, table: identifierOf(body.table) }, aliases))
  },
  // A bare word, such as the unit of a date function; or a column, if there is one of that name.
  identifier: (context, body, scope, aliases, into) =>
    bareWord(context, body as unknown as Identifier, scope, aliases, into),
  var: (context, body, scope, aliases, into) => {
    const word = identifierOf(body.this)
    if (word) bareWord(context, word, scope, aliases, into)
  },
  dot: dotted,
  star: (context, body, scope, _, into) => {
    const table = identifierOf(body.table)
    const named = table ? sourceBy(scope, context.key(table)) : null
    if (named) nameOthers(context, table)
    const sources = table ? (named ? [named] : []) : scope.sources.filter((s) => !scope.hidden.has(s))
    if (sources.length === 0) into.value.push(unknown(context, `what ${table?.name ?? ''}.* stands for`))
    const columns = sources.flatMap((source) => allOf(context, source))
    into.value.push(...columns)
    context.byName.push({ what: 'what is made of a *', columns })
  },
  lambda: (context, body, scope, aliases, into) => {
    const inner = childOf(scope)
    for (const parameter of identifiersOf(body.parameters)) inner.locals.add(context.key(parameter))
    walk(context, body.body, inner, aliases, into)
  },
  comprehension: (context, body, scope, aliases, into) => {
    const inner = childOf(scope)
    const variable = kindOf(body.expression)
    const name = variable?.kind === 'column' ? identifierOf(variable.body.name) : null
    if (name) inner.locals.add(context.key(name))
    walk(context, body.iterator, scope, aliases, into)
    walk(context, body.this, inner, aliases, into)
    walk(context, body.condition, inner, aliases, into)
  },
  window_function: (context, body, scope, aliases, into) => {
    walk(context, body.this, scope, aliases, into)
    over(context, body.over as Tree, scope, aliases, into)
    walk(context, body.keep, scope, aliases, into)
  },
  within_group: (context, body, scope, aliases, into) => {
    // percentile_cont(0.5) within group (order by x): here the ordering is the value.
    walk(context, body.this, scope, aliases, into)
    walk(context, body.order_by, scope, aliases, into)
  },
  exists: (context, body, scope, _, into) => {
    const inner = kindOf(body.this)
    const tree = inner?.kind === 'subquery' ? inner.body.this : body.this
    const query = resolveQuery(context, tree as Tree, childOf(scope, null))
    into.influence.push({ column: { kind: 'rows', of: query }, how: 'filter' })
    into.value.push({ kind: 'rows', of: query })
  },
  // `struct(fare)` has a field `fare`.
  function: (context, body, scope, aliases, into) => {
    const name = String(body.name).toLowerCase()
    const named = name === 'struct' ? listOf(body.args).filter((arg) => kindOf(arg)?.kind === 'column') : []
    const before = into.value.length
    fields(context, body, scope, aliases, into)
    if (named.length > 0) context.byName.push({ what: 'a struct', columns: into.value.slice(before) })
  },
  // In `{fare: fare}` the first word is a field of what is made.
  map_func: (context, body, scope, aliases, into) => {
    const isStruct = body.curly_brace_syntax === true && body.with_map_keyword !== true
    const keys = listOf(body.keys).filter((key) => {
      const word = isStruct ? kindOf(key) : null
      const field = word?.kind === 'column' && !word.body.table ? identifierOf(word.body.name) : null
      nameOthers(context, field)
      return field === null
    })
    walk(context, [keys, body.values], scope, aliases, into)
  },
  literal: () => undefined,
  data_type: () => undefined,
}

/** What `over (...)` names. */
export function over(context: Context, spec: Tree, scope: Scope, aliases: Aliases, into: Parts): void {
  const name = identifierOf(spec.window_name)
  if (name) {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const uses = at.windows.get(context.key(name))
      if (uses) into.influence.push(...uses)
      if (uses) break
    }
  }
  const { window_name: _, alias: __, ...rest } = spec
  into.influence.push(...usesOf(partsOf(context, rest, scope, aliases), 'window'))
}

function subquery(context: Context, tree: Tree, scope: Scope, into: Parts): void {
  const query = resolveQuery(context, tree, childOf(scope, null))
  into.value.push(...query.outputs)
  if (query.open.length > 0) into.value.push(unknown(context, 'which columns a subquery has'))
  into.influence.push({ column: { kind: 'rows', of: query }, how: 'filter' })
}

function bareWord(context: Context, word: Identifier, scope: Scope, aliases: Aliases, into: Parts): void {
  const known =
    scope.sources.some((s) => s.find(context.key(word))?.sure) || scope.merged.has(context.key(word))
  if (known) into.value.push(...lookUp(context, scope, { name: word, table: null }, aliases))
}

/**
 * `a.b.c`: a column and fields of it, or a column of `schema.relation`. The parser takes the first two words for
 * relation and column.
 */
function dotted(context: Context, body: Tree, scope: Scope, aliases: Aliases, into: Parts): void {
  const words = dottedWords(body)
  if (words && words.length > 2) {
    const [first] = words as [Identifier, ...Identifier[]]
    if (!sourceBy(scope, context.key(first))) {
      for (const length of [3, 2]) {
        const name = words[length]
        const source =
          name &&
          sourceByPath(
            scope,
            words.slice(0, length).map((w) => context.key(w)),
          )
        const found = name && source ? source.find(context.key(name)) : null
        if (!name || !found) continue
        nameOthers(context, ...words.slice(0, length))
        refer(context, name, [found.column], scope.query)
        into.value.push(found.column)
        return
      }
    }
  }
  nameOthers(context, identifierOf(body.field))
  walk(context, body.this, scope, aliases, into)
}

/** The words of `a.b.c`; null where something else than words stands before a dot. */
function dottedWords(body: Tree): Identifier[] | null {
  const field = identifierOf(body.field)
  const inner = kindOf(body.this)
  if (!field || !inner) return null
  if (inner.kind === 'dot') {
    const words = dottedWords(inner.body)
    return words && [...words, field]
  }
  const table = inner.kind === 'column' ? identifierOf(inner.body.table) : null
  return table ? [table, inner.body.name as Identifier, field] : null
}

/** Columns for what cannot be looked into: all that stand in it, as values. */
export function columnsIn(context: Context, tree: unknown, scope: Scope): Column[] {
  const { value, influence } = partsOf(context, tree, scope, 'never')
  return [...value, ...influence.map((use) => use.column)]
}
