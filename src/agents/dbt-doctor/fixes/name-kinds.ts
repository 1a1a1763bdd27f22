/** The kinds of names that a project refers to, and what is known of each. */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { isMap, parseDocument, visit } from 'yaml'
import { DBT_FILE } from '../../../config/project.ts'
import { readIfThere } from '../../../core/files.ts'
import { escaped } from '../../../core/text.ts'
import { distanceScore } from '../score.ts'
import type { Failure, FixContext } from '../types.ts'
import { sqlOnly } from '../words.ts'
import { parametersOf } from './arguments.ts'
import { ENUMS, JINJA_FILTERS, MATERIALISATIONS, PERIODS, SELECTOR_METHODS, STRATEGIES } from './dbt-words.ts'
import { dialectName, functionsOf, TYPES } from './dialects.ts'
import type { NameKind } from './names.ts'
import { earlierTexts } from './versions.ts'

/** As it is said in a message, where signs that are no letters are underscores. */
const loosely = (name: string) => escaped(name).replace(/_/g, '[_+ -]')
const said = (pattern: RegExp) => (failure: Failure) => pattern.exec(failure.message)?.[1] ?? null
/** `key: name`, `key='name'`, `+key: "name"`. */
const setting = (keys: string) => (name: string) =>
  new RegExp(`((?:\\+|\\b)(?:${keys})["']?\\s*[=:]\\s*["']?)${loosely(name)}(?![\\w+-])`, 'g')
/** `call('name'`, the name may be the second argument. */
const call = (of: string) => (name: string) =>
  new RegExp(`(\\b${of}\\(\\s*(?:["'][^"']*["']\\s*,\\s*)?["'])${escaped(name)}(?=["'])`, 'g')
const isSql = (text: string, path: string) => (path.endsWith('.sql') ? sqlOnly(text) : blank(text))
const blank = (text: string) => text.replace(/[^\n]/g, ' ')

export const KINDS: readonly NameKind[] = [
  {
    classes: ['C07'],
    wrong: ({ thing }) => thing,
    known: (_, context) => [...new Set([...MATERIALISATIONS, ...ownMaterialisations(context)])],
    written: setting('materialized'),
    known_by: 'dbt knows',
  },
  {
    classes: ['C08'],
    wrong: ({ thing }) => thing,
    known: () => STRATEGIES,
    written: setting('incremental_strategy'),
    known_by: 'dbt knows',
  },
  {
    classes: ['P29'],
    wrong: said(/strategy macro '([^']+)' was not found/),
    known: () => ['timestamp', 'check'],
    written: setting('strategy'),
    known_by: 'snapshots know',
  },
  {
    classes: ['P31'],
    wrong: said(/Invalid value for on_schema_change: (\w+)/),
    known: ({ message }) => {
      const [, options = ''] = /must set on_schema_change to ([^\n]+)/.exec(message) ?? []
      return [...options.matchAll(/'(\w+)'/g)].map((m) => m[1] ?? '')
    },
    written: setting('on_schema_change'),
    known_by: 'a contract goes with',
    isListed: true,
  },
  {
    classes: ['P06'],
    wrong: ({ thing }) => thing,
    known: (_, context) => profileNames(context),
    written: setting('profile'),
    known_by: 'profiles.yml has',
    isListed: true,
  },
  {
    classes: ['P19'],
    wrong: ({ thing }) => thing?.split('.').at(-1) ?? null,
    known: (_, context) => matchesIn(context, /\.md$/, /\{%-?\s*docs\s+(\w+)/g),
    written: call('doc'),
    known_by: 'the project has the block',
  },
  {
    classes: ['P12'],
    wrong: ({ thing }) => thing,
    known: async ({ message }, context) => [
      ...(await declaredVars(context)),
      ...[...message.matchAll(/^\s*"(\w+)":/gm)]
        .map((m) => m[1] ?? '')
        .filter((v) => v !== 'martsmith_sandbox'),
    ],
    written: call('var'),
    known_by: 'the project sets',
    same: renamedVars,
    same_by: 'has the value that it had, and was not there before',
  },
  {
    // A variable without a value is nothing while dbt parses, and what is done with nothing fails.
    classes: ['C01'],
    wrong: undeclaredVar,
    known: (_, context) => declaredVars(context),
    written: call('var'),
    known_by: 'the project sets',
  },
  {
    classes: ['P10'],
    wrong: ({ thing }) => thing,
    // A value is never invented: only what is set where this runs can be meant.
    known: () => Object.keys(process.env),
    written: call('env_var'),
    known_by: 'the environment has',
  },
  {
    classes: ['P25'],
    wrong: said(/Invalid group '([^']+)'/),
    known: async (_, context) => [...new Set(await listed(context, 'groups'))],
    written: setting('group'),
    known_by: 'the project has the group',
  },
  {
    classes: ['P25'],
    wrong: said(/invalid value \((\w+)\) for the access field/),
    known: () => ['private', 'protected', 'public'],
    written: setting('access'),
    known_by: 'dbt knows',
  },
  {
    classes: ['P17'],
    wrong: ({ message }) =>
      /Unable to find model '(?:\w+\.)?([^']+)' for unit test/.exec(message)?.[1] ?? null,
    known: (_, { files }) =>
      files.flatMap((p) => /([^/]+)\.(?:sql|py)$/.exec(p)?.[1] ?? []).filter((n) => n !== ''),
    written: setting('model'),
    known_by: 'the project has the model',
  },
  {
    classes: ['P20'],
    wrong: ({ thing }) => thing,
    known: (_, { graph }) => unpatched(graph),
    written: (name) => new RegExp(`^(\\s*-?\\s*name:\\s*["']?)${escaped(name)}(?![\\w$-])`, 'gm'),
    within: (text, path) => (/\.ya?ml$/.test(path) ? text : blank(text)),
    known_by: 'the project has, and describes nowhere,',
  },
  {
    classes: ['P02'],
    wrong: (failure) => choice(failure)?.wrong ?? null,
    known: (failure) => choice(failure)?.of ?? [],
    written: (name) =>
      new RegExp(`(:\\s*["']?|^\\s*-\\s+["']?)${escaped(name)}(?=["']?\\s*(?:[,}#]|$))`, 'gm'),
    within: (text, path) => (/\.ya?ml$/.test(path) ? text : blank(text)),
    known_by: 'dbt takes',
  },
  {
    classes: ['P05'],
    wrong: said(/unexpected project version=(\S+), expected/),
    known: ({ message }) => /unexpected project version=\S+, expected (\d+)/.exec(message)?.slice(1) ?? [],
    written: (name) => new RegExp(`^(config-version:\\s*["']?)${escaped(name)}`, 'gm'),
    known_by: 'dbt reads',
    isListed: true,
  },
  {
    classes: ['P38'],
    wrong: said(/'([^']+)' is not a valid method name/),
    known: () => SELECTOR_METHODS,
    written: setting('method'),
    known_by: 'dbt selects by',
  },
  {
    classes: ['P39'],
    wrong: ({ message }) => /The metric `([^`]+)` does not exist/.exec(message)?.[1] ?? null,
    known: (_, context) => listed(context, 'metrics'),
    written: (name) =>
      new RegExp(`(:\\s*["']?|^\\s*-\\s+["']?|[{,]\\s*name:\\s*)${escaped(name)}(?![\\w$-])`, 'gm'),
    within: (text, path) => (/\.ya?ml$/.test(path) ? text : blank(text)),
    known_by: 'the project has the metric',
  },
  {
    classes: ['P39'],
    wrong: ({ message }) => /a measure `([^`]+)` does not exist/.exec(message)?.[1] ?? null,
    known: measures,
    written: (name) =>
      new RegExp(`(\\bmeasure:\\s*["']?|\\bname:\\s*["']?)${escaped(name)}(?![\\w$-])`, 'gm'),
    within: (text, path) => (/\.ya?ml$/.test(path) ? text : blank(text)),
    known_by: 'a semantic model has the measure',
  },
  {
    classes: ['C02'],
    wrong: ({ thing }) => /^test_(\w+)$/.exec(thing ?? '')?.[1] ?? null,
    known: (_, context) => genericTests(context),
    written: (name) =>
      new RegExp(`(^\\s*-\\s+["']?|\\btest_name:\\s*["']?)${escaped(name)}(?=["']?\\s*(?::|$))`, 'gm'),
    within: (text, path) => (/\.ya?ml$/.test(path) ? text : blank(text)),
    known_by: 'there is a test',
  },
  {
    classes: ['C04'],
    wrong: nearlyCaller,
    known: () => ['caller'],
    written: (name) => new RegExp(`(\\b)${escaped(name)}(?=\\(\\s*\\))`, 'g'),
    known_by: 'a block is given to a macro as',
  },
  {
    classes: ['C03'],
    wrong: said(/No (?:filter|test) named '([^']+)'/),
    known: () => JINJA_FILTERS,
    written: (name) => new RegExp(`(\\|\\s*|\\bis\\s+(?:not\\s+)?)${escaped(name)}\\b`, 'g'),
    known_by: 'Jinja knows',
  },
  {
    classes: ['C04'],
    wrong: said(/takes no keyword argument '([^']+)'/),
    known: async ({ thing }, context) => (await parametersOf(thing ?? '', context)) ?? [],
    written: (name) =>
      new RegExp(`([(,]\\s*|^\\s*(?:-\\s*)?)${escaped(name)}(?=\\s*(?:=(?!=)|:(?:\\s|$)))`, 'gm'),
    known_by: 'the macro takes',
  },
  {
    classes: ['D08'],
    wrong: ({ thing }) => thing?.split('(')[0]?.split('.').at(-1) ?? null,
    known: (_, context) => functionsOf(context),
    written: (name) => new RegExp(`((?<![\\w.]))${escaped(name)}(?=\\s*\\()`, 'gi'),
    within: isSql,
    known_by: 'the warehouse has',
    isLoose: true,
    same: dialectName('functions'),
  },
  {
    classes: ['D09'],
    wrong: ({ thing }) => thing,
    known: ({ message }) => [...TYPES, ...offered(message)],
    written: (name) => new RegExp(`(\\bas\\s+|::\\s*)${escaped(name)}\\b`, 'gi'),
    within: isSql,
    known_by: 'the warehouse has the type',
    same: dialectName('types'),
  },
  {
    // What a contract promises.
    classes: ['D09'],
    wrong: ({ thing }) => thing,
    known: ({ message }) => [...TYPES, ...offered(message)],
    written: (name) => new RegExp(`(\\bdata_type["']?\\s*:\\s*["']?)${escaped(name)}\\b`, 'gi'),
    within: (text, path) => (/\.ya?ml$/.test(path) ? text : blank(text)),
    known_by: 'the warehouse has the type',
    same: dialectName('types'),
  },
]

/** A value that dbt does not take, and those that it says it takes. */
function choice({ message }: Failure): { wrong: string; of: string[] } | null {
  const listed =
    /'([^']+)' is not one of \[([^\]]+)\]/.exec(message) ??
    /[Ii]nvalid column name '([^']+)'[^\n]*Valid names: \[([^\]]+)\]/.exec(message)
  if (listed)
    return {
      wrong: listed[1] ?? '',
      of: [...(listed[2] ?? '').matchAll(/'([^']+)'/g)].map((m) => m[1] ?? ''),
    }
  const [, value, name] = /Invalid enum value: `([^`]+)` in enum (\w+)/.exec(message) ?? []
  if (value && name) return { wrong: value, of: ENUMS[name] ?? [] }
  const [, period] = /has invalid value \{[^}]*'period': '([^']+)'/.exec(message) ?? []
  if (period && !PERIODS.includes(period)) return { wrong: period, of: PERIODS }
  const [, flag] =
    /: '(\w+)' is not (?:valid under any of the given schemas|of type 'boolean')/.exec(message) ?? []
  return flag ? { wrong: flag, of: ['true', 'false'] } : null
}

/** The generic tests that the project and its packages define, and dbt's own. */
async function genericTests(context: FixContext): Promise<string[]> {
  const paths = { ...context, files: [...context.files, ...context.foreign] }
  const own = await matchesIn(paths, /\.sql$/, /\{%-?\s*(?:data_)?test\s+(\w+)/g)
  return [...own, 'unique', 'not_null', 'accepted_values', 'relationships']
}

/** What a macro that is called with a block calls in its place. */
async function nearlyCaller({ message }: Failure, { files, read }: FixContext): Promise<string | null> {
  const [, name] =
    /macro '(?:dbt_macro__)?(\w+)' was invoked with two values for the special caller/.exec(message) ?? []
  if (!name) return null
  for (const path of files.filter((p) => p.endsWith('.sql'))) {
    const body = new RegExp(`\\bmacro\\s+${name}\\s*\\([\\s\\S]*?endmacro`).exec(
      await read(path).catch(() => ''),
    )
    const calls = [...(body?.[0] ?? '').matchAll(/(\w+)\(\s*\)/g)].map((m) => m[1] ?? '')
    const [near] = calls.filter((c) => c !== 'caller' && distanceScore('caller', c) > 0)
    if (near) return near
  }
  return null
}

function ownMaterialisations({ graph }: FixContext): string[] {
  return Object.values(graph?.manifest.macros ?? {}).flatMap(
    (m) => /^materialization_(\w+?)_(?:default|\w+)$/.exec(m.name)?.[1] ?? [],
  )
}

/** Of the profiles.yml that dbt reads. */
async function profileNames({ dbt }: FixContext): Promise<string[]> {
  const text = await readIfThere(join(dbt.profilesDir ?? join(homedir(), '.dbt'), 'profiles.yml'))
  const data = parsed(text ?? '')
  return data !== null && typeof data === 'object' ? Object.keys(data).filter((k) => k !== 'config') : []
}

async function matchesIn({ files, read }: FixContext, paths: RegExp, pattern: RegExp): Promise<string[]> {
  const texts = await Promise.all(files.filter((p) => paths.test(p)).map((p) => read(p).catch(() => '')))
  return [...new Set(texts.flatMap((t) => [...t.matchAll(pattern)].map((m) => m[1] ?? '')))]
}

/** Names of the entries of a section in all properties files. */
async function listed(context: FixContext, section: string): Promise<string[]> {
  const found: string[] = []
  for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
    const data = parsed(await context.read(path).catch(() => ''))
    const entries = (data as Record<string, unknown> | null)?.[section]
    for (const one of Array.isArray(entries) ? entries : [])
      if (typeof one?.name === 'string') found.push(one.name)
  }
  return found
}

/** Of all semantic models. */
async function measures(_: Failure, context: FixContext): Promise<string[]> {
  const found: string[] = []
  for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
    const data = parsed(await context.read(path).catch(() => '')) as { semantic_models?: unknown } | null
    for (const one of Array.isArray(data?.semantic_models) ? data.semantic_models : [])
      for (const measure of Array.isArray(one?.measures) ? one.measures : [])
        if (typeof measure?.name === 'string') found.push(measure.name)
  }
  return found
}

async function undeclaredVar({ file }: Failure, context: FixContext): Promise<string | null> {
  const declared = new Set(await declaredVars(context))
  const text = file === null ? '' : await context.read(file).catch(() => '')
  const asked = [...text.matchAll(/\bvar\(\s*["'](\w+)["']\s*\)/g)].map((m) => m[1] ?? '')
  return asked.find((name) => !declared.has(name)) ?? null
}

export async function declaredVars({ files, read }: FixContext): Promise<string[]> {
  const path = files.find((p) => p.split('/').at(-1) === DBT_FILE)
  return [...varsIn(path ? await read(path).catch(() => '') : '').keys()]
}

/** With their values, as text. */
function varsIn(text: string): Map<string, string> {
  const vars = parseDocument(text).get('vars', true)
  const found = new Map<string, string>()
  if (isMap(vars)) visit(vars, { Pair: (_, pair) => void found.set(String(pair.key), String(pair.value)) })
  return found
}

/** By an earlier dbt_project.yml: what came in its place, with its value. */
async function renamedVars(name: string, known: string[], context: FixContext): Promise<string[]> {
  const path = context.files.find((p) => p.split('/').at(-1) === DBT_FILE)
  if (!path) return []
  const now = varsIn(await context.read(path).catch(() => ''))
  const [before] = (await earlierTexts(path, context)).map((v) => varsIn(v.text)).filter((v) => v.has(name))
  if (!before) return []
  return known.filter((k) => !before.has(k) && now.get(k) === before.get(name))
}

function parsed(text: string): unknown {
  const document = parseDocument(text)
  return document.errors.length > 0 ? null : document.toJS()
}

/** Models, seeds and snapshots that no properties file describes. */
function unpatched(graph: FixContext['graph']): string[] {
  return Object.values(graph?.manifest.nodes ?? {})
    .filter((n) => ['model', 'seed', 'snapshot'].includes(n.resource_type) && !n.patch_path)
    .map((n) => n.name)
}

/** What the database itself takes for what was meant. */
const offered = (message: string) => [...message.matchAll(/Did you mean "([^"]+)"/g)].map((m) => m[1] ?? '')
