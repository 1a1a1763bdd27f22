/** What is known of the names in one statement. Offsets are UTF-16 units of the SQL that was read. */

export type Span = { start: number; end: number }

/** A relation that the statement reads and does not define. `columns` is null where they are not known. */
export type Table = { id: string; columns: string[] | null }

/** How a column has a say in which rows there are, or in how they are cut up or sorted. */
export type Influence = 'filter' | 'join' | 'group' | 'order' | 'window' | 'distinct' | 'limit'

export type Use = { column: Column; how: Influence }

/** A column somewhere in the statement, with what it is made of. */
export type Column =
  | { kind: 'table'; table: Table; name: string }
  | Output
  /** Which rows a part of the statement, or a relation, has. */
  | { kind: 'rows'; of: Query | Table }
  | { kind: 'unknown'; reason: string }

/** How an output got its name: that decides what becomes of it when what it reads is renamed. */
export type Naming =
  /** `x as total`: its own name, which stands there. */
  | { by: 'alias'; span: Span | null }
  /** `t.x`: the name of the column that is read. */
  | { by: 'column' }
  /** One of a `*`, or of a set operation: the name of the first column in its value. */
  | { by: 'star' }
  /** `count(*)`: the engine's choice. */
  | { by: 'engine' }
  /** The list behind a CTE or an alias: `with t(a, b) as`. */
  | { by: 'list'; span: Span | null }

export type Output = {
  kind: 'output'
  /** As the engine would call it; null where that is not known. */
  name: string | null
  naming: Naming
  value: Column[]
  influence: Use[]
  query: Query
  /** Where it is written: its alias, else the first name in it; null for one of a `*`. */
  at?: Span | null
}

/** One select, or a set operation over several. */
export type Query = {
  kind: 'query'
  outputs: Output[]
  /** Where outputs are missing because it could not be known which: a `*` over an unknown relation. */
  open: Open[]
  /** What decides which rows it has. */
  rows: Use[]
  /** What its rows come from. */
  reads: (Query | Table)[]
}

/** Passes on those columns of `source` that are not known; null: it cannot be known what it passes on. */
export type Open = {
  source: Source | null
  without: Set<string>
  reason: string
  /** How many of the outputs are known to stand before them; none where it is missing. */
  at?: number
}

/** What stands in a FROM, under a name. */
export type Source = {
  /** The key of its alias, else of its name; null for one without. */
  key: string | null
  /** Keys of `database`, `schema` and name, as many as are written: columns can be written with them. */
  path: string[]
  /** The columns that are known, in their order. */
  known(): { key: string; column: Column; by: Naming; name?: string }[]
  /** Not empty: it has columns besides, and it is not known which. */
  open: readonly Open[]
  /** By key. `sure` is false where it has that column only if nothing else has. */
  find(key: string): { column: Column; sure: boolean } | null
  /** Its rows are the items of something, which may go by its own name: `unnest(tags) as tag`. */
  items?: boolean
  /** Its rows. */
  of: Query | Table | null
}

/** An identifier in the SQL that names a column. */
export type Reference = {
  span: Span
  /** The identifier as it stands there, quotes included, is `sql.slice(span.start, span.end)`. */
  quoted: boolean
  /** More than one where `using (id)` makes one of two. */
  targets: Column[]
  /** `using` and the lists of `* exclude`, `rename` and `replace` name a column without being an expression. */
  place: 'expression' | 'using' | 'exclude' | 'rename' | 'replace'
  query: Query | null
}

export type Resolved = {
  query: Query
  references: Reference[]
  /** Common table expressions by name, where their name stands, in the order of the statement. */
  ctes: { name: string; span: Span | null; query: Query }[]
  /** Relations that are read: where their name stands, and under which alias. */
  tables: { table: Table; span: Span | null; alias: string | null }[]
  /** Words that name a relation, a CTE or an alias of one, or a field of a column, wherever they stand. */
  otherNames: Span[]
  /** Columns that are matched by their names though no name stands there: a natural join, a union by name. */
  byName: { what: string; columns: Column[] }[]
  /** What could not be made out, with its reason. */
  unknown: string[]
}
