/** What every agent and every workflow promises, checked over all that are registered. */
import { describe, expect, it } from 'vitest'
import { AGENTS, findAction, isBuilt } from '../../src/agents/registry.ts'
import { makeChangeSet } from '../../src/changes/index.ts'
import { BUILT_VERBS } from '../../src/cli/verb.ts'
import { WORKFLOWS } from '../../src/workflows/patterns/index.ts'
import { resolveInput } from '../../src/workflows/resolve-input.ts'
import type { WorkflowDefinition } from '../../src/workflows/types.ts'

const built = WORKFLOWS.filter((w) => w.steps.length > 0)

/** Parameters of a run as the verbs make them, one set for each way in which they differ. */
const PARAMS: Record<string, Record<string, unknown>[]> = {
  pipeline: [
    {
      select: null,
      exclude: null,
      selection: '',
      pipelines: null,
      fullRefresh: false,
      force: false,
      retest: false,
    },
    {
      select: '+a',
      exclude: 'b',
      selection: ' --select +a --exclude b',
      pipelines: ['x'],
      fullRefresh: true,
      force: true,
      retest: true,
    },
  ],
  refactor: [
    {
      operation: 'change-materialization',
      input: { model: 'a', to: 'table' },
      command: 'martsmith refactor change-materialization a table',
      subject: 'change-materialization a table',
      branch: null,
    },
  ],
  debug: [
    {
      point: {
        words: 'run pipe-1 failed in step 2 (dbt build)',
        tool: 'dbt',
        message: null,
        ran: { broken: ['model.p.a'], all: ['model.p.a', 'model.p.b'] },
        resume: 'pipe-1',
        only: null,
        last: ['pipe-1 failed'],
      },
      propose: false,
      command: 'martsmith debug pipe-1',
      subject: 'pipe-1',
    },
    {
      point: { words: 'No run', tool: 'dlt', message: 'x', ran: null, resume: null, only: 'a', last: [] },
      propose: true,
      command: 'martsmith debug --select a',
      subject: 'a',
    },
  ],
  db: [
    {
      ask: { op: 'drop-column', table: 'a', column: 'b' },
      requester: 'user',
      as: null,
      propose: false,
      command: 'martsmith db x',
      subject: 'x',
    },
    {
      ask: { op: 'add-index', table: 'a', columns: ['b'] },
      requester: 'backend-lead',
      as: 'development',
      propose: true,
      command: 'martsmith db x --as development',
      subject: 'x',
    },
  ],
  dimension: [
    {
      wanted: { subject: 'a b', from: null, flags: [] },
      command: "martsmith dimension 'a b'",
      subject: 'a b',
      branch: null,
    },
    {
      wanted: { subject: 'a', from: 's.t.c', flags: ['history', 'declare'] },
      command: 'martsmith dimension a --from s.t.c --history --declare',
      subject: 'a',
      branch: null,
    },
  ],
  fact: [
    {
      wanted: { subject: 'orders', from: null, flags: [] },
      command: 'martsmith fact orders',
      subject: 'orders',
      branch: null,
    },
  ],
}

const PLAN = {
  title: 'Change a from view to table',
  changes: makeChangeSet('Change a', [{ kind: 'edit', path: 'models/a.sql', before: 'a', after: 'b' }]),
  claims: [{ kind: 'builds' }],
  notes: [],
  next: [{ command: 'martsmith pipeline --select a', why: 'builds it' }],
}

const COLUMN = { name: 'a', type: 'VARCHAR', kind: 'text' }
const RECOMMENDED = {
  subject: 'a',
  entity: 'a',
  reads: [{ id: 'model.p.stg_a', label: 'stg_a', needsStaging: false }],
  looked: 'Looked at 1 model.',
  chosen: 'a is stg_a.a.',
  because: ['it is a code'],
  rejected: ['seed'],
  notes: [],
}
const DIMENSION = {
  ...RECOMMENDED,
  way: 'promoted',
  natural: [{ column: COLUMN, unknown: 'Unknown' }],
  attributes: [COLUMN],
  parents: [],
  rows: 9,
  values: 2,
  without: 1,
  copies: 0,
  bridge: null,
  closedList: null,
}
const FACT = {
  ...RECOMMENDED,
  kind: 'transaction',
  grain: { words: 'one row per a', columns: [COLUMN], copies: 0, latest: null, by: 'key' },
  header: null,
  intermediate: null,
  dimensions: [],
  degenerate: [{ from: 'events', column: COLUMN }],
  measures: [],
  flags: [],
  times: [],
  deleted: null,
  left: [],
  load: { way: 'table', watermark: null, moves: null, lookbackDays: 0, strategy: null, because: ['small'] },
  rows: 9,
}
const MODELLED = {
  plan: PLAN,
  made: [
    {
      node: 'model.p.dim_a',
      file: 'models/dim_a.sql',
      properties: 'models/dim_a.yml',
      columns: ['a'],
      keys: ['a'],
      tests: [{ column: 'a', test: 'unique' }],
    },
  ],
  words: ['dim_a, one row per a.'],
}
const ON = { schema: 'public', name: 'a' }
const CHANGE = { kind: 'drop-column', table: ON, column: 'b' }
const MIGRATION = {
  name: 'drop_b',
  table: 'a',
  transaction: true,
  up: ['alter'],
  down: ['alter'],
  effect: 'brief',
}
const ANALYSIS = {
  design: {
    title: 'Drop a.b',
    tables: [ON],
    changes: [CHANGE],
    criteria: [{ words: 'a.b is gone.', check: { kind: 'no-column', table: ON, column: 'b' } }],
    because: [],
    alternatives: [],
    loses: [],
    gone: [{ table: ON, column: 'b' }],
    later: [],
    query: null,
  },
  database: 'PostgreSQL 15 at host, database a',
  server: 'PostgreSQL 15',
  family: 'postgres',
  migrations: { tool: 'dbmate', folder: 'db/migrations', standing: [] },
  queries: [],
  readers: [],
  downstream: [],
  drift: [],
  circles: [],
  signs: [],
  views: [],
  sizes: [{ table: 'a', rows: 1, bytes: 1 }],
  facts: ['table a'],
}
const REVIEWED = {
  migrations: [MIGRATION],
  changes: PLAN.changes,
  versions: ['1'],
  after: [['table a']],
  evidence: [],
  effects: [],
}
const TEST = { test: 'unique', model: 'model.p.dim_a', column: 'a', status: 'pass' }
const CLAIMS = [{ holds: true, text: '1 relation built', data: null }]

/** What steps may find of the steps before them: nothing, for they were skipped; or an output. */
const EARLIER = [
  {},
  {
    plan: { plan: PLAN },
    prove: { proof: 'Same rows: 6 of 6.' },
    approve: { approved: PLAN.changes.hash },
    diagnose: {
      proposal: {
        title: 'Mend 1 cause',
        choices: [{ id: 'fix-1', label: '1 file', changes: PLAN.changes }],
        proof: ['After it, 3 nodes ran well in a sandbox.'],
        select: 'fqn:p.a,resource_type:model',
        expected: ['model.p.a'],
        open: [],
      },
    },
    fix: { select: 'fqn:p.a,resource_type:model' },
    rerun: { tested: ['test.a'], built: ['model.p.a'], failed: [] },
    design: { modelled: MODELLED },
    create: { proof: 'Proven.', tests: [TEST], claims: CLAIMS },
    review: { review: 'Reviewed: nothing found.' },
  },
  {
    analyse: { analysis: ANALYSIS },
    delegate: { order: { changes: [CHANGE], tasks: [] } },
    write: { migrations: [MIGRATION] },
    review: { reviewed: REVIEWED },
    development: { ran: true },
    staging: { staged: 'a scratch copy' },
  },
  { build: { tested: ['test.a'], built: ['model.a'], failed: [] }, ingest: { pipelines: [] } },
]
const ANALYSED: Record<string, unknown> = { dimension: DIMENSION, fact: FACT }

describe('agents', () => {
  it('ORC-1: the six of the mission exist under their exact names', () => {
    expect(AGENTS.map((a) => a.id)).toEqual(
      expect.arrayContaining([
        'dbt-runner',
        'dbt-doctor',
        'data-modeler',
        'dim-modeler',
        'code-reviewer',
        'powerbi-modeler',
      ]),
    )
  })

  it('ORC-1: ids are unique, and say in words what they are for and when to use them', () => {
    expect(new Set(AGENTS.map((a) => a.id)).size).toBe(AGENTS.length)
    for (const { id, purpose, whenToUse } of AGENTS) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(purpose, id).toMatch(/^\S.+\S$/)
      expect(whenToUse, id).toMatch(/^\S.+\S$/)
    }
  })

  it.each(
    AGENTS.flatMap((agent) =>
      Object.entries(agent.actions).map(([name, action]) => ({ agent, name, action })),
    ),
  )(
    '$agent.id.$name has a purpose, takes nothing that it does not know, and can be found',
    ({ agent, name, action }) => {
      expect(action.purpose.length).toBeGreaterThan(10)
      expect(action.input.safeParse({ something: 'else' }).success).toBe(false)
      expect(findAction(agent.id, name)).toBe(action)
    },
  )
})

describe('workflows', () => {
  it('ERR-3: a step that is handed on when it fails is handed to an agent that takes it', () => {
    const handed = built.flatMap((w) => w.steps).flatMap((s) => s.onFailure ?? [])
    expect(handed).not.toHaveLength(0)
    for (const agent of handed) expect(findAction(agent, 'handover'), agent).not.toBeNull()
  })

  it('ids, triggers and prefixes of run ids are unique', () => {
    for (const of of [(w: WorkflowDefinition) => w.id, (w: WorkflowDefinition) => w.runPrefix]) {
      expect(new Set(WORKFLOWS.map(of)).size).toBe(WORKFLOWS.length)
    }
    const triggers = WORKFLOWS.flatMap((w) => w.triggers.map((t) => t.toLowerCase()))
    expect(new Set(triggers).size).toBe(triggers.length)
    for (const { id, title, purpose, triggers: own } of WORKFLOWS) {
      expect(title).not.toBe('')
      expect(purpose).not.toBe('')
      expect(own.length > 0 || BUILT_VERBS.some((verb) => verb === id), id).toBe(true)
    }
  })

  it('are data: they survive being stored', () => {
    for (const workflow of WORKFLOWS) expect(JSON.parse(JSON.stringify(workflow))).toEqual(workflow)
  })

  it.each(built)('$id delegates only to agents that are built, by actions that exist', (workflow) => {
    expect(new Set(workflow.steps.map((s) => s.id)).size).toBe(workflow.steps.length)
    for (const step of workflow.steps) {
      const agent = AGENTS.find((a) => a.id === step.agent)
      expect(agent && isBuilt(agent), `${step.title}: ${step.agent}`).toBe(true)
      expect(findAction(step.agent, step.action), `${step.agent}.${step.action}`).not.toBeNull()
    }
  })

  it.each(built)(
    '$id hands each action an input that it accepts, whatever became of the steps before',
    (workflow) => {
      const params = PARAMS[workflow.id]
      if (!params)
        throw new Error(`PARAMS has no parameters for ${workflow.id}: add those that its verb makes`)
      for (const step of workflow.steps) {
        for (const given of params) {
          for (const before of EARLIER) {
            const isSkipped = Object.keys(before).length === 0
            const analysed = { recommendation: ANALYSED[workflow.id] }
            const steps = isSkipped ? {} : { analyse: analysed, ...before }
            const input = resolveInput(step.with, { params: given, steps })
            const parsed = findAction(step.agent, step.action)?.input.safeParse(input)
            expect(parsed?.success, `${step.title}: ${JSON.stringify(input)} ${parsed?.error}`).toBe(true)
          }
        }
      }
    },
  )

  it.each(built)('$id refers only to parameters and to earlier steps that exist', (workflow) => {
    const known = Object.keys(PARAMS[workflow.id]?.[0] ?? {})
    for (const [i, step] of workflow.steps.entries()) {
      const earlier = workflow.steps.slice(0, i).map((s) => s.id)
      const names = Object.values(step.with).filter(
        (v): v is string => typeof v === 'string' && v.startsWith('$'),
      )
      for (const name of names) {
        const [, from, which] = /^\$(params|steps)\.(\w+)/.exec(name) ?? []
        expect(from === 'params' ? known : earlier, `${step.title}: ${name}`).toContain(which)
      }
      for (const [, param] of step.title.matchAll(/\{(\w+)\}/g)) expect(known).toContain(param)
    }
  })
})
