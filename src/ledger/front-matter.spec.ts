import { describe, expect, test } from 'vitest'
import { readFrontMatter } from './front-matter.ts'
import { changeFrontMatter } from './front-matter-edit.ts'

const PATH = '.tasks/TASK-PIPE-20261121-081502.md'

function change(toml: string, set: Record<string, string>, add: Record<string, string[]> = {}): string {
  const text = `+++\n${toml}\n+++\n`
  const changed = changeFrontMatter(text, readFrontMatter(text, PATH), { set, add }, PATH)
  expect(changed.startsWith('+++\n') && changed.endsWith('\n+++\n')).toBe(true)
  return changed.slice(4, -5)
}

describe('readFrontMatter', () => {
  test.each([
    ['', 1, 'the file is empty'],
    ['\ufeff \n\n', 1, 'the file is empty'],
    ['# Just Markdown\n', 1, 'there is no front matter'],
    ['---\ntitle: x\n---\n', 1, 'the front matter is YAML'],
    ['+++\ntitle = "x"\n', 1, 'the front matter is never closed'],
    ['\n+++\ntitle = "x"\n', 2, 'the front matter is never closed'],
    ['+++\nid = "a"\ntitle = "x\n+++\n', 3, 'not valid TOML: Newline (0x0A) not allowed in basic strings'],
    ['+++\nid = 1\nid = 2\n+++\n', 3, 'not valid TOML: Value already defined for id'],
    ['+++\r\nid = 1\r\n\r\nx\r\n+++\r\n', 4, 'not valid TOML'],
  ])('says what is wrong with %j, and where', (text, line, what) => {
    expect(() => readFrontMatter(text, PATH)).toThrowError(
      expect.objectContaining({
        code: 'ledger.unreadable',
        exitCode: 2,
        message: expect.stringContaining(`${PATH}:${line}: `),
        mend: expect.arrayContaining([expect.stringContaining('git checkout')]),
      }),
    )
    expect(() => readFrontMatter(text, PATH)).toThrowError(what)
  })

  test('shows the line at fault', () => {
    try {
      readFrontMatter('+++\nid = "a"\ntitle = \n+++\n', PATH)
      expect.unreachable()
    } catch (error) {
      expect(error).toHaveProperty('details', ['   2 | id = "a"', '   3 | title = '])
    }
  })

  test('is not closed by +++ inside a multi-line string', () => {
    const front = readFrontMatter('+++\nnotes = """\n+++\n"""\nid = "a"\n+++\nbody\n+++\n', PATH)
    expect(front.values).toMatchObject({ notes: '+++\n', id: 'a' })
    expect(front.body).toBe(37)
  })

  test('keeps keys such as __proto__ to itself', () => {
    const { values } = readFrontMatter('+++\n[__proto__]\npolluted = true\n+++\n', PATH)
    expect(Object.keys(values)).toEqual(['__proto__'])
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('changeFrontMatter', () => {
  test.each([
    ['status = "a"', 'status = "b"'],
    ["status='a'# tight", 'status="b"# tight'],
    ['  "status"  =\t"""\na\n"""  # why', '  "status"  =\t"b"  # why'],
    ['a = 1 # x\n\n[ t . u ]  # y\nstatus = 1', 'a = 1 # x\nstatus = "b"\n\n[ t . u ]  # y\nstatus = 1'],
    ['# only a comment\n[t]\nk=1', 'status = "b"\n# only a comment\n[t]\nk=1'],
    ["big=0x1F\nstatus = 'a'\nf = 1e3", 'big=0x1F\nstatus = "b"\nf = 1e3'],
  ])('sets a key in %j', (before, after) => {
    expect(change(before, { status: 'b' })).toBe(after)
  })

  test('keeps the line ends', () => {
    expect(change('a = 1\r\n[t]\r', { status: 'b' })).toBe('a = 1\r\nstatus = "b"\r\n[t]\r')
  })

  test('keeps a date a date', () => {
    const now = '2026-11-21T08:15:02Z'
    expect(change('d = 2026-01-01 # day', { d: now })).toBe(`d = ${now} # day`)
    expect(change('d = 2026-01-01 08:00:00+02:00', { d: now })).toBe(`d = ${now}`)
    expect(change('d = "2026-01-01"', { d: now })).toBe(`d = "${now}"`)
  })

  test.each([
    ['l = []', 'l = ["x", "y"]'],
    ['l = ["a"]', 'l = ["a", "x", "y"]'],
    ["l = [ 'a' , ] # z", `l = [ 'a' , "x", "y", ] # z`],
    ['l = ["a" # b, c\n , ]', 'l = ["a" # b, c\n , "x", "y", ]'],
    [
      'l = [\n\t"a", # one\n\t"y" # two\n\t# three\n]',
      'l = [\n\t"a", # one\n\t"y", # two\n\t# three\n\t"x",\n]',
    ],
    ['l = [\r\n  "a",\r\n]\r', 'l = [\r\n  "a",\r\n  "x",\r\n  "y",\r\n]\r'],
    ['l = [ # none yet\n]', 'l = ["x", "y" # none yet\n]'],
    ['l = "a"', 'l = ["a", "x", "y"]'],
    ['k = 1', 'k = 1\nl = ["x", "y"]'],
    ['l = ["x", "y"]', 'l = ["x", "y"]'],
  ])('adds to the list in %j', (before, after) => {
    expect(change(before, {}, { l: ['x', 'y', 'x'] })).toBe(after)
  })

  test('does not add to what is no list', () => {
    expect(() => change('k = 1\nl = 5', {}, { l: ['x'] })).toThrowError(`${PATH}:3: l is not a list`)
  })
})
