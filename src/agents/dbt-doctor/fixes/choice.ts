/** A materialisation or a strategy that dbt does not know: the nearest that it knows. */
import { collectChanges } from '../../../changes/index.ts'
import { distanceScore } from '../score.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { fileOf } from './files.ts'

const MATERIALISATIONS = ['table', 'view', 'incremental', 'ephemeral', 'materialized_view']
const STRATEGIES = ['append', 'delete+insert', 'merge', 'insert_overwrite', 'microbatch']

export const choice: Fixer = {
  id: 'choice',
  classes: ['C07', 'C08'],
  find: async ({ class: of, thing, nodes }, context) => {
    if (!thing) return []
    const own = Object.values(context.graph?.manifest.macros ?? {}).flatMap(
      (m) => /^materialization_(\w+?)_(?:default|\w+)$/.exec(m.name)?.[1] ?? [],
    )
    const plain = (name: string) => name.replace(/[^a-z]/gi, '_').toLowerCase()
    const known = of?.id === 'C07' ? [...new Set([...MATERIALISATIONS, ...own])] : STRATEGIES
    const paths = await placesOf(nodes, context)
    const found: Candidate[] = []
    for (const name of known) {
      const score = distanceScore(plain(thing), plain(name))
      if (score === 0 || name === thing) continue
      for (const path of paths) {
        const text = await context.read(path).catch(() => '')
        const edits = [...text.matchAll(SETTING)].flatMap((m) => {
          const written = m[2] ?? ''
          if (plain(written) !== plain(thing)) return []
          const start = m.index + m[0].length - written.length - (m[3]?.length ?? 0)
          return [{ start, end: start + written.length, text: name }]
        })
        if (edits.length === 0) continue
        const files = collectChanges(context.place)
        await files.write(path, edited(text, edits, path))
        const changes = await files.changeSet(`Use ${name} instead of ${thing}`)
        found.push({
          title: changes.title,
          because: [`dbt knows ${name}, and is written nearly so`],
          score,
          changes,
        })
      }
    }
    return found
  },
}

/** `materialized='tabel'` in a config, `+materialized: tabel` in YAML; the same for the strategy. */
const SETTING = /\+?(?:materialized|incremental_strategy)["']?\s*[=:]\s*(["']?)([\w+-]+)(\1)/g

async function placesOf(nodes: string[], { graph, place, files }: FixContext): Promise<string[]> {
  const own = nodes.flatMap((id) => {
    const node = graph?.node(id)
    if (!node) return []
    const patch = node.patch_path?.replace(/^[^:]+:\/\//, '')
    return [node.original_file_path, ...(patch ? [patch] : []), 'dbt_project.yml']
  })
  return [...new Set(own)]
    .map((p) => fileOf({ original_file_path: p }, place))
    .filter((p) => files.includes(p))
}
