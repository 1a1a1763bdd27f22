/** A ref or source whose name is there, and is read in a way in which it is not: as the other of both, of a version, of a package. */
import type { TextEdit } from '../../../changes/index.ts'
import { type Call, callsInFile } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'
import { refNames, sourceNames } from './reference.ts'

export const otherCall: Fixer = {
  id: 'other-call',
  classes: ['P17', 'C04'],
  find: async ({ class: of, thing, file }, context) => {
    if (!thing || !file?.endsWith('.sql')) return []
    const text = await context.read(file).catch(() => '')
    const name = of?.id === 'C04' ? null : (thing.split('.').at(-1) ?? thing)
    const known: Known = { refs: refNames(context), tables: [...(await sourceNames(context))] }
    const ways = (callsInFile(text, ['ref', 'source']) ?? []).flatMap((call) =>
      waysOf(call, name, known, text),
    )
    const found: Candidate[] = []
    for (const { title, because, score } of ways.filter(
      (w, i) => ways.findIndex((o) => o.title === w.title) === i,
    )) {
      const edits = ways.filter((w) => w.title === title).map((w) => w.edit)
      found.push(
        ...(await propose(context, {
          title,
          because: [because],
          score,
          texts: { [file]: edited(text, edits, file) },
        })),
      )
    }
    return found
  },
}

type Known = { refs: Set<string>; tables: string[] }
type Way = { title: string; because: string; score: number; edit: TextEdit }

/** `wrong`: what is not there by its name; null where a call has too few or too many. */
function waysOf(
  { name: of, span, arguments: given }: Call,
  wrong: string | null,
  known: Known,
  text: string,
): Way[] {
  const plain = given.filter((g) => g.name === null).flatMap((g) => g.literal?.text ?? [])
  const written = plain.at(-1) ?? ''
  const name = wrong ?? written.split('.').at(-1) ?? written
  if (wrong === null ? of !== 'source' || plain.length !== 1 : written !== name) return []
  const quote = text[(given.find((g) => g.literal)?.literal?.span.start ?? 1) - 1] ?? "'"
  const call = (to: string, ...names: string[]) => `${to}(${names.map((n) => quote + n + quote).join(', ')})`
  const way = (put: string, because: string, score: number): Way => ({
    title: `Read ${put}`,
    because,
    score,
    edit: { ...span, text: put },
  })
  const isThere = known.refs.has(name)
  const tables = known.tables.filter((t) => (wrong === null && t === written) || t.split('.')[1] === name)
  if (wrong === null && !isThere) {
    const whole = tables.find((t) => t === written) ?? (tables.length === 1 ? tables[0] : undefined)
    return whole
      ? [
          way(
            call('source', ...whole.split('.')),
            `a source is read by its name and its table's; ${whole} is declared`,
            86,
          ),
        ]
      : []
  }
  if (of === 'source')
    return isThere
      ? [way(call('ref', name), `the project makes ${name} itself: it is no table of a source`, 80)]
      : []
  const [table, other] = tables
  if (!isThere)
    return table && !other && plain.length === 1
      ? [
          way(
            call('source', ...table.split('.')),
            `${table} is declared as a source, and nothing else is called ${name}`,
            80,
          ),
        ]
      : []
  // With its package or its version it is not found, and by its name alone it is there.
  const more =
    plain.length > 1 ? 'no package or project of that name has it' : 'it has no version of that name'
  return given.length > 1 ? [way(call('ref', name), `${name} is there; ${more}`, 80)] : []
}
