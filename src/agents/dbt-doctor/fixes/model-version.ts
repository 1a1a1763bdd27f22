/** A ref to a version of a model that there is not: the latest that there is, else another one. */
import { isMap, isSeq, parseDocument } from 'yaml'
import { escaped } from '../../../core/text.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'

export const modelVersion: Fixer = {
  id: 'model-version',
  classes: ['P17'],
  find: async ({ thing, message, file }, context) => {
    const [, wanted] = /with version '([^']+)' which was not found/.exec(message) ?? []
    const name = thing?.split('.').at(-1)
    if (!wanted || !name || file === null) return []
    const text = await context.read(file).catch(() => '')
    const call = `\\bref\\(\\s*(['"])${escaped(name)}\\1\\s*,\\s*v(?:ersion)?\\s*=\\s*(['"]?)(${escaped(wanted)})\\2\\s*\\)`
    const edits = (to: string) =>
      [...text.matchAll(new RegExp(call, 'g'))].map((m) => {
        const start = m.index + m[0].lastIndexOf(wanted)
        return { start, end: start + wanted.length, text: to }
      })
    const found: Candidate[] = []
    for (const { version, isLatest } of await versionsOf(name, context)) {
      if (version === wanted || edits(version).length === 0) continue
      found.push(
        ...(await propose(context, {
          title: `Read version ${version} of ${name} instead of ${wanted}`,
          because: [
            `${name} has no version ${wanted}, and ${version} is ${isLatest ? 'its latest' : 'there'}`,
          ],
          score: isLatest ? 78 : 62,
          texts: { [file]: edited(text, edits(version), file) },
        })),
      )
    }
    return found
  },
}

type Known = { version: string; isLatest: boolean }

/** As its YAML says; where that names no latest one, it is the highest. */
async function versionsOf(
  name: string,
  { files, read }: { files: string[]; read(path: string): Promise<string> },
): Promise<Known[]> {
  for (const path of files.filter((p) => /\.ya?ml$/.test(p))) {
    const models = parseDocument(await read(path).catch(() => '')).get('models')
    const entry = isSeq(models) ? models.items.find((m) => isMap(m) && m.get('name') === name) : null
    const listed = isMap(entry) ? entry.get('versions') : null
    if (!isMap(entry) || !isSeq(listed)) continue
    const versions = listed.items.flatMap((v) => (isMap(v) && v.has('v') ? [String(v.get('v'))] : []))
    const latest = String(entry.get('latest_version') ?? versions.toSorted(byNumber).at(-1))
    return versions.map((version) => ({ version, isLatest: version === latest }))
  }
  return []
}

const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
