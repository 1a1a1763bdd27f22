/** Type 2 dimensions: of a source that keeps history, and of one that does not, by a snapshot. Asked in the warehouse. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project
const ask = (...statements: string[]) => query(project.path('shop.duckdb'), ...statements)

/**
 * Members with every fault that intervals have: 1 is clean, 2 overlaps and has a gap, 3 has left, 4 has two rows of one
 * begin, one of them of no length. Branches are overwritten.
 */
beforeAll(() => {
  project = makeProject('shop-loaded')
  ask(
    `create table raw.member_history as select * from (values
      (1, 'Ada', 'gold', timestamp '2023-01-01', timestamp '2023-03-01'),
      (1, 'Ada', null, timestamp '2023-03-01', null),
      (2, 'Bo', 'gold', timestamp '2023-01-01', timestamp '2023-05-01'),
      (2, 'Bo', 'iron', timestamp '2023-04-01', timestamp '2023-06-01'),
      (2, 'Bo', 'gold', timestamp '2023-07-01', timestamp '9999-12-31'),
      (3, 'Cy', 'iron', timestamp '2023-01-01', timestamp '2023-02-01'),
      (4, 'Di', 'iron', timestamp '2023-01-01', timestamp '2023-01-01'),
      (4, 'Di', 'gold', timestamp '2023-01-01', null)) as t("memberNo", name, tier, "validFrom", "validTo")`,
    `create table raw.branches as select i as branch_id, 'Branch ' || i as branch_name,
      timestamp '2024-01-01' + interval (i) hour as updated_at from range(1, 5) as t(i)`,
  )
  project.edit('models/sources.yml', /$/, '      - name: member_history\n      - name: branches\n')
})

it('DIM-3 DIM-4: history that the source keeps is a dimension with one row per key and moment', async () => {
  const done = await runMartsmith(project, ['dimension', 'member', '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  const [analysed, , , created] = done.json.steps
  expect(analysed?.details).toContain('memberNo repeats (4 values in 8 rows, up to 3 versions each)')
  expect(analysed?.details).toContain('Overlaps: 1 version ends after the next')
  expect(analysed?.details).toContain('Gaps: in 1 place')
  expect(created?.details).toContain('7 of 7 rows of stg_member_history find their version')
})

it('DIM-3 DIM-4: rows that are overwritten get a snapshot, which is played before it is written', async () => {
  const done = await runMartsmith(project, ['dimension', 'branch', '--history', '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  expect(done.json.steps[3]?.details).toContain(
    'a row that changed closed its version and opened one; a row that was deleted ended',
  )
  expect(done.json.changes.map((c) => c.path)).toContain('snapshots/branches_snapshot.yml')
})

it('DIM-4: what is built of them joins as of the event, and grows by versions', async () => {
  const select = '+dim_members +dim_branches'
  const built = await runMartsmith(project, ['pipeline', '--select', select, '--yes'])
  expect(built.code, built.all).toBe(0)
  const [members, keys, joined] = ask(
    `select member_no, tier, cast(valid_from as date), cast(valid_to as date), is_current
      from analytics.dim_members order by member_no, valid_from`,
    'select count(*) - count(distinct member_key) from analytics.dim_members',
    `select e.no, d.tier from (values (1, date '2022-06-01'), (1, date '2023-03-01'), (2, date '2023-04-15'), (2, date '2023-06-15'), (3, date '2024-01-01'))
      as e(no, moment) left join analytics.dim_members as d on d.member_no = e.no and e.moment >= d.valid_from and e.moment < d.valid_to order by e.no, e.moment`,
  )
  expect(members).toEqual([
    [-1, 'Unknown', '1900-01-01', '9999-12-31', true],
    [1, 'gold', '1900-01-01', '2023-03-01', false],
    [1, 'Unknown', '2023-03-01', '9999-12-31', true],
    [2, 'gold', '1900-01-01', '2023-04-01', false],
    [2, 'iron', '2023-04-01', '2023-06-01', false],
    [2, 'gold', '2023-07-01', '9999-12-31', true],
    [3, 'iron', '1900-01-01', '2023-02-01', false],
    [4, 'gold', '1900-01-01', '9999-12-31', true],
  ])
  expect(keys).toEqual([[0]])
  expect(joined).toEqual([
    [1, 'gold'],
    [1, 'Unknown'],
    [2, 'iron'],
    [2, null],
    [3, null],
  ])

  ask(
    "update raw.branches set branch_name = 'Moved', updated_at = timestamp '2024-06-01' where branch_id = 1",
    'delete from raw.branches where branch_id = 4',
  )
  const again = await runMartsmith(project, ['pipeline', '--select', '+dim_branches', '--yes'])
  expect(again.code, again.all).toBe(0)
  const [branches] = ask(
    `select branch_id, branch_name, is_current, cast(valid_from as date) from analytics.dim_branches
      where branch_id <> -1 order by branch_id, valid_from`,
  )
  expect(branches).toEqual([
    [1, 'Branch 1', false, '1900-01-01'],
    [1, 'Moved', true, '2024-06-01'],
    [2, 'Branch 2', true, '1900-01-01'],
    [3, 'Branch 3', true, '1900-01-01'],
    [4, 'Branch 4', false, '1900-01-01'],
  ])
})
