import { describe, expect, it } from 'vitest'
import type { Column, Schema, Table } from '../../../../adapters/databases/types.ts'
import { activeRecord } from './active-record.ts'
import { modelDrift, tableOf } from './find.ts'
import { drizzle, knex, sequelize, typeorm } from './javascript.ts'
import { prisma } from './prisma.ts'
import { django, sqlalchemy } from './python.ts'
import type { ModelReader } from './types.ts'

type Read = { table: string; columns: Record<string, [type: string | null, nullable: boolean | null]> }

function read(reader: ModelReader, text: string, file = 'shop/models.py'): Read[] {
  return reader(text, file).map(({ table, columns }) => ({
    table,
    columns: Object.fromEntries(columns.map((c) => [c.name, [c.type, c.nullable]])),
  }))
}

describe('DBL-2: models of libraries, read from their text', () => {
  it('Prisma: mapped names, relations and lists of models left out', () => {
    const text = `
enum Status { OPEN PAID }
model Order {
  id         Int       @id @default(autoincrement())
  placedAt   DateTime  @map("placed_at") // when
  status     Status    @default(OPEN)
  note       String?
  customer   Customer  @relation(fields: [customerId], references: [id])
  customerId Int       @map("customer_id")
  lines      OrderLine[]
  @@index([placedAt])
  @@map("orders")
}
model Customer {
  id   Int @id
  name String
}`
    expect(read(prisma, text)).toEqual([
      {
        table: 'orders',
        columns: {
          id: ['Int', false],
          placed_at: ['DateTime', false],
          status: ['Status', false],
          note: ['String', true],
          customer_id: ['Int', false],
        },
      },
      { table: 'Customer', columns: { id: ['Int', false], name: ['String', false] } },
    ])
  })

  it('Django: tables by app or by name, keys that it adds, abstract parents', () => {
    const text = `from django.db import models

class Stamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Order(Stamped):
    # who pays
    customer = models.ForeignKey("Customer", on_delete=models.CASCADE, null=True)
    status = models.CharField(max_length=20, choices=[("a", "A")])
    total = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, db_column="total_amount",
    )
    tags = models.ManyToManyField("Tag")

    def pay(self):
        amount = Decimal(1)


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)

    class Meta:
        db_table = "countries"
`
    expect(read(django, text)).toEqual([
      {
        table: 'shop_order',
        columns: {
          id: ['AutoField', false],
          created_at: ['DateTimeField', false],
          customer_id: [null, true],
          status: ['CharField', false],
          total_amount: ['DecimalField', true],
        },
      },
      { table: 'countries', columns: { code: ['CharField', false] } },
    ])
    expect(django(text, 'shop/models/orders.py')[0]?.table).toBe('shop_order')
  })

  it('SQLAlchemy: both ways of columns, mixins, tables without classes', () => {
    const text = `
class Stamped:
    created_at: Mapped[datetime]

class Order(Stamped, Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[Optional[str]]
    status = Column("order_status", String(20), nullable=False)
    customer_id = Column(ForeignKey("customers.id"))
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2), nullable=True)
    customer: Mapped["Customer"] = relationship(back_populates="orders")
    lines = relationship("OrderLine")

tags = Table("tags", metadata, Column("id", Integer, primary_key=True), Column("label", String(40)))
`
    expect(read(sqlalchemy, text)).toEqual([
      {
        table: 'orders',
        columns: {
          created_at: ['datetime', false],
          id: ['int', false],
          note: ['str', true],
          order_status: ['String', false],
          customer_id: [null, true],
          total: ['Numeric', true],
        },
      },
      { table: 'tags', columns: { id: ['Integer', false], label: ['String', true] } },
    ])
  })

  it('ActiveRecord: the schema that Rails dumps', () => {
    const text = `ActiveRecord::Schema[7.1].define(version: 2026_01_01_000000) do
  create_table "orders", force: :cascade do |t|
    t.bigint "customer_id", null: false
    t.string "status", default: "open"
    t.index ["customer_id"], name: "index_orders_on_customer_id"
  end

  create_table "order_tags", id: false, force: :cascade do |t|
    t.bigint "order_id"
  end
end`
    expect(read(activeRecord, text)).toEqual([
      {
        table: 'orders',
        columns: { id: ['bigint', false], customer_id: ['bigint', false], status: ['string', true] },
      },
      { table: 'order_tags', columns: { order_id: ['bigint', true] } },
    ])
  })

  it('TypeORM: names of columns and of keys, other decorators between', () => {
    const text = `
@Entity({ name: 'orders' })
export class Order {
  @PrimaryGeneratedColumn()
  id: number

  @Column({ name: 'placed_at', type: 'timestamp' })
  @Index()
  placedAt: Date

  @Column('varchar', { nullable: true })
  note?: string

  @ManyToOne(() => Customer, (c) => c.orders, { nullable: false })
  @JoinColumn({ name: 'customer_id' })
  customer: Customer

  @OneToMany(() => Line, (l) => l.order)
  lines: Line[]
}

@Entity()
export class OrderLine {
  @PrimaryColumn() id: string
}`
    expect(read(typeorm, text)).toEqual([
      {
        table: 'orders',
        columns: {
          id: ['number', false],
          placed_at: ['timestamp', false],
          note: ['varchar', true],
          customer_id: [null, false],
        },
      },
      { table: 'order_line', columns: { id: ['string', false] } },
    ])
  })

  it('Sequelize: both ways, what it adds by itself, underscored names', () => {
    const text = `const { DataTypes } = require('sequelize')
sequelize.define('Order', {
  status: { type: DataTypes.STRING, allowNull: false },
  placedAt: DataTypes.DATE, // when
  label: { type: DataTypes.VIRTUAL },
}, { tableName: 'orders', underscored: true })
Tag.init({ code: { type: DataTypes.STRING(4), primaryKey: true } }, { sequelize, timestamps: false })`
    expect(read(sequelize, text)).toEqual([
      {
        table: 'orders',
        columns: {
          id: ['INTEGER', false],
          status: ['STRING', false],
          placed_at: ['DATE', null],
          created_at: ['DATE', null],
          updated_at: ['DATE', null],
        },
      },
      { table: 'Tags', columns: { code: ['STRING', false] } },
    ])
  })

  it('Knex: tables that are made outside of its migrations', () => {
    const text = `exports.make = (knex) => knex.schema.createTable('orders', (t) => {
  t.increments()
  t.string('status').notNullable()
  t.decimal('total', 10, 2)
  t.timestamps(true, true)
  t.index(['status'])
})`
    expect(read(knex, text)).toEqual([
      {
        table: 'orders',
        columns: {
          id: ['increments', false],
          status: ['string', false],
          total: ['decimal', true],
          created_at: ['timestamp', null],
          updated_at: ['timestamp', null],
        },
      },
    ])
  })

  it('Drizzle: own names of columns, indexes left out', () => {
    const text = `export const orders = pgTable('orders', {
  id: serial('id').primaryKey(),
  placedAt: timestamp('placed_at').notNull(),
  note: text(),
}, (t) => [index('i').on(t.note)])`
    expect(read(drizzle, text)).toEqual([
      {
        table: 'orders',
        columns: { id: ['serial', false], placed_at: ['timestamp', false], note: ['text', true] },
      },
    ])
  })
})

describe('DBL-2: models beside the database', () => {
  const column = (name: string, type: string, nullable = false) => ({ name, type, nullable }) as Column
  const table = (name: string, columns: Column[]) => ({ schema: 'public', name, columns }) as Table
  const orders = table('orders', [
    column('id', 'integer'),
    column('placed_at', 'timestamp without time zone'),
    column('note', 'text', true),
    column('total', 'numeric(10,2)', true),
  ])
  const [model] = prisma(
    `model Order {
  id Int @id
  placedAt DateTime
  note String
  total String?
  colour String
  @@map("orders")
}`,
    'a.prisma',
  ).map((m) => ({ ...m, file: 'a.prisma' }))

  it('what differs is told column by column, and names in another case are the same', () => {
    if (!model) throw new Error('no model')
    expect(modelDrift(model, orders)).toEqual([
      'Prisma model Order has colour, and orders has no such column',
      'orders.note may be null, and is required in the Prisma model Order',
      'orders.total is numeric(10,2), and String in the Prisma model Order',
    ])
    const without = { ...model, columns: model.columns.slice(0, 2) }
    expect(modelDrift(without, orders)).toContain('orders.note is not in the Prisma model Order')
  })

  it('a table is found by its name, or by the habit of the library', () => {
    if (!model) throw new Error('no model')
    const schema = { tables: [orders, table('order_lines', [])], views: [] } as Schema
    expect(tableOf(model, schema)).toBe(orders)
    const habit = { ...model, name: 'OrderLine', table: 'order_line' }
    expect(tableOf({ ...habit, isNamed: false }, schema)?.name).toBe('order_lines')
    expect(tableOf({ ...habit, isNamed: true }, schema)).toBeNull()
  })
})
