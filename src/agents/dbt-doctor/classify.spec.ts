import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { classify } from './classify.ts'

type Seen = { scenario: string; adapter: string; event: string; message: string; class: string }

/** Messages of real dbt, DuckDB and Postgres, as they came. */
const SEEN = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/failures/dbt.json'), 'utf8'),
) as Seen[]

it('ERR-1: each message that was seen is of its class', () => {
  const wrong = SEEN.flatMap(({ scenario, adapter, event, message, class: of }) => {
    const expected = of.split('_')[0]
    const found = classify({ message, events: event === 'RAW' ? [] : event.split('/') })?.class.id
    return found === expected
      ? []
      : [`${scenario} on ${adapter}: ${found}, not ${of}: ${message.slice(0, 160)}`]
  })
  expect(wrong).toEqual([])
})
