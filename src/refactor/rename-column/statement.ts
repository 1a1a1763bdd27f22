/** What renaming columns means inside one statement: which words change, and which of its outputs change with them. */
import type { TextEdit } from '../../changes/edits.ts'
import { keyOf, keyOfStored } from '../../project/sql/names.ts'
import { tokensOf } from '../../project/sql/parse.ts'
import { distinctNames } from '../../project/sql/resolve/sources.ts'
import type { Column, Output, Query, Reference, Resolved, Span, Table } from '../../project/sql/types.ts'

export type Rename = {
  adapter: string
  sql: string
  resolved: Resolved
  /** The new name of a column of another relation, or null where it keeps its name. */
  upstream(table: string, column: string): string | null
  /** Whether a relation has a column of another name. */
  changes(table: string): boolean
  /** The output of this statement that gets another name, if one does by itself. */
  own: { from: string; to: string } | null
  /** Outputs keep their names, by an alias, though what they read is renamed. */
  keep: boolean
  /** A name as it is written in SQL, quoted where it must be. */
  written(name: string): string
}

export type StatementRename = {
  /** In the compiled SQL. */
  edits: TextEdit[]
  /** Outputs of the statement that have another name by it. */
  outputs: { from: string; to: string }[]
  /** Why it cannot be done, with the place in the compiled SQL where there is one. */
  problems: { what: string; at: Span | null }[]
}

export function renameInStatement(rename: Rename): StatementRename {
  const { resolved, adapter, written } = rename
  const key = (name: string) => keyOfStored(name, adapter)
  const edits = new Map<number, TextEdit>()
  const problems: StatementRename['problems'] = []
  const named = new Map<Column, string>()
  const outputs = allOutputs(resolved)
  const finals = new Set(resolved.query.outputs)
  const references = new Map(resolved.references.map((r) => [r.span.start, r]))
  const edit = (span: Span, text: string) => edits.set(span.start, { ...span, text })
  const problem = (what: string, at: Span | null = null) => problems.push({ what, at })
  const newName = (column: Column): string | null => {
    if (column.kind === 'table') return rename.upstream(column.table.id, column.name)
    return named.get(column) ?? null
  }

  function renameOutput(output: Output, to: string): void {
    if (named.has(output)) return
    const { naming } = output
    const reference = naming.by === 'column' ? expressionAt(output) : undefined
    if ((naming.by === 'alias' || naming.by === 'list') && naming.span) edit(naming.span, written(to))
    else if (reference)
      edit({ start: reference.span.end, end: reference.span.end }, `${as(rename)}${written(to)}`)
    else if (naming.by === 'star') throughStar(output, to)
    else problem(`${output.name} has no alias of its own: give it one first`, output.at ?? null)
    named.set(output, to)
  }

  /** Where an alias can be put behind: not in the lists of a `*`. */
  function expressionAt({ at }: Output): Reference | undefined {
    const reference = at ? references.get(at.start) : undefined
    return reference?.place === 'expression' ? reference : undefined
  }

  function throughStar(output: Output, to: string): void {
    const [from] = output.value
    if (from?.kind === 'output') renameOutput(from, to)
    else if (from === undefined || newName(from) === null)
      problem(`${output.name} is one of a *: write the columns out first`)
  }

  /** Outputs that take their name from what is renamed, until there are no more. */
  function spread(): void {
    for (let grew = true; grew; ) {
      grew = false
      for (const output of outputs) {
        const to = named.has(output) ? null : followed(output)
        if (to === null) continue
        if (stays(output)) keepName(output)
        else {
          named.set(output, to)
          grew = true
        }
      }
    }
  }

  /** The name that an output takes without anything being done. */
  function followed(output: Output): string | null {
    if (output.naming.by === 'star') return output.value[0] ? newName(output.value[0]) : null
    if (output.naming.by !== 'column' || !output.at) return null
    const reference = references.get(output.at.start)
    return reference ? nameFor(reference) : null
  }

  const kept = new Set<Output>()
  function stays(output: Output): boolean {
    return finals.has(output) && (rename.keep || rename.own !== null)
  }

  function keepName(output: Output): void {
    if (kept.has(output)) return
    kept.add(output)
    const reference = output.naming.by === 'column' ? expressionAt(output) : undefined
    if (!reference) problem(`${output.name} is one of a *, and would change its name too`)
    else
      edit(
        { start: reference.span.end, end: reference.span.end },
        `${as(rename)}${written(output.name ?? '')}`,
      )
  }

  function nameFor(reference: Reference): string | null {
    const names = new Set(reference.targets.map((t) => (t.kind === 'unknown' ? null : newName(t))))
    const [only] = names
    return names.size === 1 ? (only ?? null) : null
  }

  function renameReferences(): void {
    for (const reference of resolved.references) {
      const text = rename.sql.slice(reference.span.start, reference.span.end)
      const renamed = reference.targets.map((t) => (t.kind === 'unknown' ? null : newName(t)))
      const to = renamed.find((name) => name !== null)
      if (to === undefined || to === null) continue
      if (new Set(renamed).size > 1) {
        problem(
          reference.place === 'using'
            ? `using (${text}) needs the name on both sides: join with "on" first`
            : `it cannot be known which column ${text} is`,
          reference.span,
        )
        continue
      }
      // `t.fare as x` and, where an alias has been put behind it already, the word itself.
      const behind = edits.get(reference.span.end)
      if (behind && behind.end === behind.start) {
        edits.delete(reference.span.end)
        edit(reference.span, `${written(to)}${behind.text}`)
      } else edit(reference.span, written(to))
    }
    for (const { what, columns } of resolved.byName)
      if (columns.some((c) => newName(c) !== null)) problem(`${what} goes by the names of its columns`)
  }

  /** Words that are the name and were not seen to be anything: the parser may have passed over them. */
  function assertSeen(): void {
    const old = new Set(
      [...named.keys()].flatMap((c) => ('name' in c && c.name !== null ? [key(c.name)] : [])),
    )
    for (const { targets } of resolved.references)
      for (const t of targets) if (t.kind === 'table' && newName(t) !== null) old.add(key(t.name))
    const seen = new Set([
      ...resolved.references.map((r) => r.span.start),
      ...resolved.otherNames.map((s) => s.start),
      ...outputs.flatMap((o) => ('span' in o.naming ? [o.naming.span?.start] : [])),
    ])
    const tokens = tokensOf(rename.sql, adapter) ?? []
    for (const [i, { type, text, span }] of tokens.entries()) {
      if (type !== 'VAR' && type !== 'QUOTED_IDENTIFIER') continue
      const isCall = tokens[i + 1]?.text === '('
      if (!isCall && !seen.has(span.start) && old.has(keyOf({ name: text, quoted: type !== 'VAR' }, adapter)))
        problem(`it cannot be told what ${text} is here`, span)
    }
  }

  function assertFree(): void {
    for (const query of new Set(outputs.map((o) => o.query))) {
      const names = query.outputs.map((o) => [o, key(named.get(o) ?? o.name ?? '')] as const)
      for (const [output, name] of names) {
        if (!named.has(output)) continue
        if (names.some(([other, taken]) => other !== output && taken === name))
          problem(`there is a column ${named.get(output)} already`, output.at ?? null)
      }
      const [before, after] = [calledIn(query), calledIn(query, named)]
      for (const [i, output] of query.outputs.entries())
        if (after[i] !== (named.get(output) ?? before[i]))
          problem(`several columns of one query are called ${output.name}`, output.at ?? null)
    }
  }

  /** The engine may number columns of one name: others are called otherwise when one of them is renamed. */
  function calledIn({ outputs: columns }: Query, after?: Map<Column, string>): (string | null)[] {
    return distinctNames(
      adapter,
      columns.map((o) => after?.get(o) ?? o.name),
    )
  }

  /** A column that passes through where it is not known which columns there are changes its name unseen. */
  function assertKnown(): void {
    const changed = (of: Query | Table, seen = new Set<Query | Table>()): boolean => {
      if (seen.has(of)) return false
      seen.add(of)
      if (!('kind' in of)) return rename.changes(of.id)
      if (of.outputs.some((o) => named.has(o))) return true
      const passesOn = of.open.length > 0 || of.outputs.length === 0
      return passesOn && of.reads.some((from) => changed(from, seen))
    }
    const queries = new Set([resolved.query, ...outputs.map((o) => o.query)])
    for (const { open, reads } of queries)
      for (const { source, reason } of open)
        if ((source ? [source.of] : reads).some((of) => of && changed(of)))
          problem(`it cannot be known ${reason}`)
  }

  if (rename.own) {
    const { from, to } = rename.own
    const own = resolved.query.outputs.filter((o) => o.name !== null && key(o.name) === key(from))
    if (own.length !== 1)
      problem(
        own.length === 0
          ? `it has no column ${from} that can be seen in its SQL`
          : `it has ${own.length} columns ${from}`,
      )
    else renameOutput(own[0] as Output, to)
  }
  spread()
  renameReferences()
  assertSeen()
  assertFree()
  assertKnown()
  return {
    edits: [...edits.values()].sort((a, b) => a.start - b.start),
    outputs: resolved.query.outputs.flatMap((o, i) => {
      const [to, from] = [named.get(o), calledIn(resolved.query)[i]]
      return to === undefined || from == null ? [] : [{ from, to }]
    }),
    problems,
  }
}

/** As the statement writes it. */
function as({ sql }: Rename): string {
  return /\bAS\b/.test(sql) && !/\bas\b/.test(sql) ? ' AS ' : ' as '
}

/** Every output of every part of the statement. */
function allOutputs(resolved: Resolved): Output[] {
  const found = new Set<Output>()
  const queries = new Set<Query>()
  const queue: (Column | Query)[] = [resolved.query, ...resolved.ctes.map((c) => c.query)]
  for (const reference of resolved.references) {
    queue.push(...reference.targets)
    if (reference.query) queue.push(reference.query)
  }
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (next.kind === 'query') {
      if (queries.has(next)) continue
      queries.add(next)
      queue.push(...next.outputs, ...next.rows.map((use) => use.column))
      for (const read of next.reads) if ('kind' in read) queue.push(read)
    } else if (next.kind === 'output' && !found.has(next)) {
      found.add(next)
      queue.push(next.query, ...next.value, ...next.influence.map((use) => use.column))
    } else if (next.kind === 'rows' && 'kind' in next.of) queue.push(next.of)
  }
  return [...found]
}
