/** `model Order { placedAt DateTime @map("placed_at") @@map("orders") }`. */
import { lineAt } from '../code.ts'
import type { ModelColumn, ModelReader } from './types.ts'

const SCALARS = /^(String|Boolean|Int|BigInt|Float|Decimal|DateTime|Json|Bytes|Unsupported\(.*\))$/

export const prisma: ModelReader = (text) => {
  const enums = new Set([...text.matchAll(/^enum\s+(\w+)/gm)].map((m) => m[1]))
  return [...text.matchAll(/^model\s+(\w+)\s*\{([\s\S]*?)^\}/gm)].map((m) => {
    const [, name = '', body = ''] = m
    const lines = body.split('\n').map((l) => l.replace(/\/\/.*$/, '').trim())
    const named = lines.flatMap((l) => /^@@map\("([^"]+)"\)/.exec(l)?.[1] ?? [])[0]
    const columns = lines.flatMap((line): ModelColumn[] => {
      const [, field, type = '', sign] = /^(\w+)\s+([\w]+(?:\("[^"]*"\))?)(\?|\[\])?/.exec(line) ?? []
      if (!field || line.startsWith('@@') || /@ignore\b/.test(line)) return []
      if (!SCALARS.test(type) && !enums.has(type)) return []
      const mapped = /@map\("([^"]+)"\)/.exec(line)?.[1]
      return [{ name: mapped ?? field, type: sign === '[]' ? null : type, nullable: sign === '?' }]
    })
    return {
      kind: 'Prisma model',
      name,
      table: named ?? name,
      isNamed: true,
      columns,
      line: lineAt(text, m.index),
    }
  })
}
