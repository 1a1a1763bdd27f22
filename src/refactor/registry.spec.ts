/** What every operation promises, checked over all that are registered. */
import { describe, expect, it } from 'vitest'
import { allOperations, OPERATION_IDS, operationById } from './registry.ts'
import { inputOf } from './words.ts'

const operations = await allOperations()
/** The words of an example as a shell would hand them over. */
const words = (example: string) =>
  [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

describe.each(operations.map((o) => [o.id, o] as const))('%s', (id, operation) => {
  it('is registered under its own name, and says in a line what it does', () => {
    expect(OPERATION_IDS).toContain(id)
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(operation.purpose).toMatch(/^[a-z].{10,100}[^.]$/)
    expect(operation.usage).toMatch(/^[<[]/)
  })

  it('takes the words of its example, and stores them as JSON', () => {
    const [name, ...given] = words(operation.example)
    expect(name).toBe(id)
    const input = inputOf(operation, given)
    expect(operation.input.parse(JSON.parse(JSON.stringify(input)))).toEqual(input)
  })

  it('refuses missing words, and flags that it does not have, with its usage', () => {
    const [, ...given] = words(operation.example)
    const tooFew = operation.usage.startsWith('<') ? [[]] : []
    for (const wrong of [...tooFew, [...given, '--no-such-flag']]) {
      expect(() => inputOf(operation, wrong)).toThrow(
        expect.objectContaining({
          code: 'usage.refactor',
          details: [expect.stringContaining(operation.usage)],
        }),
      )
    }
  })
})

it('an unknown operation is answered with the nearest one', async () => {
  await expect(operationById('change-materialisation')).rejects.toMatchObject({
    code: 'refactor.unknown',
    message: expect.stringContaining('did you mean change-materialization?'),
  })
  await expect(operationById('constructor')).rejects.toMatchObject({ code: 'refactor.unknown' })
})
