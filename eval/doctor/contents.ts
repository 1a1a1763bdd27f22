/** What relations hold, and what tests say, in a form that can be compared. */
import { createHash } from 'node:crypto'
import type { Value } from '../support/data.ts'
import { type Manifest, type Node, relations } from '../support/manifest.ts'
import type { Warehouse } from '../support/warehouse.ts'

/** By the name of a model, a seed or a snapshot: a hash of its columns and rows, whatever their order; null: not there. */
export type Contents = Map<string, string | null>

/** When a snapshot was made is not what it says. */
const OF_THE_RUN = /^dbt_(valid_from|valid_to|updated_at|scd_id)$/i

export async function contentsOf(warehouse: Warehouse, manifest: Manifest): Promise<Contents> {
  const nodes = relations(manifest).filter((n) => n.relation_name && n.config.materialized !== 'ephemeral')
  const contents: Contents = new Map()
  for (const node of nodes) contents.set(nameOf(node), await digest(warehouse, node))
  return contents
}

/** A version of a model is one by itself. */
const nameOf = (node: Node) => node.unique_id.split('.').slice(2).join('.')

async function digest(warehouse: Warehouse, node: Node): Promise<string | null> {
  try {
    const [answer] = await warehouse.rows(`select * from ${relationOf(node)}`)
    if (!answer) return null
    const columns = answer.columns
      .map((c, i) => ({ name: c.name.toLowerCase(), i }))
      .filter((c) => !OF_THE_RUN.test(c.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const rows = answer.rows.map((row) => JSON.stringify(columns.map((c) => plain(row[c.i] ?? null)))).sort()
    const text = [columns.map((c) => c.name).join(','), ...rows].join('\n')
    return createHash('sha256').update(text).digest('hex')
  } catch {
    return null
  }
}

/** Without its database: a copy of a project has another one. */
const relationOf = ({ relation_name }: Node) =>
  (relation_name ?? '').replace(/^"(?:[^"]|"")+"\.(?="(?:[^"]|"")+"\."(?:[^"]|"")+"$)/, '')

/** 1, 1.0 and '1.00' are one number, whatever type a rebuilt column has. */
function plain(value: Value): Value {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' ? Number(number.toFixed(6)) : value
}

export function differing(wanted: Contents, is: Contents, but: string[] = []): string[] {
  return [...wanted].filter(([name, hash]) => !but.includes(name) && is.get(name) !== hash).map(([n]) => n)
}

export type Test = { kind: string; of: string; says: string; file: string }

/** All tests of a project, by what they say; those that are disabled are not among them. */
export function testsIn(manifest: Manifest): Test[] {
  const tests = Object.values(manifest.nodes)
    .filter((n) => n.resource_type === 'test')
    .map((n): Test => {
      const { model: _, arguments: nested, ...beside } = n.test_metadata?.kwargs ?? {}
      // Arguments say the same beside a test and below `arguments`.
      const args = Object.fromEntries(Object.entries({ ...beside, ...(nested as object | undefined) }).sort())
      const { severity, where, limit, warn_if, error_if, fail_calc } = n.config as Record<string, unknown>
      const own = n.test_metadata ? args : (n.raw_code ?? '').replace(/\s+/g, ' ').trim()
      return {
        kind: n.test_metadata?.name ?? n.name,
        of: n.attached_node?.split('.').slice(2).join('.') ?? '',
        file: n.original_file_path,
        says: JSON.stringify([own, { severity, where, limit, warn_if, error_if, fail_calc }]),
      }
    })
  const units = Object.values(manifest.unit_tests ?? {}).map((u): Test => {
    const { name, model, given, expect, overrides, original_file_path } = u as unknown as Record<
      string,
      unknown
    >
    const says = JSON.stringify([given, expect, overrides])
    return { kind: `unit test ${name}`, of: String(model), says, file: String(original_file_path) }
  })
  return [...tests, ...units]
}

/** What a unit test expects, and of what run, whatever it is given. */
const expected = ({ says }: Test) => JSON.stringify((JSON.parse(says) as unknown[]).slice(1))

/**
 * Tests that say less now than before: those that are gone, though the fault had left them, and kinds of which there
 * are fewer. Where columns were renamed, the tests of that relation may follow, and the rows that unit tests give it;
 * what these expect stays. Where dbt could not read the broken
 * project, a test that says another thing in a file that nobody touched says what the fault made it say.
 */
export function weakened(
  wanted: Test[],
  { broken, now, touched }: { broken: Test[] | null; now: Test[]; touched: string[] },
  but: string[] = [],
): string[] {
  const key = ({ kind, of, says }: Test) => JSON.stringify([kind, of, says])
  const keys = (tests: Test[]) => new Set(tests.map(key))
  const [had, has] = [broken && keys(broken), keys(now)]
  const isLeft = (t: Test) =>
    had ? !had.has(key(t)) : !touched.includes(t.file) && now.some((n) => n.kind === t.kind && n.of === t.of)
  const follows = (t: Test) =>
    t.kind.startsWith('unit test ') &&
    but.some((name) => t.says.includes(`ref('${name}')`)) &&
    now.some((n) => n.kind === t.kind && n.of === t.of && expected(n) === expected(t))
  // A test of its own that reads what was renamed says the same of its new name.
  const plain = ({ says }: Test) => says.replace(/ref\('[^']+'\)/g, 'ref()')
  const rereads = (t: Test) =>
    t.of === '' &&
    but.some((name) => t.says.includes(`ref('${name}')`)) &&
    now.some((n) => n.kind === t.kind && plain(n) === plain(t))
  const isThere = (t: Test) => has.has(key(t)) || isLeft(t) || follows(t) || rereads(t)
  const gone = wanted.filter((t) => !but.includes(t.of) && !isThere(t))
  const count = (tests: Test[], kind: string) => tests.filter((t) => t.kind === kind).length
  const fewer = [...new Set(wanted.map((t) => t.kind))].filter(
    (kind) =>
      count(now, kind) <
      Math.min(count(wanted, kind), broken ? count(broken, kind) : Number.POSITIVE_INFINITY),
  )
  return [...gone.map((t) => `${t.kind} of ${t.of || 'the project'}`), ...fewer.map((k) => `fewer of ${k}`)]
}
