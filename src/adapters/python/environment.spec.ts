import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findInterpreter } from './environment.ts'

function venv(parent: string, name: string, distributions: string[]): string {
  const dir = join(parent, name)
  mkdirSync(join(dir, 'bin'), { recursive: true })
  writeFileSync(join(dir, 'pyvenv.cfg'), '')
  writeFileSync(join(dir, 'bin', 'python'), '')
  for (const d of distributions)
    mkdirSync(join(dir, 'lib', 'python3.11', 'site-packages', `${d}-1.0.dist-info`), { recursive: true })
  return dir
}

const temp = () => mkdtempSync(join(tmpdir(), 'martsmith-env-'))
const find = (root: string, env: NodeJS.ProcessEnv = { PATH: '' }, tool: 'dbt' | 'dlt' = 'dbt') =>
  findInterpreter({ tool, dirs: [root], env })

describe('the Python of the user', () => {
  it('is that of the nearest virtual environment that has the tool, up to the git root', async () => {
    const top = temp()
    mkdirSync(join(top, '.git'))
    mkdirSync(join(top, 'transform'))
    const above = venv(top, '.venv', ['dbt_core', 'dlt'])
    venv(join(top, 'transform'), 'venv', ['requests'])
    expect((await find(join(top, 'transform'))).python).toBe(join(above, 'bin', 'python'))
    expect((await find(join(top, 'transform'), { PATH: '' }, 'dlt')).python).toBe(
      join(above, 'bin', 'python'),
    )
  })

  it('is the active environment before that of the project', async () => {
    const root = temp()
    venv(root, '.venv', ['dbt_core'])
    const active = venv(temp(), 'mine', ['dbt_core'])
    expect((await find(root, { PATH: '', VIRTUAL_ENV: active })).from).toBe('the active environment')
  })

  it('is the one that a dbt on PATH runs under', async () => {
    const [root, bin] = [temp(), temp()]
    const python = join(bin, 'python3.11')
    writeFileSync(python, '')
    writeFileSync(join(bin, 'dbt'), `#!${python}\nimport dbt\n`)
    expect((await find(root, { PATH: bin })).python).toBe(python)
  })

  it('says what was looked at, and the command that mends it', async () => {
    const root = temp()
    venv(root, '.venv', ['requests'])
    await expect(find(root)).rejects.toMatchObject({
      code: 'python.no-dbt',
      exitCode: 2,
      details: [expect.stringContaining('.venv')],
      mend: [expect.stringContaining('pip install dbt-core'), expect.anything()],
    })
  })

  it('is checked where the configuration names it', async () => {
    await expect(
      findInterpreter({ tool: 'dbt', configured: 'no/python', dirs: ['/p'], env: {} }),
    ).rejects.toMatchObject({ code: 'python.configured-missing' })
  })
})
