/**
 * Approvals of a protected target where nobody sits at a terminal: the first call shows the scope and
 * writes down its hash; a second call that names the hash is the yes, while it has not expired and the
 * scope is still the same.
 */
import { join } from 'node:path'
import { MartsmithError } from '../core/errors.ts'
import { readJson, writeJson } from '../core/files.ts'
import { whyVoid } from './waiting.ts'

const VALID_HOURS = 24
type Offered = Record<string, { target: string; expires: string }>

const path = (stateDir: string) => join(stateDir, 'approvals.json')

export async function offerApproval(
  stateDir: string,
  hash: string,
  target: string,
  now: Date,
): Promise<void> {
  const offered = (await readJson<Offered>(path(stateDir))) ?? {}
  const valid = Object.entries(offered).filter(([, o]) => new Date(o.expires) > now)
  const expires = new Date(now.getTime() + VALID_HOURS * 3_600_000).toISOString()
  await writeJson(path(stateDir), { ...Object.fromEntries(valid), [hash]: { target, expires } })
}

/** Takes an approval, which is good once. @throws MartsmithError `approval.invalid` with the reason. */
export async function takeApproval(stateDir: string, given: string, hash: string, now: Date): Promise<void> {
  const offered = (await readJson<Offered>(path(stateDir))) ?? {}
  const offer = offered[given]
  const why = !offer
    ? 'it was not offered in this project, or it has been used'
    : whyVoid({ hash: given, expires: offer.expires }, hash, now)
  if (why) {
    throw new MartsmithError({
      code: 'approval.invalid',
      message: `The approval ${given} does not hold: ${why}. Nothing was run.`,
      mend: ['Run the command without --approve to see the scope as it is now.'],
      exitCode: 3,
    })
  }
  const { [given]: _, ...rest } = offered
  await writeJson(path(stateDir), rest)
}
