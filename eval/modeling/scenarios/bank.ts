/** Accounts: a balance for each account and day, epoch numbers, currencies, rows that were loaded twice, soft deletes. */
import { day, random, range, type Table } from '../../support/data.ts'
import { guideStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(23)
const BRANCHES = { B1: 'North', B2: 'Centre', B3: 'Lake' }
const branchCodes = Object.keys(BRANCHES) as (keyof typeof BRANCHES)[]

const accounts = range(50).map((n) => ({
  iban: `CH${String(10_000 + n)}`,
  product: pick(['savings', 'current', 'deposit']),
  currency: pick(['CHF', 'EUR', 'USD']),
  branch: pick(branchCodes),
  premium: chance(0.3) ? 'Y' : 'N',
  opened: whole(0, 300),
  deleted: chance(0.15) ? `${day(whole(310, 340))} 10:00:00` : null,
}))
const epoch = (offset: number) => Date.UTC(2024, 0, 1 + offset) / 1000

const accountTable: Table = {
  schema: 'core',
  name: 'accounts',
  columns: {
    iban: 'varchar',
    product_code: 'varchar',
    currency_code: 'varchar',
    branch_code: 'varchar',
    branch_name: 'varchar',
    is_premium: 'varchar',
    opened_epoch: 'bigint',
    deleted_at: 'timestamp',
  },
  // Each fifth row was loaded twice.
  rows: accounts.flatMap((a, i) => {
    const row = [
      a.iban,
      a.product,
      a.currency,
      a.branch,
      BRANCHES[a.branch],
      a.premium,
      epoch(a.opened),
      a.deleted,
    ]
    return i % 5 === 0 ? [row, row] : [row]
  }),
}
const balances = range(45).flatMap((d) =>
  accounts.map((a) => ({
    iban: a.iban,
    day: day(d),
    balance: money(-500, 90_000),
    interest: money(0, 20),
    currency: a.currency,
    product: a.product,
  })),
)
const balanceTable: Table = {
  schema: 'core',
  name: 'daily_balances',
  columns: {
    iban: 'varchar',
    as_of: 'date',
    balance: 'decimal(14, 2)',
    interest_accrued: 'decimal(12, 2)',
    currency_code: 'varchar',
  },
  rows: balances.map((b) => [b.iban, b.day, b.balance, b.interest, b.currency]),
}
const late: Row = { iban: 'CH10001', day: day(46), balance: 12.5, interest: 1.25 }

export const bank: Scenario = {
  name: 'bank',
  about:
    'A periodic snapshot with a semi-additive balance; currencies; epoch numbers; Y/N; rows loaded twice; soft deletes',
  engine: 'duckdb',
  tables: [accountTable, balanceTable],
  files: {
    ...projectFiles('bank', 'duckdb'),
    'models/staging/core/_core__sources.yml': sourcesYaml([
      { name: 'core', tables: ['accounts', 'daily_balances'] },
    ]),
    'models/staging/core/stg_core__accounts.sql': guideStaging('core', 'accounts', {
      iban: 'iban',
      product_code: 'product_code',
      currency_code: 'currency_code',
      branch_code: 'branch_code',
      branch_name: 'branch_name',
      is_premium: 'is_premium',
      opened_epoch: 'opened_epoch',
      deleted_at: 'deleted_at',
    }),
    'models/staging/core/stg_core__daily_balances.sql': guideStaging('core', 'daily_balances', {
      iban: 'iban',
      balance_date: 'as_of',
      balance_amount: 'balance',
      interest_amount: 'interest_accrued',
      currency_code: 'currency_code',
    }),
    'models/staging/core/_core__models.yml': modelsYaml([
      {
        name: 'stg_core__accounts',
        description: 'One row per account.',
        columns: { iban: 'The account.|not_null' },
      },
      {
        name: 'stg_core__daily_balances',
        description: 'One row per account and day, at the end of it.',
        columns: { iban: 'The account.|not_null', balance_amount: 'In the currency of the account.' },
      },
    ]),
  },
  names: { model: /^(stg|int|dim|fct)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    `insert into core.daily_balances values ('CH10001', '${day(46)}', 12.5, 1.25, 'CHF')`,
    `update core.daily_balances set balance = 4.25 where iban = 'CH10002' and as_of = '${day(44)}'`,
  ],
  requests: [
    {
      argv: ['dimension', 'account'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['iban'],
        members: accounts.map((a) => ({
          iban: a.iban,
          product: a.product,
          branch: BRANCHES[a.branch],
          deleted: a.deleted,
          premium: [a.premium, a.premium === 'Y', a.premium === 'Y' ? 'Yes' : 'No'],
          opened: [epoch(a.opened), day(a.opened), `${day(a.opened)} 00:00:00`],
        })),
      },
    },
    {
      argv: ['dimension', 'currency'],
      wants: { is: 'dimension', key: ['code'], members: ['CHF', 'EUR', 'USD'].map((code) => ({ code })) },
    },
    {
      argv: ['dimension', 'branch'],
      wants: {
        is: 'dimension',
        key: ['code'],
        members: branchCodes.map((code) => ({ code, name: BRANCHES[code] })),
      },
    },
    {
      argv: ['fact', 'daily', 'balances'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['iban', 'day'],
        rows: balances,
        measures: { balance: 'semi-additive', interest: 'additive' },
        dimensions: ['iban', 'currency'],
        dates: ['day'],
        later: {
          rows: [
            ...balances.map((b) => (b.iban === 'CH10002' && b.day === day(44) ? { ...b, balance: 4.25 } : b)),
            late,
          ],
          late: (b) => b.day === day(46),
          changed: (b) => b.iban === 'CH10002' && b.day === day(44),
        },
      },
    },
  ],
}
