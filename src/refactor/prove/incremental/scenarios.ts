/**
 * The claim that an incremental fact takes what comes. A table of ours stands in for its events in the sandbox; rows
 * come into it, newer, late and changed, and after each the fact has to be what a full refresh makes of the same rows.
 */
import { isMartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { Sandbox } from '../../../sandbox/types.ts'
import type { ClaimProof } from '../../types.ts'
import { type Events, openEvents, type ScenariosClaim } from './events.ts'
import { apart, type Broken, type Builder, builderOf, type Compared, movingLines } from './grown.ts'
import { strategyLine } from './strategy.ts'

/** `found` is null where it is what a full refresh makes. */
type Played = {
  what: string
  /** How many came. */
  rows: number
  found: string | null
  /** null where it could not be built. */
  compared: Compared | null
}

export async function scenariosClaim(sandbox: Sandbox, claim: ScenariosClaim): Promise<ClaimProof> {
  const builder = await builderOf(sandbox, claim.node)
  const { name } = builder
  const { config } = (await sandbox.after.graph()).node(claim.node) ?? {}
  if (config?.materialized !== 'incremental')
    return refused(`${name} is not incremental: it is ${config?.materialized ?? 'unknown'}`)
  if (config.incremental_strategy === 'microbatch')
    return refused(`${name} goes by microbatch, which takes what today's clock says, and so cannot be played`)
  const events = await openEvents(sandbox, claim).catch((error: unknown) => {
    if (isMartsmithError(error) && error.code === 'sandbox.not-replaced')
      return { not: error.message, wrong: true }
    throw error
  })
  if ('not' in events)
    return events.wrong
      ? refused(`${name} is not proven incremental: ${events.not}`)
      : {
          holds: true,
          text: `what comes into ${name} was not played: ${events.not}`,
          lines: [`Not played: ${events.not}.`],
        }
  try {
    return await play(builder, events, claim, strategyLine(sandbox.adapter, config))
  } finally {
    await events.restore()
  }
}

function refused(why: string): ClaimProof {
  return { holds: false, text: why, lines: [`${why}.`] }
}

async function play(
  builder: Builder,
  events: Events,
  claim: ScenariosClaim,
  strategy: string,
): Promise<ClaimProof> {
  const { name } = builder
  await builder.clear()
  const begin = await begins(builder, events)
  const again = await secondRun(builder, await builder.keep())
  const played = [...begin, again]
  for (const { what, come } of scenarios(events, claim)) {
    const rows = await come()
    if (rows > 0) played.push(await comes(builder, what(rows), rows))
  }
  const wrong = played.filter((p) => p.found !== null)
  const beyond = events.tooLate > 0 && wrong.length === 0 ? await outside(builder, events, claim) : []
  const arrived = played.filter((p) => p !== again)
  const all = count(events.rows.all, 'row')
  const some =
    events.rows.played < events.rows.all
      ? `the newest ${events.rows.played.toLocaleString('en-US')} of its ${all}`
      : `its ${all}`
  const moved =
    events.moved === 0
      ? ''
      : `, ${events.moved} of them with another ${claim.watermark}, so that there are some that are newer or late`
  const size = played.findLast((p) => p.compared)?.compared?.rows ?? 0
  return {
    holds: wrong.length === 0,
    text:
      wrong.length > 0
        ? `${name} does not take what comes: ${wrong.map((p) => `${p.what}, it ${p.found}`).join('; ')}`
        : arrived.length === 0
          ? `a second run adds nothing to ${name}; what comes into it could not be played`
          : `${name} takes what comes: a second run adds nothing, and it equals a full refresh ${list(arrived.map((p) => p.what))}`,
    lines: [
      ...played.map(({ what, found }) =>
        found === null
          ? `${name} ${what}: ${what === again.what ? 'the same rows' : 'as built anew'}.`
          : `${name} ${what}: it ${found}.`,
      ),
      ...events.unplayed.map((why) => `Not played: ${why}.`),
      ...beyond,
      ...movingLines(builder),
      strategy,
      `Played in a table in place of ${events.label}, with ${some}${moved}; at the end ${name} has ${count(size, 'row')}.`,
    ],
    data: {
      scenarios: played.map(({ what, rows, found, compared }) => ({
        what,
        rows,
        holds: found === null,
        rows_right: compared?.rows ?? null,
        only: compared?.diff ? { before: compared.diff.only.before, after: compared.diff.only.after } : null,
        changed: compared?.diff?.changed ?? null,
      })),
      not_played: events.unplayed,
      outside: beyond,
      builds: builder.builds(),
    },
  }
}

/** An empty table has no newest row: a model that asks for it and no more takes nothing, ever. */
async function begins(builder: Builder, { first, firstCome }: Events): Promise<Played[]> {
  if (first === 0) return []
  await firstCome()
  return [
    await comes(
      builder,
      `when its first ${count(first, 'row')} ${first === 1 ? 'comes' : 'come'} to an empty table`,
      first,
    ),
  ]
}

type Scenario = { what: (rows: number) => string; come: () => Promise<number> }

function scenarios(events: Events, { watermark, lookbackDays }: ScenariosClaim): Scenario[] {
  const { inside, asNew } = events.late
  const late = list([
    ...(inside > 0
      ? [`${inside.toLocaleString('en-US')} inside the last ${count(lookbackDays, 'day')}`]
      : []),
    ...(asNew > 0 ? [`${asNew} with the newest ${watermark}`] : []),
  ])
  const isAre = (rows: number) => `${count(rows, 'row')} ${rows === 1 ? 'is' : 'are'}`
  const comes = (rows: number, kind: string) =>
    `${count(rows, `${kind} row`)} ${rows === 1 ? 'comes' : 'come'}`
  return [
    {
      what: (rows) => `when ${comes(rows, 'newer')}`,
      come: async () => ifAny(events.newer, events.newerCome),
    },
    {
      what: (rows) => `when ${comes(rows, 'late')} (${late})`,
      come: async () => ifAny(inside + asNew, events.lateCome),
    },
    { what: (rows) => `when ${isAre(rows)} changed`, come: events.change },
  ]
}

async function ifAny(rows: number, come: () => Promise<void>): Promise<number> {
  if (rows > 0) await come()
  return rows
}

async function secondRun(builder: Builder, standing: string): Promise<Played> {
  const what = 'run again with nothing new'
  const again = await builder.onTop()
  const played = await seen(builder, what, 0, standing, again, {
    less: 'less than before',
    more: 'that it had not before',
  })
  // What comes next comes to what is right.
  if (played.found !== null) await builder.anew()
  return played
}

async function comes(builder: Builder, what: string, rows: number): Promise<Played> {
  const grown = await builder.onTop()
  const anew = await builder.anew()
  return typeof anew === 'string'
    ? seen(builder, what, rows, anew, grown)
    : { what, rows, found: `fails when it is ${anew.how}: ${anew.why}`, compared: null }
}

async function seen(
  builder: Builder,
  what: string,
  rows: number,
  right: string,
  found: string | Broken,
  words?: { less: string; more: string },
): Promise<Played> {
  if (typeof found !== 'string')
    return { what, rows, found: `fails when it is ${found.how}: ${found.why}`, compared: null }
  const compared = await builder.compare(right, found)
  return { what, rows, found: compared.diff && `has ${apart(compared.diff, words)}`, compared }
}

/** What lies beyond the claim is told, and not judged. */
async function outside(
  builder: Builder,
  events: Events,
  { watermark, lookbackDays }: ScenariosClaim,
): Promise<string[]> {
  const { label } = events
  const was = await builder.keep()
  await events.tooLateComesNewestGoes()
  const is = await builder.onTop()
  if (typeof is !== 'string') return []
  const unmoved = (await builder.compare(was, is)).diff === null
  const right = unmoved ? null : await builder.anew()
  if (right !== null && typeof right !== 'string') return []
  const missed = right === null ? null : (await builder.compare(right, is)).diff
  const late =
    lookbackDays > 0
      ? `that comes more than ${count(lookbackDays, 'day')} late`
      : `that comes with an older ${watermark} than the newest`
  const until = 'until a full refresh'
  const isMissed = unmoved || (missed?.only.before ?? 0) > 0
  const stays = unmoved || (missed?.only.after ?? 0) > 0
  return [
    `Not judged: a row of ${label} ${late} is ${isMissed ? `not taken ${until}` : 'taken all the same'}.`,
    `Not judged: a row that is deleted in ${label} ${stays ? `stays in ${builder.name} ${until}` : `goes from ${builder.name} too, where it is read again`}.`,
  ]
}
