import { describe, expect, it } from 'vitest'
import { conventionsSchema } from '../../config/conventions-schema.ts'
import { applied } from './applied.ts'
import { houseStyle } from './house-style.ts'
import {
  dimensionModel,
  importName,
  keyColumn,
  propertiesPath,
  stagingModel,
  surrogateKeySql,
} from './names.ts'
import { inNumber } from './plural.ts'
import type { TopicId } from './topics.ts'
import { type Convention, settle } from './types.ts'

const facts = { dbtVersion: '1.11.0', dbtUtils: false }
const seen = (id: TopicId, choices: string[], folder?: string): Convention[] => {
  const votes = choices.map((choice, i) => ({ place: `m${i}`, choice }))
  return [settle({ id, votes, ...(folder === undefined ? {} : { folder }) })].filter((c) => c !== null)
}

describe('the style of a house', () => {
  it.each([
    ['D_', 'F_'],
    ['dim', 'fct'],
    ['dim_', 'fct_'],
  ])('of a house whose dimensions begin with %s calls its first fact %s', (dimension, fact) => {
    const style = houseStyle(seen('dimension_prefix', [dimension, dimension]), {}, facts)
    expect(style.factPrefix).toBe(fact)
  })

  it('of an empty project is dbt’s style guide', () => {
    const style = houseStyle([], {}, facts)
    expect(style).toMatchObject({
      keywords: 'lower',
      commas: 'trailing',
      indent: '    ',
      importCtes: true,
      testsKey: 'data_tests',
      testArguments: true,
      properties: { per: 'folder', name: '_{folder}__models.yml' },
      stagingName: 'stg_{source}__{table}',
      dimensionPrefix: 'dim_',
      surrogateKey: { kind: 'expression', function: 'md5', separator: '-' },
    })
    expect(style.folder('staging/shop')).toMatchObject({
      prefix: 'stg_',
      materialized: 'view',
      importName: 'source',
      lastName: 'renamed',
    })
    expect(style.folder('marts')).toMatchObject({ materialized: 'table', lastName: 'final' })
    expect(style.origin('keywords')).toEqual({ from: 'dbt style guide', because: 'nothing seen' })
    expect(style.origin('tests')).toMatchObject({ from: 'martsmith' })
  })

  it('is what martsmith.yml says, before what is seen, before the guide', () => {
    const conventions = [
      ...seen('keywords', ['upper', 'upper']),
      ...seen('commas', ['leading', 'leading', 'both']),
      ...seen('tests', ['tests', 'data_tests']),
      ...seen('indentation', ['mixed']),
    ]
    const config = conventionsSchema.parse({
      keywords: 'lower',
      indentation: 'tab',
      folders: { marts: { prefix: 'm_' } },
    })
    const style = houseStyle(conventions, config, facts)
    expect(style).toMatchObject({
      keywords: 'lower',
      commas: 'leading',
      testsKey: 'data_tests',
      indent: '\t',
    })
    expect(style.origin('keywords')).toEqual({ from: 'martsmith.yml' })
    expect(style.origin('commas')).toEqual({ from: 'learned', agree: 2, seen: 3, unit: 'files' })
    expect(style.origin('tests')).toMatchObject({ because: 'no one way' })
    expect(style.folder('marts').prefix).toBe('m_')
    expect(houseStyle(conventions, { indentation: 3 }, facts).indent).toBe('   ')
  })

  it('of a folder is that of the folder above, or of those beside it', () => {
    const conventions = [
      ...seen('materialized', ['incremental', 'incremental'], 'marts/core'),
      ...seen('materialized', ['ephemeral'], 'prep'),
      ...seen('prefix', ['dim_', 'fct_'], 'marts/core'),
    ]
    const style = houseStyle(conventions, {}, facts)
    expect(style.folder('marts/finance').materialized).toBe('incremental')
    expect(style.folder('prep/a/b').materialized).toBe('ephemeral')
    expect(style.folder('marts/core')).toMatchObject({ prefix: null, prefixes: ['dim_', 'fct_'] })
  })

  it('fits the version of dbt, and takes dbt_utils where it is', () => {
    expect(houseStyle([], {}, { dbtVersion: '1.7.3', dbtUtils: true })).toMatchObject({
      testsKey: 'tests',
      testArguments: false,
      surrogateKey: { kind: 'macro', name: 'dbt_utils.generate_surrogate_key', arguments: 'list' },
    })
    expect(houseStyle([], {}, { dbtVersion: '1.10.4', dbtUtils: true })).toMatchObject({
      testsKey: 'data_tests',
      testArguments: false,
    })
  })

  it('every habit in the table says where it comes from', () => {
    const rows = applied(seen('keywords', ['upper']), conventionsSchema.parse({ commas: 'leading' }), facts)
    const from = Object.fromEntries(rows.map((r) => [r.id, r.origin.from]))
    expect(from).toMatchObject({ keywords: 'learned', commas: 'martsmith.yml', with_line: 'dbt style guide' })
    expect(applied([], {}, facts).map((r) => r.topic)).toContain('materialised in staging')
  })
})

describe('names in the style of a house', () => {
  const style = houseStyle([], {}, facts)

  it('are made of what is asked for', () => {
    expect(stagingModel(style, 'shop', 'orders')).toBe('stg_shop__orders')
    expect(stagingModel(style, null, 'raw_orders')).toBe('stg_orders')
    expect(dimensionModel(style, 'payment_type')).toBe('dim_payment_types')
    expect(keyColumn(style, 'categories')).toBe('category_key')
    expect(importName(style, 'marts', 'stg_shop__orders')).toBe('orders')
    expect(propertiesPath(style, 'marts/core', 'dim_a')).toBe('marts/core/_core__models.yml')
    expect(propertiesPath(houseStyle([], { properties: 'model' }, facts), 'marts', 'dim_a')).toBe(
      'marts/dim_a.yml',
    )
  })

  it('keys are made by the macro of the house, or by its expression', () => {
    expect(surrogateKeySql(style, ['a'])).toBe('md5(cast(a as varchar))')
    expect(surrogateKeySql(style, ['a', 'b'])).toBe(
      "md5(coalesce(cast(a as varchar), '') || '-' || coalesce(cast(b as varchar), ''))",
    )
    const macro = (surrogate_key: string) => houseStyle([], { surrogate_key }, facts)
    expect(surrogateKeySql(macro('macro hk([...])'), ['a', 'b'])).toBe("{{ hk(['a', 'b']) }}")
    expect(surrogateKeySql(macro('macro my.hk(...)'), ['a', 'b'])).toBe("{{ my.hk('a', 'b') }}")
    const loud = houseStyle([], { surrogate_key: "sha1(... || '|' || ...)", keywords: 'upper' }, facts)
    expect(surrogateKeySql(loud, ['"A b"'])).toBe('SHA1(CAST("A b" AS VARCHAR))')
  })

  it('plurals are the plain ones', () => {
    for (const [one, many] of [
      ['order', 'orders'],
      ['category', 'categories'],
      ['box', 'boxes'],
      ['day', 'days'],
    ] as const) {
      expect(inNumber(one, 'plural')).toBe(many)
      expect(inNumber(many, 'singular')).toBe(one)
      expect(inNumber(many, 'plural')).toBe(many)
    }
    expect(inNumber('status', 'singular')).toBe('status')
    expect(inNumber('address', 'singular')).toBe('address')
  })
})

describe('what martsmith.yml says', () => {
  it('is held to its words', () => {
    for (const wrong of [
      { keywords: 'shouting' },
      { keyword: 'lower' },
      { surrogate_key: 'md5' },
      { staging_name: 'stg_x' },
      { indentation: 0 },
      { folders: { marts: { perfix: 'x' } } },
    ])
      expect(conventionsSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
  })

  it('takes what the table shows of a surrogate key', () => {
    for (const right of ['macro hash_of([...])', 'md5(...)', "md5(... || '|' || ...)", 'macro a.b(...)'])
      expect(conventionsSchema.safeParse({ surrogate_key: right }).success, right).toBe(true)
  })
})
