/** What a load script can have meant: a name that is there for one that is not, a file that lies there for one that does not. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path'
import type { LoadError } from '../../../adapters/dlt/loader.ts'
import { escaped } from '../../../core/text.ts'
import { propose } from '../fixes/propose.ts'
import { type Near, nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext } from '../types.ts'
import { edited, lineSpan } from '../words.ts'
import { syntaxOf } from './python-syntax.ts'

/** A name that is as near as this was hit beside the keys. */
const SLIP = 70
/** That a column is new says less. */
const RENAMED = 50

/** `root`: the user's own, in whose words the error speaks. */
export async function slipsOf(
  error: LoadError,
  failure: Failure,
  context: FixContext,
  root: string,
): Promise<Candidate[]> {
  const missing = /FileNotFoundError|No such file/.test(`${error.type} ${error.message}`)
    ? /['"]([^'"\n]+\.\w+)['"]/.exec(error.message)?.[1]
    : undefined
  if (missing !== undefined) return ofFile(missing, context, root)
  if (error.type === 'SyntaxError') return syntaxOf(error, failure, context)
  return error.meant && failure.file ? ofName(error.meant, failure, context) : []
}

type Place = { start: number; end: number }

async function ofName(
  { wrong, there, loaded }: NonNullable<LoadError['meant']>,
  { file, line }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const path = file ?? ''
  const text = await context.read(path).catch(() => null)
  if (text === null) return []
  const named = placesOf(text, wrong)
  const span = line === null ? null : lineSpan(text, line)
  const here = span ? named.filter((p) => p.start >= span.start && p.end <= span.end) : []
  const written = (places: Place[], { name, score }: Near, because: string) =>
    propose(context, {
      title: `Write ${name} instead of ${wrong}`,
      because: [because],
      score,
      texts: {
        [path]: edited(
          text,
          places.map((p) => ({ ...p, text: name })),
          path,
        ),
      },
    })
  const found: Candidate[] = []
  // A call goes over several lines, and a name may be made far from where it is missed.
  const places = here.length > 0 ? here : named
  for (const near of places.length > 0 ? nearNames(wrong, there) : [])
    found.push(...(await written(places, near, `${near.name} is there, and written nearly so`)))
  // A column that goes by another name now: it is read by that, and loaded under its own.
  const read = here.filter(({ start }) => /(?:\[|\bget\()\s*['"]$/.test(text.slice(0, start)))
  const [fresh, ...more] = there.filter((name) => !loaded.includes(name) && placesOf(text, name).length === 0)
  if (found.length > 0 || read.length === 0 || fresh === undefined || more.length > 0) return found
  const renamed = await written(read, { name: fresh, score: RENAMED }, `${fresh} is there, and read nowhere`)
  const asks = `${wrong} is gone, and ${fresh} is there and read nowhere. Whether it is the same is for you to say:`
  return renamed.map((candidate) => ({ ...candidate, asks }))
}

/** As a word of its own, in code and in strings: a column is written as a string. Comments are passed over. */
function placesOf(text: string, word: string): Place[] {
  const found = text.matchAll(new RegExp(`(?<![\\w$])${escaped(word)}(?![\\w$])`, 'g'))
  return [...found]
    .map((m) => ({ start: m.index, end: m.index + m[0].length }))
    .filter(({ start }) => !/^\s*#/.test(text.slice(text.lastIndexOf('\n', start) + 1, start)))
}

/** Another file of the same kind: one that git says it was renamed to, one that is called nearly so; or a folder. */
async function ofFile(missing: string, context: FixContext, root: string): Promise<Candidate[]> {
  const path = isAbsolute(missing) ? relative(root, missing) : missing
  if (path.startsWith('..')) return []
  const gone = await goneFolder(path, context.place.root)
  if (gone)
    return otherNames(
      gone.name,
      gone.beside.map((n) => ({ ...n, because: `there is a folder ${n.name}` })),
      context,
    )
  const name = basename(path)
  const there = await readdir(join(context.place.root, dirname(path)))
  const beside = there.filter((f) => extname(f) === extname(name))
  const renamed = ((await context.git?.renames()) ?? []).find((r) => r.from === path)
  const to = renamed && dirname(renamed.to) === dirname(path) ? basename(renamed.to) : null
  return otherNames(
    name,
    [
      ...(to !== null && beside.includes(to)
        ? [{ name: to, score: 90, because: `git: it was renamed to ${to}` }]
        : []),
      ...nearNames(
        name,
        beside.filter((f) => f !== to),
      ).map((n) => ({ ...n, because: `${n.name} lies there` })),
    ],
    context,
    // Which delivery is loaded decides about data; a slip of the hand, or a file that moved, does not.
    (other) => other.name === to || (other.score >= SLIP && digits(other.name) === digits(name)),
  )
}

/** The first folder on the way to a file that is not there, and those beside it that are called nearly so. */
async function goneFolder(path: string, root: string): Promise<{ name: string; beside: Near[] } | null> {
  let at = root
  for (const name of dirname(path)
    .split('/')
    .filter((p) => p !== '.')) {
    const entries = await readdir(at, { withFileTypes: true })
    if (!entries.some((e) => e.name === name && !e.isFile()))
      return {
        name,
        beside: nearNames(
          name,
          entries.filter((e) => e.isDirectory()).map((e) => e.name),
        ),
      }
    at = join(at, name)
  }
  return null
}

/** In each file that says the name, or, of a file, only what stands before its ending. */
async function otherNames(
  name: string,
  others: (Near & { because: string })[],
  context: FixContext,
  isSame: (other: Near) => boolean = () => true,
): Promise<Candidate[]> {
  const found: Candidate[] = []
  const stem = (file: string) => basename(file, extname(file))
  for (const other of others)
    for (const path of context.files) {
      const text = await context.read(path).catch(() => null)
      const whole = text === null ? [] : placesOf(text, name)
      const short = text === null ? [] : placesOf(text, stem(name)).filter((p) => isString(text, p))
      if (text === null || (whole.length === 0 && short.length !== 1)) continue
      const [places, said] = whole.length > 0 ? [whole, other.name] : [short, stem(other.name)]
      const [candidate] = await propose(context, {
        title: `Read ${other.name} instead of ${name}`,
        because: [other.because],
        score: other.score,
        texts: {
          [path]: edited(
            text,
            places.map((p) => ({ ...p, text: said })),
            path,
          ),
        },
      })
      if (!candidate) continue
      found.push(isSame(other) ? candidate : { ...candidate, asks: OTHER_ROWS })
    }
  return found
}

const OTHER_ROWS = 'Another file brings other rows. Whether it is the one that is meant is for you to say:'

const isString = (text: string, { start, end }: Place) =>
  /['"]/.test(text[start - 1] ?? '') && text[start - 1] === text[end]

/** Of a day, a month, a number: what tells one delivery from the next. */
const digits = (name: string) => name.replace(/\D+/g, ' ')
