/** The words after an operation's name: what stands in order, and flags by name. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { MartsmithError, messageOf } from '../core/errors.ts'
import type { Operation } from './types.ts'

type Flags = NonNullable<ParseArgsConfig['options']>
type Usage = Pick<Operation, 'id' | 'usage' | 'example'>

/** @throws MartsmithError `usage.refactor` for a flag that the operation does not have, and for more than `most` words. */
export function splitWords(
  words: string[],
  flags: Flags,
  usage: Usage,
  most = Number.POSITIVE_INFINITY,
): { given: string[]; flags: Record<string, string | boolean | undefined> } {
  const { values, positionals } = parsed(words, flags, usage)
  const more = positionals.slice(most)
  if (more.length > 0) throw wrongWords(usage, `"${more.join(' ')}" is more than it takes`)
  return { given: positionals, flags: values }
}

function parsed(words: string[], options: Flags, usage: Usage) {
  try {
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true })
    return { values: values as Record<string, string | boolean | undefined>, positionals }
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
