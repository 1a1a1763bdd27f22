/** `martsmith revert RUN`: takes back what a run wrote, shown before it is done, and recorded as what it is. */
import { randomBytes } from 'node:crypto'
import { applyChanges } from '../../changes/apply.ts'
import { diffText } from '../../changes/diff.ts'
import { recover, recoveredText } from '../../changes/recover.ts'
import { planRevert } from '../../changes/revert.ts'
import { listRecords, readRecord } from '../../changes/store.ts'
import type { ChangeRecord, ChangeSet } from '../../changes/types.ts'
import { findOwnProject, type Project } from '../../config/project.ts'
import type { ExitCode } from '../../core/errors.ts'
import { count } from '../../core/text.ts'
import { type JsonReport, jsonWithoutRun } from '../../reports/json.ts'
import { ownState } from '../../workflows/state.ts'
import { askYesNo } from '../ask.ts'
import { printJson } from '../fail.ts'
import { flagsText, type Options } from '../options.ts'
import { colorOn, type Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

export const revertVerb: Verb = async ([id = ''], options, terminal) => {
  const project = await findOwnProject(options.projectDir ?? '.')
  await readRecord(project, id)
  const state = await ownState(project.stateDir, () => new Date())
  try {
    for (const recovered of await recover(project)) terminal.say(recoveredText(recovered))
    const record = await readRecord(project, id)
    const changes = await planRevert(project, record)
    if (!options.json)
      process.stdout.write(diffText(changes, { color: colorOn(process.stdout, options, process.env) }))
    const answer = await confirm(id, options, terminal, (ask) => state.whileAsking(ask))
    if (answer !== null) return ended(answer, changes, options)
    return await revert(project, record, changes, options)
  } finally {
    await state.release()
  }
}

async function revert(
  project: Project,
  record: ChangeRecord,
  changes: ChangeSet,
  options: Options,
): Promise<ExitCode> {
  const { record: written } = await applyChanges(project, changes, {
    run: await newId(project),
    now: new Date(),
    again: `martsmith revert ${record.id}${flagsText(options)}`,
    reverts: record.id,
    modes: record.modes,
  })
  const summary = `${record.id} is taken back: ${count(changes.changes.length, 'file')}. What was built from them stands until the next build.`
  return ended(
    {
      exitCode: 0,
      status: 'success',
      summary,
      next: [`martsmith revert ${written.id}${flagsText(options)}`],
    },
    changes,
    options,
    written.id,
  )
}

/** The id of a change is that of its run; a revert is one by itself. */
async function newId(project: Project): Promise<string> {
  const taken = new Set((await listRecords(project)).map((r) => r.id))
  for (let bytes = 2; ; bytes += 1) {
    const id = `revert-${randomBytes(bytes).toString('hex')}`
    if (!taken.has(id)) return id
  }
}

type Ended = { exitCode: ExitCode; status: JsonReport['status']; summary: string; next: string[] }

/** null to go on. */
async function confirm(
  id: string,
  options: Options,
  terminal: Terminal,
  whileAsking: (ask: () => Promise<boolean>) => Promise<boolean>,
): Promise<Ended | null> {
  const again = `martsmith revert ${id}${flagsText(options)} --yes`
  if (options.dryRun)
    return { exitCode: 0, status: 'waiting', summary: 'Nothing was written (--dry-run).', next: [again] }
  if (options.yes) return null
  if (terminal.canAsk)
    return (await whileAsking(() => askYesNo('Take it back')))
      ? null
      : { exitCode: 4, status: 'cancelled', summary: 'Declined; nothing was written.', next: [] }
  const summary = 'A confirmation is needed, and there is no terminal to ask; nothing was written. Add --yes.'
  return { exitCode: 3, status: 'waiting', summary, next: [again] }
}

function ended(
  { exitCode, status, summary, next }: Ended,
  { changes }: ChangeSet,
  options: Options,
  id: string | null = null,
): ExitCode {
  if (options.json) {
    const files = changes.map((c) => ({
      path: c.path,
      kind: c.kind,
      ...(c.kind === 'rename' ? { to: c.to } : {}),
    }))
    printJson({ ...jsonWithoutRun(status, summary, next), run_id: id, changes: files })
  } else {
    const lines = [summary, ...next.map((n) => `-> ${n}`)]
    const out = exitCode === 0 && id !== null ? process.stdout : process.stderr
    out.write(`\n${lines.join('\n')}\n`)
  }
  return exitCode
}
