/** A diagnosis as a person reads it: one sentence, the root cause, the evidence, the fix with its proof, what prevents it. */
import { hunksBetween } from '../../changes/diff.ts'
import { diffText } from '../../changes/index.ts'
import type { Finding } from '../../core/outcome.ts'
import { count, indent, list } from '../../core/text.ts'
import type { Explained } from './explain-log.ts'
import type { Treated } from './heal.ts'
import { prevention } from './prevention.ts'
import { WRONG_NUMBERS } from './symptom/wrong-numbers.ts'
import { isTestId } from './try.ts'
import type { Failure } from './types.ts'
import { empties, isForPerson } from './worth.ts'

const MOST_NAMES = 5
const MOST_LINES = 10
const MOST_COLUMNS = 14

export function diagnosisLines(treated: Treated, number: number): string[] {
  return [
    `${number}. ${headOf(treated)}`,
    field('DIAGNOSIS', [sentenceOf(treated)]),
    field('ROOT CAUSE', [...rootCause(treated), ...behindLines(treated)]),
    field('EVIDENCE', evidenceOf(treated)),
    field('FIX', fixLines(treated)),
    field('PREVENTION', [prevention(treated.failure)]),
  ]
}

/** What fails next, and the same change made. */
const behindLines = ({ behind = [] }: Treated) =>
  behind.map(
    ({ class: of, thing, file, line }) =>
      `and behind it ${file ?? ''}${line === null ? '' : `:${line}`}: ${of?.title ?? 'another failure'}${thing ? ` (${thing})` : ''}`,
  )

export function field(name: string, lines: string[]): string {
  const [first = '', ...rest] = lines.flatMap((l) => l.split('\n'))
  return [`  ${name.padEnd(12)}${first}`, ...rest.map((l) => (l === '' ? '' : `${' '.repeat(14)}${l}`))].join(
    '\n',
  )
}

/** What is known by a class alone. */
export function explainedLines({ class: of, thing }: Explained): string[] {
  if (!of) return []
  return [
    field('DIAGNOSIS', [`${of.id} ${of.title}${thing ? ` (${thing})` : ''}. ${of.meaning}`]),
    field('LIKELY', [of.cause]),
    field('LOOK AT', of.look),
  ]
}

/** Whether a detail of a step is what the doctor said of it, and not the failure itself. */
export const isDiagnosis = (detail: string) => /^ {2}(?:DIAGNOSIS|LIKELY|LOOK AT|COULD MEND) /.test(detail)

function headOf({ failure }: Treated): string {
  const { class: of, thing } = failure
  return of ? `${of.id} ${of.title}${thing ? `: ${thing}` : ''}` : 'unknown: none of the known classes'
}

export function sentenceOf({ failure, graph, skipped }: Treated): string {
  const { class: of, thing, nodes, stage, trace, passedOver } = failure
  if (of?.id === WRONG_NUMBERS.id && trace) return `${names(nodes, graph)}: ${trace.culprit.sentence}`
  if (trace)
    return `${names(nodes, graph)} ${nodes.length === 1 ? 'fails' : 'fail'}: ${trace.culprit.sentence}`
  const what = passedOver
    ? `dbt leaves a test out, and only warns of it (${/'([^']+)'/.exec(failure.message)?.[1]})`
    : stage === 'parse'
      ? 'dbt cannot read the project'
      : `${names(nodes, graph)} ${nodes.length === 1 ? 'fails' : 'fail'}`
  const why = of ? `: ${of.title}${thing ? ` (${thing})` : ''}` : ', and the reason is none of the known ones'
  const below = notBuilt(skipped, graph)
  return `${what}${why}${below}.`
}

function notBuilt(skipped: string[], graph: Treated['graph']): string {
  const models = skipped.filter((id) => !isTestId(id))
  const tests = skipped.length - models.length
  const words = [
    ...(models.length > 0
      ? [`${names(models, graph)} ${models.length === 1 ? 'was' : 'were'} not built`]
      : []),
    ...(tests > 0 ? [`${count(tests, 'test')} did not run`] : []),
  ]
  return words.length > 0 ? `; ${words.join(', and ')} because of it` : ''
}

function names(ids: string[], graph: Treated['graph']): string {
  return list(
    ids.map((id) => graph?.label(id) ?? id),
    MOST_NAMES,
  )
}

/** Where the cause is written: where it shows, unless what mends it lies in another file. */
function causePlace({ failure: { file, line, written }, proven, tie }: Treated): Place {
  const first = proven[0]?.candidate.changes.changes[0]
  // Of several the place is not known by what they change, unless it is the file that shows it, or one for all.
  const isKnown = line === null && (first?.path === file || (file === null && changedAt(proven).length === 1))
  const change = tie && !isKnown ? undefined : first
  if (!change && written) return written
  if (!change || (change.path === file && line !== null)) return { file, line }
  return placeOf(change)
}

type Change = Treated['proven'][number]['candidate']['changes']['changes'][number]

function placeOf(change: Change): Place {
  const [hunk] = change.kind === 'edit' ? hunksBetween(change.before, change.after, 0) : []
  return { file: change.path, line: hunk ? Math.max(1, hunk.oldStart) : null }
}

/** The places that they change. */
const changedAt = (proven: Treated['proven']): string[] => [
  ...new Set(proven.flatMap((p) => p.candidate.changes.changes.map((c) => placeText(placeOf(c))))),
]

type Place = { file: string | null; line: number | null }

const placeText = ({ file, line }: Place) =>
  file === null ? 'No file is named.' : line === null ? file : `${file}:${line}`

/** Classes of what stands in profiles.yml. */
const PROFILE = /^P0[3789]$/

function rootCause(treated: Treated): string[] {
  const { failure, proven } = treated
  const { message } = failure
  const cause = causePlace(treated)
  const shows =
    failure.file !== null && cause.file !== failure.file ? [`it shows in ${placeText(failure)}`] : []
  const isProfile = cause.file === null && PROFILE.test(failure.class?.id ?? '')
  const place = [isProfile ? 'profiles.yml, which is yours, and never written' : placeText(cause), ...shows]
  const said = message.trim().split('\n')
  const trail = failure.trace?.trail ?? []
  const sentence = failure.trace?.culprit.sentence ?? failure.found?.sentence
  const words = [...(sentence ? [sentence] : []), ...trail, ...said]
    .filter((l) => !/^\s*compiled code at /.test(l))
    .slice(0, MOST_LINES)
  const git = proven[0]?.candidate.because.filter((b) => b.startsWith('git: ')) ?? []
  return [
    ...place,
    ...toldLines(treated, cause),
    ...words.map((w) => `  ${w}`),
    ...git.map((g) => g.slice(5)),
    ...changedLines(treated, cause),
  ]
}

/** What is told of the cause by what mends it. */
function toldLines({ failure, proven, tie }: Treated, cause: Place): string[] {
  if (tie) {
    const places = changedAt(proven)
    const isMade = failure.class?.id === WRONG_NUMBERS.id && failure.trace?.culprit.born !== 'source'
    if (isMade && places.length > 1) return [`  It may be in ${list(places, MOST_CHANGED)}.`]
    return failure.file === null && cause.file !== null
      ? ['  It is what was changed on the way, and makes other rows: whether it is wrong is for you to say.']
      : []
  }
  // Where the message names no thing, or the cause lies elsewhere, what mends it does.
  const isTold = failure.thing !== null && cause.file === failure.file
  const [best] = isTold || failure.trace ? [] : proven
  return best ? [`  Told by what mends it: ${best.candidate.title}.`] : []
}

const MOST_CHANGED = 4
const MOST_LETTERS = 80
const clipped = (text: string) => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}...` : text)

/** Where what mends it is written, where that is not the place that is told already. */
function changedLines({ proven, tie }: Treated, told: Place): string[] {
  const [best] = tie ? [] : proven
  const changes = best?.candidate.changes.changes ?? []
  const places = changes.flatMap((change) => {
    const hunks = change.kind === 'edit' ? hunksBetween(change.before, change.after, 0) : []
    return hunks.map((h) => {
      const [gone = ''] = h.lines.filter((l) => l.startsWith('-'))
      return { file: change.path, line: Math.max(1, h.oldStart), text: gone.slice(1).trim() }
    })
  })
  const others = places.filter((p) => p.file !== told.file || p.line !== told.line)
  if (others.length === 0) return []
  // What is taken back is told word for word: several things may be wrong in it.
  const words = best?.candidate.takesBack ? 'It came with the change of' : 'It is mended in'
  const shown = others.map((p) => (p.text === '' ? placeText(p) : `${placeText(p)} (${clipped(p.text)})`))
  return [`${words} ${list(shown, MOST_CHANGED)}`]
}

function evidenceOf({ failure, tried, proven, refused }: Treated): string[] {
  // A project that dbt cannot read is no matter of columns, nor is what it cannot compile.
  const reads = /^P/.test(failure.class?.id ?? '') ? [] : failure.reads
  const columns = reads.map(
    (r) =>
      `${r.label} has ${list(
        r.columns.map((c) => c.name),
        MOST_COLUMNS,
      )}.`,
  )
  const attempts =
    tried === 0
      ? 'No candidate was found that could be tried.'
      : `${count(tried, 'candidate')} tried in a sandbox, ${proven.length} of them passed.`
  const kept = refused.map((r) => `Not tried: ${r.title} (${r.why[0]}).`)
  return [...(failure.trace ? failure.trace.culprit.evidence : columns), attempts, ...kept]
}

function fixLines({ proven, offered, along, tie, failure }: Treated): string[] {
  const [best] = proven
  const decision = failure.trace?.decision ?? failure.found?.decision ?? []
  if (along) return ['What mends another cause mends this one too.']
  const later = offered.flatMap((p) => [
    `For you to choose, when the rest is mended: ${choiceWords(p)}. martsmith debug asks for it.`,
  ])
  if (!best && decision.length > 0) return [...decision, ...later]
  if (!best && later.length > 0) return later
  if (!best)
    return [
      'None that proves itself; this needs a person.',
      ...(failure.class?.look ?? []).map((l) => `Look at: ${l}`),
    ]
  if (tie)
    return [
      ...decision,
      best.candidate.asks ??
        (empties(best)
          ? 'What proves itself leaves no rows in a table that stands with some; whether that is right is for you to say:'
          : isForPerson(best)
            ? 'What proves itself takes back work that stands; whether to give it up is for you to say:'
            : 'Several prove themselves, and nothing decides between them:'),
      ...proven.map((p) => choiceWords(p)),
    ]
  const others = proven.slice(1).map((p) => `Also passes: ${choiceWords(p)}`)
  return [
    `${best.candidate.title}: ${best.candidate.because.filter((b) => !b.startsWith('git: ')).join('; ')}`.replace(
      /: $/,
      '',
    ),
    ...diffText(best.candidate.changes, { color: false }).trimEnd().split('\n'),
    ...proofLines(best, failure),
    ...others,
  ]
}

export function proofLines(
  { seen, next }: Treated['proven'][number],
  { stage, class: of, passedOver }: Failure,
): string[] {
  const tests = seen.results.filter(
    (r) => r.status === 'pass' || (r.status === 'success' && /^unit_test\./.test(r.id)),
  )
  const built = seen.results.filter((r) => r.status === 'success' && !/^unit_test\./.test(r.id))
  if (of?.id === WRONG_NUMBERS.id)
    return [
      `After it, it is less so: ${count(built.length, 'node')} built, ${count(tests.length, 'test')} passed.`,
      ...dataLines(seen.data),
    ]
  const before = passedOver ? 'it did not run' : stage === 'parse' ? 'dbt could not read this' : 'it failed'
  const after = seen.unread
    ? 'dbt reads on, to the next error'
    : !seen.graph
      ? 'dbt reads the configuration, and says where it would build'
      : `${count(built.length, 'node')} built, ${count(tests.length, 'test')} passed`
  const left =
    next.length > 0 && !seen.unread
      ? [`Then ${count(next.length, 'more failure')} shows: the next diagnosis.`]
      : []
  return [`Before: ${before}. After: ${after}.`, ...left, ...dataLines(seen.data)]
}

function dataLines(data: Treated['proven'][number]['seen']['data']): string[] {
  return data.length > 0 ? ['Compared with what stands:', ...data.map((d) => indent(d.text))] : []
}

export function choiceWords({ candidate, seen }: Treated['proven'][number]): string {
  // Nothing was compared: of its rows nothing is known.
  if (seen.data.length === 0) return candidate.title
  const differs = seen.data.filter((d) => !/: same rows as stand \(\d+\)$/.test(d.text)).map((d) => d.text)
  const data = differs.length > 0 ? differs.slice(0, 3).join('; ') : 'same rows as stand'
  return `${candidate.title} (${data})`
}

export function findingOf(treated: Treated): Finding {
  const { failure } = treated
  const { file, line } = causePlace(treated)
  return {
    rule: failure.class?.id ?? 'unknown',
    severity: 'block',
    message: sentenceOf(treated),
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
    evidence: failure.message.trim().split('\n').slice(0, MOST_LINES).join('\n'),
  }
}
