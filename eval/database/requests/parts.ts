/** Tables that lie in parts, and those that are to. */
import type { Request } from '../types.ts'

const family = 'steps' as const

const LOG =
  'create table [visit log] ([visit id] int not null, [seen on] date not null, [room] varchar(10), primary key ([visit id], [seen on]))'
const FILLED =
  "insert into [visit log] select [physician id], date '2026-12-05', 'A' from [physician] union all select [physician id], date '2027-01-06', 'B' from [physician]"
const PARTED = {
  postgres: [
    `${LOG} partition by range ([seen on])`,
    "create table [visit log december] partition of [visit log] for values from ('2026-12-01') to ('2027-01-01')",
    "create table [visit log january] partition of [visit log] for values from ('2027-01-01') to ('2027-02-01')",
    FILLED,
  ],
  mysql: [
    `${LOG} partition by range columns ([seen on]) (partition p202612 values less than ('2027-01-01'), partition p202701 values less than ('2027-02-01'))`,
    FILLED,
  ],
}
const inParts = (request: Omit<Request, 'family' | 'house'>): Request[] =>
  (['postgres', 'mysql'] as const).map((server) => ({
    ...request,
    name: `${request.name}-${server}`,
    house: 'clinic',
    family,
    servers: [server],
    before: PARTED[server],
  }))

export const parts: Request[] = [
  ...inParts({
    name: 'parts-remark',
    ask: 'Add an optional remark of up to 80 characters to [visit log]',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['visit log', /^remark$/], type: /char.*\(80\)/, nullable: true },
        { rows: 'select count(*) from [visit log] where [remark] is null', are: [['60']] },
      ],
      touches: ['visit log', 'visit log december', 'visit log january'],
    },
  }),
  ...inParts({
    name: 'parts-more',
    ask: 'Add a partition for February 2027 to [visit log]',
    wanted: {
      kind: 'done',
      checks: [
        { takes: "insert into [visit log] values (1, '2027-02-14', 'C')" },
        { refuses: "insert into [visit log] values (1, '2027-03-01', 'C')" },
      ],
      touches: ['visit log', 'visit log_2027_02'],
    },
  }),
  ...inParts({
    name: 'parts-key',
    ask: 'Make the room of [visit log] unique',
    wanted: { kind: 'refused', says: [/partition/i, /seen ?on/i] },
  }),
  {
    name: 'hash-of-physicians',
    house: 'clinic',
    family,
    ask: 'Partition [physician] by hash of [physician id] into 4 parts',
    servers: ['postgres'],
    wanted: {
      kind: 'done',
      checks: [
        { rows: 'select count(*) from [physician]', are: [['30']] },
        {
          rows: "select count(*) from pg_inherits where inhparent = to_regclass('[physician]')",
          are: [['4']],
        },
        { takes: "insert into [physician] ([given name], [family name]) values ('A', 'B')" },
      ],
      touches: ['physician', 'physician_before', 'physician_0', 'physician_1', 'physician_2', 'physician_3'],
    },
  },
  {
    name: 'physicians-in-four',
    house: 'clinic',
    family,
    ask: 'Partition [physician] by hash of [physician id] into 4 parts',
    servers: ['mysql'],
    wanted: {
      kind: 'done',
      checks: [
        { rows: 'select count(*) from [physician]', are: [['30']] },
        {
          rows: "select count(*) from information_schema.partitions where table_schema = database() and table_name = 'physician' and partition_name is not null",
          are: [['4']],
        },
      ],
      touches: ['physician'],
    },
  },
  {
    name: 'orders-by-month',
    house: 'clinic',
    family,
    ask: 'Partition [lab order] by month on [ordered at]',
    wanted: { kind: 'refused', says: [/lab ?result/i, /refers to it/i] },
  },
  {
    name: 'results-by-month',
    house: 'clinic',
    family,
    ask: 'Partition [lab result] by month on [taken at]',
    servers: ['postgres'],
    wanted: { kind: 'asked', says: [/months ahead/i, /by itself/i] },
  },
]
