import { describe, expect, it } from 'vitest'
import type { Table } from '../../../adapters/databases/types.ts'
import { bridgesOf, readingOther, readingParts, readingTable } from './views.ts'

const table = { schema: 'public', name: 'customers' }
const postgres = {
  server: {
    family: 'postgres' as const,
    product: 'PostgreSQL' as const,
    version: [15, 2] as [number, number],
    words: 'PostgreSQL 15.2',
  },
  quote: (n: string) => `"${n}"`,
}
const mariadb = {
  server: { ...postgres.server, family: 'mysql' as const, product: 'MariaDB' as const },
  quote: (n: string) => `\`${n}\``,
}
const rewritten = (definition: string, db: typeof postgres | typeof mariadb = postgres) =>
  readingOther({ ...table, name: 'v', definition }, table, { column: 'fax', to: 'telefax' }, db).definition

describe('a view that reads another column', () => {
  it('gives it by the name of the first, wherever Postgres printed none', () => {
    expect(
      rewritten(
        ' WITH x AS (\n         SELECT customers.fax\n           FROM customers\n        )\n SELECT x.fax,\n    c.fax AS fax2,\n    upper(c.fax) AS u\n   FROM (x\n     JOIN customers c ON ((c.fax = x.fax)))\n  GROUP BY c.id, c.fax;',
      ),
    ).toBe(
      ' WITH x AS (\n         SELECT customers."telefax" AS "fax"\n           FROM customers\n        )\n SELECT x.fax,\n    c."telefax" AS fax2,\n    upper(c."telefax") AS u\n   FROM (x\n     JOIN customers c ON ((c."telefax" = x.fax)))\n  GROUP BY c.id, c."telefax";',
    )
  })

  it('leaves texts and the columns of other tables as they are', () => {
    expect(
      rewritten(
        " SELECT customers.id\n   FROM customers, other\n  WHERE customers.fax <> 'customers.fax' AND other.fax > 1",
      ),
    ).toContain('customers."telefax" <> \'customers.fax\' AND other.fax > 1')
  })

  it('finds it where the server leaves the table out', () => {
    expect(rewritten(" SELECT id,\n    fax\n   FROM customers\n  WHERE fax <> 'fax'")).toBe(
      ' SELECT id,\n    "telefax" AS "fax"\n   FROM customers\n  WHERE "telefax" <> \'fax\'',
    )
  })

  it('keeps the names that MariaDB prints', () => {
    expect(
      rewritten(
        'select `c`.`fax` AS `fax`,`o`.`fax` AS `b` from (`customers` `c` join `other` `o`)',
        mariadb,
      ),
    ).toBe('select `c`.`telefax` AS `fax`,`o`.`fax` AS `b` from (`customers` `c` join `other` `o`)')
  })
})

describe('a view that reads a column whose parts stay', () => {
  it('puts them together, wherever it stood', () => {
    const of = {
      table,
      whole: 'fax',
      parts: ['area', 'number'] as [string, string],
      at: 'first' as const,
      separator: '-',
      between: '-',
      alone: 'first' as const,
      stands: 'whole' as const,
    }
    const view = {
      ...table,
      name: 'v',
      definition: ' SELECT c.id,\n    c.fax\n   FROM customers c\n  WHERE (c.fax IS NOT NULL)',
    }
    const whole =
      '(CASE WHEN c."area" IS NULL AND c."number" IS NULL THEN NULL ELSE CONCAT_WS(\'-\', c."area", c."number") END)'
    expect(readingParts(view, of, postgres).definition).toBe(
      ` SELECT c.id,\n    ${whole} AS "fax"\n   FROM customers c\n  WHERE (${whole} IS NOT NULL)`,
    )
  })
})

describe('a view that reads a table by its new name', () => {
  const renamed = (definition: string, db: typeof postgres | typeof mariadb = postgres) =>
    readingTable({ ...table, name: 'v', definition }, table, { ...table, name: 'clients' }, db).definition

  it('keeps its columns and their names, and texts', () => {
    expect(
      renamed(
        " SELECT customers.id,\n    c2.customers AS customers,\n    'customers' AS said\n   FROM (customers\n     JOIN customers c2 USING (id))",
      ),
    ).toBe(
      ' SELECT "clients".id,\n    c2.customers AS customers,\n    \'customers\' AS said\n   FROM ("clients"\n     JOIN "clients" c2 USING (id))',
    )
    expect(renamed('select `customers`.`id` AS `customers` from `customers`', mariadb)).toBe(
      'select `clients`.`id` AS `customers` from `clients`',
    )
  })
})

describe('a view that is a table under another name', () => {
  const clients = {
    schema: '',
    name: 'clients',
    columns: [{ name: 'id' }, { name: 'full name' }],
  } as unknown as Table
  const found = (definition: string) =>
    bridgesOf({ tables: [], views: [{ schema: '', name: 'customers', definition }] }, clients).length === 1

  it('is told from one that leaves rows out or computes', () => {
    expect(found('select `clients`.`id` AS `id` from `clients`')).toBe(true)
    expect(found(' SELECT clients.id\n   FROM clients;')).toBe(true)
    expect(found('select `clients`.`full name` AS `full name` from `clients`')).toBe(true)
    expect(found('select `clients`.`id` AS `number` from `clients`')).toBe(false)
    expect(found(' SELECT clients.id\n   FROM clients\n  WHERE clients.id > 1;')).toBe(false)
    expect(found(' SELECT upper(clients.id) AS id\n   FROM clients;')).toBe(false)
    expect(found(' SELECT others.id\n   FROM others;')).toBe(false)
  })
})
