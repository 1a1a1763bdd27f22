/** Sentences about tables in parts. */
import type { Expected, Said } from './expected.ts'

const by = (table: string, interval: string | null, column: string | null, more: object = {}): Expected => ({
  op: 'partition-table',
  table,
  method: 'range',
  interval,
  by: column,
  ...more,
})
const range = (from: string, to: string) => ({ kind: 'range', from, to })
const add = (table: string, bounds: object, column: string | null = null): Expected => ({
  op: 'add-part',
  table,
  bounds,
  by: column,
})
const less = (table: string, part: string, keep = false): Expected => ({ op: 'drop-part', table, part, keep })

export const PARTS: Said[] = [
  ['fleet', 'Partition faultLog by month on happenedAt', [by('fault log', 'month', 'happenedAt')]],
  [
    'fleet',
    'Please partition the table faultLog by happenedAt, one part a month',
    [by('fault log', 'month', 'happenedAt')],
  ],
  ['fleet', 'partition the fault log monthly by happened at', [by('fault log', 'month', 'happened at')]],
  ['clinic', 'partition lab results by the year of taken at', [by('lab result', 'year', 'taken at')]],
  ['clinic', 'Partition admission by admittedAt per quarter', [by('admission', 'quarter', 'admittedAt')]],
  [
    'shipyard',
    'partition timesheet by worked_on, one partition per week',
    [by('timesheet', 'week', 'worked_on')],
  ],
  ['shipyard', 'partition timesheet daily by worked_on', [by('timesheet', 'day', 'worked_on')]],
  [
    'shipyard',
    'partition timesheet by hash of worker_id into 8 parts',
    [by('timesheet', null, 'worker_id', { method: 'hash', parts: 8 })],
  ],
  ['shipyard', 'partition job by list of state', [by('job', null, 'state', { method: 'list' })]],
  ['shipyard', 'partition job by state', [by('job', null, 'state', { method: null })]],
  [
    'fleet',
    'Add a partition for January 2027 to faultLog',
    [add('fault log', range('2027-01-01', '2027-02-01'))],
  ],
  ['fleet', 'add a Q3 2026 partition to faultLog', [add('fault log', range('2026-07-01', '2026-10-01'))]],
  [
    'fleet',
    'create a new partition for 2028 on the fault log',
    [add('fault log', range('2028-01-01', '2029-01-01'))],
  ],
  [
    'fleet',
    'Add a partition for 2026-12-31 to faultLog',
    [add('fault log', range('2026-12-31', '2027-01-01'))],
  ],
  ['shipyard', 'Add a partition for 1000 to 2000 to job', [add('job', range('1000', '2000'))]],
  [
    'shipyard',
    "Add a partition for state 'approved' and 'closed' to job",
    [add('job', { kind: 'list', values: ['approved', 'closed'] }, 'state')],
  ],
  ['shipyard', 'Add a partition for all else to job', [add('job', { kind: 'rest' })]],
  ['fleet', 'Drop the partition p2019 of faultLog', [less('fault log', 'p2019')]],
  ['fleet', 'drop the partition for March 2019 of the fault log', [less('fault log', 'March 2019')]],
  ['fleet', 'Detach the partition faultLog_2019 from faultLog', [less('fault log', 'faultLog_2019', true)]],
  ['fleet', 'Finish the partitioning of faultLog', [{ op: 'finish-partition', table: 'fault log' }]],
  [
    'fleet',
    'Add a partition for 2027-01-04 up to 2027-01-11 to faultLog',
    [add('fault log', range('2027-01-04', '2027-01-11'))],
  ],
  ['fleet', 'partition faultLog', 'asks'],
  ['fleet', 'partition faultLog by month and robot', 'asks'],
  ['fleet', 'add a partition to faultLog', 'asks'],
  ['fleet', 'add a partition for next month to faultLog', 'asks'],
  ['fleet', 'add a partition for February 30 to faultLog', 'asks'],
  ['fleet', 'drop all old partitions of faultLog', 'asks'],
  ['fleet', 'drop the partitions older than 2019 of faultLog', 'asks'],
  ['fleet', 'drop the partition p2019 of faultLog unless it is used', 'asks'],
  ['fleet', 'merge the partitions p1 and p2 of faultLog', 'asks'],
]
