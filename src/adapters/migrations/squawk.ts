/** squawk's findings about one migration for Postgres, as its JSON has them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { MartsmithError } from '../../core/errors.ts'
import { runCommand } from '../exec/run.ts'

const findings = z.array(z.object({ rule_name: z.string(), message: z.string(), line: z.number() }))

export type SquawkFinding = { rule: string; message: string }

export async function squawk(
  sql: string,
  about: { version: string; transaction: boolean; exclude: readonly string[] },
): Promise<SquawkFinding[]> {
  const dir = await mkdtemp(join(tmpdir(), 'martsmith-squawk-'))
  const out: string[] = []
  const err: string[] = []
  try {
    await writeFile(join(dir, 'migration.sql'), sql)
    const code = await runCommand({
      argv: [
        binary(),
        '--reporter',
        'json',
        '--pg-version',
        about.version,
        ...(about.transaction ? ['--assume-in-transaction'] : []),
        ...about.exclude.flatMap((rule) => ['--exclude', rule]),
        'migration.sql',
      ],
      cwd: dir,
      env: process.env,
      onStdout: (line) => out.push(line),
      onStderr: (line) => err.push(line),
    })
    const found = findings.safeParse(parse(out.join('\n')))
    if (found.success) return found.data.map(({ rule_name: rule, message }) => ({ rule, message }))
    throw new MartsmithError({
      code: 'migrations.squawk',
      message: `squawk, which reviews migrations for Postgres, did not work (exit code ${code}).`,
      details: err.slice(-5),
      mend: ['npm install   brings it'],
      exitCode: 1,
    })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The platform's own package, which the wrapper would look for too: without starting another Node. */
function binary(): string {
  const wrapper = createRequire(createRequire(import.meta.url).resolve('squawk-cli/package.json'))
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return wrapper.resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/squawk${suffix}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
