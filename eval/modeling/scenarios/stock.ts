/** Stock per article, site and day; articles that no article table has yet; a table of one row; an empty table. */
import { day, random, range, type Table } from '../../support/data.ts'
import { plainStaging, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, money } = random(53)
const articles = range(25).map((n) => ({
  code: `A${String(n).padStart(3, '0')}`,
  name: `Article ${n}`,
  group: `G${(n % 4) + 1}`,
  groupName: ['Bolts', 'Nuts', 'Tools', 'Paint'][n % 4] ?? '',
}))
const SITES = ['BS', 'ZH', 'GE']
/** Sold before the article table had it: an early-arriving fact. */
const EARLY = 'A999'
const levels = range(30).flatMap((d) =>
  [...articles.map((a) => a.code), EARLY].flatMap((code) =>
    SITES.map((site) => ({
      day: day(d),
      article: code,
      site,
      onHand: whole(0, 900),
      received: whole(0, 40),
      value: money(0, 5000),
    })),
  ),
)
const table = (name: string, columns: Record<string, string>, rows: Table['rows']): Table => ({
  schema: 'erp',
  name,
  columns,
  rows,
})
const tables = [
  table(
    'articles',
    { article_code: 'varchar', article_name: 'varchar', group_code: 'varchar', group_name: 'varchar' },
    articles.map((a) => [a.code, a.name, a.group, a.groupName]),
  ),
  table(
    'stock_levels',
    {
      stock_date: 'date',
      article_code: 'varchar',
      site_code: 'varchar',
      quantity_on_hand: 'integer',
      quantity_received: 'integer',
      stock_value_chf: 'decimal(12, 2)',
    },
    levels.map((l) => [l.day, l.article, l.site, l.onHand, l.received, l.value]),
  ),
  table('company', { company_code: 'varchar', company_name: 'varchar' }, [['C1', pick(['Nuts and bolts'])]]),
  table(
    'returns',
    { return_id: 'integer', article_code: 'varchar', reason_code: 'varchar', amount: 'decimal(10, 2)' },
    [],
  ),
]
const late: Row = { day: day(28), article: 'A001', site: 'LS', onHand: 7, received: 1, value: 2.5 }

export const stock: Scenario = {
  name: 'stock',
  about:
    'A periodic snapshot per article, site and day; facts that come before their article; a table of one row, an empty table; no YAML for models, no marts yet',
  engine: 'duckdb',
  tables,
  files: {
    ...projectFiles('stock', 'duckdb'),
    'models/staging/sources.yml': sourcesYaml([
      { name: 'erp', tables: ['articles', 'stock_levels', 'company', 'returns'] },
    ]),
    ...Object.fromEntries(
      tables.map((t) => [
        `models/staging/stg_${t.name}.sql`,
        plainStaging('erp', t.name, Object.fromEntries(Object.keys(t.columns).map((c) => [c, c]))),
      ]),
    ),
  },
  names: { model: /^(stg|int|dim|fct|fact)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    `insert into erp.stock_levels values ('${day(28)}', 'A001', 'LS', 7, 1, 2.5)`,
    `update erp.stock_levels set quantity_on_hand = 1234 where stock_date = '${day(30)}' and article_code = 'A002' and site_code = 'ZH'`,
    `insert into erp.articles values ('${EARLY}', 'The new one', 'G1', 'Nuts')`,
  ],
  requests: [
    {
      argv: ['dimension', 'article'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['code'],
        members: articles,
        later: [{ code: EARLY }],
      },
    },
    {
      argv: ['dimension', 'company'],
      wants: { is: 'dimension', key: ['code'], members: [{ code: 'C1', name: 'Nuts and bolts' }] },
    },
    {
      argv: ['dimension', 'site'],
      wants: { is: 'dimension', key: ['code'], members: SITES.map((code) => ({ code })) },
    },
    {
      argv: ['dimension', 'return reason'],
      wants: { is: 'refusal', code: [1, 2], says: [/empty|no rows|0 rows/i] },
    },
    { argv: ['fact', 'returns'], wants: { is: 'refusal', code: [1, 2], says: [/empty|no rows|0 rows/i] } },
    {
      argv: ['fact', 'stock levels'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['day', 'article', 'site'],
        rows: levels,
        measures: { onHand: 'semi-additive', received: 'additive', value: 'semi-additive' },
        dimensions: ['article', 'site'],
        dates: ['day'],
        later: {
          rows: [
            ...levels.map((l) =>
              l.day === day(30) && l.article === 'A002' && l.site === 'ZH' ? { ...l, onHand: 1234 } : l,
            ),
            late,
          ],
          late: (l) => l.site === 'LS',
          changed: (l) => l.onHand === 1234,
        },
      },
    },
  ],
}
