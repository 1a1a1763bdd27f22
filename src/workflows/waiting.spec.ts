import { describe, expect, it } from 'vitest'
import type { Demand } from '../core/demand.ts'
import { summarise } from './summary.ts'
import { runRecord } from './test-run.ts'
import { answerTo, waitingFor, withAnswer } from './waiting.ts'

const NOW = new Date('2026-11-21T08:00:00Z')
const days = (n: number) => new Date(NOW.getTime() + n * 86_400_000)
const DEMAND: Demand = {
  kind: 'approval',
  text: 'Write 1 file',
  shown: ['models/a.sql (edit)'],
  diff: '-a\n+b\n',
  binds: 'abc',
}

const run = runRecord({ status: 'running' })
const [step] = run.steps
if (!step) throw new Error('the run has no step')
const ask = (demand: Demand, now = NOW, of = run) => waitingFor(of, step, demand, { now, expire: '7d' })
const given = { choice: 'yes', by: 'ada', at: NOW.toISOString() }

describe('what a run waits for', () => {
  it('has one hash for the same thing, and another for anything else that was shown, or meant', () => {
    const { hash } = ask(DEMAND)
    expect(ask(DEMAND, days(2)).hash).toBe(hash)
    for (const other of [{ diff: '-a\n+c\n' }, { shown: ['else'] }, { binds: 'abd' }, { text: 'Write' }])
      expect(ask({ ...DEMAND, ...other } as Demand).hash).not.toBe(hash)
    expect(ask(DEMAND, NOW, { ...run, destination: 'other.duckdb' }).hash).not.toBe(hash)
    expect(ask(DEMAND, NOW, { ...run, target: 'staging' }).hash).not.toBe(hash)
  })

  it('has waited since the first time, until it expires and begins anew', () => {
    const waiting = ask(DEMAND)
    expect(waiting).toMatchObject({ since: NOW.toISOString(), expires: days(7).toISOString() })
    const again = { ...run, waiting }
    expect(ask(DEMAND, days(3), again)).toMatchObject({ since: waiting.since, expires: waiting.expires })
    expect(ask({ ...DEMAND, diff: '' }, days(3), again).since).toBe(days(3).toISOString())
    expect(ask(DEMAND, days(8), again).expires).toBe(days(15).toISOString())
  })
})

describe('the summary of a run that waits', () => {
  const summary = (demand: Demand) => summarise({ ...run, status: 'waiting', waiting: ask(demand) })

  it('ends what is asked with one mark', () => {
    const question: Demand = { kind: 'question', id: 'key', text: 'Which key?', shown: [], choices: [] }
    expect(summary(question)).toContain('Waits for an answer: Which key? It may be given until')
    expect(summary(DEMAND)).toContain('Waits for an approval: Write 1 file. It may be given until')
  })
})

describe('an answer', () => {
  const answered = withAnswer({ ...run, waiting: ask(DEMAND) }, ask(DEMAND), given)

  it('holds for what it was given to, and the run is ready to go on', () => {
    expect(answered).toMatchObject({ status: 'interrupted', waiting: null })
    expect(answerTo(ask(DEMAND, days(1)), answered.answers, days(1))).toMatchObject({
      answer: { choice: 'yes', by: 'ada' },
      refused: null,
    })
  })

  it('does not hold for anything else, and says why', () => {
    const changed = answerTo(ask({ ...DEMAND, diff: '-a\n+c\n' }), answered.answers, NOW)
    expect(changed).toEqual({
      answer: null,
      refused: 'what it was given for has changed since it was shown',
    })
    expect(answerTo({ ...ask(DEMAND), step: 'other' }, answered.answers, NOW)).toEqual({
      answer: null,
      refused: null,
    })
  })

  it('expires', () => {
    expect(answerTo(ask(DEMAND, days(8)), answered.answers, days(8))).toEqual({
      answer: null,
      refused: 'it has expired',
    })
  })
})
