import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHeadingSafe } from './sections.ts'
import { anyText } from './test-arbitraries.ts'
import {
  decodeBlock,
  decodeCharacters,
  decodeItem,
  encodeBlock,
  encodeItem,
  encodeName,
  normalizeText,
  singleLine,
  tomlString,
} from './text.ts'
import { parseToml } from './toml.ts'

describe('text in a list item', () => {
  test('comes back unchanged but for white space at its ends', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, atStart) => {
        expect(decodeItem(encodeItem(text, atStart), atStart)).toBe(normalizeText(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('stays readable: only what would begin a block of its own gets a backslash', () => {
    const text = 'Binder Error: `fare` in C:\\dbt\\models [1]\n- [ ] look\n# look\n2. look\n+++'
    expect(encodeItem(text, false)).toEqual([
      'Binder Error: `fare` in C:\\dbt\\models [1]',
      '\\- [ ] look',
      '\\# look',
      '2\\. look',
      '\\+++',
    ])
  })

  test('shows control characters instead of obeying them', () => {
    expect(encodeItem('\u001b[31mred\u202e and \\u001b', false)).toEqual([
      '\\u001b[31mred\\u202e and \\u005cu001b',
    ])
  })
})

test('a name is one line without our separator', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = encodeName(text)
      expect(name).not.toMatch(/·|[\n\r]/)
      expect(decodeCharacters(name)).toBe(singleLine(text))
    }),
  )
})

describe('a block of Markdown', () => {
  test('comes back unchanged but for white space at its ends', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decodeBlock(encodeBlock(text, isHeadingSafe))).toBe(normalizeText(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('keeps lists, closed fences and deep headings, and protects what would end the section', () => {
    const text = '#### Up\n- a\n1. b\n```mermaid\na --> b\n## x\n```\n## Log Entries\ntitle\n---\n```sql'
    expect(encodeBlock(text, isHeadingSafe).split('\n')).toEqual([
      ...['#### Up', '- a', '1. b', '```mermaid', 'a --> b', '## x', '```'],
      ...['\\## Log Entries', 'title', '\\---', '\\```sql'],
    ])
    expect(encodeBlock('##### Checklist', isHeadingSafe)).toBe('\\##### Checklist')
  })
})

test('a TOML string is one line and valid', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const toml = tomlString(text)
      expect(toml).not.toMatch(/[\n\r]/)
      expect(parseToml(`a = ${toml}`).a).toBe(text.toWellFormed())
    }),
  )
})
