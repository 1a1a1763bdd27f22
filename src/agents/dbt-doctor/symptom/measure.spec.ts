/** Symptoms that are followed to what makes values otherwise, in a real PostgreSQL. */
import { beforeAll, expect, it } from 'vitest'
import { ideasFor } from '../data/ideas/index.ts'
import { madeLook, openLookServer } from '../data/test-look.ts'
import { measured } from './measure.ts'
import type { Symptom } from './read.ts'

beforeAll(openLookServer, 60_000)

const NOW = new Date('2026-03-02T10:00:00Z')
const symptom = (complaint: Symptom['complaint'], node: string, column: string | null): Symptom => ({
  ...{ complaint, node: `model.p.${node}`, column, daysAgo: null },
})

const SALES =
  "select i as id, case when i % 3 = 0 then 'web ' else 'app' end as channel, 5 as price, i % 2 as cars from generate_series(1, 12) as i"

it('keys with blanks that fall out of a join are trimmed where the part of a union makes them', async () => {
  const look = await madeLook({
    sources: {
      sales: SALES,
      channels: "select * from (values ('web', 'Web'), ('app', 'App')) as v (code, name)",
    },
    models: {
      stg: "select id, lower(channel) as channel from {{ source('raw', 'sales') }}",
      both: "select id, channel from {{ ref('stg') }}\nunion all\nselect 100, 'web'",
      report:
        "select b.id, c.name\nfrom {{ ref('both') }} b\njoin {{ source('raw', 'channels') }} c on c.code = b.channel",
    },
  })
  const { suspects } = await measured(look, symptom('missing', 'report', null), NOW)
  const [first] = suspects
  expect(first?.culprit).toMatchObject({ born: 'drop', line: 3 })
  const [idea] = first ? await ideasFor(look, first.culprit) : []
  expect(idea).toMatchObject({ edits: [{ file: 'models/stg.sql', text: 'trim(lower(channel))' }] })
})

it('sums of distinct values are told where they are less, and no others', async () => {
  const look = await madeLook({
    sources: { sales: SALES },
    models: {
      sums: "select cars, sum(distinct price) as price, sum(distinct id) as ids\nfrom {{ source('raw', 'sales') }}\ngroup by 1",
      report: "select cars, price, ids from {{ ref('sums') }}",
    },
  })
  const { suspects } = await measured(look, symptom('missing', 'report', 'price'), NOW)
  expect(suspects[0]?.culprit).toMatchObject({ born: 'expression', file: 'models/sums.sql', line: 1 })
  const [idea] = suspects[0] ? await ideasFor(look, suspects[0].culprit) : []
  expect(idea?.title).toContain('Take every row for price')
  expect(await measured(look, symptom('missing', 'report', 'ids'), NOW)).toMatchObject({ words: null })
})

it('columns of a union that stand in each other\u2019s place change them; a name alone proves nothing', async () => {
  const made = (part: string) =>
    madeLook({
      sources: { sales: SALES },
      models: {
        both: `select 0 as id, 3 as people, 1 as cars\nunion all\nselect id, ${part}\nfrom (select id, 2 as people, cars from {{ source('raw', 'sales') }}) s`,
      },
    })
  const zero = { ...symptom('zero', 'both', 'people'), some: true }
  const look = await made('cars, people')
  const { suspects } = await measured(look, zero, NOW)
  expect(suspects[0]?.culprit).toMatchObject({ born: 'union', file: 'models/both.sql', line: 3 })
  const [idea] = suspects[0] ? await ideasFor(look, suspects[0].culprit) : []
  expect(idea?.edits.map((e) => e.text).sort()).toEqual(['cars', 'people'])
  const other = await measured(await made('cars, cars'), zero, NOW)
  expect(other.suspects[0]?.culprit.born).not.toBe('union')
})
