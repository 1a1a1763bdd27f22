/**
 * A warehouse that others use: what is built goes into scratch schemas with the sandbox's own prefix; what is not
 * rebuilt is read where it stands, or from a frozen copy, by dbt's own `--defer --favor-state` on a manifest
 * that says where each node lies.
 */
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { plainWords } from '../adapters/dbt/explain.ts'
import type { DbtEngine, SchemaName, Target } from '../adapters/dbt/types.ts'
import { MartsmithError } from '../core/errors.ts'
import { readJson, writeJson } from '../core/files.ts'
import { type DetailedManifest, type DetailedNode, SANDBOX_MACROS } from './changed.ts'
import type { ProjectPlace } from './copy.ts'
import { openInputs } from './inputs.ts'
import { notReplaced } from './not-replaced.ts'
import { assertInsideSchemas } from './outside.ts'
import { sandboxProfile, writeProfile } from './profile.ts'
import type { SandboxRecord } from './record.ts'
import { schemaWithPrefix, wrapSchemas } from './schemas.ts'
import type { OpenSide, SideName, StagedSide, Warehouse } from './types.ts'

export type ServerOptions = {
  /** The sandbox's folder, with the manifest of what stands in `standing/`. */
  dir: string
  target: Target
  /** The user's engine: schemas are made and dropped through it. */
  dbt: DbtEngine
  reader: () => Promise<DbtEngine>
  standing: () => DetailedManifest
  freeze: boolean
  record: SandboxRecord
  save: (record: SandboxRecord) => Promise<void>
}

const SIDE_PREFIX: Record<SideName, string> = { before: 'b_', after: 'a_' }

export async function serverWarehouse(options: ServerOptions): Promise<Warehouse> {
  const { dir, target, dbt, reader, standing, record, save } = options
  const { entry } = await dbt.tools.profile()
  const prefixOf = (side: SideName) => record.prefix + SIDE_PREFIX[side]
  const ownSchema = { database: target.database, schema: `${record.prefix}own` }
  const quote = (name: string) => quoting(standing())(name)
  const named = (schema: SchemaName, name: string) =>
    [schema.database, schema.schema, name].flatMap((p) => (p === null ? [] : [quote(p)])).join('.')
  const stateDir = (side: SideName) => join(dir, side, 'state')
  const inputs = openInputs({
    dbt,
    adapter: target.type,
    schema: ownSchema,
    named,
    standing,
    freeze: options.freeze,
  })
  let kept = 0

  /** Written down first: a crash between the two leaves a name on record, never a schema without one. */
  async function makeSchemas(wanted: SchemaName[]): Promise<void> {
    const known = new Set(record.schemas.map(key))
    const fresh = [...new Map(wanted.map((s) => [key(s), s])).values()].filter((s) => !known.has(key(s)))
    if (fresh.length === 0) return
    record.schemas.push(...fresh)
    await save(record)
    const errors = await dbt.tools.schemas('create', fresh)
    const [error] = errors.filter((e) => e !== null)
    if (error) throw notPermitted(error, target)
  }

  /** Tables that are built on top of themselves start from what stands. */
  async function seedFromStanding({ manifest, rebuilt, engine }: StagedSide): Promise<void> {
    const grown = [...rebuilt].flatMap((id) => {
      const [now, before] = [manifest.nodes[id], standing().nodes[id]]
      // A seed is poured into the table that stands, and fails where its columns are others.
      const isKept = now?.resource_type === 'snapshot' || now?.resource_type === 'seed'
      return (isKept || now?.config.materialized === 'incremental') &&
        now.relation_name &&
        before?.relation_name
        ? [{ to: now.relation_name, from: before.relation_name }]
        : []
    })
    if (grown.length === 0) return
    const found = await dbt.columns(grown.map((g) => g.from))
    // Where the rows stay from one round to the next, it is there already.
    const made = await engine.columns(grown.map((g) => g.to))
    const there = grown.filter((_, i) => found[i] && !('error' in found[i]) && 'error' in (made[i] ?? {}))
    await engine.tools.execute(there.map((g) => `create table ${g.to} as select * from ${g.from}`))
  }

  async function writeState({ name, manifest, rebuilt }: StagedSide): Promise<void> {
    const raw = await readJson<{ nodes: Record<string, Record<string, unknown>> }>(
      join(dir, 'standing', 'manifest.json'),
    )
    for (const [id, node] of Object.entries(raw?.nodes ?? {})) {
      const frozen = inputs.frozen(id)
      const built = rebuilt.has(id) ? manifest.nodes[id] : undefined
      if (built) {
        const { database, schema, alias, relation_name } = built
        Object.assign(node, { database, schema, alias, relation_name })
      } else if (frozen) {
        Object.assign(node, { ...ownSchema, alias: frozen, relation_name: named(ownSchema, frozen) })
      }
    }
    await writeJson(join(stateDir(name), 'manifest.json'), raw)
  }

  const relationOf = (side: OpenSide, node: DetailedNode, id: string): string => {
    const frozen = inputs.frozen(id)
    if (side.rebuilt.has(id)) return node.relation_name ?? ''
    return frozen
      ? named(ownSchema, frozen)
      : (standing().nodes[id]?.relation_name ?? node.relation_name ?? '')
  }

  async function dropSchemas(): Promise<void> {
    const own = record.schemas.filter((s) => s.schema.startsWith(record.prefix))
    if (own.length === 0) return
    const [error] = (await dbt.tools.schemas('drop', own)).filter((e) => e !== null)
    if (error === undefined) return
    throw new MartsmithError({
      code: 'sandbox.left',
      message: `A schema of the sandbox could not be dropped: ${words(error)}`,
      details: own.map((s) => s.schema),
      mend: ['martsmith clean   tries again'],
      exitCode: 1,
    })
  }

  const wrap = async (side: SideName, { dbtDir }: ProjectPlace) =>
    inputs.readsSources(await wrapSchemas(dbtDir, prefixOf(side), ownSchema.schema))

  return {
    prepare: async (side, copy) => {
      const profilesDir = join(dir, side, 'profile')
      const own = sandboxProfile(target, entry, {})
      await writeProfile(profilesDir, own)
      await wrap(side, copy)
      await mkdir(stateDir(side), { recursive: true })
      await writeJson(
        join(stateDir(side), 'manifest.json'),
        await readJson(join(dir, 'standing', 'manifest.json')),
      )
      const { profile, target: name } = target
      const state = { state: stateDir(side), defer: true, favorState: true }
      return { flags: { profilesDir, profile, target: name, ...state }, env: own.env }
    },
    renewed: wrap,
    isOurs: (path) => basename(path) === SANDBOX_MACROS,
    reset: async () => {
      await dropSchemas()
      record.schemas = []
      await save(record)
      inputs.forget()
    },
    schemaIn: (side, schema) => schemaWithPrefix(prefixOf(side), schema),
    stage: async (side) => {
      const { manifest, rebuilt, name } = side
      assertInsideSchemas(manifest, rebuilt, prefixOf(name), target.database)
      const schemas = Object.entries(manifest.nodes).flatMap(([id, node]) =>
        (rebuilt.has(id) || isStoredTest(node, rebuilt)) && node.schema
          ? [{ database: node.database ?? null, schema: node.schema }]
          : [],
      )
      if (rebuilt.size === 0) return // what builds nothing needs no right to
      await makeSchemas([ownSchema, ...schemas])
      await inputs.freeze(side)
      await seedFromStanding(side)
      await writeState(side)
    },
    relation: async (side, node, id) => relationOf(side, node, id),
    keep: async (side, node, id, select = (relation) => `select * from ${relation}`) => {
      await makeSchemas([ownSchema])
      const to = named(ownSchema, `t${kept++}`)
      await dbt.tools.execute([`create table ${to} as ${select(relationOf(side, node, id))}`])
      return to
    },
    replace: async (side, node, id, select) => {
      if (side.rebuilt.has(id) || inputs.frozen(id)) {
        const ours = relationOf(side, node, id)
        // Views that read it go on to read what it was.
        await dbt.tools.execute([
          `alter table ${ours} rename to ${quote(`martsmith_was_${kept++}`)}`,
          `create table ${ours} as ${select}`,
        ])
        return ours
      }
      const name = inputs.redirect(id)
      if (name === null) throw notReplaced(id, 'the project has a macro source of its own')
      await makeSchemas([ownSchema])
      await dbt.tools.execute([`create table ${named(ownSchema, name)} as ${select}`])
      await writeState(side)
      return named(ownSchema, name)
    },
    built: () => undefined, // relations are read where they lie
    query: async (statements, limit) => (await reader()).query(statements, limit),
    columns: async (relations) => (await reader()).columns(relations),
    inputs: inputs.told,
    close: dropSchemas,
  }
}

const key = ({ database, schema }: SchemaName) => `${database} ${schema}`
/** Without dbt's heading: `Database Error`, then the words. */
const words = (text: string) =>
  plainWords(text)
    .replace(/^\w+ Error( in [^\n]*)?\n\s*/, '')
    .split('\n')[0]
    ?.trim() ?? ''

/** A test that keeps its failures makes a table. */
function isStoredTest(node: DetailedNode, rebuilt: ReadonlySet<string>): boolean {
  const stores = node.config.store_failures === true || node.config.store_failures_as != null
  return node.resource_type === 'test' && stores && node.depends_on.nodes.some((id) => rebuilt.has(id))
}

/** As dbt writes this project's names: where it leaves them bare, the warehouse folds their case. */
function quoting(standing: DetailedManifest): (name: string) => string {
  const sample = Object.values(standing.nodes).find((n) => n.relation_name)?.relation_name ?? '"'
  if (sample.includes('"')) return (name) => `"${name.replaceAll('"', '""')}"`
  return sample.includes('`') ? (name) => `\`${name}\`` : (name) => name
}

function notPermitted(error: string, target: Target): MartsmithError {
  const refused = /permission|privilege|not authorized|access denied|not allowed/i.test(error)
  const user = target.shown.user ?? target.shown.username ?? 'the user of the target'
  const grant =
    target.type === 'postgres' || target.type === 'redshift'
      ? `grant create on database "${target.database}" to "${user}";   as an administrator of the database`
      : `Have the right to create schemas in ${target.database} granted to ${user}`
  return new MartsmithError({
    code: refused ? 'sandbox.permission' : 'sandbox.schema',
    message: refused
      ? `A sandbox needs a schema of its own, and ${user} may not create one in ${target.database}.`
      : `The sandbox's schema could not be made in ${target.database}.`,
    details: [words(error)],
    mend: refused ? [grant, 'or use a target that may: --target NAME'] : ['Check the target: dbt debug'],
  })
}
