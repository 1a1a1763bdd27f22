/** What a node is called, where it cannot be: a blank in its name, a name too long, another's name for its relation. */

import { basename, dirname, extname } from 'node:path'
import { collectChanges } from '../../../changes/index.ts'
import { escaped } from '../../../core/text.ts'
import {
  configCalls,
  type NamedValue,
  withArguments,
  withCall,
  withValue,
} from '../../../refactor/change-materialization/config-call.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'
import { refEdits } from './reference.ts'

export const called: Fixer = {
  id: 'called',
  classes: ['P22', 'P26', 'C15'],
  find: async (failure, context) => {
    if (failure.class?.id === 'P26') return withoutBlanks(failure, context)
    return failure.class?.id === 'C15' ? shorter(failure, context) : ownAlias(failure, context)
  },
}

/** All files that the message names, with those that read them: one name alone would leave the next one failing. */
async function withoutBlanks({ message }: Failure, context: FixContext): Promise<Candidate[]> {
  const { files, place, read } = context
  const moved = files.flatMap((path) => {
    const extension = extname(path)
    const from = basename(path, extension)
    if (!from.includes(' ') || !message.includes(from)) return []
    const name = from.trim().replace(/\s+/g, '_')
    return [{ path, from, name, to: `${dirname(path)}/${name}${extension}` }]
  })
  if (moved.length === 0 || moved.some((m) => files.includes(m.to))) return []
  const changes = collectChanges(place)
  for (const { path, to } of moved) await changes.rename(path, to)
  for (const path of files.filter((p) => /\.(?:sql|py|ya?ml)$/.test(p))) {
    const at = moved.find((m) => m.path === path)?.to ?? path
    let text = await read(path).catch(() => null)
    if (text === null) continue
    for (const { from, name } of moved) {
      text = edited(text, refEdits(text, from, name), path)
      if (/\.ya?ml$/.test(path)) text = text.replace(named(from), `$1${name}$2`)
    }
    await changes.write(at, text)
  }
  const words = moved.map((m) => `${m.from} ${m.name}`).join(', ')
  const title = `Call ${words}, and so wherever it is read`
  return [{ title, because: ['names have no blanks'], score: 82, changes: await changes.changeSet(title) }]
}

/** `- name: my model`, whatever its quotes, and nothing behind it. */
const named = (name: string) =>
  new RegExp(`^(\\s*-?\\s*name:\\s*["']?)${escaped(name)}(["']?\\s*(?:#.*)?)$`, 'gm')

/** An alias of the words that fit; the model's own name, by which it is read, stays. */
async function shorter({ message, ...failure }: Failure, context: FixContext): Promise<Candidate[]> {
  const [, name = '', most] = /Relation name '([^']+)' is longer than (\d+) characters/.exec(message) ?? []
  const [id] = failingNodes({ message, ...failure }, context)
  const node = id ? context.graph?.node(id) : undefined
  const path = node ? fileOf(node, context.place) : failure.file
  if (!most || !path?.endsWith('.sql')) return []
  const text = await context.read(path)
  const alias = shortened(name, Number(most))
  const after = withSetting(text, ['alias', alias])
  if (after === null) return []
  return propose(context, {
    title: `Build it as ${alias}`,
    because: [
      `the warehouse takes ${most} characters; what reads it goes on calling it ${node?.name ?? name}`,
    ],
    score: 70,
    texts: { [path]: after },
  })
}

/** Words from the left as long as they fit, so that what it begins with stays. */
export function shortened(name: string, most: number): string {
  const words = name.split('_')
  while (words.length > 1 && words.join('_').length > most) words.pop()
  return words.join('_').slice(0, most)
}

/** A setting in `config()`, in place of what stands there or beside it; null where it cannot be read. */
function withSetting(text: string, [key, value]: [string, string]): string | null {
  const calls = configCalls(text)
  if (!calls || calls.some((c) => !c.arguments)) return null
  const standing = calls.flatMap((c) => c.arguments ?? []).find((a) => a.name === key)
  if (standing) return standing.literal === null ? null : withValue(text, standing, value)
  const [first] = calls
  const named: NamedValue[] = [[key, value]]
  return first ? withArguments(text, first, named) : withCall(text, named)
}

/** Of two that would write one relation, the one whose alias is not its own name takes that again. */
async function ownAlias({ message }: Failure, context: FixContext): Promise<Candidate[]> {
  const [, relation = ''] = /database representation "([^\n]+)"\.\s*$/m.exec(message) ?? []
  const twice = relation.replace(/["`]/g, '').split('.').at(-1) ?? ''
  const dirty = new Set((await context.git?.dirty()) ?? [])
  const latest = (await context.git?.latest()) ?? null
  const touched = new Set(latest ? await context.git?.touched(latest.hash) : [])
  const found: Candidate[] = []
  for (const path of context.files.filter(
    (p) => message.includes(`(${p})`) || message.includes(basename(p)),
  )) {
    const name = basename(path, extname(path))
    if (!path.endsWith('.sql') || name.toLowerCase() === twice.toLowerCase()) continue
    const text = await context.read(path)
    const alias = configCalls(text)
      ?.flatMap((c) => c.arguments ?? [])
      .find((a) => a.name === 'alias')
    if (alias?.literal?.toLowerCase() !== twice.toLowerCase()) continue
    found.push(
      ...(await propose(context, {
        title: `Build ${name} under its own name`,
        because: [`its alias ${alias.literal} is the relation of another model`],
        score: 62 + (dirty.has(path) || touched.has(path) ? 15 : 0),
        texts: { [path]: withValue(text, alias, name) },
      })),
    )
  }
  return found
}
