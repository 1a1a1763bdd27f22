/** Questions to the person at the terminal; they go to stderr, for stdout is the report's. */
import { confirm, input, select } from '@inquirer/prompts'
import { MartsmithError } from '../core/errors.ts'

const CONTEXT = { output: process.stderr }

export async function askYesNo(question: string): Promise<boolean> {
  return orInterrupted(confirm({ message: question, default: true }, CONTEXT))
}

export async function askText(question: string): Promise<string> {
  return orInterrupted(input({ message: question }, CONTEXT))
}

export async function askChoice<T>(question: string, choices: { name: string; value: T }[]): Promise<T> {
  return orInterrupted(select({ message: question, choices }, CONTEXT))
}

/** Ctrl-C at a question: nothing has run. */
async function orInterrupted<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if ((error as Error).name !== 'ExitPromptError') throw error
    throw new MartsmithError({ code: 'interrupted', message: 'Nothing was run.', exitCode: 130 })
  }
}
