/** What is proposed for Jinja that cannot be read. */
import { expect, it } from 'vitest'
import { jinja } from './jinja.ts'
import { after, found } from './test-found.ts'

const fix = (text: string, message: string, path = 'models/a.sql') =>
  found(jinja, message, { [path]: text }).then(after)
const OPEN = 'Unexpected end of template.'

it('a tag that is misspelt, of others, or none', async () => {
  const unknown = (tag: string) => `Encountered unknown tag '${tag}'.`
  expect(await fix('{% if x %} a {% endfi %}', unknown('endfi'))).toBe('{% if x %} a {% endif %}')
  expect(await fix('{% if x %} a {%- elseif y %} b {% endif %}', unknown('elseif'))).toContain(
    '{%- elif y %}',
  )
  expect(await fix("select * from {% ref('a') %}", unknown('ref'))).toBe("select * from {{ ref('a') }}")
})

it('a block that is left open ends where its lines do', async () => {
  expect(await fix('{% if x %} a', OPEN)).toBe('{% if x %} a{% endif %}')
  expect(await fix('select\n    {% if x %}\n        a,\n    b\nfrom t', OPEN)).toContain(
    '    b\n    {% endif %}\n',
  )
  const all = await found(jinja, OPEN, {
    'models/a.sql': 'select\n    {% if x %}\n        a,\n    b\nfrom t',
  })
  expect(all.map((c) => c.title)).toContain('End the if of line 2 behind line 3')
  expect(await fix('select 1\n{% endif %}\nfrom t\n', "Encountered unknown tag 'endif'.")).toBe(
    'select 1\nfrom t\n',
  )
})

it('a macro, a test and a docs block end before the next', async () => {
  const nested =
    'Got nested tags: docs (started at 0) did not have a matching {% enddocs %} before a subsequent docs was found'
  expect(await fix('{% docs a %}\nA.\n\n{% docs b %}\nB.\n{% enddocs %}\n', nested, 'models/a.md')).toBe(
    '{% docs a %}\nA.\n{% enddocs %}\n\n{% docs b %}\nB.\n{% enddocs %}\n',
  )
  const left = 'Reached EOF without finding a close tag for macro (searched from line 1)'
  expect(await fix('{% macro a() -%}\n  1\n', left, 'macros/a.sql')).toBe(
    '{% macro a() -%}\n  1\n{%- endmacro %}\n',
  )
  expect(await fix('{% macro a() %}\n  1\n{% endmcaro %}\n', left, 'macros/a.sql')).toContain(
    '{% endmacro %}',
  )
})

it('braces, brackets, quotes and comments', async () => {
  expect(await fix("{{ ref('a' }}", "unexpected '}', expected ')'\n  line 1")).toBe("{{ ref('a') }}")
  expect(await fix('{{ a }', "unexpected '}'\n  line 1")).toBe('{{ a }}')
  expect(await fix("{{ ref('a) }}", 'unexpected char "\'" at 8\n  line 1')).toBe("{{ ref('a') }}")
  expect(await fix("{{ ref({{ 'a' }}) }}", "expected token ':', got '}'\n  line 1")).toBe("{{ ref('a') }}")
  expect(await fix('{# a }\nselect 1', 'Missing end of comment tag\n  line 1')).toBe('{# a #}\nselect 1')
  expect(await fix('{% if a %] 1\n{% endif %}', "unexpected char ']'\n  line 1")).toBe(
    '{% if a %} 1\n{% endif %}',
  )
  expect(await fix('{% for a in b %]\n1\n{% endfor %}', 'unexpected char\n  line 1')).toContain(
    '{% for a in b %}\n',
  )
  expect(await fix("select 1 from { ref('a') }}", 'Parser Error: syntax error at or near "{"')).toBe(
    "select 1 from {{ ref('a') }}",
  )
})

it('what Jinja misses goes where it misses it', async () => {
  const missed = (token: string, got: string) => `expected token '${token}', got '${got}'\n  line 2\n`
  const config = "{{ config(\n  alias='a' tags='b'\n) }}"
  expect(await fix(config, missed(',', 'tags'))).toContain("alias='a', tags='b'")
  expect(await fix('\n{% for a of b %}', missed('in', 'of'))).toContain('for a in b')
  expect(await fix('\n{% set a b %}', missed('end of statement block', 'b'))).toContain('set a = b')
  expect(await fix("\n{{ x({'a' 'b'}) }}", missed(':', '}'))).toContain("{'a': 'b'}")
})

it('an operator with nothing behind it is taken out on trial: the data has to stay what it is', async () => {
  const message = "unexpected 'end of statement block'\n  line 1\n    {% if x == %}"
  const [one] = await found(jinja, message, { 'models/a.sql': '{% if x == %}1{% endif %}' })
  expect(after(one ? [one] : [])).toBe('{% if x %}1{% endif %}')
  expect(one?.guess).toBe(true)
})
