/** Opens a sandbox: copies, engines of their own, what is built there and what is read from what stands. */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { isAbsent } from '../adapters/dbt/explain.ts'
import type { DbtEngine, Target } from '../adapters/dbt/types.ts'
import type { Project } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { count, list } from '../core/text.ts'
import { type ProjectGraph, projectGraph } from '../project/graph.ts'
import { readManifest } from '../project/manifest.ts'
import {
  changedNodes,
  type DetailedManifest,
  type DetailedNode,
  readDetailed,
  sourceAsNode,
} from './changed.ts'
import { declaredKeys } from './compare/keys.ts'
import {
  type CopyStamps,
  copyProject,
  type ProjectPlace,
  renewCopy,
  stampCopy,
  storeEphemeral,
  writeChanges,
} from './copy.ts'
import { duckDbWarehouse } from './duckdb.ts'
import { holdRecord, newId, removeRecord, type SandboxRecord, sandboxDir, saveRecord } from './record.ts'
import { selectionOf, TESTS } from './selection.ts'
import { serverWarehouse } from './server.ts'
import type {
  OpenSide,
  ReadOptions,
  Rounds,
  Sandbox,
  SandboxOptions,
  Side,
  SideName,
  StagedSide,
  Warehouse,
} from './types.ts'

/**
 * @throws MartsmithError `sandbox.outside` where a build would write where others read, `sandbox.no-file`,
 * `sandbox.permission`, `sandbox.stale`; what dbt says where a version of the project does not parse.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const rounds = await openRounds(options, { again: false })
  try {
    await rounds.read()
    return await rounds.stage(options.nodes)
  } catch (error) {
    await rounds.close().catch(() => undefined) // the first error is the one to tell; `martsmith clean` finds the rest
    throw error
  }
}

/** The same for several tries, one after the other. Nothing is read before the first. */
export async function openRounds(
  options: SandboxOptions,
  { again = true }: { again?: boolean } = {},
): Promise<Rounds> {
  const { project, dbt, now, signal } = options
  const { stateDir } = project
  const target = await dbt.target()
  const id = newId()
  const dir = sandboxDir(stateDir, id)
  const lock = await holdRecord(stateDir, id)
  let warehouse: Warehouse | null = null
  const close = async () => {
    try {
      await warehouse?.close()
      await removeRecord(stateDir, id)
    } finally {
      lock.release()
    }
  }
  try {
    const record = recordOf(id, target, now())
    await saveRecord(stateDir, record)
    let known: DetailedManifest | null = null
    const standing = () => {
      if (!known) throw new Error('what stands was not read yet')
      return known
    }
    const notes: string[] = []
    const sides = {
      before: lazily(() => openSide('before')),
      after: lazily(() => openSide('after')),
    }
    const reader = async () => (await sides.after()).engine
    const freeze = options.freeze ?? true
    const shared = { dir, again, target, dbt, reader, now, standing, freeze }
    warehouse =
      target.type === 'duckdb'
        ? await duckDbWarehouse(shared)
        : await serverWarehouse({
            ...shared,
            record,
            save: (changed: SandboxRecord) => saveRecord(stateDir, changed),
          })
    const of = warehouse

    async function openSide(name: SideName) {
      const copy = await copyProject(
        { root: project.root, dbtDir: project.dbtDir },
        join(dir, name, 'project'),
      )
      if (name === 'after' && options.changes) {
        const left = await writeChanges(copy, options.changes)
        if (left.length > 0) notes.push(`${list(left, 5)}: no part of the dbt project, not in the sandbox.`)
      }
      const { flags, env } = await of.prepare(name, copy)
      const engine = dbt.at({
        projectDir: copy.dbtDir,
        targetPath: join(dir, name, 'target'),
        logDir: join(dir, name, 'logs'),
        flags,
        vars: { martsmith_sandbox: true },
        env,
      })
      return { copy, engine }
    }

    /** What stands, by the names that the project has for it in the user's warehouse. */
    async function readStanding(): Promise<void> {
      // Asked anew: files may have been edited since the user's project was parsed.
      await dbt.list({})
      await mkdir(join(dir, 'standing'), { recursive: true, mode: 0o700 })
      await copyFile(join(dbt.targetPath, 'manifest.json'), join(dir, 'standing', 'manifest.json'))
      known = await readDetailed(join(dir, 'standing'))
    }

    let stamps: CopyStamps | null = null

    /** The files of the `after` side, as they are before anything is built on it. */
    async function renewFiles({ copy }: { copy: ProjectPlace }): Promise<void> {
      if (stamps) {
        await renewCopy(project, copy, stamps, of.isOurs)
        await of.renewed('after', copy)
      }
      stamps = await stampCopy(project, copy)
    }

    // Without a change both sides are the project as it is, and one reading of it does for both.
    const isOne = options.changes === undefined && (again || options.nodes !== undefined)
    const isAlike = lazily(async () => isOne && (await isNamedAlike(project, target)))
    let parsed: Parsed | null = null
    // dbt tells what it will stop to take of the files that it reads: of those that it remembers it says nothing.
    let wholly = false

    async function read({ rows: keep, anew = false }: ReadOptions = {}): Promise<ProjectGraph> {
      signal?.throwIfAborted()
      parsed = null
      staged = unstaged
      const alike = await isAlike()
      if (!alike) await readStanding()
      const side = await sides.after()
      // A large database is filled again beside the reading of the files.
      const rows = stamps && !keep ? of.reset() : Promise.resolve()
      const files = async () => {
        if (again) await renewFiles(side)
        if (wholly || anew) await rm(join(dir, 'after', 'target', 'partial_parse.msgpack'), { force: true })
        await side.engine.list({}).catch((error: unknown) => {
          wholly ||= /Deprecation/.test(String(error))
          throw error
        })
      }
      for (const done of await Promise.allSettled([files(), rows]))
        if (done.status === 'rejected') throw done.reason
      const { engine } = side
      parsed = await parsedBy(engine)
      if (!alike) return projectGraph(await readManifest(dbt.targetPath))
      known = parsed.manifest
      return parsed.graph
    }

    const nothing = () => Promise.reject(new Error('the sandbox was not told what to build'))
    const unstaged: Record<SideName, () => Promise<StagedSide & Planned>> = {
      before: nothing,
      after: nothing,
    }
    let staged = unstaged
    let built = { before: false, after: false }

    /** Sees to it that what has to be built on a side can be. */
    async function stage(name: SideName, nodes: string[] | undefined): Promise<StagedSide & Planned> {
      const { copy, engine } = await sides[name]()
      signal?.throwIfAborted()
      if (name === 'before') await engine.list({})
      let { manifest, graph } = name === 'after' && parsed ? parsed : await parsedBy(engine)
      // What the change touches is told before the copy is made to differ.
      const wanted = name === 'after' ? wantedAfter(manifest, nodes) : await wantedBefore()
      const stored = name === 'after' ? await storeEphemeral(copy, manifest, options.stored ?? []) : []
      if (stored.length > 0) {
        await engine.list({})
        const now = await parsedBy(engine)
        manifest = now.manifest
        graph = now.graph
      }
      const below = (options.downstream ?? true) ? graph.descendants(wanted).filter(graph.isBuilt) : []
      const rebuilt = await withMissingParents(graph, new Set([...wanted, ...below, ...stored]))
      const side = { name, copy, engine, open: async () => engine, manifest, rebuilt, graph, wanted }
      await of.stage(side)
      return side
    }

    function wantedAfter(manifest: DetailedManifest, nodes: string[] | undefined): string[] {
      if (!nodes) return changedNodes(inSandbox(standing(), of, 'after'), manifest)
      const unknown = nodes.filter((n) => manifest.nodes[n] === undefined)
      if (unknown.length === 0) return nodes
      throw new MartsmithError({
        code: 'sandbox.unknown-node',
        message:
          `${list(unknown, 5)}: not in the project ${options.changes ? 'after the change' : ''}`.trim(),
      })
    }

    async function wantedBefore(): Promise<string[]> {
      const { manifest, wanted } = await staged.after()
      return [...wanted.filter((n) => standing().nodes[n]), ...removedBy(manifest)]
    }

    const removedBy = (after: DetailedManifest) =>
      Object.entries(standing().nodes).flatMap(([n, { resource_type }]) =>
        after.nodes[n] || !['model', 'seed', 'snapshot'].includes(resource_type) ? [] : [n],
      )

    /** What is read and stands nowhere has to be built too, else the build fails for want of it. */
    async function withMissingParents(graph: ProjectGraph, wanted: Set<string>): Promise<Set<string>> {
      const missing: string[] = []
      for (let round = [...wanted]; round.length > 0; ) {
        const parents = [...new Set(round.flatMap((n) => readBy(graph, n)))].filter((p) => !wanted.has(p))
        const names = parents.map((p) => standing().nodes[p]?.relation_name ?? null)
        const known = names.filter((n) => n !== null)
        const answers = known.length > 0 ? await dbt.columns(known) : []
        const absent = new Set(known.filter((_, i) => isAbsent(answers[i] as { error: string })))
        round = parents.filter((_, i) => {
          const name = names[i]
          return name === null || name === undefined || absent.has(name)
        })
        for (const p of round) wanted.add(p)
        missing.push(...round)
      }
      if (missing.length > 0)
        notes.push(
          `${list(missing.map(graph.label), 6)} ${missing.length === 1 ? 'is' : 'are'} read, and ${missing.length === 1 ? 'does' : 'do'} not stand in the warehouse: built in the sandbox too.`,
        )
      return wanted
    }

    /** Where a side is read: one that was not built is what stands. */
    async function reading(name: SideName): Promise<{ side: OpenSide; nodes: DetailedManifest }> {
      if (built[name] || name === 'after') {
        const side = await staged[name]()
        return { side, nodes: side.manifest }
      }
      const open = async () => (await sides.before()).engine
      return { side: { name, open, rebuilt: new Set() }, nodes: standing() }
    }

    const sideOf = (name: SideName): Side => ({
      name,
      dir: async () => (await sides[name]()).copy.dbtDir,
      engine: async () => (await staged[name]()).engine,
      graph: async () => (await staged[name]()).graph,
      rebuilt: async () => [...(await staged[name]()).rebuilt],
      build: async (ids, { tests = true, ...how } = {}) => {
        const { engine, manifest, rebuilt } = await staged[name]()
        const chosen = ids ?? [...rebuilt]
        if (chosen.length === 0) return { ok: true, exception: null, results: [] }
        built = { ...built, [name]: true }
        of.built(name)
        return engine.build(
          { select: selectionOf(manifest, chosen), ...(tests ? {} : { exclude: TESTS }) },
          { ...(signal ? { signal } : {}), ...how },
        )
      },
      relationOf: async (node, times) => {
        const { side, nodes } = await reading(name)
        return of.relation(side, withRelation(nodes, node), node, times)
      },
      keysOf: async (node) => declaredKeys((await reading(name)).nodes, node),
      keep: async (node, select) => {
        const { side, nodes } = await reading(name)
        return of.keep(side, withRelation(nodes, node), node, select)
      },
      replace: async (node, select) => {
        const side = await staged[name]()
        return of.replace(side, withRelation(side.manifest, node), node, select)
      },
    })

    return {
      read,
      stage: async (nodes) => {
        staged = {
          before: lazily(() => stage('before', undefined)),
          after: lazily(() => stage('after', nodes)),
        }
        built = { before: false, after: false }
        const after = await staged.after()
        return {
          id,
          dir,
          adapter: target.type,
          before: sideOf('before'),
          after: sideOf('after'),
          changed: after.wanted,
          removed: removedBy(after.manifest),
          query: of.query,
          columns: of.columns,
          inputs: of.inputs,
          notes,
          close,
        }
      },
      close,
    }
  } catch (error) {
    await close().catch(() => undefined) // the first error is the one to tell; `martsmith clean` finds the rest
    throw error
  }
}

type Parsed = { manifest: DetailedManifest; graph: ProjectGraph }
type Planned = { graph: ProjectGraph; wanted: string[] }

async function parsedBy({ targetPath }: DbtEngine): Promise<Parsed> {
  const [manifest, graph] = await Promise.all([readDetailed(targetPath), readManifest(targetPath)])
  return { manifest, graph: projectGraph(graph) }
}

/**
 * Whether a sandbox calls everything as the user's warehouse does: DuckDB's copies have the names of their originals,
 * and the project does not ask whether it is in a sandbox.
 */
async function isNamedAlike({ dbtDir }: Project, { type }: Target): Promise<boolean> {
  if (type !== 'duckdb') return false
  const files = await glob(['**/*.{sql,py,yml,yaml}'], { cwd: dbtDir, absolute: true, ignore: ['target/**'] })
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')))
  return !texts.some((text) => text.includes('martsmith_sandbox'))
}

function recordOf(id: string, target: Target, now: Date): SandboxRecord {
  return {
    id,
    pid: process.pid,
    startedAt: now.toISOString(),
    adapter: target.type,
    profile: target.profile,
    target: target.target,
    database: target.database,
    prefix: `martsmith_${id}_`,
    schemas: [],
  }
}

/** Sources and ephemeral models hold nothing of their own: through the latter, what they read is read. */
function readBy(graph: ProjectGraph, id: string): string[] {
  return graph.parents(id).flatMap((p) => (graph.isBuilt(p) ? [p] : graph.node(p) ? readBy(graph, p) : []))
}

/** As the nodes would be called in the sandbox, so that its own schemas are no change. */
function inSandbox(manifest: DetailedManifest, warehouse: Warehouse, side: SideName): DetailedManifest {
  const moved = (node: DetailedNode) =>
    node.schema == null ? node : { ...node, schema: warehouse.schemaIn(side, node.schema) }
  return {
    ...manifest,
    nodes: Object.fromEntries(Object.entries(manifest.nodes).map(([id, node]) => [id, moved(node)])),
  }
}

function withRelation(manifest: DetailedManifest, id: string): DetailedNode {
  const source = manifest.sources[id]
  const node = source ? sourceAsNode(source) : manifest.nodes[id]
  if (node?.relation_name) return node
  throw new MartsmithError({
    code: 'sandbox.no-relation',
    message: node
      ? `${id} has no relation of its own: it is ${String(node.config.materialized ?? node.resource_type)}.`
      : `${id} is not in the project.`,
    details: node ? [] : [`${count(Object.keys(manifest.nodes).length, 'node')} are known.`],
  })
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}
