import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edited } from './edit.ts'
import type { Input } from './index.ts'

const to = (kind: Input['to'], rest: Partial<Input> = {}): Input => ({
  model: 'm',
  to: kind,
  uniqueKey: [],
  watermark: null,
  filter: null,
  ...rest,
})
const change = (text: string, input: Input) => edited(text, 'models/m.sql', input).text
const INCREMENTAL = to('incremental', { uniqueKey: ['id'], watermark: 'seen_at' })

describe('the materialization in a file', () => {
  it.each([
    ["{{ config(materialized='view') }}\nselect 1", "{{ config(materialized='table') }}\nselect 1"],
    ['{{config( materialized = "view",tags=["a, b"])}}', '{{config( materialized = "table",tags=["a, b"])}}'],
    [
      "{{ config(\n    tags='x',\n    schema='y'\n) }}",
      "{{ config(\n    materialized='table',\n    tags='x',\n    schema='y'\n) }}",
    ],
    ['{{ config(tags="x") }}', '{{ config(materialized="table", tags="x") }}'],
    ['{{ config() }}\nselect 1', "{{ config(materialized='table') }}\nselect 1"],
    ['select 1\r\n', "{{ config(materialized='table') }}\r\n\r\nselect 1\r\n"],
    ['\ufeffselect 1', "\ufeff{{ config(materialized='table') }}\n\nselect 1"],
    [
      "{# config(materialized='view') #}\nselect 1",
      "{{ config(materialized='table') }}\n\n{# config(materialized='view') #}\nselect 1",
    ],
    [
      "{{ config(pre_hook=\"select 'config(materialized=''a'')'\") }}",
      "{{ config(materialized=\"table\", pre_hook=\"select 'config(materialized=''a'')'\") }}",
    ],
  ])('%j', (before, after) => {
    expect(change(before, to('table'))).toBe(after)
  })

  it('is refused, with the line, where Jinja computes it', () => {
    const refused = (text: string, why: RegExp) =>
      expect(() => edited(text, 'models/m.sql', to('table'))).toThrow(why)
    refused("\n{{ config(materialized=('view' if a else 'b')) }}", /^models\/m\.sql:2: .*computed by Jinja/)
    refused("{{ config({'materialized': 'view'}) }}", /not name=value/)
    refused("{% if a %}{{ x ~ config(materialized='view') }}{% endif %}", /in the middle of other Jinja/)
    refused('{{ config(', /without an end/)
  })

  it('and back again gives the same bytes', () => {
    const kind = fc.constantFrom('view', 'table', 'ephemeral') as fc.Arbitrary<Input['to']>
    const around = fc.stringMatching(/^[a-z0-9 ,()'"\r\n\u00e9-]*$/)
    fc.assert(
      fc.property(kind, kind, around, fc.constantFrom("'", '"'), (from, other, body, quote) => {
        const text = `{{ config(materialized=${quote}${from}${quote}, x=1) }}\n${body}`
        expect(change(change(text, to(other)), to(from))).toBe(text)
      }),
    )
  })
})

describe('an incremental model', () => {
  it('has its filter behind a closing select of everything', () => {
    const text = 'with final as (\n    select 1 as id\n)\n\nselect * from final\n'
    expect(change(text, INCREMENTAL)).toBe(`{{ config(materialized='incremental', unique_key='id') }}

with final as (
    select 1 as id
)

select * from final

{% if is_incremental() %}
where seen_at >= (select max(seen_at) from {{ this }})
   or not exists (select 1 from {{ this }})
{% endif %}
`)
  })

  it('has any other query put into brackets, for a filter inside it would cut what it counts', () => {
    const text = "{{ config(materialized='table') }}\nselect id, count(*) as n\nfrom t group by id -- end"
    const after = change(
      text,
      to('incremental', { uniqueKey: ['id', 'day'], watermark: 'day', filter: 'day > 1' }),
    )
    expect(after).toBe(`{{ config(materialized='incremental', unique_key=['id', 'day']) }}

select *
from (
select id, count(*) as n
from t group by id -- end
) as all_rows
{% if is_incremental() %}
where day > 1
{% endif %}
`)
  })

  it('is refused without a key and a rule for what is new', () => {
    for (const rest of [{}, { uniqueKey: ['id'] }, { watermark: 'a' }])
      expect(() => edited('select 1', 'm.sql', to('incremental', rest))).toThrow(/needs a key, and a column/)
  })

  it('keeps a block of its own', () => {
    const own = "{{ config(materialized='table') }}\nselect 1 {% if is_incremental() %}where x{% endif %}"
    expect(change(own, INCREMENTAL)).toBe(own.replace("'table'", "'incremental', unique_key='id'"))
    expect(() => edited(own, 'm.sql', { ...INCREMENTAL, filter: 'x' })).toThrow(/its own rule/)
  })
})
