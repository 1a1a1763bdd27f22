/** A table of a source that the warehouse has and nobody declares, while others of that source are declared. */
import { isMap, isSeq, parseDocument } from 'yaml'
import { isMartsmithError } from '../../../core/errors.ts'
import type { Candidate, Fixer } from '../types.ts'
import { opened } from './opened.ts'
import { propose } from './propose.ts'
import { same, standing } from './relation.ts'

export const undeclared: Fixer = {
  id: 'undeclared',
  classes: ['P17'],
  find: async ({ thing, message }, context) => {
    const [source, table] = thing?.split('.').slice(-2) ?? []
    if (!source || !table || !/depends on a source named/.test(message)) return []
    const found: Candidate[] = []
    for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
      const text = await context.read(path).catch(() => '')
      const schema = schemaOf(source, text)
      const stands =
        schema !== null &&
        (await standing(context)).some((t) => same(t.schema, schema) && same(t.name, table))
      const yaml = stands ? opened(path, text) : null
      if (!yaml) continue
      try {
        yaml.add(['sources', { name: source }, 'tables'], { name: table })
      } catch (error) {
        if (isMartsmithError(error)) continue
        throw error
      }
      found.push(
        ...(await propose(context, {
          title: `Declare ${table} as a table of the source ${source}`,
          because: [
            `the warehouse has ${schema}.${table}, and ${source} is declared there with other tables`,
          ],
          score: 78,
          texts: { [path]: yaml.text },
        })),
      )
    }
    return found
  },
}

/** Null where the file does not declare it with tables, or says its schema in Jinja. */
function schemaOf(source: string, text: string): string | null {
  const document = parseDocument(text)
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  const list = document.contents.get('sources')
  const entry = isSeq(list) ? list.items.find((i) => isMap(i) && String(i.get('name')) === source) : null
  if (!isMap(entry) || !isSeq(entry.get('tables'))) return null
  const schema = String(entry.get('schema') ?? source)
  return /^[\w$ -]+$/.test(schema) ? schema : null
}
