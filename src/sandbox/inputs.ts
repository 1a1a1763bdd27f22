/**
 * What both sides read and neither builds, held still: copied into the sandbox's own schema where it is small
 * enough, else its fingerprint is taken now and again when both sides are built.
 */
import type { DbtEngine, SchemaName } from '../adapters/dbt/types.ts'
import { count, list } from '../core/text.ts'
import type { DetailedManifest } from './changed.ts'
import { frozenName } from './schemas.ts'
import type { FrozenInputs, StagedSide } from './types.ts'

/** A copy of this many rows costs a warehouse little; more are only looked at. */
const MOST_ROWS = 1_000_000

export type InputOptions = {
  dbt: DbtEngine
  adapter: string
  schema: SchemaName
  named: (schema: SchemaName, name: string) => string
  standing: () => DetailedManifest
  freeze: boolean
}

type Input = { id: string; relation: string; name: string; source: boolean }

export function openInputs({ dbt, adapter, schema, named, standing, freeze }: InputOptions) {
  const copied = new Map<string, string>()
  const redirected = new Map<string, string>()
  const prints = new Map<string, { relation: string; print: string }>()
  const left: string[] = []
  let sourcesCanMove = true

  /** Direct reads of what is rebuilt, through ephemeral models, that are not rebuilt themselves. */
  function inputsOf({ manifest, rebuilt }: StagedSide): Input[] {
    const found = new Map<string, Input>()
    const seen = new Set<string>()
    const look = (id: string) => {
      for (const parent of manifest.nodes[id]?.depends_on.nodes ?? []) {
        if (rebuilt.has(parent) || seen.has(parent)) continue
        seen.add(parent)
        const of = standing().nodes[parent] ?? standing().sources[parent]
        if (!of) continue
        if (!of.relation_name) look(parent)
        else {
          const name = frozenName(of.database ?? null, of.schema ?? '', of.alias ?? of.identifier ?? '')
          found.set(parent, {
            id: parent,
            relation: of.relation_name,
            name,
            source: parent in standing().sources,
          })
        }
      }
    }
    for (const id of rebuilt) look(id)
    return [...found.values()].filter(({ id }) => !copied.has(id) && !prints.has(id))
  }

  async function rowsUpTo(inputs: Input[]): Promise<number[]> {
    const answers = await dbt.query(
      inputs.map((i) => `select count(*) from (select 1 as one from ${i.relation} limit ${MOST_ROWS + 1}) r`),
    )
    return answers.map((a) => ('rows' in a ? Number(a.rows[0]?.[0]) : Number.POSITIVE_INFINITY))
  }

  async function fingerprints(relations: string[]): Promise<string[]> {
    const hash =
      adapter === 'postgres' ? ", sum(('x' || substr(md5(cast(t as text)), 1, 15))::bit(60)::bigint)" : ''
    const answers = await dbt.query(relations.map((r) => `select count(*)${hash} from ${r} t`))
    return answers.map((a) => ('rows' in a ? a.rows.flat().join(' ') : a.error))
  }

  return {
    /** What was copied is gone. */
    forget: () => {
      for (const known of [copied, redirected, prints]) known.clear()
      left.length = 0
    },
    /** Whether `source` in the copy looks for a frozen copy. */
    readsSources: (can: boolean) => {
      sourcesCanMove = can
    },
    /** The name of the frozen copy of a node, in the sandbox's own schema. */
    frozen: (id: string) => redirected.get(id) ?? copied.get(id),
    /** The name under which another table is read in place of a node or source; null where readers cannot be led there. */
    redirect: (id: string): string | null => {
      const source = standing().sources[id]
      const of = standing().nodes[id] ?? source
      if (!of || (source && !sourcesCanMove)) return null
      const name = frozenName(of.database ?? null, of.schema ?? '', of.alias ?? source?.identifier ?? '')
      redirected.set(id, name)
      return name
    },
    freeze: async (side: StagedSide): Promise<void> => {
      if (!freeze) return
      const inputs = inputsOf(side)
      const rows = await rowsUpTo(inputs)
      const small = inputs.filter((i, n) => (rows[n] ?? 0) <= MOST_ROWS && (sourcesCanMove || !i.source))
      await dbt.tools.execute(
        small.map((i) => `create table ${named(schema, i.name)} as select * from ${i.relation}`),
      )
      for (const { id, name } of small) copied.set(id, name)
      const large = inputs.filter((i) => !copied.has(i.id))
      const taken = await fingerprints(large.map((i) => i.relation))
      for (const [n, { id, relation }] of large.entries()) {
        prints.set(id, { relation, print: taken[n] ?? '' })
        left.push(relation)
      }
    },
    told: async (): Promise<FrozenInputs> => {
      if (!freeze)
        return {
          how: 'not frozen',
          moved: [],
          words: 'It was built on what its inputs hold now; what stands may have been built on less.',
        }
      const now = await fingerprints([...prints.values()].map((p) => p.relation))
      const moved = [...prints.values()].flatMap((p, i) => (p.print === now[i] ? [] : [p.relation]))
      const how = prints.size > 0 ? 'fingerprint' : 'copied'
      const looked = adapter === 'postgres' ? 'rows were counted and hashed' : 'rows were counted, no more'
      const words = [
        ...(copied.size > 0 ? [`Both sides read one copy of ${count(copied.size, 'input')}.`] : []),
        ...(prints.size > 0
          ? [
              `${list(left, 4)}: too large to copy (over ${count(MOST_ROWS, 'row')}) or not ours to redirect; ${looked} before and after.`,
            ]
          : []),
        ...(moved.length > 0 ? [`${list(moved, 4)} changed meanwhile.`] : []),
      ]
      return { how, moved, words: words.join(' ') || 'Nothing is read from outside of the sandbox.' }
    },
  }
}
