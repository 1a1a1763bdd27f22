import type { Operation } from './types.ts'

/** Keeps the type of an operation's input while it joins others in the registry. */
export function operation<A>(definition: Operation<A>): Operation {
  return definition as unknown as Operation
}
