/** A unit test whose rows name a column that is not there, or that lacks an input. */
import { isDeepStrictEqual } from 'node:util'
import { editYaml } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { renamedIn } from './column.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'
import { earlierTexts } from './versions.ts'

export const fixture: Fixer = {
  id: 'fixture',
  classes: ['C12', 'P32'],
  find: async (failure, context) =>
    failure.class?.id === 'P32' ? withThis(failure, context) : renamedColumn(failure, context),
}

async function renamedColumn({ message, nodes }: Failure, context: FixContext): Promise<Candidate[]> {
  const [, wrong, of = ''] =
    /Invalid column name: '([^']+)' in unit test fixture for (?:'([^']+)'|expected output)/.exec(message) ??
    []
  const [, list = ''] = /Accepted columns for [^\n]*? are: \[([^\]]*)\]/.exec(message) ?? []
  const accepted = [...list.matchAll(/'([^']+)'/g)].map((m) => m[1] ?? '')
  const test = nodes.map((id) => context.graph?.node(id)).find((n) => n?.unique_id.startsWith('unit_test.'))
  if (!wrong || !test) return []
  const path = fileOf(test, context.place)
  const text = await context.read(path)
  const part = partOf(text, test.name, of)
  const found: Candidate[] = []
  const renamed = await Promise.all(
    Object.values(context.graph?.manifest.nodes ?? {})
      .filter((n) => n.name === of && n.resource_type === 'model')
      .map((n) => renamedIn(n.unique_id, wrong, accepted, context)),
  )
  const known = renamed.flat().map(({ to, because }) => ({ name: to, score: 92, because }))
  const near = nearNames(wrong, accepted).map((n) => ({
    ...n,
    because: `${of || 'the model'} has ${n.name}, written nearly so`,
  }))
  const names = [...known, ...near.filter((n) => !known.some((k) => k.name === n.name))]
  for (const near of names) {
    // A key of a row, or a name in the first line of rows that are written as CSV.
    const key = new RegExp(`(?<![\\w$])${wrong}(?=["']?\\s*:|\\s*,|\\s*\\n)`, 'g')
    const edits = [...text.slice(part.start, part.end).matchAll(key)].map((m) => ({
      start: part.start + m.index,
      end: part.start + m.index + wrong.length,
      text: near.name,
    }))
    found.push(
      ...(await propose(context, {
        title: `Write ${near.name} instead of ${wrong} in the rows of ${test.name}`,
        because: [near.because],
        score: near.score,
        texts: edits.length > 0 ? { [path]: edited(text, edits, path) } : {},
      })),
    )
  }
  return found
}

/** The test as it is written in another version of the file; null where one of them has it not. */
function withEntry(text: string, old: string, name: string): string | null {
  const [now, was] = [entryOf(text, name), entryOf(old, name)]
  return now && was ? text.slice(0, now.start) + old.slice(was.start, was.end) + text.slice(now.end) : null
}

/** Whether two tests differ in nothing but the order of what they are given. */
function saysTheSame(a: unknown, b: unknown): boolean {
  const sorted = (test: unknown) => {
    const { given, ...rest } = (test ?? {}) as { given?: unknown }
    return { ...rest, given: (Array.isArray(given) ? given : []).map((g) => JSON.stringify(g)).sort() }
  }
  return isDeepStrictEqual(sorted(a), sorted(b))
}

function entryOf(text: string, name: string): { start: number; end: number } | null {
  const start = text.search(new RegExp(`^[ \\t]*-[ \\t]*name:[ \\t]*["']?${name}\\b`, 'm'))
  if (start < 0) return null
  const below = text.indexOf('\n', start) + 1
  const next = text.slice(below).search(/^ {0,2}-\s*name:|^\S/m)
  return { start, end: next < 0 ? text.length : below + next }
}

/** Of the test's entry: the input that is named, else what is expected. */
function partOf(text: string, name: string, input: string): { start: number; end: number } {
  const { start, end } = entryOf(text, name) ?? { start: 0, end: text.length }
  const entry = text.slice(start, end)
  const from = entry.search(input ? new RegExp(`input:[^\\n]*['"]${input}['"]`) : /^\s*expect:/m)
  if (from < 0) return { start, end }
  const rest = entry.slice(from + 1).search(/^\s*-\s*input:|^\s*(?:expect|given):/m)
  return { start: start + from, end: input && rest >= 0 ? start + from + 1 + rest : end }
}

async function withThis({ thing }: Failure, context: FixContext): Promise<Candidate[]> {
  for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
    const text = await context.read(path).catch(() => '')
    if (!thing || !text.includes(thing)) continue
    try {
      const yaml = editYaml(path, text)
      const entry = ['unit_tests', { name: thing }] as const
      if (!yaml.has(entry)) continue
      const found: Candidate[] = []
      for (const { text: old, when } of await earlierTexts(path, context)) {
        const given = editYaml(path, old).get([...entry, 'given'])
        const was = (Array.isArray(given) ? given : []).find((g) => g?.input === 'this')
        if (!was) continue
        const again = editYaml(path, text)
        again.add([...entry, 'given'], was)
        const asItWas = withEntry(text, old, thing)
        const isSame = asItWas !== null && saysTheSame(editYaml(path, asItWas).get(entry), again.get(entry))
        found.push(
          ...(await propose(context, {
            title: `Give ${thing} the table that stands again, with the rows that it had`,
            because: [`git: they were taken out ${when}`],
            score: 88,
            texts: { [path]: isSame && asItWas !== null ? asItWas : again.text },
          })),
        )
        break
      }
      yaml.add([...entry, 'given'], { input: 'this', rows: [] })
      return [
        ...found,
        ...(await propose(context, {
          title: `Give ${thing} the table that stands, without rows`,
          because: ['the test says that it runs incrementally, and not on what; what it expects stays'],
          score: 70,
          texts: { [path]: yaml.text },
        })),
      ]
    } catch (error) {
      if (!isMartsmithError(error)) throw error
    }
  }
  return []
}
