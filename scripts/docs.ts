/** Writes docs/configuration.md from the schema; with --check says whether it is as it would be written. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { z } from 'zod'
import { configSchema } from '../src/config/schema.ts'
import { ROOT } from './paths.ts'

const PATH = join(ROOT, 'docs/configuration.md')

type Schema = {
  type?: string
  description?: string
  default?: unknown
  enum?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  const?: string
  additionalProperties?: boolean | Schema
  required?: string[]
}

const INTRO = `# Configuration

\`martsmith.yml\` lies at the project root. Every key is optional: what is not said is detected.
An unknown key is an error that names the line and the nearest known key. \`martsmith init\` writes a
first file, \`martsmith check\` says whether all that it names is there. Flags of the command line go
before the file.

This page is made from the schema in \`src/config/schema.ts\`: \`node scripts/bootstrap.mjs scripts/docs.ts\`.
`

function render(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as Schema
  const sections = Object.entries(schema.properties ?? {}).map(
    ([name, section]) => `## ${name}\n\n${section.description ?? ''}\n\n${table(rows(name, section))}\n`,
  )
  return [INTRO, ...sections].join('\n')
}

function rows(path: string, schema: Schema, required = false): string[][] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([key, inner]) =>
      rows(`${path}.${key}`, inner, schema.required?.includes(key)),
    )
  if (schema.items?.properties)
    return [[`\`${path}\``, 'list', '', schema.description ?? ''], ...rows(`${path}[]`, schema.items)]
  const each = schema.additionalProperties
  if (typeof each === 'object' && each.properties)
    return [
      [`\`${path}\``, 'by name', '', schema.description ?? ''],
      ...rows(`${path}.NAME`, { properties: each.properties }),
    ]
  const standard = required
    ? 'required'
    : schema.default === undefined
      ? ''
      : `\`${JSON.stringify(schema.default)}\``
  return [[`\`${path}\``, typeOf(schema), standard, (schema.description ?? '').replaceAll('|', '\\|')]]
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum) return schema.enum.map((e) => `\`${e}\``).join(' or ')
  return schema.items ? `list of ${schema.items.type}` : (schema.type ?? '')
}

function table(body: string[][]): string {
  return markdownTable([['key', 'what it takes', 'default', 'meaning'], ...body])
}

const text = render()
if (process.argv.includes('--check')) {
  if (readFileSync(PATH, 'utf8') !== text) {
    console.error(
      'docs/configuration.md is not what the schema says: node scripts/bootstrap.mjs scripts/docs.ts',
    )
    process.exit(1)
  }
} else writeFileSync(PATH, text)
