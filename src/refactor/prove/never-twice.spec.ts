import { expect, it } from 'vitest'
import { neverTwice } from './never-twice.ts'

it('finds what is not the same twice, whatever its case', () => {
  expect(neverTwice("select NOW() as a, Current_Timestamp as b, '{{ run_started_at }}' as c")).toEqual([
    'now',
    'current_timestamp',
    'run_started_at',
  ])
})

it('leaves comments and longer names alone', () => {
  expect(neverTwice('select known, random_id -- now()\n, /* uuid() */ {# rand() #} now from t')).toEqual([])
})
