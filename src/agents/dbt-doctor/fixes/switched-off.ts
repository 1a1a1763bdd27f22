/** What is read and switched off: it can be switched on again, and whether it is is for its owner to say. */
import { basename, dirname } from 'node:path'
import { isMap, isPair, isScalar, parseDocument, visit } from 'yaml'
import type { TextEdit } from '../../../changes/index.ts'
import { DBT_FILE } from '../../../config/project.ts'
import { configCalls } from '../../../refactor/change-materialization/config-call.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'

export const switchedOff: Fixer = {
  id: 'switched-off',
  classes: ['P18'],
  find: async ({ thing }, context) => {
    const name = thing?.split('.').at(-1)
    if (!name) return []
    const own = context.files.filter((p) => basename(p).replace(/\.(?:sql|csv)$/, '') === name)
    const folders = new Set(own.flatMap((p) => dirname(p).split('/')))
    const found: Candidate[] = []
    for (const path of context.files.filter((p) => own.includes(p) || /\.ya?ml$/.test(p))) {
      const text = await context.read(path).catch(() => '')
      const edits = own.includes(path)
        ? inConfig(text)
        : inYaml(text, name, basename(path) === DBT_FILE ? folders : null)
      const lines = edits.map((e) => text.slice(0, e.start).split('\n').length)
      found.push(
        ...(await propose(context, {
          title: `Switch ${name} on again`,
          because: [`${path}:${lines.join(', ')} switches it off`],
          score: 60,
          texts: edits.length > 0 ? { [path]: edited(text, edits, path) } : {},
        })),
      )
    }
    return found.map((f) => ({
      ...f,
      asks: `Somebody switched ${name} off, and may have had a reason. Whether it is switched on again is for you to say:`,
    }))
  },
}

function inConfig(text: string): TextEdit[] {
  const all = configCalls(text)?.flatMap((c) => c.arguments ?? []) ?? []
  return all
    .filter((a) => a.name === 'enabled' && /^false$/i.test(text.slice(a.value.start, a.value.end)))
    .map((a) => ({ ...a.value, text: 'true' }))
}

/** `folders`: of dbt_project.yml, those in which the model lies. */
function inYaml(text: string, name: string, folders: Set<string> | null): TextEdit[] {
  const document = parseDocument(text)
  const found: TextEdit[] = []
  visit(document, {
    Pair: (_, { key, value }, path) => {
      if (!/^\+?enabled$/.test(String(key)) || !isScalar(value) || value.value !== false || !value.range)
        return
      const holders = path.flatMap((p) => (isMap(p) ? [p.get('name')] : []))
      const keys = path.flatMap((p) => (isPair(p) ? [String(p.key)] : [])).slice(1)
      const isAround = (k: string) => folders?.has(k) || k === name || k === document.get('name')
      const reaches = folders ? keys.length > 0 && keys.every(isAround) : holders.includes(name)
      if (reaches) found.push({ start: value.range[0], end: value.range[1], text: 'true' })
    },
  })
  return found
}
