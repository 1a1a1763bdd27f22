/** `martsmith approve RUN` and `martsmith answer RUN CHOICE`: the answer to a run that waits, which then goes on. */
import { findOwnProject } from '../../config/project.ts'
import { type ExitCode, MartsmithError } from '../../core/errors.ts'
import { nearest } from '../../core/text.ts'
import { listRuns, readRun, saveRun } from '../../workflows/runs.ts'
import type { RunRecord, Waiting } from '../../workflows/types.ts'
import { whyVoid, withAnswer } from '../../workflows/waiting.ts'
import { askAbout, given, notTaken, showWaiting } from '../asker.ts'
import { goOn } from '../go-on.ts'
import type { Options } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

type Of<K extends Waiting['kind']> = Waiting & { kind: K }

export const approveVerb: Verb = async ([id], options, terminal) => {
  const run = await waitingRun(id, options)
  const waiting = expectKind(run, 'approval')
  if (options.hash !== undefined && options.hash !== waiting.hash)
    throw notWhatWasShown(run, waiting, options.hash, terminal)
  const isAsked = terminal.canAsk && !options.yes && options.hash === undefined
  if (!isAsked) showWaiting(waiting, terminal)
  if (options.dryRun) return nothingDone(terminal)
  if (isAsked && hasTime(waiting)) {
    const choice = await askAbout(waiting, terminal)
    if (choice !== 'yes') {
      terminal.say(`Not approved; ${run.id} waits on. martsmith cancel ${run.id} gives it up.`)
      return 3
    }
  }
  return settle(run, waiting, 'yes', options, terminal)
}

export const answerVerb: Verb = async ([id, word = ''], options, terminal) => {
  const run = await waitingRun(id, options)
  const waiting = expectKind(run, 'question')
  const choice = choiceOf(run, waiting, word)
  showWaiting(waiting, terminal)
  if (options.dryRun) return nothingDone(terminal)
  return settle(run, waiting, choice, options, terminal)
}

/** Writes the answer down and goes on. What has expired is not answered: its step begins again and shows it anew. */
async function settle(
  run: RunRecord,
  waiting: Waiting,
  choice: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const project = await findOwnProject(options.projectDir ?? '.')
  const command =
    waiting.kind === 'approval'
      ? `martsmith approve ${run.id} --hash ${waiting.hash}`
      : `martsmith answer ${run.id} ${choice}`
  const before = async (standing: RunRecord) => {
    const offered = standing.status === 'waiting' ? standing.waiting : null
    const why = offered ? whyVoid(offered, waiting.hash, new Date()) : 'it does not wait any more'
    if (why || !offered) {
      terminal.say(notTaken(waiting, why ?? ''))
      return standing
    }
    const answered = withAnswer(standing, offered, given(choice, new Date()))
    await saveRun(project.stateDir, answered)
    return answered
  }
  return goOn(project, run, withoutYes(options), terminal, { command, before })
}

/** `--yes` answers what is shown here, not what may be shown instead of it when the step begins again. */
function withoutYes({ yes: _, ...options }: Options): Options {
  return options
}

async function waitingRun(id: string | undefined, options: Options): Promise<RunRecord> {
  const { stateDir } = await findOwnProject(options.projectDir ?? '.')
  if (id !== undefined) return readRun(stateDir, id)
  const waiting = (await listRuns(stateDir)).filter((r) => r.status === 'waiting')
  if (waiting.length === 1 && waiting[0]) return waiting[0]
  throw new MartsmithError({
    code: 'run.which-waits',
    message:
      waiting.length === 0 ? 'No run of this project waits for a person.' : 'Several runs wait: name one.',
    mend:
      waiting.length === 0
        ? ['martsmith runs   lists the runs']
        : waiting.map((r) => `martsmith show ${r.id}   ${r.waiting?.text ?? ''}`),
  })
}

function expectKind<K extends Waiting['kind']>(run: RunRecord, kind: K): Of<K> {
  const { waiting, status, id } = run
  if (status === 'waiting' && waiting?.kind === kind) return waiting as Of<K>
  if (status === 'waiting' && waiting)
    throw new MartsmithError({
      code: 'run.waits-otherwise',
      message:
        waiting.kind === 'approval'
          ? `${id} waits for an approval, not for an answer.`
          : `${id} asks a question; a yes is no answer to it: ${waiting.text}`,
      mend:
        waiting.kind === 'approval'
          ? [`martsmith approve ${id}`]
          : waiting.choices.map((c) => `martsmith answer ${id} ${c.id}   ${c.label}`),
    })
  const last = run.answers.at(-1)
  throw new MartsmithError({
    code: 'run.not-waiting',
    message: `${id} does not wait for a person: its status is ${status}${last && status === 'interrupted' ? `, and it was answered by ${last.by}` : ''}.`,
    mend: [
      status === 'interrupted' || status === 'running' ? `martsmith resume ${id}` : `martsmith show ${id}`,
    ],
  })
}

/** By its name or by its number in the list. */
function choiceOf(run: RunRecord, { choices }: Of<'question'>, word: string): string {
  const choice = choices.find((c) => c.id === word) ?? (/^\d+$/.test(word) ? choices[Number(word) - 1] : null)
  if (choice) return choice.id
  const near = nearest(
    word,
    choices.map((c) => c.id),
    1,
  )[0]
  throw new MartsmithError({
    code: 'run.no-such-choice',
    message: `${run.id} does not offer "${word}"${near ? `; did you mean ${near}?` : '.'} Nothing was run.`,
    mend: choices.map((c) => `martsmith answer ${run.id} ${c.id}   ${c.label}`),
  })
}

function notWhatWasShown(run: RunRecord, waiting: Waiting, hash: string, terminal: Terminal): MartsmithError {
  showWaiting(waiting, terminal)
  return new MartsmithError({
    code: 'approval.invalid',
    message: `The approval ${hash} does not hold: ${run.id} waits for a yes to ${waiting.hash}, which is shown above. Nothing was run.`,
    mend: [`martsmith approve ${run.id} --hash ${waiting.hash}`],
    exitCode: 3,
  })
}

function hasTime(waiting: Waiting): boolean {
  return new Date(waiting.expires) > new Date()
}

function nothingDone(terminal: Terminal): ExitCode {
  terminal.say('Nothing was done (--dry-run).')
  return 0
}
