/** Carries a column of a relation to the end of a statement: which select lists have to name it, and why it cannot. */
import { type Identifier, keyOf, keyOfStored } from '../../project/sql/names.ts'
import { parseSql, type Tree } from '../../project/sql/parse.ts'
import { identifierOf, kindOf, listOf } from '../../project/sql/resolve/context.ts'
import { countsColumns, firstAt, hasColumns, isAggregate, isQualified, isStar, textsIn } from './tree.ts'

/** A select list that has to name the column: behind which place it is looked for, and what it says. */
export type Addition = {
  /** A place in the FROM of the select. */
  from: number
  /** The column as it stands there: `trips.fare`. */
  qualifier: string | null
  column: string
  /** What it is called from there on. */
  name: string
  /** Only at the end: somebody counts the columns. */
  atEnd: boolean
  /** Keys of the sources' names whose columns are its neighbours. */
  source: string
  /** What stands there in place of the column, as SQL: a row of constants has none. */
  constant?: string
  /** What it is where it has no value, as SQL: as the others say that they are not known. */
  otherwise?: string
}

export type Carried = { additions: Addition[]; name: string }

export type Wish = {
  adapter: string
  /** Whether the relation that is written so is where the column comes from. */
  isOrigin(path: Identifier[]): boolean
  column: string
  /** What it shall be called in the end. */
  name: string
  /** As the warehouse calls it; null where nobody knows. */
  type: string | null
  /** Aliases that the user chose, where a relation is read more than once. */
  through: Set<string>
}

/** `at`: the place in the SQL that the reason is about. */
export class CannotCarry extends Error {
  readonly at: number | null
  readonly mend: string[]
  constructor(why: string, at: number | null, mend: string[] = []) {
    super(why)
    this.at = at
    this.mend = mend
  }
}

type Ctes = Map<string, { tree: Tree; recursive: boolean; columns: boolean }>
/** A place in it, and the word, as SQL, by which it says that nothing is known. */
type ConstantRow = { at: number; word: string }
type Source = { key: string; written: string; at: number; tree: unknown; origin: boolean; hidden: boolean }

/** @throws CannotCarry */
export function carry(sql: string, wish: Wish): Carried {
  const parsed = parseSql(sql, wish.adapter)
  if ('error' in parsed) throw new CannotCarry(`its SQL cannot be read: ${parsed.error}`, null)
  const [statement, more] = parsed.statements
  if (!statement || more) throw new CannotCarry('it is not one statement', null)
  return carrier(wish).query(statement, new Map(), wish.name, false)
}

function carrier(wish: Wish) {
  const { adapter } = wish
  const done = new Map<unknown, Carried>()

  /** Makes a query give the column under `wanted`, or under the name that it has there already. */
  function query(tree: Tree, outer: Ctes, wanted: string, atEnd: boolean): Carried {
    const known = done.get(tree)
    if (known) return { additions: [], name: known.name }
    const { kind, body } = kindOf(tree) ?? { kind: '', body: {} as Tree }
    const ctes = withCtes(outer, body)
    const made =
      kind === 'select'
        ? select(body, ctes, wanted, atEnd)
        : kind === 'union'
          ? union(body, ctes, wanted)
          : kind === 'subquery' || kind === 'paren'
            ? query(body.this as Tree, ctes, wanted, atEnd)
            : null
    if (!made)
      throw new CannotCarry(
        `${kind === '' ? 'a part of it' : kind} decides which rows there are by all its columns`,
        firstAt(tree),
      )
    done.set(tree, made)
    return made
  }

  function withCtes(outer: Ctes, body: Tree): Ctes {
    const clause = body.with as { ctes?: Tree[]; recursive?: boolean } | null | undefined
    const ctes: Ctes = new Map(outer)
    for (const cte of clause?.ctes ?? []) {
      const key = keyOf(cte.alias as Identifier, adapter)
      const recursive = clause?.recursive === true && leads(cte.this, new Map(), key)
      ctes.set(key, { tree: cte.this as Tree, recursive, columns: listOf(cte.columns).length > 0 })
    }
    return ctes
  }

  function union(body: Tree, ctes: Ctes, wanted: string): Carried {
    const [left, right] = [body.left as Tree, body.right as Tree]
    if (body.all !== true)
      throw new CannotCarry(
        'union takes rows for one where all columns agree: with another column there may be more rows',
        firstAt(right),
      )
    const lacking = [left, right].filter((side) => !leads(side, ctes))
    const constants = lacking.map((side) => constantOf(side, ctes))
    const rows = constants.filter((c) => c !== null)
    if (lacking.length > rows.length || rows.length > 1)
      throw new CannotCarry(
        'one side of this union does not have the column: say what it shall be there',
        firstAt(lacking[0]),
      )
    const starred = [left, right].filter((side) => isStar(side))
    if (starred.length === 1)
      throw new CannotCarry(
        'one side of this union passes all columns on, the other names them: the order would differ',
        firstAt(right),
      )
    const [row] = rows
    if (row) return withConstant(query(lacking[0] === left ? right : left, ctes, wanted, true), row)
    const a = query(left, ctes, wanted, true)
    const b = query(right, ctes, a.name, true)
    return { additions: [...a.additions, ...b.additions], name: a.name }
  }

  /** The unknown member has the word that it has elsewhere, and so has a row without a value; others have no word. */
  function withConstant({ additions, name }: Carried, row: ConstantRow): Carried {
    const { type } = wish
    if (type === null)
      throw new CannotCarry(
        'one side of this union is a row of constants, and the type of the column is not known',
        row.at,
      )
    const isText = /^(character varying|n?varchar2?|text|string)\b/i.test(type)
    const last = additions.at(-1)
    return {
      name,
      additions: [
        ...additions.map((a) => (isText && a === last ? { ...a, otherwise: row.word } : a)),
        {
          from: row.at,
          qualifier: null,
          column: name,
          name,
          atEnd: true,
          source: '',
          constant: isText ? row.word : `cast(null as ${type})`,
        },
      ],
    }
  }

  /** A select of constants alone, or what passes all of one on. */
  function constantOf(tree: Tree, ctes: Ctes): ConstantRow | null {
    const { kind, body } = kindOf(tree) ?? { kind: '', body: {} as Tree }
    if (kind === 'subquery' || kind === 'paren') return constantOf(body.this as Tree, ctes)
    if (kind !== 'select') return null
    if (isStar(tree)) {
      const [source, another] = sourcesOf(body)
      const table = source && !another ? kindOf(source.tree) : null
      const inside = table?.kind === 'table' ? ctes.get(keyOf(table.body.name as Identifier, adapter)) : null
      return inside && !inside.recursive && !inside.columns ? constantOf(inside.tree, ctes) : null
    }
    const at = firstAt(body.expressions)
    const words = textsIn(body.expressions)
    if (sourcesOf(body).length > 0 || at === null || hasColumns(body.expressions)) return null
    const times = Map.groupBy(words, (w) => w)
    const [most] = [...times].sort((a, b) => b[1].length - a[1].length)
    return { at, word: `'${(most?.[0] ?? 'Unknown').replaceAll("'", "''")}'` }
  }

  function select(body: Tree, ctes: Ctes, wanted: string, atEnd: boolean): Carried {
    const sources = sourcesOf(body)
    const leading = sources.filter((s) => s.origin || leads(s.tree, ctes, undefined, s))
    const source = chosen(leading)
    const carried = source.origin ? { additions: [], name: wish.column } : inner(source, ctes, atEnd)
    const passed = passedAs(body, source, carried.name, sources)
    if (passed !== null) return { additions: carried.additions, name: passed }
    assertRowsStay(body, source)
    const taken = outputNames(body).some((name) => same(name, wanted))
    if (taken)
      throw new CannotCarry(`there is a column ${wanted} already: give it another name with --as`, source.at)
    return {
      additions: [
        ...carried.additions,
        {
          from: source.at,
          qualifier: sources.length > 1 || isQualified(body) ? source.written : null,
          column: carried.name,
          name: wanted,
          atEnd: atEnd || countsColumns(body),
          source: source.key,
        },
      ],
      name: wanted,
    }
  }

  function inner(source: Source, ctes: Ctes, atEnd: boolean): Carried {
    const table = kindOf(source.tree)
    const name = table?.kind === 'table' ? (table.body.name as Identifier) : null
    const cte = name ? ctes.get(keyOf(name, adapter)) : undefined
    if (cte?.recursive) throw new CannotCarry('it goes through a recursive CTE', source.at)
    if (cte?.columns) throw new CannotCarry('the CTE lists its columns behind its name', source.at)
    return query(cte?.tree ?? (source.tree as Tree), ctes, wish.name, atEnd)
  }

  function chosen(sources: Source[]): Source {
    const visible = sources.filter((s) => !s.hidden)
    const picked = visible.filter((s) => wish.through.has(s.key))
    const left = picked.length > 0 ? picked : visible
    const [only, second] = left
    if (!only)
      throw new CannotCarry(
        'where it reads the relation cannot be found, or it is only looked into there (exists, semi join)',
        sources[0]?.at ?? null,
      )
    if (second)
      throw new CannotCarry(
        `it is read more than once here, as ${left.map((s) => s.written).join(' and ')}`,
        second.at,
        left.map((s) => `--through ${s.written}`),
      )
    return only
  }

  /** The name under which a select gives the column already: in a `*`, or as it is. */
  function passedAs(body: Tree, source: Source, column: string, sources: Source[]): string | null {
    for (const item of listOf(body.expressions)) {
      const { kind, body: inside } = kindOf(item) ?? { kind: '', body: {} as Tree }
      if (kind === 'star') {
        const table = identifierOf(inside.table)
        if (table && keyOf(table, adapter) !== source.key) continue
        if (table === null && sources.length > 1 && isUsed(body)) continue
        if (listOf(inside.except).some((e) => same(identifierOf(e)?.name ?? '', column))) continue
        assertRowsStay(body, source)
        return column
      }
      const alias = kind === 'alias' ? identifierOf(inside.alias) : null
      const read = kindOf(alias ? inside.this : item)
      if (read?.kind !== 'column') continue
      const table = identifierOf(read.body.table)
      const name = (read.body.name as Identifier).name
      const fits = table ? keyOf(table, adapter) === source.key : sources.length === 1
      if (fits && same(name, column)) return alias?.name ?? name
    }
    return null
  }

  /** `select *` of a join with `using` has each column that is joined by once only. */
  function isUsed(body: Tree): boolean {
    return listOf(body.joins).some((j) => listOf((j as Tree).using).length > 0)
  }

  function assertRowsStay(body: Tree, source: Source): void {
    const decide = 'say what shall become of its several values: a key of the group, or an aggregate'
    if (body.group_by) throw new CannotCarry(`this select groups rows: ${decide}`, source.at)
    if (body.distinct === true || listOf(body.distinct_on).length > 0)
      throw new CannotCarry(
        'this select takes rows for one where all columns agree (distinct): with another column there may be more rows',
        source.at,
      )
    if (listOf(body.expressions).some(isAggregate))
      throw new CannotCarry(`this select makes one row of many: ${decide}`, source.at)
  }

  function outputNames(body: Tree): string[] {
    return listOf(body.expressions).flatMap((item) => {
      const { kind, body: inside } = kindOf(item) ?? { kind: '', body: {} as Tree }
      if (kind === 'alias') return identifierOf(inside.alias)?.name ?? []
      return kind === 'column' ? (identifierOf(inside.name)?.name ?? []) : []
    })
  }

  function same(a: string, b: string): boolean {
    return keyOfStored(a, adapter) === keyOfStored(b, adapter)
  }

  function sourcesOf(body: Tree): Source[] {
    const from = listOf((body.from as Tree | null)?.expressions).flatMap((item) => sourceOf(item, false))
    const joins = listOf(body.joins).flatMap((join) => {
      const hidden = /semi|anti/i.test(String((join as Tree).kind))
      return sourceOf((join as Tree).this, hidden)
    })
    return [...from, ...joins]
  }

  function sourceOf(item: unknown, hidden: boolean): Source[] {
    const { kind, body } = kindOf(item) ?? { kind: '', body: {} as Tree }
    if (kind === 'table') {
      const name = body.name as Identifier
      const alias = identifierOf(body.alias)
      const path = [identifierOf(body.catalog), identifierOf(body.schema), name].filter((p) => p !== null)
      const called = alias ?? name
      const at = name.span?.start ?? 0
      return [
        {
          key: keyOf(called, adapter),
          written: written(called),
          at,
          tree: item,
          origin: wish.isOrigin(path),
          hidden,
        },
      ]
    }
    if (kind === 'subquery') {
      const alias = identifierOf(body.alias)
      const at = alias?.span?.start ?? firstAt(item)
      const key = alias ? keyOf(alias, adapter) : ''
      return [
        { key, written: alias ? written(alias) : '', at: at ?? 0, tree: body.this, origin: false, hidden },
      ]
    }
    if (kind === 'paren') return sourceOf(body.this, hidden)
    if (kind === 'joined_table')
      return [
        ...sourceOf(body.left, hidden),
        ...listOf(body.joins).flatMap((j) => sourceOf((j as Tree).this, hidden)),
      ]
    return []
  }

  function written({ name, quoted }: Identifier): string {
    return quoted ? `"${name}"` : name
  }

  /** Whether the origin is read somewhere in it. */
  function leads(tree: unknown, ctes: Ctes, self?: string, source?: Source): boolean {
    if (source?.hidden) return false
    const seen = new Set<unknown>()
    const visit = (part: unknown): boolean => {
      if (part === null || typeof part !== 'object' || seen.has(part)) return false
      seen.add(part)
      if (Array.isArray(part)) return part.some(visit)
      const found = kindOf(part)
      // `t.*` holds an identifier under the same key.
      if (found?.kind === 'table' && typeof found.body.name === 'object') {
        const { body } = found
        const name = body.name as Identifier
        const path = [identifierOf(body.catalog), identifierOf(body.schema), name].filter((p) => p !== null)
        if (wish.isOrigin(path)) return true
        const key = keyOf(name, adapter)
        if (path.length === 1 && key === self) return true
        return path.length === 1 && visit(ctes.get(key)?.tree)
      }
      return Object.values(part).some(visit)
    }
    return visit(tree)
  }

  return { query }
}
