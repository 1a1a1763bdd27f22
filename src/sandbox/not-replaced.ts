import { MartsmithError } from '../core/errors.ts'

export function notReplaced(id: string, why: string): MartsmithError {
  return new MartsmithError({
    code: 'sandbox.not-replaced',
    message: `No table of the sandbox can stand in for ${id}: ${why}.`,
    exitCode: 1,
  })
}
