/** What the specs of changes share: a project folder of their own. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Place } from './paths.ts'

export function makePlace(files: Record<string, string | Buffer> = {}): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'martsmith-changes-')))
  for (const [path, text] of Object.entries({ 'dbt_project.yml': 'name: shop\n', ...files }))
    put({ root }, path, text)
  return { root, dbtDir: root, stateDir: join(root, '.martsmith') }
}

export function put({ root }: Pick<Place, 'root'>, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Every file of the project but martsmith's own, with its text. */
export function filesOf({ root }: Pick<Place, 'root'>): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
  const own = paths.map((p) => p.slice(root.length + 1)).filter((p) => !p.startsWith('.martsmith'))
  return Object.fromEntries(own.sort().map((p) => [p, readFileSync(join(root, p), 'utf8')]))
}
