/** Questions to the person at the terminal; they go to stderr, for stdout is the report's. */
import { confirm, input, select } from '@inquirer/prompts'
import { MartsmithError } from '../core/errors.ts'

const CONTEXT = { output: process.stderr }

export async function askYesNo(question: string): Promise<boolean> {
  return orInterrupted(confirm({ message: question, default: true }, CONTEXT))
}

export async function askText(question: string, signal?: AbortSignal): Promise<string> {
  return orInterrupted(input({ message: question }, until(signal)))
}

export async function askChoice<T>(
  question: string,
  choices: { name: string; value: T }[],
  signal?: AbortSignal,
): Promise<T> {
  return orInterrupted(select({ message: question, choices }, until(signal)))
}

function until(signal: AbortSignal | undefined) {
  return signal ? { ...CONTEXT, signal } : CONTEXT
}

/** Ctrl-C at a question, or the end of what it is asked for: nothing has run. */
async function orInterrupted<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!['ExitPromptError', 'AbortPromptError'].includes((error as Error).name)) throw error
    throw new MartsmithError({ code: 'interrupted', message: 'Nothing was run.', exitCode: 130 })
  }
}
