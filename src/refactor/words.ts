/** The words after an operation's name: what stands in order, and flags by name. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { MartsmithError, messageOf } from '../core/errors.ts'
import type { Operation } from './types.ts'

/** The input of an operation, checked. @throws MartsmithError `usage.refactor` */
export function inputOf(operation: Operation, words: string[]): unknown {
  const result = operation.input.safeParse(read(operation, words))
  if (result.success) return result.data
  throw wrongWords(operation, result.error.issues.map((issue) => issue.message).join('; '))
}

function read(operation: Operation, words: string[]): Record<string, unknown> {
  const { values, positionals } = parsed(operation, words)
  const input: Record<string, unknown> = {}
  for (const [flag, kind] of Object.entries(operation.flags))
    input[fieldOf(flag)] = flagValue(kind, values[flag])
  for (const [i, field] of operation.words.entries())
    if (positionals[i] !== undefined) input[field] = positionals[i]
  const [last, more] = [operation.words.at(-1), positionals.slice(operation.words.length)]
  if (more.length === 0) return input
  if (!operation.manyWords || last === undefined)
    throw wrongWords(operation, `"${more.join(' ')}" is more than it takes`)
  return { ...input, [last]: [input[last], ...more].join(' ') }
}

function parsed(operation: Operation, args: string[]) {
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.entries(operation.flags).map(([flag, kind]) => [
      flag,
      { type: kind === 'switch' ? 'boolean' : 'string' },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    return { values: values as Record<string, string | boolean | undefined>, positionals }
  } catch (error) {
    throw wrongWords(operation, messageOf(error).split('. ')[0] ?? '')
  }
}

function flagValue(kind: 'text' | 'list' | 'switch', value: string | boolean | undefined): unknown {
  if (kind === 'switch') return value === true
  if (kind === 'text') return value ?? null
  return String(value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

/** `drop-tests` is `dropTests` in the input. */
function fieldOf(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

export function wrongWords(
  { id, usage, example }: Pick<Operation, 'id' | 'usage' | 'example'>,
  why: string,
): MartsmithError {
  return new MartsmithError({
    code: 'usage.refactor',
    message: `${id}: ${why.replace(/\.$/, '')}. Nothing was changed.`,
    details: [`martsmith refactor ${id} ${usage}`],
    mend: [`martsmith refactor ${example}`],
  })
}
