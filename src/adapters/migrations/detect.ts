/** Which tool keeps the migrations of a repository, known by its own files. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { glob } from 'tinyglobby'
import type { Migrations, Standing, ToolId } from './types.ts'

const IGNORED = [
  '**/node_modules/**',
  '**/.venv/**',
  '**/venv/**',
  '**/.git/**',
  '**/target/**',
  '**/vendor/**',
]
/** Where dbmate keeps them unless it is told otherwise. */
export const DEFAULT_FOLDER = 'db/migrations'

/** `after`: the version that it names as the one before it, where a tool goes by that. */
type Found = { tool: ToolId; version: string; path: string; after: string | null }

const NAMES: { tool: ToolId; form: RegExp; folder?: RegExp; holds?: RegExp }[] = [
  { tool: 'prisma', form: /(?:^|\/)(\d{14})_[^/]*\/migration\.sql$/ },
  { tool: 'flyway', form: /(?:^|\/)V(\d[\d._]*?)__[^/]+\.sql$/ },
  { tool: 'golang-migrate', form: /(?:^|\/)(\d+)_[^/]+\.up\.sql$/ },
  { tool: 'dbmate', form: /(?:^|\/)(\d+)_[^/]+\.sql$/, holds: /^--\s*migrate:up/m },
  { tool: 'rails', form: /(?:^|\/)(\d{14})_\w+\.rb$/, folder: /(^|\/)db\/migrate$/ },
  { tool: 'django', form: /(?:^|\/)(\d{4})_\w+\.py$/, folder: /(^|\/)migrations$/ },
  {
    tool: 'alembic',
    form: /(?:^|\/)([^/]+)\.py$/,
    folder: /(^|\/)versions$/,
    holds: /^down_revision\b/m,
  },
  {
    tool: 'knex',
    form: /(?:^|\/)(\d{14})_[^/]+\.[cm]?[jt]s$/,
    folder: /(^|\/)migrations$/,
    holds: /\bknex\b/,
  },
]

/** Every folder of migrations of the repository; none where there are no migrations yet. */
export async function findMigrations(root: string): Promise<Migrations[]> {
  const files = await glob(['**/*.{sql,py,rb,js,ts,cjs,mjs}'], {
    cwd: root,
    ignore: IGNORED,
    followSymbolicLinks: false,
  })
  const found: Found[] = []
  for (const path of files.sort()) {
    const one = await recognise(root, path)
    if (one) found.push(one)
  }
  const folderOf = ({ tool, path }: Found) => (tool === 'prisma' ? dirname(dirname(path)) : dirname(path))
  const groups = Map.groupBy(found, (f) => `${f.tool}\n${folderOf(f)}`)
  return [...groups].map(([key, all]) => {
    const [tool = '', folder = ''] = key.split('\n')
    return { tool: tool as ToolId, folder, standing: inOrder(all) }
  })
}

async function recognise(root: string, path: string): Promise<Found | null> {
  for (const { tool, form, folder, holds } of NAMES) {
    const version = form.exec(path)?.[1]
    if (version === undefined || path.endsWith('.down.sql')) continue
    if (folder && !folder.test(dirname(path))) continue
    if (basename(path) === '__init__.py') continue
    const text = holds ? await readFile(join(root, path), 'utf8').catch(() => '') : ''
    if (holds && !holds.test(text)) continue
    if (tool !== 'alembic') return { tool, version, path, after: null }
    const named = (key: string) => new RegExp(`^${key}[^=\\n]*=\\s*["']([^"']+)["']`, 'm').exec(text)?.[1]
    return { tool, version: named('revision') ?? version, path, after: named('down_revision') ?? null }
  }
  return null
}

/** By version; where each names the one before it, the one that nobody names comes last. */
function inOrder(all: Found[]): Standing[] {
  const named = new Set(all.map((f) => f.after))
  const isHead = (f: Found) => all.some((o) => o.after !== null) && !named.has(f.version)
  return [...all]
    .sort(
      (a, b) =>
        Number(isHead(a)) - Number(isHead(b)) || a.version.localeCompare(b.version, 'en', { numeric: true }),
    )
    .map(({ version, path }) => ({ version, path }))
}
