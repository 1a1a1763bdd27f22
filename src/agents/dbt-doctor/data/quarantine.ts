/**
 * Rows of a source that are wrong, beside the staging model that reads it: it keeps what is well, another model shows
 * what is kept out, a test counts that both together are all there is. Which rows count is for a person to say.
 */
import { dirname } from 'node:path'
import { collectChanges } from '../../../changes/index.ts'
import { dbtProject, pathsIn } from '../../../refactor/project-files.ts'
import { fileOf } from '../fixes/files.ts'
import type { Candidate, FixContext } from '../types.ts'
import { type Block, blockOf, readOf, type Scope, scopeOf } from './block.ts'
import { asWritten, badCondition, type Wrong } from './decision.ts'
import { behind, type IdeaEdit } from './ideas/idea.ts'
import type { Look, Model } from './look.ts'

export type Quarantine = {
  /** `raw.orders`, and how SQL of the project reads it. */
  source: string
  call: string
  staging: string
  rejected: string
  /** The file of the staging model, and what it would have in it. */
  file: string
  edit: IdeaEdit
  /** The SQL of the model of what is kept out. */
  sql: string
  words: Words
}

type Words = (text: string) => string

/** Null where no single select of one model of the user's own reads the source row by row. */
export async function quarantineOf(look: Look, wrong: Wrong): Promise<Quarantine | null> {
  const { graph } = look
  // One of each copy is right: none of them would be kept.
  if (wrong.areCopies) return null
  const source = graph.source(wrong.source)
  const readers = graph.children(wrong.source).filter((id) => /^(?:model|snapshot)\./.test(id))
  const [reader, ...others] = readers
  // What is missing cannot be kept out.
  if (wrong.missing || !source || !reader || others.length > 0 || !graph.isOwn(reader)) return null
  const model = await look.model(reader)
  const block = model && (await readsRows(look, model, wrong.source))
  const item = block?.select.sources[0]?.item
  if (!block || !item) return null
  const inSql = await asWritten(look)
  const condition = inSql(badCondition(look, wrong))
  // The condition has the words that the test and the engine give it; only what is put around it follows the file.
  const words: Words = /\bSELECT\b/.test(model.sql) && !/\bselect\b/.test(model.sql) ? upper : (t) => t
  const [edit] = behind(look, block, item, `${words('where')} (${condition}) ${words('is not true')}`) ?? []
  if (!edit) return null
  const staging = look.label(reader)
  const rejected = suffixed(staging, 'rejected')
  if (Object.values(graph.manifest.nodes).some((n) => n.name.toLowerCase() === rejected.toLowerCase()))
    return null
  const call = `{{ source('${source.source_name}', '${source.name}') }}`
  const sql = `${words('select')} *\n${words('from')} ${call}\n${words('where')} ${condition}\n`
  return { source: look.label(wrong.source), call, staging, rejected, file: edit.file, edit, sql, words }
}

const upper: Words = (text) => text.toUpperCase()

/** As the name that it goes with is written: `stg_orders_rejected`, `stgOrdersRejected`, `STG_ORDERS_REJECTED`. */
export function suffixed(name: string, word: string): string {
  if (/^[^a-z]+$/.test(name)) return `${name}_${word.toUpperCase()}`
  return /^[a-z\d]+[A-Z]/.test(name) && !name.includes('_')
    ? `${name}${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
    : `${name}_${word}`
}

/** The select of a model that takes the rows of a source as they come, and filters none: there a condition says it all. */
async function readsRows(look: Look, model: Model, source: string): Promise<Block | null> {
  const last = scopeOf(model)
  if (!last) return null
  const found: Block[] = []
  const walk = async (scope: Scope): Promise<void> => {
    for (const [arm, select] of scope.body.arms.entries()) {
      const block = await blockOf(look, scope, arm)
      if (!block) continue
      for (const [i, one] of select.sources.entries()) {
        const read = readOf(look, block, one)
        if (read?.kind === 'scope') await walk(read.scope)
        if (read?.kind !== 'node' || read.id !== source) continue
        const { sources, where, group, having, qualify, distinct, limited } = select
        const isRows = sources.length === 1 && where.length === 0 && !group && !having && !qualify
        if (i === 0 && isRows && !distinct && !limited && scope.body.arms.length === 1) found.push(block)
        else return
      }
    }
  }
  await walk(last)
  const [only, ...more] = found
  return only && more.length === 0 ? only : null
}

export async function quarantined(
  { source, call, staging, rejected, file, edit, sql, words }: Quarantine,
  { place, read, files }: FixContext,
): Promise<Candidate[]> {
  const text = await read(file).catch(() => null)
  if (text === null || !files.includes(file)) return []
  const [folder = 'tests'] = pathsIn(await dbtProject(place.dbtDir), 'test-paths')
  const counts = `${folder}/${suffixed(rejected, 'counted')}.sql`
  const changes = collectChanges(place)
  const title = `Keep the wrong rows of ${source} out of ${staging}, in ${rejected}`
  const filtered = `${text.slice(0, edit.start)}${placed(text, edit)}${text.slice(edit.end)}`
  await changes.write(file, filtered)
  await changes.write(`${dirname(file)}/${rejected}.sql`, `-- What ${staging} keeps out.\n${sql}`)
  await changes.write(
    fileOf({ original_file_path: counts }, place),
    countsTest(call, staging, rejected, words),
  )
  return [
    {
      title,
      because: [`${staging} keeps what is well, ${rejected} shows what is not, and a test counts both`],
      score: 50,
      changes: await changes.changeSet(title),
      asks: 'Which rows count is for you to say. This proves itself: the wrong rows of the source are kept out, where all can see them:',
    },
  ]
}

/** Below its `from`, as deep as that stands; else on its line. */
function placed(text: string, { start, text: added }: IdeaEdit): string {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const [, depth] = /^(\s*)from\b/i.exec(line) ?? []
  return `${depth === undefined ? ' ' : `\n${depth}`}${added}`
}

function countsTest(call: string, staging: string, rejected: string, words: Words): string {
  const one = (name: string, from: string) =>
    `(${words('select count(*) from')} ${from}) ${words('as')} ${name}`
  const select = [
    one('kept', `{{ ref('${staging}') }}`),
    one('rejected', `{{ ref('${rejected}') }}`),
    one('delivered', call),
  ]
  return [
    `-- Every row of the source is kept or rejected, and none is both.`,
    `${words('select')} *`,
    `${words('from')} (`,
    `    ${words('select')}`,
    select.map((s) => `        ${s}`).join(',\n'),
    `) ${words('as')} counted`,
    `${words('where')} kept + rejected <> delivered`,
    '',
  ].join('\n')
}
