/** The words after an operation's name: what stands in order, and flags by name. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { MartsmithError, messageOf } from '../core/errors.ts'
import type { Operation } from './types.ts'

type Flags = NonNullable<ParseArgsConfig['options']>
type Usage = Pick<Operation, 'id' | 'usage' | 'example'>

/** @throws MartsmithError `usage.refactor` for a flag that the operation does not have. */
export function splitWords(
  words: string[],
  flags: Flags,
  usage: Usage,
): { given: string[]; flags: Record<string, string | boolean | undefined> } {
  try {
    const { values, positionals } = parseArgs({ args: words, options: flags, allowPositionals: true })
    return { given: positionals, flags: values as Record<string, string | boolean | undefined> }
  } catch (error) {
    throw wrongWords(usage, messageOf(error).split('. ')[0] ?? '')
  }
}

/** The input of an operation, checked. @throws MartsmithError `usage.refactor` */
export function inputOf(operation: Operation, words: string[]): unknown {
  const result = operation.input.safeParse(operation.parse(words))
  if (result.success) return result.data
  throw wrongWords(operation, result.error.issues.map((issue) => issue.message).join('; '))
}

export function wrongWords({ id, usage, example }: Usage, why: string): MartsmithError {
  return new MartsmithError({
    code: 'usage.refactor',
    message: `${id}: ${why.replace(/\.$/, '')}. Nothing was changed.`,
    details: [`martsmith refactor ${id} ${usage}`],
    mend: [`martsmith refactor ${example}`],
  })
}
