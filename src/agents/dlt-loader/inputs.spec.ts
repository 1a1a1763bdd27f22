import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputChanges, inputState } from './inputs.ts'

describe('inputs of a script', () => {
  it('PIPE-1: change by content, not by being touched', async () => {
    const root = mkdtempSync(join(tmpdir(), 'martsmith-inputs-'))
    writeFileSync(join(root, 'a.csv'), 'one')
    writeFileSync(join(root, 'b.csv'), 'two')
    const before = await inputState(root, ['*.csv'])
    utimesSync(join(root, 'a.csv'), new Date(), new Date(Date.now() + 60_000))
    expect(inputChanges(before, await inputState(root, ['*.csv'], before))).toEqual([])
    writeFileSync(join(root, 'a.csv'), 'ONE')
    writeFileSync(join(root, 'c.csv'), 'new')
    const after = await inputState(root, ['*.csv'], before)
    expect(inputChanges(before, after)).toEqual(['a.csv changed', 'c.csv is new'])
    expect(inputChanges(after, before)).toEqual(['a.csv changed', 'c.csv is gone'])
  })
})
