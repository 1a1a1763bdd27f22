import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { addTest, setDescription } from './dbt.ts'
import { editYaml } from './edit.ts'
import { anyDocument, anyText, identifier, type Model } from './test-documents.ts'

const RUNS = { numRuns: 100 }

/** A document, and one of its models. */
const anyPlace = fc.tuple(anyDocument, fc.nat()).map(([document, n]) => {
  const index = n % document.models.length
  return { ...document, index, model: document.models[index] as Model }
})

// As the editor reads it: a block at the end of a file ends with its line.
const data = (text: string) =>
  parse(text.endsWith('\n') ? text : `${text}\n`) as { models: Record<string, unknown>[] }
const linesOf = (text: string) => text.split(/(?<=\n)/).map((l) => l.trimEnd())

/** Every line that was there is there still, in its order. */
function keepsAllLines(before: string, after: string): boolean {
  const left = linesOf(before)
  for (const line of linesOf(after)) if (left[0] === line) left.shift()
  return left.length === 0
}

describe('in files of any style', () => {
  it('a rename and its inverse give the same bytes, and each changes one line', () => {
    fc.assert(
      fc.property(anyPlace, identifier, ({ text, model, models }, name) => {
        fc.pre(models.every((m) => m.name !== name))
        const yaml = editYaml('m.yml', text)
        yaml.set(['models', { name: model.name }, 'name'], name)
        const [before, after] = [linesOf(text), linesOf(yaml.text)]
        expect(after.filter((l, i) => l !== before[i])).toHaveLength(1)
        expect(data(yaml.text).models.map((m) => m.name)).toEqual(
          models.map((m) => (m === model ? name : m.name)),
        )
        yaml.set(['models', { name }, 'name'], model.name)
        expect(yaml.text).toBe(text)
      }),
      RUNS,
    )
  })

  it('an entry put in and taken out again leaves the same bytes, and no line of others changes', () => {
    fc.assert(
      fc.property(anyPlace, anyText, anyText, ({ text, model, index }, name, description) => {
        fc.pre(model.columns.every((c) => c.name !== name))
        const yaml = editYaml('m.yml', text)
        const list = ['models', { name: model.name }, 'columns']
        const entry = {
          name,
          description,
          data_tests: ['unique', { accepted_values: { values: [description, 1] } }],
        }
        yaml.add(list, entry)
        expect(keepsAllLines(text, yaml.text)).toBe(true)
        expect(data(yaml.text).models[index]?.columns).toEqual([
          ...((data(text).models[index]?.columns ?? []) as []),
          entry,
        ])
        yaml.remove([...list, model.columns.length])
        expect(yaml.text).toBe(text)
      }),
      RUNS,
    )
  })

  it('a test put in and taken out again leaves the same bytes', () => {
    fc.assert(
      fc.property(anyPlace, fc.boolean(), ({ text, model }, withArguments) => {
        const yaml = editYaml('m.yml', text)
        const at = model.columns[0]
          ? ['models', { name: model.name }, 'columns', 0]
          : ['models', { name: model.name }]
        addTest(
          yaml,
          at,
          { test: 'in_range', args: { min: 0 } },
          { key: 'data_tests', arguments: withArguments },
        )
        const all = yaml.get([...at, 'data_tests']) as unknown[]
        expect(all.at(-1)).toEqual({ in_range: withArguments ? { arguments: { min: 0 } } : { min: 0 } })
        yaml.remove([...at, 'data_tests', all.length - 1])
        expect(yaml.text).toBe(text)
      }),
      RUNS,
    )
  })

  it('a description may be anything, and nothing else changes', () => {
    fc.assert(
      fc.property(anyPlace, anyText, ({ text, model, index }, description) => {
        const yaml = editYaml('m.yml', text)
        setDescription(yaml, ['models', { name: model.name }], description)
        const wanted = data(text)
        wanted.models[index] = { ...wanted.models[index], description }
        expect(data(yaml.text)).toEqual(wanted)
        if (model.description === null) expect(keepsAllLines(text, yaml.text)).toBe(true)
      }),
      RUNS,
    )
  })

  it('a word replaced and put back gives the same bytes, in folds and blocks too', () => {
    fc.assert(
      fc.property(anyDocument, ({ text }) => {
        const yaml = editYaml('m.yml', text)
        const there = yaml.replaceStrings([], (s) => s.replaceAll('fare', 'amount'))
        const before = linesOf(text).flatMap((l, i) => (l.includes('fare') ? [i] : []))
        expect(linesOf(yaml.text).flatMap((l, i) => (l.includes('amount') ? [i] : []))).toEqual(before)
        expect(yaml.replaceStrings([], (s) => s.replaceAll('amount', 'fare'))).toEqual(there)
        expect(yaml.text).toBe(text)
      }),
      RUNS,
    )
  })

  it('an entry moves to another file as it is, and both say what they should', () => {
    fc.assert(
      fc.property(anyPlace, anyDocument, ({ text, model, index }, other) => {
        fc.pre(other.models.every((m) => m.name !== model.name))
        const [from, to] = [editYaml('a.yml', text), editYaml('b.yml', other.text)]
        from.moveTo(['models', { name: model.name }], to, ['models'])
        expect(keepsAllLines(other.text, to.text)).toBe(true)
        expect(data(to.text).models).toEqual([...data(other.text).models, data(text).models[index]])
        expect(data(from.text)?.models ?? []).toEqual(data(text).models.toSpliced(index, 1))
        to.remove(['models', { name: model.name }])
        expect(to.text).toBe(other.text)
      }),
      RUNS,
    )
  })
})
