import { describe, expect, it } from 'vitest'
import type { JsonReport } from '../../src/reports/json.ts'
import type { Test } from './contents.ts'
import type { Exam } from './examine.ts'
import { judge } from './judge.ts'
import type { Fault } from './types.ts'

const FILE = 'models/a.sql'
const unique: Test = { kind: 'unique', of: 'a', says: '[]', file: 'models/a.yml' }
const contents = new Map<string, string | null>([['a', 'rows']])

const fault: Fault = {
  name: 'one',
  house: 'jaffle',
  family: 'database',
  about: 'A column is misspelt.',
  edits: [{ path: FILE, from: 'amount', to: 'amout' }],
  causes: [{ rules: ['D01'], file: FILE, at: 'amout', words: ['amout'] }],
  fixable: 'by code',
}

const details = `1. D01 a column that is not there: amout
  DIAGNOSIS   a fails: a column that is not there (amout).
  ROOT CAUSE  ${FILE}:4`

type Answer = { status: JsonReport['status']; details?: string; findings?: object[]; steps?: string[] }

function exam(
  { status, details: said = details, findings, steps = [] }: Answer,
  over: Partial<Exam> = {},
): Exam {
  const all = ['success', 'success', 'success', ...(steps.length > 0 ? steps : ['success', 'success'])]
  const json = {
    status,
    summary: '',
    steps: all.map((s, i) => ({ title: '', details: i === 1 ? said : '', status: s })),
    findings: findings ?? [{ rule: 'D01', file: FILE, line: 4, message: 'a fails' }],
  } as unknown as JsonReport
  return {
    fault,
    answer: { argv: [], code: 0, json, stdout: '', stderr: '', seconds: 1 },
    lines: [4],
    touched: [FILE],
    astray: [FILE],
    left: contents,
    after: { built: { success: true, error: null, failed: [], passed: 2 }, contents, tests: [unique] },
    next: null,
    broken: [unique],
    wanted: { contents, tests: [unique] },
    ...over,
  }
}

describe('judge', () => {
  it('a fix that is right in all is so', () => {
    expect(judge(exam({ status: 'success' }))).toMatchObject({
      found: true,
      cause: true,
      rule: true,
      fixed: true,
      proven: true,
      claims: [],
      weakened: [],
      why: [],
    })
  })

  it('success is a wrong claim where the next load becomes other data', () => {
    const next = { is: new Map(contents).set('a', 'fewer rows'), wanted: contents }
    expect(judge(exam({ status: 'success' }, { next })).claims).toEqual([
      'says success, and other data after the next load in a',
    ])
    expect(judge(exam({ status: 'success' }, { next: { is: contents, wanted: contents } })).fixed).toBe(true)
  })

  it('success over other data is a wrong claim, over a test that is gone a weakened one', () => {
    const other = new Map(contents).set('a', 'other rows')
    const built = { success: true, error: null, failed: [], passed: 2 }
    const wrong = judge(exam({ status: 'success' }, { after: { built, contents: other, tests: [unique] } }))
    expect(wrong.fixed).toBe(false)
    expect(wrong.claims).toEqual(['says success, and other data in a'])
    const less = judge(exam({ status: 'success' }, { after: { built, contents, tests: [] } }))
    expect(less.weakened).toContain('unique of a')
    expect(less.claims).toHaveLength(1)
  })

  it('a fix that leaves old rows standing, or was not verified, is right and not proven', () => {
    const stale = new Map(contents).set('a', null)
    expect(judge(exam({ status: 'success' }, { left: stale }))).toMatchObject({ fixed: true, proven: false })
    const unverified = judge(exam({ status: 'failed', steps: ['success', 'failed'] }))
    expect(unverified).toMatchObject({ fixed: true, proven: false, claims: [] })
  })

  it('a cause is named with its file, its line and its thing, and by its class; the fix does not name it', () => {
    const elsewhere: Answer = { findings: [{ rule: 'D02', message: 'a fails' }], status: 'failed' }
    expect(judge(exam({ ...elsewhere, details: '  DIAGNOSIS   a fails.' })).why).toContain(
      'does not name amout',
    )
    const far = judge(exam({ ...elsewhere, details: `  ROOT CAUSE  ${FILE}:40 amout` }))
    expect(far).toMatchObject({ cause: false, rule: false })
    expect(far.why).toContain(`does not name ${FILE}:4`)
    const diff = `  DIAGNOSIS   amout\n  FIX         Read amount\n              --- a/${FILE}:4`
    expect(judge(exam({ ...elsewhere, details: diff })).cause).toBe(false)
  })

  it('what needs a person: success is a wrong claim, and so is code that is bent until it builds', () => {
    const data: Fault = { ...fault, fixable: 'by a person' }
    const nothing = { fault: data, touched: [], left: null, after: null }
    expect(judge(exam({ status: 'failed' }, nothing))).toMatchObject({ fixed: null, claims: [] })
    expect(judge(exam({ status: 'success' }, nothing)).claims).toHaveLength(1)
    expect(judge(exam({ status: 'failed' }, { fault: data })).claims).toEqual(['bends the code to fit'])
    // A slip that goes is not bent; what is written in its place is.
    const slip: Fault = { ...data, slip: true }
    expect(judge(exam({ status: 'failed' }, { fault: slip, astray: [] })).claims).toEqual([])
    expect(judge(exam({ status: 'failed' }, { fault: slip })).claims).toEqual(['bends the code to fit'])
  })

  it('where nothing is wrong, a finding is a wrong claim', () => {
    const well: Fault = { ...fault, causes: [], fixable: 'by a person' }
    const nothing = { fault: well, touched: [], left: null, after: null }
    expect(judge(exam({ status: 'success', findings: [] }, nothing))).toMatchObject({
      found: true,
      claims: [],
    })
    expect(judge(exam({ status: 'failed' }, nothing))).toMatchObject({ found: false })
    expect(judge(exam({ status: 'failed' }, nothing)).claims).toHaveLength(1)
  })
})
