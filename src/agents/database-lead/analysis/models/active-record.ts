/** `db/schema.rb`, which Rails writes from the database: `create_table "orders" do |t| ... end`. */
import { lineAt } from '../code.ts'
import type { ModelColumn, ModelReader } from './types.ts'

const NO_COLUMN = /^(index|check_constraint|foreign_key|exclusion_constraint|unique_constraint)$/

export const activeRecord: ModelReader = (text) =>
  [...text.matchAll(/^\s*create_table\s+"([^"]+)"([^\n]*?)\s+do\s+\|(\w+)\|\n([\s\S]*?)^\s*end\b/gm)].map(
    (m) => {
      const [, table = '', options = '', t = 't', body = ''] = m
      const form = new RegExp(`^\\s*${t}\\.(\\w+)\\s+"([^"]+)"([^\\n]*)`, 'gm')
      const own = [...body.matchAll(form)].flatMap(([, type = '', name = '', rest = '']): ModelColumn[] =>
        NO_COLUMN.test(type) ? [] : [{ name, type, nullable: !/null:\s*false/.test(rest) }],
      )
      const key = /primary_key:\s*"([^"]+)"/.exec(options)?.[1] ?? 'id'
      const hasKey = !/\bid:\s*false/.test(options) && !/primary_key:\s*\[/.test(options)
      const id: ModelColumn[] = hasKey
        ? [{ name: key, type: /id:\s*:(\w+)/.exec(options)?.[1] ?? 'bigint', nullable: false }]
        : []
      return {
        kind: 'ActiveRecord schema',
        name: table,
        table,
        isNamed: true,
        columns: [...id, ...own],
        line: lineAt(text, m.index),
      }
    },
  )
