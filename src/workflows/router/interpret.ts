/** From what the phrases say, in order, to the parameters of a workflow. */
import type { RequestRule } from './grammar.ts'
import { doubtText } from './phrases/doubts.ts'
import { interpretPipeline } from './selection.ts'
import type { Draft, Event, RouteParams, Token, WorkflowId } from './types.ts'

/** The readings that a way through the grammar stands for; none where what it says contradicts itself. */
export function interpret(rule: RequestRule, events: readonly Event[], tokens: readonly Token[]): Draft[] {
  const isSymptom = rule === 'debug' && events.some((e) => e.tag === 'symptom')
  const drafts = isSymptom
    ? [draft('debug', { symptom: tokens.map((t) => t.text).join(' ') })]
    : interpreters[rule](events)
  const doubts = doubtsOf(events)
  return drafts.map((draft) => ({ ...draft, doubts: [...doubts, ...draft.doubts] }))
}

function doubtsOf(events: readonly Event[]): string[] {
  return events.flatMap((e) => [
    ...(e.tag === 'doubt' && e.value !== undefined ? [doubtText(e.value)] : []),
    ...(e.doubt === undefined ? [] : [e.doubt]),
  ])
}

const interpreters: Record<RequestRule, (events: readonly Event[]) => Draft[]> = {
  pipeline: interpretPipeline,
  dimension: (events) => create('dimension', events),
  fact: (events) => create('fact', events),
  either: (events) => [...create('fact', events), ...create('dimension', events)],
  debug: interpretDebug,
  review: interpretReview,
}

/** Two names in one request are two requests, so two readings. */
function create(workflow: 'dimension' | 'fact', events: readonly Event[]): Draft[] {
  const from = values(events, 'from')[0]
  if (from !== undefined && workflow === 'dimension') return []
  const said = values(events, 'name')
  if (said.length === 0) return [{ ...draft(workflow, {}), question: questions[workflow] }]
  return said.map((name) => {
    const subject = name.replace(/^(the|a|an) /i, '')
    const params: RouteParams = workflow === 'fact' ? { process: subject } : { name: subject }
    return draft(workflow, from === undefined ? params : { ...params, from })
  })
}

const questions = {
  dimension: 'What is the dimension for? For example: martsmith dimension "payment type"',
  fact: 'Which process does the fact table record? For example: martsmith fact orders',
}

function interpretDebug(events: readonly Event[]): Draft[] {
  const name = one(events, 'model')
  const run = one(events, 'run')
  const target = one(events, 'target')
  if (name === null || run === null || target === null) return []
  const params = { ...defined('run', run), ...defined('name', name), ...defined('target', target) }
  return [draft('debug', params)]
}

function interpretReview(events: readonly Event[]): Draft[] {
  const asked = events.filter((e) => e.tag !== 'asks' && e.tag !== 'polite')
  if (asked.some((e) => e.tag === 'changes')) return [draft('review', { scope: 'changes' })]
  if (asked.some((e) => e.tag === 'architecture')) return [draft('review', { scope: 'architecture' })]
  return interpretPipeline(asked).flatMap(({ params, doubts }) =>
    params.select === undefined ? [] : [{ ...draft('review', { select: params.select }), doubts }],
  )
}

function draft(workflow: WorkflowId, params: RouteParams): Draft {
  return { workflow, params, doubts: [] }
}

function values(events: readonly Event[], tag: string): string[] {
  return events.flatMap((e) => (e.tag === tag && e.value !== undefined ? [e.value] : []))
}

/** The one value of a tag; null where there are several that differ. */
function one(events: readonly Event[], tag: string): string | undefined | null {
  const distinct = [...new Set(values(events, tag))]
  return distinct.length > 1 ? null : distinct[0]
}

function defined<K extends keyof RouteParams>(key: K, value: string | undefined) {
  return value === undefined ? {} : { [key]: value }
}
