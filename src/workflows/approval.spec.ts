import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { offerApproval, takeApproval } from './approval.ts'

const NOW = new Date('2026-11-21T08:00:00Z')
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000)
const state = () => mkdtempSync(join(tmpdir(), 'martsmith-approval-'))

describe('an approval', () => {
  it('holds once', async () => {
    const dir = state()
    await offerApproval(dir, 'abc', 'prod', NOW)
    await takeApproval(dir, 'abc', 'abc', later(1))
    await expect(takeApproval(dir, 'abc', 'abc', later(1))).rejects.toMatchObject({
      code: 'approval.invalid',
      exitCode: 3,
    })
  })

  it('is bound to what was shown', async () => {
    const dir = state()
    await offerApproval(dir, 'abc', 'prod', NOW)
    await expect(takeApproval(dir, 'abc', 'other', NOW)).rejects.toThrow(
      'what it was given for has changed since it was shown',
    )
  })

  it('expires', async () => {
    const dir = state()
    await offerApproval(dir, 'abc', 'prod', NOW)
    await expect(takeApproval(dir, 'abc', 'abc', later(25))).rejects.toThrow('it has expired')
  })

  it('cannot be made up', async () => {
    await expect(takeApproval(state(), 'abc', 'abc', NOW)).rejects.toThrow('it was not offered')
  })
})
