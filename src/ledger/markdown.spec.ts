import { describe, expect, test } from 'vitest'
import { scanMarkdown } from './markdown.ts'

/** Headings as `line:level text`, boxes as `line:depth mark`; lines from 1. */
function found(text: string): string[] {
  const scan = scanMarkdown(text)
  const headings = scan.headings.map((h) => [h.line, `${h.line + 1}:${h.level} ${h.text}`] as const)
  const boxes = scan.items
    .filter((item) => item.mark)
    .map((item) => {
      const mark = text.slice(item.mark?.start, item.mark?.end)
      return [item.line, `${item.line + 1}:${item.depth} [${mark}]${item.done ? ' done' : ''}`] as const
    })
  return [...headings, ...boxes].sort((a, b) => a[0] - b[0]).map(([, what]) => what)
}

describe('scanMarkdown finds', () => {
  test.each([
    ['headings of both kinds', '# A #\n\nB\n===\nC\nc\n---\n ### D', ['1:1 A', '3:1 B', '5:2 C c', '8:3 D']],
    ['no headings in lists, quotes or text', '- # a\n> # b\n#c\n    # d', []],
    [
      'boxes of all kinds',
      '- [ ] a\n* [x] b\n+ [X] c\n1. [✅] d\n2) [✔️] e\n- [] f\n- [~] g',
      [...['1:1 [ ]', '2:1 [x] done', '3:1 [X] done', '4:1 [✅] done', '5:1 [✔️] done', '6:1 []', '7:1 [~]']],
    ],
    ['no boxes in links or code', '- [x](y)\n- [a] b\n- `[ ]` c\n-[ ] d\n\n      - [ ] e', []],
    [
      'nested boxes',
      '- [ ] a\n  - [x] b\n\t- [ ] c\n    1. [ ] d\n- - [ ] e',
      [...['1:1 [ ]', '2:2 [x] done', '3:3 [ ]', '4:3 [ ]', '5:2 [ ]']],
    ],
    ['nothing in fences', '```md\n# a\n- [ ] b\n~~~\n```\n- [ ] c', ['6:1 [ ]']],
    ['the end of longer fences', '````\n```\n# a\n````\n# b', ['5:1 b']],
    ['the end of fences with their list', '- a\n  ```\n  # x\n- [ ] b\n# c', ['4:1 [ ]', '5:1 c']],
    ['what follows a fence that is never closed', '# a\n```sql\n- [ ] b\n# c', ['1:1 a', '3:1 [ ]', '4:1 c']],
    ['nothing in comments', '<!-- a\n- [ ] b\n# c\n-->\n- [ ] d', ['5:1 [ ]']],
    ['what follows a comment that is never closed', '<!-- a\n- [ ] b', ['2:1 [ ]']],
    ['no end of a comment in our own marks', '<!--\n- [ ] a <!-- once x -->', ['2:1 [ ]']],
    ['lines by any line end', '# a\r\n- [ ] b\r# c\n', ['1:1 a', '2:1 [ ]', '3:1 c']],
    ['rules, which are no lists', '- - -\n* * *\n- [ ] a\n---\nb', ['3:1 [ ]']],
    ['no list in the middle of a paragraph', 'a\n2. [ ] b\n-\n\n2. [ ] c', ['1:2 a 2. [ ] b', '5:1 [ ]']],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  test('the text of an item over its lines', () => {
    const text = '- [ ] one\n  two\n\n    three\n\nnot this\n- four\nlazy\n  - nested\n  not this either'
    const items = scanMarkdown(text).items.map((item) => item.text)
    expect(items).toEqual([
      ['one', 'two', '', '  three'],
      ['four', 'lazy'],
      ['nested', 'not this either'],
    ])
  })

  test('fences that nothing closes', () => {
    expect(scanMarkdown('a\n```\nb\n~~~~\nc').unclosed).toEqual([1, 3])
    expect(scanMarkdown('- a\n  ```\n  b').unclosed).toEqual([])
  })
})

test('a long text of unclosed fences and comments is read in linear time', { timeout: 60_000 }, () => {
  // Were it quadratic, it would take minutes.
  expect(scanMarkdown('```x\n~~~~y\n<!-- x\n- [ ] y\n'.repeat(20_000)).items).toHaveLength(20_000)
})
