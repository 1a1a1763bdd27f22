/** `martsmith changes` and `martsmith revert`, as a person and as a program use them. No dbt runs here. */
import { beforeAll, expect, it } from 'vitest'
import { applyChanges, collectChanges } from '../../src/changes/index.ts'
import { findProject } from '../../src/config/project.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { atTerminal } from '../support/terminal.ts'

const MODEL = 'models/staging/stg_orders.sql'
let project: Project
let before: Record<string, string>

const files = () => project.snapshot('.martsmith')

beforeAll(async () => {
  project = makeProject('shop', { cold: true })
  before = files()
  const found = await findProject(project.dir)
  const edits = collectChanges(found)
  await edits.write(MODEL, (await edits.read(MODEL)).replace('    amount', '    amount as order_amount'))
  await edits.rename('models/staging/stg_customers.sql', 'models/base/stg_customers.sql')
  const set = await edits.changeSet('Rename column stg_orders.amount to order_amount')
  await applyChanges(found, set, { run: 'ref-7f3a', now: new Date() })
})

it('lists what was written, and shows it', async () => {
  const listed = await runMartsmith(project, ['changes'])
  expect(listed.stdout).toContain(
    '| ref-7f3a | just now | stands | 2 files | Rename column stg_orders.amount',
  )
  const shown = await runMartsmith(project, ['changes', 'ref-7f3a'])
  expect(shown.stdout).toContain('-    amount\n+    amount as order_amount\n')
  expect(shown.stdout).toContain('rename to models/base/stg_customers.sql')
  expect(shown.stdout).not.toContain('\u001b')
  const json = await runMartsmith(project, ['changes', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({
    changes: [
      { id: 'ref-7f3a', reverted_by: null, changes: [{ path: MODEL, kind: 'edit' }, { kind: 'rename' }] },
    ],
  })
  const unknown = await runMartsmith(project, ['changes', 'ref-7f3b'])
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean ref-7f3a?')])
})

it('takes nothing back unasked', async () => {
  const written = files()
  const asked = await runMartsmith(project, ['revert', 'ref-7f3a', '--json'])
  expect(asked.code).toBe(3)
  expect(asked.json).toMatchObject({ status: 'waiting', next_steps: ['martsmith revert ref-7f3a --yes'] })
  const dry = await runMartsmith(project, ['revert', 'ref-7f3a', '--dry-run'])
  expect(dry.code).toBe(0)
  expect(dry.stdout).toContain('-    amount as order_amount\n+    amount\n')
  const declined = await atTerminal(project, ['revert', 'ref-7f3a'], [['Take it back', 'n\r']])
  expect(declined.code, declined.screen).toBe(4)
  expect(files()).toEqual(written)
})

it('refuses where later edits are in the way, and says where', async () => {
  project.edit(MODEL, 'amount as order_amount', 'amount as total')
  const refused = await runMartsmith(project, ['revert', 'ref-7f3a', '--yes'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`${MODEL}: edited since, at line 6`)
  project.edit(MODEL, 'amount as total', 'amount as order_amount')
})

it('takes it back as a whole, also where it is killed in between', async () => {
  const killed = await runMartsmith(project, ['revert', 'ref-7f3a', '--yes'], {
    env: { MARTSMITH_FAILPOINT: 'changes:file-1' },
  })
  expect(killed.signal).toBe('SIGKILL')
  expect((await runMartsmith(project, ['changes'])).stdout).toContain('half written')
  const again = await runMartsmith(project, ['revert', 'ref-7f3a', '--yes'])
  expect(again.stderr).toContain('was interrupted while it wrote, and is finished now')
  expect(again.stderr).toContain('ref-7f3a is taken back already')
  expect(files()).toEqual(before)
})

it('takes the taking back back', async () => {
  const { changes } = JSON.parse((await runMartsmith(project, ['changes', '--json'])).stdout) as {
    changes: { id: string }[]
  }
  const back = await runMartsmith(project, ['revert', changes[0]?.id ?? '', '--yes', '--json'])
  expect(back.json).toMatchObject({ status: 'success', changes: [{ kind: 'edit' }, { kind: 'rename' }] })
  expect(project.read(MODEL)).toContain('order_amount')
  const agreed = await atTerminal(project, ['revert', 'ref-7f3a'], [['Take it back', 'y\r']])
  expect(agreed.code, agreed.screen).toBe(0)
  expect(files()).toEqual(before)
})
