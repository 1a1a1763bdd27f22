/** Models that are written in JavaScript or TypeScript: Drizzle, Sequelize, TypeORM, and tables that Knex makes. */
import { lineAt } from '../code.ts'
import { entry, inside, literal, option, parts, snake, withoutComments } from './text.ts'
import type { ModelColumn, ModelReader } from './types.ts'

/** `pgTable('orders', { placedAt: timestamp('placed_at').notNull() })`. */
export const drizzle: ModelReader = (source) => {
  const text = withoutComments(source)
  return [...text.matchAll(/(?:(\w+)\s*=\s*)?\b(?:pgTable|mysqlTable|\w+\.table)(\()\s*["'`]/g)].flatMap(
    (m) => {
      const [first, object = ''] = parts(inside(text, m.index + m[0].lastIndexOf('(')) ?? '')
      const table = literal(first)
      if (table === null || !object.startsWith('{')) return []
      const columns = parts(inside(object, 0) ?? '').flatMap((part): ModelColumn[] => {
        const found = entry(part)
        const [, type, open] = /^(?:\w+\.)?(\w+)(\()/.exec(found?.value ?? '') ?? []
        if (!found || !type || !open) return []
        const own = literal(parts(inside(found.value, found.value.indexOf('(')) ?? '')[0])
        return [{ name: own ?? found.key, type, nullable: !/\.(notNull|primaryKey)\(/.test(found.value) }]
      })
      return [
        {
          kind: 'Drizzle table',
          name: m[1] ?? table,
          table,
          isNamed: true,
          columns,
          line: lineAt(text, m.index),
        },
      ]
    },
  )
}

/** `sequelize.define('User', {...}, {tableName: 'users'})` and `User.init({...}, {...})`. */
export const sequelize: ModelReader = (source) => {
  const text = withoutComments(source)
  if (!/sequelize/i.test(text)) return []
  return [...text.matchAll(/(\w+)\.(define|init)\(/g)].flatMap((m) => {
    const args = parts(inside(text, m.index + m[0].length - 1) ?? '')
    const name = m[2] === 'define' ? literal(args[0]) : (m[1] ?? null)
    const [attributes = '', options = ''] = m[2] === 'define' ? args.slice(1) : args
    if (name === null || !attributes.startsWith('{')) return []
    const settings = options.startsWith('{') ? (inside(options, 0) ?? '') : ''
    const named = literal(option(settings, 'tableName'))
    const underscored = option(settings, 'underscored') === 'true'
    const written = (key: string) => (underscored ? snake(key) : key)
    const own = parts(inside(attributes, 0) ?? '').flatMap((part): (ModelColumn & { isKey: boolean })[] => {
      const found = entry(part)
      if (!found) return []
      const isObject = found.value.startsWith('{')
      const inner = isObject ? (inside(found.value, 0) ?? '') : ''
      const type =
        /(?:DataTypes|Sequelize)\.(\w+)/.exec(isObject ? (option(inner, 'type') ?? '') : found.value)?.[1] ??
        null
      if (type === 'VIRTUAL') return []
      const isKey = option(inner, 'primaryKey') === 'true'
      const allows = option(inner, 'allowNull')
      return [
        {
          name: literal(option(inner, 'field')) ?? written(found.key),
          type,
          nullable: isKey ? false : allows === null ? null : allows === 'true',
          isKey,
        },
      ]
    })
    const stamp = (key: string): ModelColumn => ({ name: written(key), type: 'DATE', nullable: null })
    const columns: ModelColumn[] = [
      ...(own.some((c) => c.isKey) ? [] : [{ name: 'id', type: 'INTEGER', nullable: false }]),
      ...own.map(({ isKey: _, ...c }) => c),
      ...(option(settings, 'timestamps') === 'false' ? [] : [stamp('createdAt'), stamp('updatedAt')]),
      ...(option(settings, 'paranoid') === 'true' ? [stamp('deletedAt')] : []),
    ]
    const freeze = option(settings, 'freezeTableName') === 'true'
    const table = named ?? written(freeze ? name : `${name}s`)
    return [
      { kind: 'Sequelize model', name, table, isNamed: named !== null, columns, line: lineAt(text, m.index) },
    ]
  })
}

/** `@Entity('orders') class Order { @Column({ name: 'placed_at' }) placedAt: Date }`. */
export const typeorm: ModelReader = (source) => {
  const text = withoutComments(source)
  return [...text.matchAll(/@Entity\(/g)].flatMap((m) => {
    const args = inside(text, m.index + m[0].length - 1) ?? ''
    const [, name = ''] = /\bclass\s+(\w+)/.exec(text.slice(m.index + m[0].length + args.length)) ?? []
    const open = text.indexOf('{', text.indexOf(`class ${name}`, m.index))
    const body = name === '' || open < 0 ? null : inside(text, open)
    if (body === null) return []
    const named =
      literal(parts(args)[0]) ??
      (args.trim().startsWith('{') ? literal(option(inside(args.trim(), 0) ?? '', 'name')) : null)
    const columns = [...body.matchAll(/@(\w*Column|ManyToOne|OneToOne)\(/g)].flatMap((c): ModelColumn[] => {
      const given = inside(body, c.index + c[0].length - 1) ?? ''
      const after = body.slice(c.index + c[0].length + given.length + 1)
      const [, property = '', sign = '', declared = ''] = propertyAfter(after) ?? []
      if (property === '' || c[1] === 'JoinColumn' || c[1] === 'RelationColumn') return []
      const object = parts(given).find((p) => p.startsWith('{')) ?? ''
      const settings = object === '' ? '' : (inside(object, 0) ?? '')
      const nullable = option(settings, 'nullable')
      if (!c[1]?.endsWith('Column')) {
        // The side that holds the key: of one-to-one only where it says so.
        const join = /^\s*@JoinColumn\(/.exec(after)
        if (c[1] === 'OneToOne' && !join) return []
        const inner = join ? (inside(after, join[0].length - 1) ?? '').trim() : ''
        const named = inner.startsWith('{') ? literal(option(inside(inner, 0) ?? '', 'name')) : null
        return [{ name: named ?? `${property}Id`, type: null, nullable: nullable !== 'false' }]
      }
      return [
        {
          name: literal(option(settings, 'name')) ?? property,
          type: literal(parts(given)[0]) ?? literal(option(settings, 'type')) ?? (declared || null),
          nullable:
            nullable === null ? (sign === '?' && c[1] === 'Column' ? null : false) : nullable === 'true',
        },
      ]
    })
    return [
      {
        kind: 'TypeORM entity',
        name,
        table: named ?? snake(name),
        isNamed: named !== null,
        columns,
        line: lineAt(text, m.index),
      },
    ]
  })
}

/** The property that a decorator stands before; others may stand between. */
function propertyAfter(text: string): RegExpExecArray | null {
  let rest = text
  for (let i = 0; i < 5; i += 1) {
    const other = /^\s*@\w+\(/.exec(rest)
    if (!other) break
    rest = rest.slice(other[0].length + (inside(rest, other[0].length - 1) ?? '').length + 1)
  }
  return /^\s*(?:(?:public|private|protected|readonly|declare)\s+)*(\w+)([?!]?)\s*:\s*(\w+)?/.exec(rest)
}

const KNEX_TYPES =
  /^\w+\.(increments|bigIncrements|integer|tinyint|smallint|mediumint|bigInteger|text|string|float|double|decimal|boolean|date|datetime|time|timestamp|binary|enum|enu|json|jsonb|uuid|specificType)\(/

/** `knex.schema.createTable('orders', (t) => { t.string('status') })`: what one migration makes. */
export const knex: ModelReader = (source) => {
  const text = withoutComments(source)
  if (!/\bknex\b/i.test(text)) return []
  return [...text.matchAll(/\.createTable(?:IfNotExists)?\(/g)].flatMap((m) => {
    const args = inside(text, m.index + m[0].length - 1) ?? ''
    const [first] = parts(args)
    const table = literal(first)
    const open = args.indexOf('{')
    const body = open < 0 ? null : inside(args, open)
    if (table === null || body === null) return []
    const columns = body.split(/[;\n](?=\s*\w+\.)/).flatMap((statement): ModelColumn[] => {
      const line = statement.trim()
      const [, type = ''] = KNEX_TYPES.exec(line) ?? []
      if (/^\w+\.timestamps\(/.test(line))
        return ['created_at', 'updated_at'].map((name) => ({ name, type: 'timestamp', nullable: null }))
      if (type === '') return []
      const given = parts(inside(line, line.indexOf('(')) ?? '')
      const name = literal(given[0]) ?? (/increments/i.test(type) ? 'id' : null)
      if (name === null) return []
      const isKey = /increments/i.test(type) || /\.primary\(/.test(line)
      return [{ name, type, nullable: !isKey && !/\.notNullable\(/.test(line) }]
    })
    return [{ kind: 'Knex table', name: table, table, isNamed: true, columns, line: lineAt(text, m.index) }]
  })
}
