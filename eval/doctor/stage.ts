/** Working projects, each built once; every fault gets a copy of its own, data and all. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loading } from '../support/data.ts'
import { type Manifest, readManifest } from '../support/manifest.ts'
import { openWorkspace, type Workspace, workspaceAt } from '../support/project.ts'
import {
  type Built,
  type Examiner,
  openWarehouse,
  startExaminer,
  type Warehouse,
  type WarehouseOptions,
} from '../support/warehouse.ts'
import { type Contents, contentsOf } from './contents.ts'
import { HOUSES } from './houses.ts'
import type { House } from './types.ts'

export type Place = { house: House; space: Workspace; warehouse: Warehouse; close(): Promise<void> }
export type Standing = Place & { manifest: Manifest; contents: Contents }

export type Stage = {
  /** The project as it works. */
  standing(house: string): Promise<Standing>
  /** A copy to be broken. */
  copy(house: string): Promise<Place>
  close(): Promise<void>
}

/** With a folder, what is built stays, and is there for the next time: until the projects change, or a day is over. */
export function openStage(folder: string | null): Stage {
  const examiner = startExaminer()
  const open = new Map<string, Promise<Standing>>()
  const standing = (name: string) => {
    const there = open.get(name) ?? stand(houseNamed(name), examiner, folder)
    open.set(name, there)
    return there
  }
  return {
    standing,
    copy: async (name) => {
      const { house, space, warehouse } = await standing(name)
      return place(house, space.copy(), examiner, { like: warehouse.env })
    },
    close: async () => {
      if (!folder) for (const one of open.values()) await one.then((s) => s.close()).catch(() => undefined)
      await examiner.close()
    },
  }
}

type Kept = { mark: string; base: string; env: Record<string, string>; contents: [string, string | null][] }

async function stand(house: House, examiner: Examiner, folder: string | null): Promise<Standing> {
  if (!folder) return build(house, examiner)
  const file = join(folder, `${house.name}.json`)
  const mark = createHash('sha256')
    .update(JSON.stringify([house, filesOf(house.from), new Date().toDateString()]))
    .digest('hex')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : null
  if (kept?.mark === mark && existsSync(kept.base)) {
    const here = await place(house, workspaceAt(kept.base, house.name), examiner, { at: kept.env })
    return { ...here, manifest: readManifest(here.space.dir), contents: new Map(kept.contents) }
  }
  const made = await build(house, examiner)
  const { space, warehouse, contents } = made
  mkdirSync(folder, { recursive: true })
  const keeps: Kept = { mark, base: dirname(space.dir), env: warehouse.env, contents: [...contents] }
  writeFileSync(file, JSON.stringify(keeps))
  return made
}

function houseNamed(name: string): House {
  const house = HOUSES.find((h) => h.name === name)
  if (!house) throw new Error(`there is no project ${name}`)
  return house
}

async function place(
  house: House,
  space: Workspace,
  examiner: Examiner,
  options: Pick<WarehouseOptions, 'like' | 'at'> = {},
): Promise<Place> {
  const file = join(space.dir, house.file)
  const warehouse = await openWarehouse(house.engine, space.dir, file, { examiner, ...options })
  const close = async () => {
    await warehouse.close()
    space.close()
  }
  return { house, space, warehouse, close }
}

/** As a team has it: loaded, built by martsmith and by dbt, committed. */
async function build(house: House, examiner: Examiner): Promise<Standing> {
  const here = await place(house, openWorkspace(house.name, filesOf(house.from)), examiner)
  const { space, warehouse } = here
  const statements = [...house.tables.flatMap(loading), ...(house.statements ?? [])]
  if (statements.length > 0) await warehouse.rows(...statements)
  if (space.files().has('packages.yml')) mustBe(await warehouse.dbt('deps'), house)
  const run = await space.run(['pipeline', '--everything', '--yes', '--json'], warehouse.env)
  if (run.code !== 0) {
    const failed = run.json?.steps.find((s) => s.status === 'failed')
    throw new Error(`${house.name} does not build: ${failed?.details ?? run.stderr}`)
  }
  mustBe(await warehouse.dbt('build'), house)
  space.commit('All is well')
  const manifest = readManifest(space.dir)
  return { ...here, manifest, contents: await contentsOf(warehouse, manifest) }
}

function mustBe({ success, error, failed }: Built, { name }: House): void {
  if (!success) throw new Error(`${name} does not build: ${error ?? failed.join('; ')}`)
}

const LEFT_BY_RUNS =
  /(^|\/)(target|logs|warehouse|__pycache__|dbt_packages|\.martsmith|\.tasks|\.dlt\/\w+\.toml\.lock)$|\.duckdb(\.wal)?$/

export function filesOf(folder: string, below = ''): Record<string, string> {
  const files: Record<string, string> = {}
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (LEFT_BY_RUNS.test(path)) continue
    if (entry.isDirectory()) Object.assign(files, filesOf(folder, path))
    else files[path] = readFileSync(join(folder, path), 'utf8')
  }
  return files
}
