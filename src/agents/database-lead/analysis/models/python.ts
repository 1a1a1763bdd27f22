/** Models that are written in Python: Django's and SQLAlchemy's. */
import { basename, dirname } from 'node:path'
import { lineAt } from '../code.ts'
import { inside, literal, parts } from './text.ts'
import type { ModelColumn, ModelReader } from './types.ts'

type Class = { name: string; bases: string[]; body: string; at: number }

/** Classes of the outermost level, by their indentation. */
function classesIn(text: string): Class[] {
  return [
    ...text.matchAll(/^class\s+(\w+)(?:\(([^)]*)\))?:[^\n]*\n((?:[ \t]+[^\n]*(?:\n|$)|[ \t]*\n)*)/gm),
  ].map((m) => ({
    name: m[1] ?? '',
    bases: (m[2] ?? '').split(',').map((b) => b.trim()),
    body: (m[3] ?? '').replace(/(^|\s)#[^\n]*/g, '$1'),
    at: m.index,
  }))
}

/** With what a class inherits from others of the file, the farthest first. */
function bodiesOf(one: Class, all: Class[]): string[] {
  const parents = all.filter((c) => c !== one && one.bases.includes(c.name))
  return [
    ...parents.flatMap((p) =>
      bodiesOf(
        p,
        all.filter((c) => c !== one),
      ),
    ),
    one.body,
  ]
}

/** `name = models.CharField(max_length=80)`: the field, its class, and all its arguments. */
function assigned(body: string, form: RegExp): { name: string; type: string; args: string }[] {
  return [...body.matchAll(form)].map((m) => ({
    name: m[1] ?? '',
    type: m[2] ?? '',
    args: inside(body, m.index + m[0].length - 1) ?? '',
  }))
}

/** A keyword argument, as it is written. */
function keyword(args: string, name: string): string | null {
  for (const part of parts(args)) {
    const [, value] = new RegExp(`^${name}\\s*=(?!=)\\s*([\\s\\S]+)$`).exec(part) ?? []
    if (value !== undefined) return value.trim()
  }
  return null
}

export const django: ModelReader = (text, file) => {
  if (!/\bmodels\.Model\b|from django/.test(text)) return []
  const classes = classesIn(text)
  const isModel = (c: Class): boolean =>
    c.bases.some((b) => /(^|\.)Model$/.test(b) || classes.some((o) => o !== c && o.name === b && isModel(o)))
  const app = basename(/models$/.test(dirname(file)) ? dirname(dirname(file)) : dirname(file))
  return classes.filter(isModel).flatMap((one) => {
    if (/^\s+abstract\s*=\s*True/m.test(one.body)) return []
    const named = /^\s+db_table\s*=\s*["']([^"']+)["']/m.exec(one.body)?.[1]
    const fields = bodiesOf(one, classes).flatMap((b) =>
      assigned(b, /^\s+(\w+)\s*(?::[^=\n]+)?=\s*(?:models\.)?(\w*(?:Field|ForeignKey))\(/gm),
    )
    const columns = fields.flatMap(({ name, type, args }): ModelColumn[] => {
      if (type === 'ManyToManyField' || /^Generic/.test(type)) return []
      const isReference = type === 'ForeignKey' || type === 'OneToOneField'
      const isKey = keyword(args, 'primary_key') === 'True'
      return [
        {
          name: literal(keyword(args, 'db_column')) ?? (isReference ? `${name}_id` : name),
          type: isReference ? null : type,
          nullable: !isKey && keyword(args, 'null') === 'True',
        },
      ]
    })
    const hasKey = fields.some((f) => keyword(f.args, 'primary_key') === 'True')
    const id: ModelColumn[] = hasKey ? [] : [{ name: 'id', type: 'AutoField', nullable: false }]
    return [
      {
        kind: 'Django model',
        name: one.name,
        table: named ?? `${app}_${one.name.toLowerCase()}`,
        isNamed: named !== undefined,
        columns: [...id, ...columns],
        line: lineAt(text, one.at),
      },
    ]
  })
}

export const sqlalchemy: ModelReader = (text) => {
  const classes = classesIn(text)
  const models = classes.flatMap((one) => {
    const table = /^\s+__tablename__\s*=\s*["']([^"']+)["']/m.exec(one.body)?.[1]
    if (table === undefined) return []
    const columns = bodiesOf(one, classes).flatMap((body): ModelColumn[] =>
      [
        ...body.matchAll(
          /^\s+(\w+)[ \t]*(?::[ \t]*Mapped\[([^\n=]+)\][ \t]*)?(?:=[ \t]*(?:\w+\.)?(\w+)(\())?/gm,
        ),
      ].flatMap((m) => {
        const [all, name = '', mapped, made, open] = m
        const isColumn = made === 'Column' || made === 'mapped_column'
        if (!isColumn && (mapped === undefined || made !== undefined)) return []
        const args = open ? (inside(body, m.index + all.length - 1) ?? '') : ''
        return [columnFrom(name, mapped ?? null, args)]
      }),
    )
    return [
      { kind: 'SQLAlchemy model', name: one.name, table, isNamed: true, columns, line: lineAt(text, one.at) },
    ]
  })
  const tables = [...text.matchAll(/(\w+)\s*=\s*(?:\w+\.)?Table\(/g)].flatMap((m) => {
    const args = parts(inside(text, m.index + m[0].length - 1) ?? '')
    const table = literal(args[0])
    if (table === null) return []
    const columns = args.flatMap((a): ModelColumn[] => {
      const inner = /^(?:\w+\.)?Column\(/.test(a) ? (inside(a, a.indexOf('(')) ?? '') : null
      return inner === null ? [] : [columnFrom('', null, inner)]
    })
    return [
      {
        kind: 'SQLAlchemy table',
        name: m[1] ?? table,
        table,
        isNamed: true,
        columns,
        line: lineAt(text, m.index),
      },
    ]
  })
  return [...models, ...tables.filter((t) => t.columns.length > 0)]
}

function columnFrom(attribute: string, mapped: string | null, args: string): ModelColumn {
  const given = parts(args).filter((p) => !/^\w+\s*=(?!=)/.test(p))
  const name = literal(given[0])
  const type = /^(?:\w+\.)*(\w+)/.exec((name === null ? given[0] : given[1]) ?? '')?.[1] ?? null
  const isReference = type === 'ForeignKey'
  const said = keyword(args, 'nullable')
  const isKey = keyword(args, 'primary_key') === 'True'
  const bare = mapped?.replace(/^Optional\[(.*)\]$/, '$1').replace(/\s*\|\s*None$/, '') ?? null
  const byType = mapped === null ? true : bare !== mapped
  return {
    name: name ?? attribute,
    type: isReference ? null : (type ?? bare),
    nullable: isKey ? false : said === null ? byType : said === 'True',
  }
}
