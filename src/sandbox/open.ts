/** Opens a sandbox: copies, engines of their own, what is built there and what is read from what stands. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAbsent } from '../adapters/dbt/explain.ts'
import type { Target } from '../adapters/dbt/types.ts'
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
import { copyProject, storeEphemeral, writeChanges } from './copy.ts'
import { duckDbWarehouse } from './duckdb.ts'
import { holdRecord, newId, removeRecord, type SandboxRecord, sandboxDir, saveRecord } from './record.ts'
import { selectionOf, TESTS } from './selection.ts'
import { serverWarehouse } from './server.ts'
import type { OpenSide, Sandbox, SandboxOptions, Side, SideName, StagedSide, Warehouse } from './types.ts'

/**
 * @throws MartsmithError `sandbox.outside` where a build would write where others read, `sandbox.no-file`,
 * `sandbox.permission`, `sandbox.stale`; what dbt says where a version of the project does not parse.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { project, dbt, now, signal } = options
  const { stateDir } = project
  const target = await dbt.target()
  // Asked anew: files may have been edited since the user's project was parsed.
  await dbt.list({})
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
    await mkdir(join(dir, 'standing'), { recursive: true, mode: 0o700 })
    await copyFile(join(dbt.targetPath, 'manifest.json'), join(dir, 'standing', 'manifest.json'))
    const standing = await readDetailed(join(dir, 'standing'))
    const record = recordOf(id, target, now())
    await saveRecord(stateDir, record)
    const notes: string[] = []
    const sides = {
      before: lazily(() => openSide('before')),
      after: lazily(() => openSide('after')),
    }
    const reader = async () => (await sides.after()).engine
    const freeze = options.freeze ?? true
    const shared = { dir, target, dbt, reader, now, standing, freeze }
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

    const staged = { before: lazily(() => stage('before')), after: lazily(() => stage('after')) }

    /** Parses a side and sees to it that what has to be built there can be. */
    async function stage(name: SideName): Promise<StagedSide & { graph: ProjectGraph; wanted: string[] }> {
      const { copy, engine } = await sides[name]()
      signal?.throwIfAborted()
      await engine.list({})
      let manifest = await readDetailed(engine.targetPath)
      // What the change touches is told before the copy is made to differ.
      const wanted = name === 'after' ? wantedAfter(manifest) : await wantedBefore()
      const stored = name === 'after' ? await storeEphemeral(copy, manifest, options.stored ?? []) : []
      if (stored.length > 0) {
        await engine.list({})
        manifest = await readDetailed(engine.targetPath)
      }
      const graph = projectGraph(await readManifest(engine.targetPath))
      const below = (options.downstream ?? true) ? graph.descendants(wanted).filter(graph.isBuilt) : []
      const rebuilt = await withMissingParents(graph, new Set([...wanted, ...below, ...stored]))
      const side = { name, copy, engine, manifest, rebuilt, graph, wanted }
      await of.stage(side)
      return side
    }

    function wantedAfter(manifest: DetailedManifest): string[] {
      if (!options.nodes) return changedNodes(inSandbox(standing, of, 'after'), manifest)
      const unknown = options.nodes.filter((n) => manifest.nodes[n] === undefined)
      if (unknown.length === 0) return options.nodes
      throw new MartsmithError({
        code: 'sandbox.unknown-node',
        message:
          `${list(unknown, 5)}: not in the project ${options.changes ? 'after the change' : ''}`.trim(),
      })
    }

    async function wantedBefore(): Promise<string[]> {
      const { manifest, wanted } = await staged.after()
      return [...wanted.filter((n) => standing.nodes[n]), ...removedBy(manifest)]
    }

    const removedBy = (after: DetailedManifest) =>
      Object.entries(standing.nodes).flatMap(([n, { resource_type }]) =>
        after.nodes[n] || !['model', 'seed', 'snapshot'].includes(resource_type) ? [] : [n],
      )

    /** What is read and stands nowhere has to be built too, else the build fails for want of it. */
    async function withMissingParents(graph: ProjectGraph, wanted: Set<string>): Promise<Set<string>> {
      const missing: string[] = []
      for (let round = [...wanted]; round.length > 0; ) {
        const parents = [...new Set(round.flatMap((n) => readBy(graph, n)))].filter((p) => !wanted.has(p))
        const names = parents.map((p) => standing.nodes[p]?.relation_name ?? null)
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

    let built: { before: boolean; after: boolean } = { before: false, after: false }

    /** Where a side is read: one that was not built is what stands. */
    async function reading(name: SideName): Promise<{ side: OpenSide; nodes: DetailedManifest }> {
      if (built[name] || name === 'after') {
        const side = await staged[name]()
        return { side, nodes: side.manifest }
      }
      const { engine } = await sides.before()
      return { side: { name, engine, rebuilt: new Set() }, nodes: standing }
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
  } catch (error) {
    await close().catch(() => undefined) // the first error is the one to tell; `martsmith clean` finds the rest
    throw error
  }
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
