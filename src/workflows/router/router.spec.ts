import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grammar } from './grammar.ts'
import { type Route, route, type Vocabulary } from './index.ts'
import { bakery, hospital, logistics, shop, unknown } from './sentences/vocabularies.ts'
import { negative, positive } from './sentences.ts'

const vocabularies = [unknown, shop, hospital, logistics, bakery]

const runs = positive.flatMap(({ vocabulary, workflow, params = {}, sentences }) =>
  sentences.map((said) => {
    const [sentence, own] = typeof said === 'string' ? [said, params] : said
    return { sentence, vocabulary, workflow, params: own }
  }),
)

const noRuns = negative.flatMap(({ vocabulary, kind, offers, sentences }) =>
  sentences.map((said) => {
    const [sentence, own] = typeof said === 'string' ? [said, offers] : said
    return { sentence, vocabulary, kind, offers: own, title: JSON.stringify(sentence).slice(0, 80) }
  }),
)

/** What the command line starts without asking. */
function started(answer: Route): unknown {
  return answer.kind === 'match'
    ? { workflow: answer.reading.workflow, params: answer.reading.params }
    : answer
}

/** Diagnoses and reviews only read: "dbt cannot build" may well begin one. */
const writing = ['pipeline', 'dimension', 'fact']

function isWriting(answer: Route): boolean {
  return answer.kind === 'match' && writing.includes(answer.reading.workflow)
}

function offered(answer: Route): string[] {
  if (answer.kind === 'match') return [answer.reading.command]
  return (answer.kind === 'unclear' ? answer.readings : answer.possible).map(({ command }) => command)
}

describe('the table of sentences', () => {
  it.each(runs)('ORC-2: runs $sentence', ({ sentence, vocabulary, workflow, params }) => {
    expect(started(route(sentence, vocabulary))).toEqual({ workflow, params })
  })

  it.each(noRuns)('ORC-2: does not run $title', ({ sentence, vocabulary, kind, offers }) => {
    const answer = route(sentence, vocabulary)
    expect(answer.kind).toMatch(kind ?? /^(unclear|outside)$/)
    if (offers !== undefined) expect(offered(answer)).toEqual(offers)
  })
})

const anyVocabulary = fc.constantFrom(...vocabularies)
const anyRun = fc.constantFrom(...runs)
const writingRun = fc.constantFrom(...runs.filter(({ workflow }) => writing.includes(workflow)))
const names = vocabularies.flatMap((known) => known.models)
/** Words that mean something to the grammar, in no order: nearer to a misreading than letters at random. */
const soup = (mostWords: number) =>
  fc
    .array(fc.constantFrom(...grammar().words, ...names, 'xyz', '42', '+fct_orders', 'tag:nightly', ','), {
      minLength: 1,
      maxLength: mostWords,
    })
    .map((words) => words.join(' '))

describe('any sentence', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    soup(12),
  )

  it('ORC-2: is answered, always in the same way', () => {
    fc.assert(
      fc.property(anything, anyVocabulary, (sentence, vocabulary) => {
        const answer = route(sentence, vocabulary)
        expect(['match', 'unclear', 'outside']).toContain(answer.kind)
        expect(route(sentence, vocabulary)).toEqual(answer)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    'and '.repeat(59),
    'the '.repeat(59),
    'fct_orders and '.repeat(29),
    `run ${'everything above '.repeat(29)}`,
    `refresh fct_orders ${'and everything above it '.repeat(14)}`,
    `run the ${'daily data dbt '.repeat(19)}pipeline`,
    `run the pipeline ${'again now please '.repeat(19)}`,
    `add a dimension for ${'a of '.repeat(28)}`,
    `pipeline failed ${'again on dev '.repeat(19)}`,
    `please ${'pretend to '.repeat(28)}run`,
    '('.repeat(2_000),
    'a.'.repeat(1_000),
    '+'.repeat(2_000),
    '_'.repeat(2_000),
    `${'a'.repeat(1_999)}!`,
  ])('ORC-2: is answered soon, whatever it is made of (%#)', (sentence) => {
    for (const vocabulary of vocabularies) {
      const begin = performance.now()
      route(sentence, vocabulary)
      expect(performance.now() - begin).toBeLessThan(1_500)
    }
  })
})

describe('a sentence that is run', () => {
  const turning = fc.constantFrom(
    ...['not', 'never', 'no', "don't", 'cannot', 'without', 'except', 'nothing'],
    ...['if', 'when', 'unless', 'until', 'whenever', 'because', 'tomorrow', 'later'],
    ...['why', 'who', 'what', 'did', 'does', 'should', 'whether', 'maybe', 'perhaps'],
    ...['delete', 'drop', 'undo', 'pretend', 'stop', 'instead', 'or'],
  )

  it('ORC-2: is not run any more with a negation, a condition or a question in it', () => {
    fc.assert(
      fc.property(writingRun, turning, fc.nat(), ({ sentence, vocabulary }, word, place) => {
        const words = sentence.trim().split(/\s+/)
        const at = place % (words.length + 1)
        expect(isWriting(route(words.toSpliced(at, 0, word).join(' '), vocabulary))).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('ORC-2: is the same in any case and with any punctuation around it', () => {
    // A bullet in front is only a bullet where nothing else is.
    const plain = fc.constantFrom(...runs.filter(({ sentence }) => /^\w/.test(sentence)))
    const around = fc.constantFrom(
      (s: string) => `${s}!`,
      (s: string) => `${s}!!!`,
      (s: string) => `  ${s}\n`,
      (s: string) => `"${s}"`,
      (s: string) => `(${s})`,
      (s: string) => `- ${s}`,
      (s: string) => s.toUpperCase(),
      (s: string) => s.toLowerCase(),
    )
    const lowered = (answer: unknown) => JSON.stringify(answer).toLowerCase()
    fc.assert(
      fc.property(plain, around, ({ sentence, vocabulary, workflow, params }, dress) => {
        expect(lowered(started(route(dress(sentence), vocabulary)))).toBe(lowered({ workflow, params }))
      }),
      { numRuns: 200 },
    )
  })

  it('ORC-2: is the same with courtesies around it', () => {
    const before = fc.constantFrom('', 'please ', 'hi, ', 'Hello martsmith, ', 'could you please ', 'ok, ')
    const after = fc.constantFrom('', ' please', ', thanks', ' now', ' as soon as possible', ', thank you!')
    fc.assert(
      fc.property(writingRun, before, after, ({ sentence, vocabulary, workflow, params }, open, close) => {
        const bare = sentence.trim().replace(/[\s.!?…]+$/, '')
        expect(started(route(open + bare + close, vocabulary))).toEqual({ workflow, params })
      }),
      { numRuns: 200 },
    )
  })
})

describe('a selection', () => {
  const verb = fc.constantFrom(
    'run',
    'refresh',
    'rebuild',
    'only build',
    'run the pipeline for',
    'dbt build -s',
  )
  const graph = fc.constantFrom(
    '',
    ' and everything above it',
    ' with its children',
    ' and all that uses them',
  )
  const name = fc.oneof(
    fc.constantFrom(...names, 'fct_unknown', 'orders', 'everything', 'tag:x', 'stg_orders+'),
    fc.stringMatching(/^[a-z_]{1,12}$/),
  )

  it('ORC-2: holds only names that are in the sentence or in the project', () => {
    const sentences = fc.oneof(
      fc
        .tuple(verb, fc.array(name, { minLength: 1, maxLength: 4 }), graph)
        .map(([does, said, more]) => `${does} ${said.join(' and ')}${more}`),
      soup(6),
      anyRun.map(({ sentence }) => sentence),
    )
    fc.assert(
      fc.property(sentences, anyVocabulary, (sentence, vocabulary) => {
        const answer = route(sentence, vocabulary)
        if (answer.kind !== 'match' || answer.reading.params.select === undefined) return
        for (const one of namesOf(answer.reading.params.select)) {
          expect(`${sentence} ${known(vocabulary)}`.toLowerCase()).toContain(one.toLowerCase())
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** The names in a dbt selection, without operators and methods. */
function namesOf(select: string): string[] {
  return select.split(/[\s,]+/).map((part) => part.replace(/^(@|\d*\+)?([\w.]+:)?/, '').replace(/\+\d*$/, ''))
}

function known(vocabulary: Vocabulary): string {
  return Object.values(vocabulary).flat().join(' ')
}
