import { describe, expect, it } from 'vitest'
import type { SqlFile } from '../sql-file.ts'
import { carriedState } from './carry.ts'

/** What stands between `<` and `>` moves. */
function carried(marked: string, tied: (name: string) => string | null = () => null) {
  const start = marked.indexOf('<<')
  const end = marked.indexOf('>>') - 2
  const raw = marked.replace('<<', '').replace('>>', '')
  const file = { path: 'models/m.sql', raw, adapter: 'duckdb', versions: [] } as unknown as SqlFile
  const made = carriedState(file, [{ start, end }], tied)
  const text = (spans: { start: number; end: number }[]) => spans.map((s) => raw.slice(s.start, s.end))
  return { statements: text(made.statements), unused: text(made.unused) }
}

describe('the Jinja that comes along', () => {
  it('is what sets the names that are used, and what those need', () => {
    const head = "{% set a = ['x'] %}\n{%- set b -%} {{ a[0] }} {%- endset %}\n{% set c = 1 %}\n"
    expect(carried(`${head}<<select {{ b }} from t>> where {{ a }}`)).toEqual({
      statements: ["{% set a = ['x'] %}", '{%- set b -%} {{ a[0] }} {%- endset %}'],
      unused: ['{%- set b -%} {{ a[0] }} {%- endset %}'],
    })
  })

  it('does not mind names of loops and arguments inside', () => {
    expect(carried("<<{% for c in ['a'] %}{{ f(x=c, y='this') }}{% endfor %}>>").statements).toEqual([])
  })

  it('is refused where it cannot be proven', () => {
    const cases: [string, string][] = [
      ['{% for k in [1] %}<<select {{ k }}>>{% endfor %}', 'it stands inside of {% for %}'],
      ['{% set a = [] %}{% do a.append(1) %}<<{{ a }}>>', 'a, which it uses, is changed here'],
      ['{% set a = 1 %}{% set a = 2 %}<<{{ a }}>>', 'is set more than once'],
      ['{% if x %}{% set a = 1 %}{% endif %}<<{{ a }}>>', 'is set inside of a block'],
      ['<<{% set a = 1 %}{{ a }}>>{{ a }}', 'a is set here and used by what would stay'],
      ['<<{% if is_incremental() %}1{% endif %}>>', 'it uses is_incremental'],
      ['<<{{ my_filter(x) }}>>', 'it uses the macro my_filter, and that uses this'],
    ]
    for (const [text, why] of cases)
      expect(() => carried(text, (name) => (name === 'my_filter' ? 'this' : null))).toThrow(why)
  })
})
