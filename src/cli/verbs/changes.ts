/** `martsmith changes` and `martsmith changes RUN`: what was written to project files. They only read. */
import { markdownTable } from 'markdown-table'
import { diffText, fileSummary } from '../../changes/diff.ts'
import { listRecords, readRecord, revertOf } from '../../changes/store.ts'
import type { ChangeRecord } from '../../changes/types.ts'
import { findOwnProject } from '../../config/project.ts'
import { ago, count } from '../../core/text.ts'
import { printJson } from '../fail.ts'
import { colorOn } from '../terminal.ts'
import type { Verb } from '../verb.ts'

const MOST = 20

export const changesVerb: Verb = async ([id], options, terminal) => {
  const project = await findOwnProject(options.projectDir ?? '.')
  const records = await listRecords(project)
  if (id !== undefined) {
    const record = await readRecord(project, id)
    const color = colorOn(process.stdout, options, process.env)
    if (options.json) printJson({ ...summary(record, records), diff: diffText(record, { color: false }) })
    else process.stdout.write(`${heading(record, records)}\n\n${diffText(record, { color })}`)
    return 0
  }
  if (options.json) printJson({ changes: records.map((r) => summary(r, records)) })
  else if (records.length === 0) terminal.say('martsmith has written no project files here yet.')
  else {
    process.stdout.write(`${table(records.slice(0, MOST), records)}\n`)
    if (records.length > MOST)
      terminal.say(`and ${count(records.length - MOST, 'older one')}; martsmith changes --json lists all`)
  }
  return 0
}

function table(shown: ChangeRecord[], records: ChangeRecord[]): string {
  const now = new Date()
  const rows = shown.map((r) => [
    r.id,
    ago(new Date(r.at), now),
    standing(r, records),
    count(r.changes.length, 'file'),
    r.title,
  ])
  return markdownTable([['Change', 'Written', 'State', 'Files', 'Title'], ...rows], {
    stringLength: (text) => [...text].length,
  })
}

/** `stands`, unless something became of it. */
function standing(record: ChangeRecord, records: ChangeRecord[]): string {
  if (record.state === 'applying') return 'half written'
  if (record.state === 'rolled-back') return 'interrupted, put back'
  const by = revertOf(records, record.id)
  return by ? `taken back by ${by.id}` : 'stands'
}

function heading(record: ChangeRecord, records: ChangeRecord[]): string {
  const files = record.changes.map((c) => `  ${fileSummary(c)}`)
  return [`${record.title}  (${record.id}, ${record.at}, ${standing(record, records)})`, ...files].join('\n')
}

function summary(record: ChangeRecord, records: ChangeRecord[]) {
  const { id, run, title, at, hash, state, reverts, changes } = record
  return {
    id,
    run_id: run,
    title,
    at,
    hash,
    state,
    reverts: reverts ?? null,
    reverted_by: revertOf(records, id)?.id ?? null,
    changes: changes.map((c) => ({
      path: c.path,
      kind: c.kind,
      ...(c.kind === 'rename' ? { to: c.to } : {}),
    })),
  }
}
