/** What an exam shows, point by point. */
import { differing, weakened } from './contents.ts'
import type { Exam } from './examine.ts'

export type Verdict = {
  /** It says that something fails; of what is well, that nothing does. */
  found: boolean
  /** Each cause is named, with the file, the line and the thing. */
  cause: boolean
  /** Each has the right class. */
  rule: boolean
  /** null where it is no matter of code. */
  fixed: boolean | null
  /** Run again and verified, and what stands is right without anybody's doing. */
  proven: boolean | null
  /** What it claims and is not so. */
  claims: string[]
  weakened: string[]
  /** In words, what is not as it should be. */
  why: string[]
}

/** What was said of it, for who looks into a miss. */
export function wordsOf({ answer }: Exam): string {
  const { json } = answer
  if (!json) return `exit ${answer.code}: ${answer.stdout}${answer.stderr}`.slice(0, MOST_WORDS)
  return [json.summary, ...json.steps.map((s) => `${s.title}: ${s.details}`)].join('\n').slice(0, MOST_WORDS)
}

const MOST_WORDS = 6000

type Said = { rule: string; file?: string; line?: number; message: string; evidence?: string }

export function judge(exam: Exam): Verdict {
  const { fault, answer, touched } = exam
  const said = (answer.json?.findings ?? []) as Said[]
  const succeeded = answer.json?.status === 'success'
  if (fault.causes.length === 0) return nothingWrong(said, exam)
  const missing = fault.causes.flatMap((_, i) => missingOf(exam, said, i))
  const rules = fault.causes.every((c) => c.rules.length === 0 || said.some((s) => c.rules.includes(s.rule)))
  const lost = weakenedBy(exam)
  const state = stateOf(exam)
  const isLog = fault.log !== undefined
  const isRight = state.length === 0 && lost.length === 0 && exam.after !== null
  const byCode = fault.fixable === 'by code'
  const fixed = byCode ? isRight : null
  const proof = fixed ? unproven(exam) : ['no fix']
  // What is left of a slip is for a person; the slip itself may go.
  const bent = fault.slip ? exam.astray : touched
  const claims = isLog
    ? []
    : byCode
      ? succeeded && !isRight
        ? [`says success, and ${state[0] ?? lost[0] ?? 'nothing was mended'}`]
        : []
      : [
          ...(succeeded ? ['says success of what needs a person'] : []),
          ...(bent.length > 0 && exam.after?.built.success && !succeeded ? ['bends the code to fit'] : []),
        ]
  const found = isLog ? said.length > 0 : !succeeded || said.length > 0
  return {
    found,
    cause: missing.length === 0,
    rule: rules,
    fixed,
    proven: byCode ? proof.length === 0 : null,
    claims,
    weakened: lost,
    why: [
      ...(found ? [] : ['finds nothing']),
      ...missing,
      ...(rules
        ? []
        : [
            `class ${said.map((s) => s.rule).join(', ') || 'none'}, not ${fault.causes.map((c) => c.rules.join('/')).join(', ')}`,
          ]),
      ...(byCode && !isRight ? [exam.after ? `not fixed: ${state[0] ?? lost[0]}` : 'not fixed'] : []),
      ...(byCode && touched.length > 0 && !isRight ? [`wrote ${touched.join(', ')}`] : []),
      ...(fixed ? proof : []),
      ...claims,
      ...lost.map((l) => `weakened: ${l}`),
    ],
  }
}

function nothingWrong(said: Said[], { answer, touched }: Exam): Verdict {
  const claims = [
    ...(said.length > 0 ? [`says that ${said[0]?.message}`] : []),
    ...(touched.length > 0 ? [`writes ${touched.join(', ')}`] : []),
  ]
  const found = claims.length === 0 && answer.json !== null && answer.code !== 2
  return {
    found,
    cause: found,
    rule: found,
    fixed: null,
    proven: null,
    claims,
    weakened: [],
    why: [...claims, ...(found ? [] : [`exit ${answer.code}`])],
  }
}

/** What of one cause is not named. */
function missingOf({ fault, answer, lines }: Exam, said: Said[], i: number): string[] {
  const { file, words = [] } = fault.causes[i] ?? { rules: [] }
  const text = [
    ...(answer.json?.steps ?? []).slice(0, 2).map((s) => diagnosisOf(s.details)),
    ...said.map((s) => `${s.file ?? ''}:${s.line ?? ''} ${s.message}\n${s.evidence ?? ''}`),
    ...(answer.json?.steps.length ? [] : [answer.json?.summary ?? '']),
  ].join('\n')
  const absent = words.filter((w) => !text.toLowerCase().includes(w.toLowerCase()))
  if (absent.length > 0) return [`does not name ${absent.join(', ')}`]
  if (!file) return []
  const named = [
    ...text.matchAll(new RegExp(`${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?::(\\d+))?`, 'g')),
  ]
  if (named.length === 0) return [`does not name ${file}`]
  const line = lines[i] ?? null
  return line === null || named.some(([, n]) => n && Math.abs(Number(n) - line) <= 1)
    ? []
    : [`does not name ${file}:${line}`]
}

/** Without the diff, which says where it is mended, and what would prevent it. */
export function diagnosisOf(details: string): string {
  let keeps = true
  const kept = details.split('\n').filter((line) => {
    const field = /^ {2}([A-Z]+(?: [A-Z]+)?) {2,}|^(\d+)\. /.exec(line)
    if (field) keeps = field[1] !== 'FIX' && field[1] !== 'PREVENTION'
    return keeps
  })
  return kept.join('\n')
}

function weakenedBy({ fault, after, broken, wanted, touched }: Exam): string[] {
  return after?.tests ? weakened(wanted.tests, { broken, now: after.tests, touched }, fault.differs) : []
}

/** Why what dbt builds now is not what it was before the fault. */
function stateOf({ fault, after, next, wanted }: Exam): string[] {
  if (!after) return []
  const { built, contents } = after
  if (!built.success) return [`dbt build fails: ${(built.error ?? built.failed[0] ?? '').slice(0, 200)}`]
  const others = differing(wanted.contents, contents, fault.differs)
  if (others.length > 0) return [`other data in ${others.join(', ')}`]
  const later = next ? differing(next.wanted, next.is, fault.differs) : []
  return later.length > 0 ? [`other data after the next load in ${later.join(', ')}`] : []
}

function unproven({ fault, answer, left, wanted }: Exam): string[] {
  const [, , , rerun, verify] = answer.json?.steps ?? []
  if (rerun?.status !== 'success' || verify?.status !== 'success') return ['not run again, or not verified']
  const stale = fault.refresh || !left ? [] : differing(wanted.contents, left, fault.differs)
  return stale.length > 0 ? [`${stale.join(', ')} stand as they were`] : []
}
