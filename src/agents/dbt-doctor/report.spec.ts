import { expect, it } from 'vitest'
import { makeChangeSet } from '../../changes/index.ts'
import { asUntreated, type Proven, type Treated } from './heal.ts'
import { diagnosisLines } from './report.ts'
import { WRONG_NUMBERS } from './symptom/wrong-numbers.ts'
import type { Seen } from './try.ts'
import type { Failure } from './types.ts'

const SQL = 'select\n    a,\n    b\nfrom t\nwhere c > 1\n'
const seen: Seen = { unread: null, graph: null, results: [], failures: new Map(), data: [], leftOut: [] }
const failure = (file: string, line: number): Failure => ({
  ...{ class: null, thing: null, message: 'it fails', stage: 'build', nodes: ['model.p.m'], reads: [] },
  ...{ trace: null, file, line },
})

const mended = (path: string, after: string, takesBack = false): Proven => ({
  candidate: {
    ...{ title: 'Mend it', because: [], score: 60 },
    changes: makeChangeSet('Mend it', [{ kind: 'edit', path, before: SQL, after }]),
    ...(takesBack ? { takesBack } : {}),
  },
  seen,
  next: [],
})

const causeOf = (file: string, line: number, proven: Proven, more: Partial<Treated> = {}) =>
  diagnosisLines({ ...asUntreated(failure(file, line)), proven: [proven], ...more }, 1).find((l) =>
    l.startsWith('  ROOT CAUSE'),
  )

it('the root cause names where it shows, and where what mends it is written', () => {
  const there = mended('models/m.sql', SQL.replace('c > 1', 'c > 2'))
  expect(causeOf('models/m.sql', 3, there)).toMatch(/models\/m\.sql:3[\s\S]*It is mended in models\/m\.sql:5/)
  expect(causeOf('models/m.sql', 5, there)).not.toContain('It is mended')
  const back = mended('models/m.sql', SQL.replace('c > 1', 'c > 2'), true)
  expect(causeOf('models/m.sql', 3, back)).toContain('It came with the change of models/m.sql:5')
  // Of several that prove themselves none is known to be it.
  expect(causeOf('models/m.sql', 3, back, { tie: true })).not.toContain('It came')
  expect(causeOf('models/other.sql', 1, there)).toMatch(
    /models\/m\.sql:5\n +it shows in models\/other\.sql:1/,
  )
})

it('of numbers that are wrong, the place of each change that makes them less so is told', () => {
  const culprit = {
    born: 'unknown' as const,
    node: 'model.p.m',
    file: null,
    line: null,
    evidence: [],
    spot: null,
  }
  const trace = {
    culprit: { ...culprit, sentence: 'it is in how values are made.' },
    trail: [],
    ideas: [],
    decision: [],
    quarantine: null,
  }
  const wrong = { ...failure('', 0), class: WRONG_NUMBERS, file: null, line: null, trace }
  const back = (path: string) => mended(path, SQL.replace('c > 1', 'c > 2'), true)
  const cause = (...proven: Proven[]) =>
    diagnosisLines({ ...asUntreated(wrong), proven, tie: true }, 1).find((l) => l.startsWith('  ROOT CAUSE'))
  expect(cause(back('models/m.sql'))).toMatch(
    /models\/m\.sql:5\n +It is what was changed[^\n]* for you to say/,
  )
  expect(cause(back('models/m.sql'), back('models/n.sql'))).toMatch(
    /No file is named\.\n +It may be in models\/m\.sql:5 and models\/n\.sql:5\./,
  )
})
