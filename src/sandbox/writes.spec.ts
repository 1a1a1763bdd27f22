import { describe, expect, it } from 'vitest'
import { macroWritesElsewhere, sendsWrites, writesElsewhere } from './writes.ts'

describe('hooks that stay in the model', () => {
  it.each([
    'create index if not exists i on {{ this }} (id)',
    'GRANT SELECT ON {{ this }} TO reporter',
    'analyze {{ this }}',
    'delete from {{this}} where day < current_date - 30; vacuum {{ this }}',
    'select 1 -- insert into other',
    "{{ log('done; drop table x') }}",
    "set statement_timeout = '10s'",
    "alter table {{ this }} alter column note type text; comment on table {{ this }} is 'drop table x;'",
    "{% if not var('martsmith_sandbox', false) %} insert into audit.runs values (1) {% endif %}",
    '',
  ])('%s', (sql) => expect(writesElsewhere(sql)).toBeNull())
})

describe('hooks that write elsewhere', () => {
  it.each([
    ['insert into audit.runs select count(*) from {{ this }}', 'insert into audit.runs select'],
    ['GRANT USAGE ON SCHEMA {{ target.schema }} TO reporter', 'grant usage on schema'],
    ['{% if true %}drop table old_orders{% endif %}', 'drop table old_orders'],
    ['analyze {{ this }}; refresh materialized view other', 'refresh materialized view other'],
    ['with x as (select 1) insert into log select * from x', 'with x as (select'],
    ['create table {{ target.schema }}.copy as select * from {{ this }}', 'create table @expression.copy as'],
    [
      "{% if not var('martsmith_sandbox', false) %} select 1 {% else %} drop table x {% endif %}",
      'drop table x',
    ],
    ['vacuum', 'vacuum'],
  ])('%s', (sql, words) => expect(writesElsewhere(sql)).toBe(words))
})

describe('macros', () => {
  const macro = (macro_sql: string) => ({
    macro_sql,
    package_name: 'p',
    name: 'm',
    depends_on: { macros: [] },
    original_file_path: 'macros/m.sql',
  })

  it('that query are not those that write', () => {
    expect(sendsWrites(macro("{% set r = run_query('select 1') %}"))).toBe(false)
    expect(sendsWrites(macro('{{ create_flag }} case when updated then 1 end'))).toBe(false)
    expect(sendsWrites(macro("{% do run_query('create table x as select 1') %}"))).toBe(true)
    expect(sendsWrites(macro('{% call statement("x") %} delete from y {% endcall %}'))).toBe(true)
    expect(sendsWrites(macro('{% do adapter.drop_relation(r) %}'))).toBe(true)
  })

  it('that give a piece of SQL are no statement', () => {
    expect(macroWritesElsewhere('({{ column }} / 100)::numeric(16, 2)')).toBeNull()
    expect(macroWritesElsewhere('grant select on {{ this }} to {{ role }}')).toBeNull()
    expect(macroWritesElsewhere('insert into audit.runs values (1)')).toBe('insert into audit.runs values')
  })
})
