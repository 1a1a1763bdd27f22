/**
 * A name that is nowhere and is like none that is there: what it is called now may be what nothing asks for any more.
 * That is a guess, so the rows have to be those that stand.
 */
import type { TextEdit } from '../../../changes/index.ts'
import { callsInFile } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { declaredVars } from './name-kinds.ts'
import { propose } from './propose.ts'
import { ownRefNames, refEdits } from './reference.ts'

export const leftOver: Fixer = {
  id: 'left-over',
  classes: ['P12', 'P17'],
  find: async (failure, context) => {
    const name = failure.thing?.split('.').at(-1)
    if (!name || /depends on a source named/.test(failure.message)) return []
    return failure.class?.id === 'P12' ? variables(name, context) : relations(name, failure, context)
  },
}

/** With more than these it is not told by what is left over. */
const MOST = 6

const varEdits = (text: string, name: string, to: string): TextEdit[] =>
  (callsInFile(text, ['var']) ?? []).flatMap(({ arguments: [given] }) =>
    given?.literal?.text === name ? [{ ...given.literal.span, text: to }] : [],
  )

type Texts = Map<string, string>
type Edits = typeof refEdits

async function variables(name: string, context: FixContext): Promise<Candidate[]> {
  const texts = await textsOf(context)
  return instead(name, await declaredVars(context), varEdits, texts, context)
}

/** All who read it read another: a reader cannot be what it reads. */
async function relations(name: string, { file }: Failure, context: FixContext): Promise<Candidate[]> {
  const texts = await textsOf(context)
  const readers = [...texts.keys()].filter((p) => refEdits(texts.get(p) ?? '', name, name).length > 0)
  const isReader = (n: string) => [...readers, file].some((p) => p?.split('/').at(-1)?.startsWith(`${n}.`))
  const names = [...ownRefNames(context)].filter((n) => !isReader(n))
  return instead(name, names, refEdits, texts, context)
}

async function instead(
  name: string,
  names: string[],
  edits: Edits,
  texts: Texts,
  context: FixContext,
): Promise<Candidate[]> {
  const isAskedFor = (n: string) => [...texts.values()].some((text) => edits(text, n, n).length > 0)
  const left = names.filter((n) => !isAskedFor(n))
  if (left.length > MOST) return []
  const found: Candidate[] = []
  for (const to of left) {
    const changed = [...texts].flatMap(([path, text]) => {
      const own = edits(text, name, to)
      return own.length > 0 ? [[path, edited(text, own, path)] as const] : []
    })
    const made = await propose(context, {
      title: `Read ${to} instead of ${name}`,
      because: [`${to} is there and nothing asks for it, and ${name} is not there`],
      score: 50,
      texts: Object.fromEntries(changed),
    })
    found.push(...made.map((c) => ({ ...c, guess: true as const })))
  }
  return found
}

async function textsOf({ files, read }: FixContext): Promise<Texts> {
  const found: Texts = new Map()
  for (const path of files.filter((p) => /\.(?:sql|py|ya?ml)$/.test(p)))
    found.set(path, await read(path).catch(() => ''))
  return found
}
