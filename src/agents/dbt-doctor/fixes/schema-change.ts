/** An incremental table that lacks a column of its model: it can take it up, and the rows that stand have nothing in it. */
import { isMartsmithError } from '../../../core/errors.ts'
import { keepsNewColumns } from '../../../refactor/add-dimension-key/incremental.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { sqlOnly, wordsNamed } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'

export const schemaChange: Fixer = {
  id: 'schema-change',
  classes: ['C11'],
  find: async (failure, context) => {
    const more = listed(failure, 'Source columns not in target')
    const fewer = listed(failure, 'Target columns not in source')
    const other = listed(failure, 'New column types')
    // A column that goes, or becomes another, is no matter of taking one up.
    if (more.length === 0 || fewer.length > 0 || other.length > 0) return []
    const found: Candidate[] = []
    for (const id of failingNodes(failure, context)) found.push(...(await takesUp(id, more, context)))
    return found
  },
}

/** `Source columns not in target: [DuckDBColumn(column='tax', dtype='INTEGER', ...)]`, `[<Column tax (integer)>]`. */
function listed({ message }: Failure, words: string): string[] {
  const [, inner = ''] = new RegExp(`${words}:\\s*\\[([^\\n]*)\\]`).exec(message) ?? []
  const columns = [...inner.matchAll(/\bcolumn='([^']+)'|<\w*Column (\S+) \(/g)]
  const names = columns.flatMap((m) => m[1] ?? m[2] ?? [])
  // What stands there and cannot be read stands there still.
  return names.length > 0 || inner.trim() === '' ? names : [inner.trim()]
}

async function takesUp(id: string, columns: string[], context: FixContext): Promise<Candidate[]> {
  const node = context.graph?.node(id)
  const path = node ? fileOf(node, context.place) : null
  if (!node || !path?.endsWith('.sql')) return []
  try {
    const found = await propose(context, {
      title: `Take ${columns.join(', ')} up into the table that stands`,
      because: ['the table lacks what the model puts out, and loses nothing'],
      score: 66,
      texts: { [path]: keepsNewColumns(await context.read(path), path, node) },
    })
    return found.map((f) => ({
      ...f,
      asks: `Its rows that stand would have nothing in ${columns.join(', ')} until the table is built anew. Whether they may is for you to say:`,
    }))
  } catch (error) {
    if (isMartsmithError(error)) return []
    throw error
  }
}

/** Somebody has just made a column that the table has not yet: whether that work goes is for them to say. */
export function losesNew(
  failure: Failure,
  { changes: { changes } }: Pick<Candidate, 'changes'>,
): string | null {
  if (failure.class?.id !== 'C11' || listed(failure, 'Target columns not in source').length > 0) return null
  const names = listed(failure, 'Source columns not in target')
  const lost = names.filter((name) =>
    changes.some(
      (c) =>
        c.kind === 'edit' &&
        wordsNamed(sqlOnly(c.after), name).length < wordsNamed(sqlOnly(c.before), name).length,
    ),
  )
  return lost.length > 0
    ? `The new column ${lost.join(', ')} would go again. Whether it does, or the table takes it up, is for you to say:`
    : null
}
