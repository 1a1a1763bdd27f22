import { describe, expect, it } from 'vitest'
import { editYaml, type YamlEditor } from './edit.ts'

const edited = (text: string, edit: (yaml: YamlEditor) => void): string => {
  const yaml = editYaml('m.yml', text)
  edit(yaml)
  return yaml.text
}
const refusal = (text: string, edit: (yaml: YamlEditor) => void): string => {
  const yaml = editYaml('m.yml', text)
  try {
    edit(yaml)
  } catch (error) {
    expect(yaml.text).toBe(text)
    expect(error).toMatchObject({ code: 'yaml.refused' })
    return (error as Error).message
  }
  throw new Error(`it was accepted:\n${yaml.text}`)
}
const model = (name: string) => ['models', { name }] as const

describe('setting a value', () => {
  it('keeps quotes, comments and everything else', () => {
    const text = 'models:\n  - name: \'a\'   # ours\n    description: "x"\n'
    expect(edited(text, (y) => y.set([...model('a'), 'name'], 'b'))).toBe(text.replace("'a'", "'b'"))
  })

  it('quotes what YAML would take for something else', () => {
    const set = (value: string) => edited('a: x\n', (y) => y.set(['a'], value))
    expect(set('on')).toBe('a: "on"\n')
    expect(set('2020-01-01')).toBe('a: "2020-01-01"\n')
    expect(set('=')).toBe('a: "="\n')
    expect(set('fine')).toBe('a: fine\n')
    expect(edited('a: x\n', (y) => y.set(['a'], true))).toBe('a: true\n')
  })

  it('makes what is missing, where it belongs', () => {
    const text = 'models:\n  - name: a\n    # columns below\n    columns:\n      - name: c\n'
    expect(edited(text, (y) => y.set([...model('a'), 'description'], 'd', { after: ['name'] }))).toBe(
      text.replace('name: a\n', 'name: a\n    description: d\n'),
    )
    expect(edited(text, (y) => y.set([...model('a'), 'config', 'meta', 'owner'], 'me'))).toBe(
      `${text}    config:\n      meta:\n        owner: me\n`,
    )
    expect(edited('', (y) => y.set(['version'], 2))).toBe('version: 2\n')
    expect(edited('a: {b: 1}\n', (y) => y.set(['a', 'c'], 'x, y'))).toBe('a: {b: 1, c: "x, y"}\n')
    expect(edited('config: # none\nb: 1\n', (y) => y.set(['config', 'x'], 1))).toBe(
      'config: # none\n  x: 1\nb: 1\n',
    )
  })

  it('refuses what Jinja makes, and comments that would be lost', () => {
    expect(refusal('a:\n  b: "{{ doc(\'x\') }}"\n', (y) => y.set(['a', 'b'], 'x'))).toBe(
      'm.yml:2: the value is made by Jinja, which an edit would lose',
    )
    expect(refusal('a: | # why\n  x\n', (y) => y.set(['a'], 'y'))).toContain('m.yml:1: there is a comment')
    expect(refusal('a: [1]\n', (y) => y.set(['a'], 'y'))).toContain('not a single value')
    expect(refusal('models: []\n', (y) => y.set([...model('a'), 'x'], 'y'))).toBe(
      'm.yml:1: there is no models > a > x',
    )
  })
})

describe('anchors, aliases and merges', () => {
  const text =
    'base: &b\n  owner: me\nmodels:\n  - name: a\n    meta: *b\n  - name: c\n    config:\n      <<: *b\n      x: 1\n'

  it('are not edited where another place would change too', () => {
    expect(refusal(text, (y) => y.set(['base', 'owner'], 'you'))).toBe(
      'm.yml:2: &b is repeated in line 5, which would change too',
    )
    expect(refusal(text, (y) => y.set([...model('a'), 'meta', 'owner'], 'you'))).toContain(
      'm.yml:5: models > a > meta > owner stands elsewhere: *b repeats it here',
    )
    expect(refusal(text, (y) => y.set([...model('c'), 'config', 'owner'], 'you'))).toContain(
      'm.yml:8: models > c > config > owner may come from what is merged here with <<',
    )
    expect(refusal(text, (y) => y.remove(['base']))).toContain('repeated in line 5')
    expect(refusal(text, (y) => y.replaceStrings([], (s) => s.replace('me', 'you')))).toContain('repeated')
    expect(refusal(text, (y) => y.replaceStrings([...model('a')], (s) => s.replace('me', 'you')))).toContain(
      'm.yml:5: *b repeats what would have to change',
    )
  })

  it('do not hinder edits beside them', () => {
    expect(edited(text, (y) => y.set([...model('c'), 'config', 'x'], 2))).toBe(text.replace('x: 1', 'x: 2'))
    expect(edited(text, (y) => y.set([...model('a'), 'name'], 'z'))).toBe(text.replace('name: a', 'name: z'))
    expect(edited(text, (y) => y.remove(model('a')))).toBe(text.replace('  - name: a\n    meta: *b\n', ''))
  })
})

describe('what cannot be told apart or read', () => {
  it('is refused with its line', () => {
    const twice = 'models:\n  - name: a\n  - name: a\n'
    expect(refusal(twice, (y) => y.set([...model('a'), 'name'], 'b'))).toContain(
      'm.yml:3: there are two entries',
    )
    expect(() => editYaml('m.yml', 'a: 1\n  b: 2\n')).toThrow(/^m\.yml:\d: not valid YAML/)
    expect(() => editYaml('m.yml', 'a: 1\n{% if x %}\n')).toThrow(/^m\.yml:\d: not valid YAML/)
    expect(() => editYaml('m.yml', 'a: 1\na: 2\n')).toThrow(
      'm.yml:2: not valid YAML: Map keys must be unique',
    )
  })

  it('in several documents is looked for in each', () => {
    const text = '---\na: 1\n---\nmodels:\n- name: x\n...\n'
    expect(edited(text, (y) => y.set([...model('x'), 'name'], 'z'))).toBe(text.replace('x', 'z'))
    expect(refusal('a: 1\n---\na: 2\n', (y) => y.set(['a'], 3))).toContain('is in this file twice')
  })
})

describe('lists', () => {
  it('grow in their own style', () => {
    const grown = (text: string, entry: 'b' | { name: string }) => edited(text, (y) => y.add(['l'], entry))
    expect(grown('l: ["a"]\n', 'b')).toBe('l: ["a", "b"]\n')
    expect(grown("l: [\n  'a',\n]\n", 'b')).toBe("l: [\n  'a',\n  'b',\n]\n")
    expect(grown('l:\n-   a\n', 'b')).toBe('l:\n-   a\n-   b\n')
    expect(grown('l:\n  - name: a # one\n\n  - name: c\n\nz: 1\n', { name: 'b' })).toBe(
      'l:\n  - name: a # one\n\n  - name: c\n\n  - name: b\n\nz: 1\n',
    )
    expect(grown('l: []\n', { name: 'b' })).toBe('l:\n  - name: b\n')
    expect(grown('l: [{name: a}]\n', { name: 'b' })).toBe('l: [{name: a}, {name: b}]\n')
    expect(grown('l:\r\n- a', 'b')).toBe('l:\r\n- a\r\n- b')
  })

  it('lose an entry with the comments right above it, and go with the last one', () => {
    const text = 'l:\n  # about a\n  - a\n\n  # about b\n  - b # here\nz: 1\n'
    expect(edited(text, (y) => y.remove(['l', 0]))).toBe('l:\n  # about b\n  - b # here\nz: 1\n')
    expect(edited(text, (y) => y.remove(['l', 1]))).toBe('l:\n  # about a\n  - a\nz: 1\n')
    expect(edited('m:\n  l: [a]\n  z: 1\n', (y) => y.remove(['m', 'l', 0]))).toBe('m:\n  z: 1\n')
    expect(edited('l: [a, b, c]\n', (y) => y.remove(['l', 1]))).toBe('l: [a, c]\n')
    expect(edited('l: {a: 1, b: 2}\n', (y) => y.remove(['l', 'b']))).toBe('l: {a: 1}\n')
    expect(edited('l:\n  - b: 1\n    a: 2\n', (y) => y.remove(['l', 0, 'b']))).toBe('l:\n  - a: 2\n')
    expect(refusal('l:\n  m:\n    a: 1\n', (y) => y.remove(['l', 'm', 'a']))).toContain(
      'is all that stands there',
    )
    expect(refusal('l: [a, # no\n  b]\n', (y) => y.remove(['l', 0]))).toContain('comment')
  })
})

describe('texts', () => {
  it('change where they stand, in folds, blocks and quotes with escapes', () => {
    const text =
      "a: >-\n    see ref_a,\n    then   ref_a\nb: |\n  x ref_a\n\n   y\nc: \"\\u0041 ref_a\"\nd: [ref_a, 'it''s ref_a']\n"
    const yaml = editYaml('m.yml', text)
    expect(yaml.replaceStrings([], (s) => s.replaceAll('ref_a', 'ref_bb'))).toEqual([1, 4, 8, 9, 9])
    expect(yaml.text).toBe(text.replaceAll('ref_a', 'ref_bb').replace('\\u0041', 'A'))
  })

  it('are listed with their places', () => {
    expect(editYaml('m.yml', 'a:\n  - x: "1"\n    y: 2\n').strings([])).toEqual([
      { keys: ['a', 0, 'x'], text: '1', line: 2 },
    ])
  })

  it('as keys are renamed too', () => {
    expect(
      edited("models:\n  'stg_a': # x\n    +tags: t\n", (y) => y.renameKey(['models', 'stg_a'], 'stg_b')),
    ).toBe("models:\n  'stg_b': # x\n    +tags: t\n")
    expect(refusal('a: 1\nb: 2\n', (y) => y.renameKey(['a'], 'b'))).toContain('safely')
  })
})
