/** A seed for a short list of codes: its file, and what the YAML says of it. */
import { dirname, join } from 'node:path/posix'
import { MartsmithError } from '../../core/errors.ts'
import { described } from '../../refactor/add-staging/index.ts'
import { projectPath } from '../../refactor/models.ts'
import { dbtProject, pathsIn } from '../../refactor/project-files.ts'
import type { Read } from '../data-modeler/types.ts'
import { capital, document, ended, words } from './document.ts'
import type { Reads, Writing } from './writing.ts'

/** @throws MartsmithError `design.file` where there is such a file. */
export async function writeSeed(
  { context, style, files, staged }: Writing,
  { id, label: name }: Read,
  { columns, rows, from }: NonNullable<Read['seed']>,
): Promise<Reads> {
  const { graph, project } = context
  const [root = 'seeds'] = pathsIn(await dbtProject(project.dbtDir), 'seed-paths')
  const standing = Object.values(graph.manifest.nodes)
    .filter((n) => n.resource_type === 'seed' && graph.isOwn(n.unique_id))
    .map((n) => dirname(n.original_file_path))
  const folder = standing.every((f) => f === standing[0]) ? (standing[0] ?? root) : root
  const path = join(folder, `${name}.csv`)
  const file = projectPath(project, path)
  if (await files.exists(file))
    throw new MartsmithError({
      code: 'design.file',
      message: `There is a file ${file} already. Nothing was run.`,
    })
  const lines = [columns.map((c) => c.name), ...rows]
  await files.create(file, `${lines.map((line) => line.map(cell).join(',')).join('\n')}\n`)
  const [key, label] = columns
  const isText = key?.kind === 'text'
  const said = (text: string) => ended(style, text)
  await document(
    context,
    files,
    style,
    { ...described(graph, path, root, name), resource_type: 'seed' },
    {
      documentation: {
        model: said(`What the codes of ${key?.name} stand for, as the description of ${from} lists them`),
        columns: columns.map((c) => ({
          column: c.name,
          quoted: false,
          description: said(
            c === key ? `The code` : `${capital(words(label?.name ?? ''))}: what the code stands for`,
          ),
          tests: c === key ? [{ test: 'unique' }, { test: 'not_null' }] : [{ test: 'not_null' }],
        })),
      },
      // dbt guesses types from what it reads: a code like 01 would become a number.
      config: isText ? { column_types: { [key.name]: key.type } } : {},
    },
  )
  const reads: Reads = {
    id,
    name,
    renamed: new Map(),
    described: (c) => (c === label?.name ? capital(words(c)) : ''),
    claims: [],
  }
  staged.set(id, reads)
  return reads
}

/** By RFC 4180. */
function cell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
