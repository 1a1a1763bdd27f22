/** Dimensions of other kinds, in one project, and asked in the warehouse: hierarchies, bridges, composite keys, junk. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project

/** Track 1 has no album, 2 is of one whose artist is not there; 3 is a version of 4; 6 is in no list. */
beforeAll(() => {
  project = makeProject('shop-loaded')
  query(
    project.path('shop.duckdb'),
    `create table raw.artists as select i as artist_id, 'Artist ' || i as name from range(1, 4) t(i)`,
    `create table raw.albums as select i as album_id, 'Album ' || i as title, case when i = 25 then 99 else 1 + i % 3 end as artist_id
      from range(1, 31) t(i)`,
    `create table raw.tracks as select i as track_id, 'Track ' || i as name, case i when 1 then null when 2 then 25 else i % 24 + 1 end as album_id,
      case when i = 3 then 4 end as parent_track_id from range(1, 41) t(i)`,
    `create table raw.playlists as select i as playlist_id, 'List ' || i as name from range(1, 5) t(i)`,
    `create table raw.playlist_track as select p as playlist_id, t as track_id from range(1, 5) a(p), range(1, 41) b(t)
      where t % p = 0 and t <> 6`,
    'create schema tills',
    // Each row twice, and nothing alone is a key.
    `create table tills.registers as select s as store_id, r as register_no, 'Model ' || r as model
      from range(1, 4) a(s), range(1, 3) b(r), range(2) c(twice)`,
    `create table raw.visits as select i as visit_id, timestamp '2024-01-01' + interval (i) hour as visited_at, i * 1.5 as amount,
      i % 2 = 0 as is_gift, case when i % 5 = 0 then null else i % 2 = 0 end as is_rush, case when i % 5 = 0 then null when i % 2 = 0 then 'S' else 'W' end as channel
      from range(1, 51) t(i) `,
  )
  const tables = ['artists', 'albums', 'tracks', 'playlists', 'playlist_track', 'visits']
  project.edit('models/sources.yml', /$/, tables.map((t) => `      - name: ${t}\n`).join(''))
  project.edit(
    'models/sources.yml',
    '- name: orders\n',
    `- name: orders
        columns:
          - name: status
            description: "Where it is: paid = Paid, and not sent; sent = On its way; lost = Gone"\n`,
  )
})

it('DIM-2 DIM-4: a table that is no source is offered, and nothing is written', async () => {
  const before = project.snapshot('.martsmith', '.tasks')
  const asked = await runMartsmith(project, ['dimension', 'register', '--from', 'tills.registers', '--yes'])
  expect(asked.code, asked.all).toBe(3)
  expect(asked.stderr).toContain('--from tills.registers --declare')
  expect(project.snapshot('.martsmith', '.tasks')).toEqual(before)
})

it('DIM-2 DIM-3 DIM-4: what things belong to, what they are shared by, keys of several columns, flags together, listed codes', async () => {
  const asks = [
    ['track', '--bridge'],
    ['register', '--from', 'tills.registers', '--declare'],
    ['visit', 'flags'],
    ['order', 'status'],
  ]
  for (const ask of asks) {
    const done = await runMartsmith(project, ['dimension', ...ask, '--yes'])
    expect(done.code, done.all).toBe(0)
  }
  const names = [
    'dim_tracks',
    'bridge_track_playlist',
    'dim_registers',
    'dim_visit_flags',
    'dim_order_status',
  ]
  const select = names.map((n) => `+${n}`).join(' ')
  const built = await runMartsmith(project, ['pipeline', '--select', select, '--yes'])
  expect(built.code, built.all).toBe(0)
  const [tracks, weights, alone, registers, flags, found, statuses] = query(
    project.path('shop.duckdb'),
    `select track_id, album_title, artist_name, parent_track_name from analytics.dim_tracks where track_id < 5 order by 1`,
    `select count(*), min(w), max(w), count(distinct playlist_key) from
      (select playlist_key, sum(weighting_factor) as w from analytics.bridge_track_playlist group by 1) as t`,
    `select count(*) from analytics.bridge_track_playlist as b join analytics.dim_tracks as d using (track_key) where d.track_id = 6`,
    'select count(*), count(distinct register_key), min(store_id) from analytics.dim_registers',
    'select is_gift, is_rush, channel from analytics.dim_visit_flags order by 1, 2, 3',
    `select count(*) from raw.visits as v join analytics.dim_visit_flags as d
      on coalesce(v.channel, 'Unknown') = d.channel and case when v.is_gift then 'Yes' else 'No' end = d.is_gift
      and case when v.is_rush then 'Yes' when not v.is_rush then 'No' else 'Unknown' end = d.is_rush`,
    'select status, order_status_name from analytics.dim_order_status order by 1',
  )
  expect(tracks).toEqual([
    [-1, 'Unknown', 'Unknown', 'Unknown'],
    [1, 'Unknown', 'Unknown', 'Not applicable'],
    [2, 'Album 25', 'Unknown', 'Not applicable'],
    [3, 'Album 4', 'Artist 2', 'Track 4'],
    [4, 'Album 5', 'Artist 3', 'Not applicable'],
  ])
  // Four lists and the unknown one; in none of them is track 6.
  expect(weights?.[0]?.slice(0, 1)).toEqual([5])
  expect(Number(weights?.[0]?.[1])).toBeCloseTo(1, 6)
  expect(Number(weights?.[0]?.[2])).toBeCloseTo(1, 6)
  expect(alone).toEqual([[0]])
  expect(registers).toEqual([[7, 7, -1]])
  expect(flags).toEqual([
    ['No', 'No', 'W'],
    ['No', 'Unknown', 'Unknown'],
    ['Unknown', 'Unknown', 'Unknown'],
    ['Yes', 'Unknown', 'Unknown'],
    ['Yes', 'Yes', 'S'],
  ])
  expect(found).toEqual([[50]])
  // What the source's description lists, in a seed; a code that it does not list is there without a label.
  expect(statuses).toEqual([
    ['Unknown', 'Unknown'],
    ['back', 'Unknown'],
    ['paid', 'Paid, and not sent'],
    ['sent', 'On its way'],
  ])
})

it('DIM-2: what is read has to build as it is written', async () => {
  project.edit('models/staging/stg_visits.sql', 'is_gift', 'is_gifft')
  const asked = await runMartsmith(project, ['dimension', 'channel', '--from', 'stg_visits.channel', '--yes'])
  expect(asked.code, asked.all).toBe(1)
  expect(asked.stderr).toMatch(/stg_visits .* does not build as it is written.*is_gifft/)
  expect(asked.stderr).toContain('martsmith debug')
})
