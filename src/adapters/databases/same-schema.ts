/** Two schemas compared as what they promise: names, types, constraints, indexes; not order of columns, not sizes. */
import { type Schema, type Table, type TableName, tableWords, type View } from './types.ts'

/** One sentence for each difference; none where they are the same. */
export function differences(one: Schema, other: Schema, words: [string, string]): string[] {
  const [a, b] = [facts(one), facts(other)]
  return [
    ...[...a].filter((f) => !b.has(f)).map((f) => `only ${words[0]}: ${f}`),
    ...[...b].filter((f) => !a.has(f)).map((f) => `only ${words[1]}: ${f}`),
  ]
}

/** Without the tables in which tools keep their own books. */
export function withoutTables(schema: Schema, names: readonly string[]): Schema {
  return { ...schema, tables: schema.tables.filter((t) => !names.includes(t.name)) }
}

function facts(schema: Schema): Set<string> {
  return new Set([...schema.tables.flatMap(tableFacts), ...schema.views.map(viewFact)])
}

export function viewFact(v: View): string {
  const made = [v.options, v.checkOption].filter(Boolean).join(', ')
  return `view ${tableWords(v)}${made === '' ? '' : ` (${made})`} as ${squeezed(v.definition)}`
}

export function tableFacts(t: Table): string[] {
  const on = (what: string) => `${tableWords(t)}: ${what}`
  const key = (k: { name: string; columns: string[] }) => `${k.name} (${k.columns.join(', ')})`
  return [
    `table ${tableWords(t)}`,
    ...partFacts(t).map(on),
    ...t.columns.map((c) =>
      on(
        `column ${c.name} ${c.type}${c.labels ? ` of ${c.labels.join(', ')}` : ''}${c.nullable ? '' : ' not null'}${c.default === null ? '' : ` default ${c.default}`}${c.made ? ` ${c.made}` : ''}${c.collation ? ` collate ${c.collation}` : ''}${c.comment ? ` comment ${c.comment}` : ''}`,
      ),
    ),
    ...(t.primaryKey ? [on(`primary key ${key(t.primaryKey)}`)] : []),
    ...t.uniques.map((u) => on(`unique ${key(u)}`)),
    ...t.foreignKeys.map((f) =>
      on(
        `foreign key ${key(f)} to ${tableWords(f.references as TableName)} (${f.refColumns.join(', ')}) on delete ${f.onDelete} on update ${f.onUpdate}${f.validated ? '' : ' not validated'}`,
      ),
    ),
    ...t.checks.map((c) => on(`check ${c.name} ${uncast(c.clause)}${c.validated ? '' : ' not validated'}`)),
    ...t.indexes.map((i) =>
      on(
        `${i.unique ? 'unique ' : ''}index ${key(i)} ${squeezed(i.definition)}${i.valid ? '' : ' invalid'}`.trimEnd(),
      ),
    ),
    ...(t.statistics ?? []).map((s) => on(`statistics ${s.name} ${inAnyOrder(s.definition)}`)),
    ...t.triggers.map((g) => on(`trigger ${g.name} ${squeezed(g.columns.join(' '))}`)),
  ]
}

function partFacts({ partitions }: Table): string[] {
  if (!partitions) return []
  return [
    `partitioned by ${squeezed(partitions.by)}`,
    ...partitions.parts.flatMap((p) => [
      `part ${tableWords(p)} ${squeezed(p.bounds)}${p.of ? ` of ${tableWords(p.of)}` : ''}${p.by ? ` by ${squeezed(p.by)}` : ''}`,
      ...p.own.map((o) => `part ${tableWords(p)} has ${squeezed(o)}`),
    ]),
  ]
}

/** Postgres prints the columns of statistics in the order in which they stand in their table. */
function inAnyOrder(definition: string): string {
  return squeezed(definition).replace(
    / ON (.*) FROM /,
    (_, columns: string) => ` ON ${columns.split(', ').sort().join(', ')} FROM `,
  )
}

/** Postgres prints the casts of a list of values otherwise once its own print was read back: they say nothing new. */
function uncast(clause: string): string {
  const bare = clause.replace(
    /'(?:[^']|'')*'|::(?:character varying|text|bpchar|character)(?:\(\d+\))?(?:\[\])?/g,
    (found) => (found.startsWith("'") ? found : ''),
  )
  return squeezed(bare)
    .replace(/\(('(?:[^']|'')*'|\w+)\)/g, '$1')
    .replace(/\((ARRAY\[[^\]]*\])\)/g, '$1')
    .replace(/\((ARRAY\[[^\]]*\])\)/g, '$1')
}

function squeezed(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim()
}
