/** A user's project on disk, and the command run in it as a person or a program runs it. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { JsonReport } from '../../src/reports/json.ts'
import { cleanEnv } from '../../test/support/martsmith.ts'
import { MARTSMITH } from '../../test/support/paths.ts'

export type Workspace = {
  dir: string
  home: string
  /** Path and text of each file that is the user's: not git's, not what tools and runs keep. */
  files(): Map<string, string>
  /** Lays files over the project; what is answered puts everything back as it was. */
  lay(files: Record<string, string>): () => void
  commit(message: string): void
  /** Makes a commit that nothing came before. */
  begin(message: string): void
  run(argv: string[], env: Record<string, string>): Promise<Answer>
  /** The same with all that tools and runs keep, in a place of its own. */
  copy(): Workspace
  close(): void
}

export type Answer = {
  argv: string[]
  code: number | null
  /** null where stdout is not one JSON object. */
  json: JsonReport | null
  stdout: string
  stderr: string
  seconds: number
}

const NOT_THE_USERS =
  /^(\.git|\.martsmith|\.tasks|target|logs|warehouse|dbt_packages|\.user\.yml|.*\.duckdb(\.wal)?)$|__pycache__/
const PATIENCE_MS = 15 * 60_000

const IGNORED = 'target/\nlogs/\nwarehouse/\ndbt_packages/\n.martsmith/\n*.duckdb*\n.user.yml\n'

export function openWorkspace(name: string, files: Record<string, string>): Workspace {
  const base = newBase(name)
  mkdirSync(join(base, 'home'))
  mkdirSync(join(base, name))
  const space = workspaceAt(base, name)
  space.lay({ ...files, '.gitignore': IGNORED })
  space.begin('The project as it is')
  return space
}

const newBase = (name: string) => mkdtempSync(join(tmpdir(), `martsmith-eval-${name}-`))

function git(dir: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=eval', '-c', 'user.email=eval@example.com', ...args], { cwd: dir })
}

/** One that was opened before, and not closed. */
export function workspaceAt(base: string, name: string): Workspace {
  const dir = join(base, name)
  const home = join(base, 'home')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  const commit = (message: string) => {
    git(dir, 'add', '-A')
    git(dir, 'commit', '-qm', message)
  }
  return {
    dir,
    home,
    files: () => contents(dir),
    lay: (over) => {
      const before = contents(dir)
      for (const [path, text] of Object.entries(over)) write(path, text)
      return () => {
        for (const path of contents(dir).keys())
          if (!before.has(path)) rmSync(join(dir, path), { force: true })
        for (const [path, text] of before) write(path, text)
      }
    },
    commit,
    begin: (message) => {
      rmSync(join(dir, '.git'), { recursive: true, force: true })
      git(dir, 'init', '-q')
      commit(message)
    },
    run: (argv, env) => runCommand(argv, dir, cleanEnv({ HOME: home, ...env })),
    copy: () => {
      const other = newBase(name)
      cpSync(base, other, { recursive: true })
      return workspaceAt(other, name)
    },
    close: () => rmSync(base, { recursive: true, force: true }),
  }
}

/** Path and text of each file of the user. */
function contents(dir: string, below = ''): Map<string, string> {
  return new Map(
    readdirSync(join(dir, below), { withFileTypes: true }).flatMap((entry) => {
      const path = join(below, entry.name)
      if (NOT_THE_USERS.test(path)) return []
      if (entry.isDirectory()) return [...contents(dir, path)]
      return [[path, readFileSync(join(dir, path), 'utf8')] as const]
    }),
  )
}

function runCommand(argv: string[], cwd: string, env: Record<string, string>): Promise<Answer> {
  const begun = performance.now()
  const child = spawn(MARTSMITH, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const guard = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(guard)
      const stdout = Buffer.concat(out).toString()
      resolve({
        argv,
        code,
        json: parsed(stdout),
        stdout,
        stderr: Buffer.concat(err).toString(),
        seconds: (performance.now() - begun) / 1000,
      })
    })
  })
}

function parsed(stdout: string): JsonReport | null {
  try {
    return JSON.parse(stdout) as JsonReport
  } catch {
    return null
  }
}
