/** A folder of dbt_project.yml that is not there: all that lies in the one that was meant is missed by its name. */
import { isScalar, isSeq, parseDocument } from 'yaml'
import { DBT_FILE } from '../../../config/project.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'

const PATHS = [
  'model-paths',
  'seed-paths',
  'macro-paths',
  'snapshot-paths',
  'test-paths',
  'docs-paths',
  'analysis-paths',
]

/** Folders that are no part of what dbt reads. */
const USUAL = new Set(['target', 'logs', 'dbt_packages', 'docs', 'scripts'])

export const folders: Fixer = {
  id: 'folders',
  classes: ['P17', 'P19', 'P20', 'P39', 'C02', 'C06'],
  find: async (_, context) => {
    const path = context.files.find((p) => p.split('/').at(-1) === DBT_FILE)
    if (!path) return []
    const text = await context.read(path).catch(() => '')
    const below = path.slice(0, -DBT_FILE.length)
    const own = context.files.flatMap((p) => (p.startsWith(below) ? [p.slice(below.length)] : []))
    const there = new Set(
      own.flatMap((p) =>
        p
          .split('/')
          .slice(0, -1)
          .map((_part, i, all) => all.slice(0, i + 1).join('/')),
      ),
    )
    const document = parseDocument(text)
    const depth = (folder: string) => folder.split('/').length
    const named = PATHS.flatMap((key) => {
      const list = document.get(key, true)
      const items = isSeq(list) ? list.items.filter(isScalar) : []
      return items.map(({ value, range }) => ({
        value: String(value),
        range,
        beside: items.map((i) => String(i.value)),
      }))
    })
    const found: Candidate[] = []
    const known = new Set(named.map((n) => n.value))
    // The only one that holds files and is named nowhere, though nothing like it is.
    const [left, other] = [...there].filter((f) => depth(f) === 1 && !known.has(f) && !USUAL.has(f))
    for (const { value, range, beside } of named) {
      if (there.has(value) || !range) continue
      const meant = [...there].filter((f) => !beside.includes(f) && depth(f) === depth(value))
      const alike = nearNames(value, meant)
      const only = left && !other && meant.includes(left) ? [{ name: left, score: 62 }] : []
      for (const near of alike.length > 0 ? alike : only) {
        const written = text.slice(range[0], range[1])
        const like = alike.length > 0 ? 'written nearly so' : 'which nothing names'
        found.push(
          ...(await propose(context, {
            title: `Read the folder ${near.name} instead of ${value}`,
            because: [`there is no folder ${value}, and there is ${near.name}, ${like}`],
            score: near.score + 8,
            texts: {
              [path]: edited(
                text,
                [{ start: range[0], end: range[1], text: written.replace(value, near.name) }],
                path,
              ),
            },
          })),
        )
      }
    }
    return found
  },
}
