/** The claim that a fact is one: grain unique, foreign keys resolved, rows and totals those of what it is made from. */
import { plainWords, warehouseError } from '../../../adapters/dbt/explain.ts'
import type { QueryAnswer } from '../../../adapters/dbt/types.ts'
import { kindOf } from '../../../project/profile/sql.ts'
import { keyOf, keyOfStored } from '../../../project/sql/names.ts'
import type { Sandbox } from '../../../sandbox/types.ts'
import type { ClaimProof } from '../../types.ts'
import { type Chain, chainTo } from './chain.ts'
import { type FactCounts, judged } from './judge.ts'
import {
  answered,
  type Cells,
  type FactClaim,
  factStatement,
  levelStatement,
  originStatement,
} from './sql.ts'
import { type Total, totalIn } from './totals.ts'

type Columns = Map<string, string>
type Answer = Record<string, string | null>

export async function factClaim(sandbox: Sandbox, claim: FactClaim): Promise<ClaimProof> {
  const { after, adapter } = sandbox
  const graph = await after.graph()
  const names = { fact: graph.label(claim.node), origin: graph.label(claim.origin) }
  const fact = await after.relationOf(claim.node, 'once')
  const origin = await after.relationOf(claim.origin, 'once')
  const dimensions = await Promise.all(
    claim.foreignKeys.map((k) => (k.dimension === null ? null : after.relationOf(k.dimension, 'once'))),
  )
  const [inFact, inOrigin] = await columnsIn(sandbox, [fact, origin])
  const absent = missingIn(claim, inFact)
  if (absent.length > 0)
    return {
      holds: false,
      text: `${names.fact} has no column ${absent.join(', ')}`,
      lines: [`Not so in ${names.fact}: it has no column ${absent.join(', ')}.`],
    }
  const numbers = new Set(
    claim.measures
      .map((m) => m.column)
      .filter((c) => ['integer', 'number'].includes(kindOf(inFact.get(c) ?? ''))),
  )
  const chain = await chainTo(sandbox, claim.origin, plainColumns(claim, numbers, inOrigin, adapter))
  const levels = await levelsIn(sandbox, chain)
  const asked = [
    factStatement(claim, numbers, { fact, dimensions, adapter }),
    originStatement(claim, numbers, { origin, adapter }),
    ...levels.map(({ relation, columns }) => levelStatement(relation, columns, adapter)),
  ]
  const answers = await ask(sandbox, asked)
  if ('error' in answers)
    return {
      holds: false,
      text: `${names.fact} cannot be counted: ${answers.error}`,
      lines: [`The warehouse does not take what ${names.fact} is counted by: ${answers.error}`],
    }
  const [ofFact = {}, ofOrigin = {}, ...ofLevels] = answers
  const counts = {
    ...countsOf(claim, ofFact, ofOrigin),
    levels: levels.map(({ label, columns, changes }, i) => ({
      label,
      changes,
      rows: Number(ofLevels[i]?.rows ?? 0),
      totals: new Map([...columns.keys()].flatMap((m): [number, Total][] => totalPair(ofLevels[i] ?? {}, m))),
    })),
    why: chain.why,
  }
  return judged(claim, counts, names)
}

function totalPair(answer: Answer, i: number): [number, Total][] {
  const total = totalIn(answer, i)
  return total ? [[i, total]] : []
}

/** A key of another type than its dimension's cannot be joined: that is the fact's fault, and no fault of ours. */
async function ask(
  sandbox: Sandbox,
  asked: { cells: Cells; statement: string }[],
): Promise<Answer[] | { error: string }> {
  const answers = await sandbox.query(asked.map((a) => a.statement))
  const refused = answers.find((a) => 'error' in a)
  if (refused) return { error: plainWords(refused.error).trim().split('\n')[0] ?? '' }
  return asked.map(({ cells }, i) => answered(cells, rowOf(answers[i])))
}

function rowOf(answer: QueryAnswer | undefined): unknown[] {
  return answer && 'rows' in answer ? (answer.rows[0] ?? []) : []
}

async function columnsIn(sandbox: Sandbox, relations: [string, string]): Promise<[Columns, Columns]> {
  const [fact, origin] = (await sandbox.columns(relations)).map((answer) => {
    if ('error' in answer) throw warehouseError(answer.error)
    return new Map(answer.map((c) => [c.name, c.type]))
  })
  return [fact ?? new Map(), origin ?? new Map()]
}

function missingIn(claim: FactClaim, columns: Columns): string[] {
  const named = [
    ...(claim.key === null ? [] : [claim.key]),
    ...claim.grain,
    ...claim.foreignKeys.map((k) => k.column),
    ...claim.measures.map((m) => m.column),
  ]
  return [...new Set(named)].filter((name) => !columns.has(name))
}

/** Measures that are a column of the origin as it stands there, by their place. */
function plainColumns(
  { measures }: FactClaim,
  numbers: ReadonlySet<string>,
  origin: Columns,
  adapter: string,
): Map<number, string> {
  const byKey = new Map([...origin.keys()].map((name) => [keyOfStored(name, adapter), name]))
  const found = new Map<number, string>()
  for (const [i, { column, from }] of measures.entries()) {
    const [, quoted, bare] = from?.trim().match(/^(?:["`]([^"`]+)["`]|([\p{L}_][\p{L}\p{N}_$]*))$/u) ?? []
    const written = quoted ?? bare
    const name =
      written === undefined
        ? undefined
        : byKey.get(keyOf({ name: written, quoted: quoted !== undefined }, adapter))
    if (name !== undefined && numbers.has(column)) found.set(i, name)
  }
  return found
}

/** Those that have a relation, with the columns of theirs that can be added up. */
async function levelsIn(sandbox: Sandbox, { levels }: Chain) {
  const there = levels.flatMap((l) => (l.relation === null ? [] : [{ ...l, relation: l.relation }]))
  if (there.length === 0) return []
  const types = await sandbox.columns(there.map((l) => l.relation))
  return there.flatMap((level, i) => {
    const answer = types[i]
    if (!answer || 'error' in answer) return []
    const kinds = new Map(answer.map((c) => [keyOfStored(c.name, sandbox.adapter), c]))
    const columns = new Map<number, string>()
    for (const [m, name] of level.columns) {
      const column = kinds.get(keyOfStored(name, sandbox.adapter))
      if (column && ['integer', 'number'].includes(kindOf(column.type))) columns.set(m, column.name)
    }
    return [{ ...level, columns }]
  })
}

export function countsOf(claim: FactClaim, fact: Answer, origin: Answer): Omit<FactCounts, 'levels' | 'why'> {
  const numberOf = (answer: Answer, name: string) => Number(answer[name] ?? 0)
  const maybe = (answer: Answer, name: string) => (answer[name] === undefined ? null : Number(answer[name]))
  const never = [...(claim.key === null ? [] : [claim.key]), ...claim.grain]
  return {
    rows: numberOf(fact, 'rows'),
    grain: maybe(fact, 'grain'),
    keys: maybe(fact, 'keys'),
    nulls: Object.fromEntries(never.map((name) => [name, numberOf(fact, `null ${name}`)])),
    foreignKeys: claim.foreignKeys.map(({ column }, i) => ({
      nulls: numberOf(fact, `null ${column}`),
      found:
        fact[`none ${i}`] === undefined
          ? null
          : {
              none: numberOf(fact, `none ${i}`),
              many: numberOf(fact, `many ${i}`),
              unknown: maybe(fact, `unknown ${i}`),
            },
    })),
    origin: {
      rows: numberOf(origin, 'rows'),
      meant: numberOf(origin, 'meant'),
      kept: numberOf(origin, 'kept'),
      different: maybe(origin, 'different'),
    },
    measures: claim.measures.map((_, i) => {
      const whole = origin[`whole ${i}`]
      const theirs = totalIn(origin, i)
      return {
        fact: totalIn(fact, i) ?? { values: 0, total: null, moved: null, type: null },
        origin: theirs,
        whole: whole === undefined || !theirs ? null : { ...theirs, total: whole },
      }
    }),
  }
}
