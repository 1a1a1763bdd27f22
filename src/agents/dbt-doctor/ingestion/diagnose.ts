/** A load that failed, as a diagnosis: why, what mends it in a copy of the project, or what a person can do. */
import { diffSummary, diffText, makeChangeSet } from '../../../changes/index.ts'
import { dltPipelines } from '../../../config/detect-dlt.ts'
import { maskValues } from '../../../core/mask.ts'
import { type Finding, type Outcome, outcome } from '../../../core/outcome.ts'
import { count, list } from '../../../core/text.ts'
import { errorWords, loadedLines } from '../../dlt-loader/report.ts'
import type { ActionContext } from '../../types.ts'
import { explainLog, findingOf } from '../explain-log.ts'
import type { Point } from '../identify.ts'
import { prevention } from '../prevention.ts'
import { NOTHING, type Proposal } from '../proposal.ts'
import { explainedLines, field } from '../report.ts'
import { ingestionOf } from './explain.ts'
import { healLoads, type LoadCause, type LoadHealed, type LoadsHealed, type Tried } from './heal.ts'

type Told = { details: string[]; findings: Finding[] }

export async function diagnoseLoad(
  ctx: ActionContext,
  point: Point,
): Promise<Outcome<{ proposal: Proposal }>> {
  const { root } = ctx.project
  const known = await dltPipelines(ctx.project)
  const failed = known.filter((p) => point.pipelines?.includes(p.name))
  const all = failed.length > 0 ? await healLoads(ctx, failed) : null
  const next = point.resume ? [{ command: `martsmith resume ${point.resume}`, why: 'when it is mended' }] : []
  if (!all) {
    const why =
      failed.length > 0
        ? 'the project holds too many files to be copied'
        : 'its pipeline is not configured any more'
    const told = await toldByWords(root, point.message ?? '')
    const details = [...told.details, `Nothing of it was tried, because ${why}.`]
    return outcome('failed', 'Ingestion failed, and nothing could be tried.', { ...told, details, next })
  }
  const told = await toldOf(root, all, point.message ?? '')
  const proposal = proposalOf(all)
  const causes = all.healed.flatMap((h) => h.causes)
  const tried = causes.reduce((sum, c) => sum + c.tried, 0)
  const isWell = all.healed.every((h) => h.state === 'well')
  const summary = isWell
    ? 'What failed then loads now in a copy of the project: it comes and goes, or it was mended since.'
    : causes.length === 0
      ? 'Ingestion failed, and nothing could be tried.'
      : `${count(causes.length, 'cause')}; ${count(tried, 'attempt')} in a copy of the project, nothing written.`
  return proposal
    ? outcome('success', summary, { ...told, output: { proposal } })
    : outcome('failed', causes.length === 0 ? summary : `${summary} No fix could be proven.`, {
        ...told,
        next,
      })
}

/** What is known by the message alone. */
async function toldByWords(root: string, message: string): Promise<Told> {
  const { file, line, evidence, could } = await ingestionOf(root, message)
  const explained = explainLog(message)
  return {
    details: [
      ...explained.filter((e) => e.class !== null).flatMap(explainedLines),
      ...(file === null ? [] : [field('ROOT CAUSE', [`${file}:${line}`])]),
      ...(evidence.length > 0 ? [field('EVIDENCE', evidence)] : []),
      ...(could.length > 0 ? [field('COULD MEND', could)] : []),
    ],
    findings: explained.map(findingOf).map((f) => ({
      ...f,
      ...(file === null || f.file ? {} : { file }),
      ...(line === null || f.file ? {} : { line }),
    })),
  }
}

async function toldOf(root: string, { healed }: LoadsHealed, message: string): Promise<Told> {
  const told: Told = { details: [], findings: [] }
  for (const one of healed) {
    if (one.state === 'well')
      told.details.push(`${one.pipeline.name} loads in a copy of the project, as it stands.`)
    if (one.held !== null) {
      const { details, findings } = await toldByWords(root, saidOf(one.pipeline.name, message, healed))
      told.details.push(
        `${one.pipeline.name} was not tried: in a copy of the project it would ${one.held}, which no copy may.`,
        ...details,
      )
      told.findings.push(...findings)
    }
    for (const cause of one.causes) {
      const { file, line, evidence, could } = await ingestionOf(root, wordsOf(cause, root))
      const place = { file: file ?? cause.failure.file, line: line ?? cause.failure.line }
      const { class: of, thing } = cause.failure
      const sentence = `${one.pipeline.name} fails${maskValues(errorWords(cause.error, root))}.`
      told.details.push(
        `${told.findings.length + 1}. ${of ? `${of.id} ${of.title}${thing ? `: ${thing}` : ''}` : 'unknown: none of the known classes'}`,
        field('DIAGNOSIS', [sentence]),
        field('ROOT CAUSE', [
          place.file === null
            ? 'No file is named.'
            : place.line === null
              ? place.file
              : `${place.file}:${place.line}`,
          ...(of ? [`  ${of.meaning}`] : []),
        ]),
        field('EVIDENCE', [...evidence, ...triedLines(cause)]),
        field('FIX', fixLines(one, cause, could)),
        field('PREVENTION', [prevention(cause.failure)]),
      )
      told.findings.push({
        rule: of?.id ?? 'unknown',
        severity: 'block',
        message: sentence,
        ...(place.file === null ? {} : { file: place.file }),
        ...(place.line === null ? {} : { line: place.line }),
      })
    }
  }
  return told
}

/** What was said of one of several pipelines: its lines begin with its name. */
function saidOf(name: string, message: string, healed: LoadHealed[]): string {
  const lines = message.split('\n')
  const begins = (line: string, of: string) => line.startsWith(`${of} failed`)
  const start = lines.findIndex((line) => begins(line, name))
  if (start < 0) return message
  const others = healed.map((h) => h.pipeline.name).filter((n) => n !== name)
  const length = lines.slice(start + 1).findIndex((line) => others.some((n) => begins(line, n)))
  return lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n')
}

/** More names than these are no help. */
const MOST_KNOWN = 16

/** As the loader's own report says it: what is told of a message is found in it. */
const wordsOf = ({ error }: LoadCause, root: string) => `failed${errorWords(error, root)}`

function triedLines({ error, tried, proven, refused }: LoadCause): string[] {
  const { wrong, there } = error.meant ?? { wrong: '', there: [] }
  const known =
    there.length > 0 && there.length <= MOST_KNOWN ? [`${wrong} is not there; there are ${list(there)}.`] : []
  const attempts =
    tried === 0
      ? 'It fails in a copy of the project too; no candidate was found that could be tried.'
      : `It fails in a copy of the project too; ${count(tried, 'candidate')} tried there, ${proven.length} of them passed.`
  return [...known, attempts, ...refused.map((r) => `Not tried: ${r.title} (${r.why[0]}).`)]
}

function fixLines(
  { pipeline, state }: LoadHealed,
  { proven, unfollowed, isChoice, failure }: LoadCause,
  could: string[],
): string[] {
  const [best] = proven
  if (!best || state === 'failing') {
    const ideas = [
      ...unfollowed.map(
        (t) =>
          `${t.candidate.title}: the script goes on after it, until it would ${t.result.refused}, which no copy may.`,
      ),
      ...could,
    ]
    if (ideas.length > 0) return ['None that proves itself. What could mend it:', ...ideas]
    const look = (failure.class?.look ?? []).map((l) => `Look at: ${l}`)
    return ['None that proves itself; this needs a person.', ...look]
  }
  const after = (one: Tried) =>
    one.result.error
      ? [`After it: it fails further on.`]
      : loadedLines(pipeline, one.result.pipelines, null, '')
  if (isChoice)
    return [
      best.candidate.asks ?? 'Several let it load, and nothing decides between them:',
      ...proven.flatMap((p) => [p.candidate.title, ...after(p).map((l) => `  ${l}`)]),
    ]
  return [
    `${best.candidate.title}: ${best.candidate.because.join('; ')}`,
    ...diffText(best.candidate.changes, { color: false }).trimEnd().split('\n'),
    'Before: it failed. After, in the copy:',
    ...after(best),
  ]
}

function proposalOf({ healed, changes, choices }: LoadsHealed): Proposal {
  const ready = healed.filter((h) => h.state === 'well' || (h.state === 'mended' && changes !== null))
  const open = healed
    .filter(
      (h) => h.state === 'failing' || h.state === 'held' || (h.state === 'choice' && choices.length === 0),
    )
    .map((h) => `${h.pipeline.name} fails still.`)
  const load = ready.map((h) => h.pipeline.name)
  const giveUp = healed.some((h) => h.giveUp)
  const left = giveUp
    ? [
        'Packages that the failed load left are given up, for nothing of them was loaded: dlt goes back to the state before, and reads their rows again.',
      ]
    : []
  const rest = { select: null, expected: [], open, giveUp }
  if (choices.length > 0) {
    const chosen = healed
      .filter((h) => h.state === 'choice')
      .slice(0, 1)
      .map((h) => h.pipeline.name)
    return {
      title: `Which fix: ${list(chosen)} fails`,
      choices: [
        ...choices.map(({ tried, changes: set }, i) => ({
          id: `fix-${i + 1}`,
          label: tried.candidate.title,
          changes: set,
        })),
        { ...NOTHING, changes: makeChangeSet(NOTHING.label, []) },
      ],
      proof: [`Each lets ${list(chosen)} load in a copy of the project.`, ...left],
      load: [...load, ...chosen],
      ...rest,
    }
  }
  if (load.length === 0) return null
  return {
    title: changes ? `Mend ${list(load)}` : `Load ${list(load)} again`,
    choices: changes ? [{ id: 'fix-1', label: diffSummary(changes), changes }] : [],
    proof: [
      `${list(load)} ${load.length === 1 ? 'loads' : 'load'} in a copy of the project${changes ? ' after it' : ' as it stands'}.`,
      ...left,
    ],
    load,
    ...rest,
  }
}
