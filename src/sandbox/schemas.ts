/**
 * Schemas of a sandbox in a warehouse that others use. Every schema of the project gets the sandbox's prefix,
 * whatever the project's own `generate_schema_name` makes of `target.schema`: in the copy it is wrapped.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { glob } from 'tinyglobby'
import { parse } from 'yaml'
import { DBT_FILE } from '../config/project.ts'
import { readIfThere } from '../core/files.ts'
import { SANDBOX_MACROS } from './changed.ts'

/** PostgreSQL's limit, the shortest that matters. */
const LONGEST = 63
const HASH = 8

/** The same as the macro below makes of it. */
export function schemaWithPrefix(prefix: string, schema: string): string {
  const whole = schema.startsWith(prefix) ? schema : prefix + schema
  if ([...whole].length <= LONGEST) return whole
  const hash = createHash('md5').update(whole).digest('hex').slice(0, HASH)
  return `${[...whole].slice(0, LONGEST - HASH - 1).join('')}_${hash}`
}

/** The project's own macro, out of the way. */
const USERS = 'martsmith_users_schema_name'
const OURS = `**/${SANDBOX_MACROS}`
const PACKAGES = ['dbt_packages/**', 'dbt_modules/**']
const DEFINES = /(\{%-?\s*macro\s+)generate_schema_name(\s*\()/g
const IS_RENAMED = new RegExp(`\\{%-?\\s*macro\\s+${USERS}\\s*\\(`)

/**
 * Wraps `generate_schema_name` in the copy, its packages included, and has `source` read the frozen copy of a
 * table where there is one. Answers whether it could have: a project may have its own `source` macro. A second time
 * it wraps what was copied since.
 */
export async function wrapSchemas(dbtDir: string, prefix: string, frozenSchema: string): Promise<boolean> {
  const inProject = await renamed(dbtDir, PACKAGES)
  const packages = await glob(['{dbt_packages,dbt_modules}/*/dbt_project.yml'], { cwd: dbtDir })
  const own: string[] = []
  for (const file of packages) {
    if (await renamed(join(dbtDir, dirname(file)), [])) own.push(await nameOf(join(dbtDir, file)))
  }
  const path = join(dbtDir, await macroFolder(dbtDir), SANDBOX_MACROS)
  await mkdir(dirname(path), { recursive: true })
  const ownSource = await definesSource(dbtDir)
  const text = schemaMacros(prefix, inProject, own) + (ownSource ? '' : sourceMacro(frozenSchema))
  if ((await readIfThere(path)) !== text) await writeFile(path, text)
  return !ownSource
}

async function definesSource(dbtDir: string): Promise<boolean> {
  const files = await glob(['**/*.sql'], { cwd: dbtDir, ignore: [...PACKAGES, OURS] })
  const texts = await Promise.all(files.map((file) => readFile(join(dbtDir, file), 'utf8')))
  return texts.some((text) => /\{%-?\s*macro\s+source\s*\(/.test(text))
}

/** Whether a macro of that name is there, or was. */
async function renamed(dir: string, ignore: string[]): Promise<boolean> {
  let found = false
  for (const file of await glob(['**/*.sql'], { cwd: dir, ignore: [...ignore, OURS] })) {
    const text = await readFile(join(dir, file), 'utf8')
    const other = text.replace(DEFINES, `$1${USERS}$2`)
    found ||= IS_RENAMED.test(other)
    if (other === text) continue
    await writeFile(join(dir, file), other)
  }
  return found
}

async function dbtProject(path: string): Promise<Record<string, unknown>> {
  const read: unknown = parse((await readIfThere(path)) ?? '', { logLevel: 'silent' })
  return (read ?? {}) as Record<string, unknown>
}

async function nameOf(path: string): Promise<string> {
  return String((await dbtProject(path)).name)
}

async function macroFolder(dbtDir: string): Promise<string> {
  const paths = (await dbtProject(join(dbtDir, DBT_FILE)))['macro-paths']
  return Array.isArray(paths) && typeof paths[0] === 'string' ? paths[0] : 'macros'
}

function schemaMacros(prefix: string, inProject: boolean, packages: string[]): string {
  const usual = inProject
    ? `${USERS}(custom_schema_name, node)`
    : "adapter.dispatch('generate_schema_name', 'dbt')(custom_schema_name, node)"
  const ofPackages = packages.map(
    (name) =>
      `  {%- if node is not none and node.package_name == '${name}' -%}\n    {%- set own = ${name}.${USERS}(custom_schema_name, node) -%}\n    {{- return(martsmith_schema(own)) -}}\n  {%- endif -%}\n`,
  )
  return `{%- macro generate_schema_name(custom_schema_name=none, node=none) -%}
${ofPackages.join('')}  {{- return(martsmith_schema(${usual})) -}}
{%- endmacro -%}

{%- macro martsmith_schema(own) -%}
  {%- set own = own | string | trim -%}
  {%- set whole = own if own.startswith('${prefix}') else '${prefix}' ~ own -%}
  {{- return(whole if whole | length <= ${LONGEST} else whole[:${LONGEST - HASH - 1}] ~ '_' ~ local_md5(whole)[:${HASH}]) -}}
{%- endmacro -%}

`
}

function sourceMacro(frozenSchema: string): string {
  return `
{%- macro source(source_name, table_name) -%}
  {%- set standing = builtins.source(source_name, table_name) -%}
  {%- if execute and standing.identifier -%}
    {%- set name = 'i_' ~ local_md5(standing.database ~ '.' ~ standing.schema ~ '.' ~ standing.identifier) -%}
    {%- set frozen = adapter.get_relation(database=target.database, schema='${frozenSchema}', identifier=name) -%}
    {%- if frozen is not none -%}{{- return(frozen) -}}{%- endif -%}
  {%- endif -%}
  {{- return(standing) -}}
{%- endmacro -%}
`
}

/** The frozen copy of a relation, as the macro above looks for it. */
export function frozenName(database: string | null, schema: string, identifier: string): string {
  return `i_${createHash('md5')
    .update(`${database ?? 'None'}.${schema}.${identifier}`)
    .digest('hex')}`
}
