/** How the parts of a table are called: as those that stand, with what tells them apart in its place. */
import type { Database, Table } from '../../../adapters/databases/types.ts'
import type { Bounds } from '../order/change.ts'

type Quoting = Pick<Database, 'server'>

const DATED = /^(.*?)((?:19|20)\d\d)(?:([^\d]{0,2})(\d\d))?(?:([^\d]{0,2})(\d\d))?$/

export function partName(
  bounds: Bounds,
  table: Pick<Table, 'name' | 'partitions'>,
  { server }: Quoting,
): string {
  const isPostgres = server.family === 'postgres'
  const standing = (table.partitions?.parts ?? []).filter((p) => p.of === null).map((p) => p.name)
  const dated = standing.map((n) => DATED.exec(n)).filter((m) => m !== null)
  const last = dated.at(-1)
  const before = last?.[1] ?? (isPostgres ? `${table.name}_` : 'p')
  switch (bounds.kind) {
    case 'rest':
      return isPostgres ? `${table.name}_default` : 'pmax'
    case 'hash':
      return isPostgres ? `${table.name}_${bounds.at}` : `p${bounds.at}`
    case 'list': {
      const prefix = isPostgres ? `${table.name}_` : standing.every((n) => n.startsWith('p_')) ? 'p_' : 'p'
      return `${prefix}${bounds.values.map(asName).join('_')}`
    }
    case 'range': {
      const { from, to } = bounds
      if (from === null || !/^\d{4}-\d\d-\d\d$/.test(from))
        return `${before}${from === null ? `before_${asName(to ?? '')}` : asName(from)}`
      const [year = '', month = '', date = ''] = from.split('-')
      const [one, two] = [
        last?.[3] ?? (isPostgres ? '_' : ''),
        last?.[5] ?? last?.[3] ?? (isPostgres ? '_' : ''),
      ]
      const length = (Date.parse(to ?? from) - Date.parse(from)) / 86_400_000
      if (length > 300) return `${before}${year}`
      return length > 7 ? `${before}${year}${one}${month}` : `${before}${year}${one}${month}${two}${date}`
    }
  }
}

function asName(value: string): string {
  return (
    value
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .replace(/^_+|_+$/g, '') || 'blank'
  )
}
