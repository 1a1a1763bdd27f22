import { describe, expect, it } from 'vitest'
import { mayWriteWithoutAsking } from './policy.ts'
import type { FileChange } from './types.ts'

const config = { changes: { allow: ['models/staging/**', '**/_*.yml', 'martsmith.yml'], targets: ['dev'] } }
const create = (path: string): FileChange => ({ kind: 'create', path, after: '' })
const may = (target: string, ...changes: FileChange[]) => mayWriteWithoutAsking(config, { changes }, target)

describe('what may be written without asking', () => {
  it('is what matches as a whole, on the targets that are named', () => {
    expect(may('dev', create('models/staging/a/b.sql'), create('models/marts/_core.yml'))).toBe(true)
    expect(may('prod', create('models/staging/a.sql'))).toBe(false)
    expect(may('dev', create('models/staging/a.sql'), create('models/marts/b.sql'))).toBe(false)
    expect(may('dev', create('models/staging'))).toBe(true)
    expect(may('dev', create('models/stagingx/a.sql'))).toBe(false)
  })

  it('looks at both ends of a rename', () => {
    const rename: FileChange = {
      kind: 'rename',
      path: 'models/marts/a.sql',
      to: 'models/staging/a.sql',
      before: '',
      after: '',
    }
    expect(may('dev', rename)).toBe(false)
  })

  it('is never the file that says so, and nothing where nothing is said', () => {
    expect(may('dev', create('martsmith.yml'))).toBe(false)
    expect(mayWriteWithoutAsking({ changes: { allow: [], targets: ['dev'] } }, { changes: [] }, 'dev')).toBe(
      false,
    )
  })
})
