/** What people ask for that no workflow does, and what they can do instead; the first line that fits answers. */
import type { Possible } from '../types.ts'

export type Answer = {
  answer: string
  /** `request` is the whole sentence, quoted for a shell; `run` the run that it names. */
  possible: (request: string, run?: string) => Possible[]
}

/** `words`: any of them in the request. */
export type Elsewhere = Answer & { words: string }

export const everyWorkflow: Possible[] = [
  { meaning: 'run the full pipeline', command: 'martsmith pipeline' },
  { meaning: 'add a dimension', command: 'martsmith dimension "payment type"' },
  { meaning: 'add a fact table', command: 'martsmith fact orders' },
  { meaning: 'find out why the last failed run failed', command: 'martsmith debug' },
  { meaning: 'review your changes and the architecture', command: 'martsmith review' },
]

/** What may be said to somebody who asked for what must not be done: none of it writes. */
export const harmless: Possible[] = [
  { meaning: 'list the runs and how they ended', command: 'martsmith runs' },
  { meaning: 'show the latest run', command: 'martsmith show' },
  { meaning: 'list the workflows', command: 'martsmith workflows' },
]

const goOn: Answer = {
  answer: 'A sentence begins a new run; going on with one has a verb of its own.',
  possible: (_, run) => [
    { meaning: `go on with ${run ?? 'the latest run'} where it stopped`, command: verbFor('resume', run) },
    { meaning: 'list the runs', command: 'martsmith runs' },
  ],
}

const lookBack: Answer = {
  answer: 'That asks about runs; nothing was started.',
  possible: (_, run) => [
    { meaning: `show ${run ?? 'the latest run'}`, command: verbFor('show', run) },
    { meaning: 'list the runs and how they ended', command: 'martsmith runs' },
  ],
}

function verbFor(verb: string, run: string | undefined): string {
  return run === undefined ? `martsmith ${verb}` : `martsmith ${verb} ${run}`
}

/** The rules of runs.ts, where they read the whole sentence. */
export const aboutThePast: Record<'go-on' | 'look-back', Answer> = { 'go-on': goOn, 'look-back': lookBack }

/** About runs: looked for before anything else, because "stop the full pipeline" names a pipeline too. */
export const aboutRuns: Elsewhere[] = [
  {
    words: 'stop cancel abort halt interrupt pause kill',
    answer: 'A sentence starts a workflow; it does not stop one.',
    possible: (_, run = 'RUN') => [
      { meaning: 'stop a run', command: `martsmith cancel ${run}` },
      { meaning: 'list the runs', command: 'martsmith runs' },
    ],
  },
  { words: 'resume continue proceed unpause', ...goOn },
  {
    words: 'approve confirm accept reject',
    answer: 'An approval is bound to the run that asked for it.',
    possible: (_, run = 'RUN') => [
      { meaning: 'approve what a run proposes', command: `martsmith approve ${run}` },
    ],
  },
  { words: 'status history progress runs logs log', ...lookBack },
]

export const dbtTask: Elsewhere = {
  words: `test tests testing staging stg seed seeds snapshot snapshots docs documentation document documents macro
      macros column columns field fields rename refactor compile parse lint format package packages deps exposure
      exposures metric metrics description descriptions yaml yml contract contracts source sources freshness
      incremental materialization optimize performance slow clean upgrade`,
  answer: 'That is a single dbt task rather than one of the workflows.',
  possible: (request) => [{ meaning: 'do it as a dbt task', command: `martsmith task ${request}` }],
}

/** Those of dbt's own commands that are not what the pipeline does. */
export const otherDbtCommands: ReadonlySet<string> = new Set(
  'test tests seed compile docs debug clean deps parse snapshot ls list source show retry clone init run-operation freshness'.split(
    ' ',
  ),
)

/** SQL, which has the words of a request: "update customers set name = 'x'". */
export const sql =
  /\b(select\b.+\bfrom|insert\s+into|update\b.+\bset\b.+=|delete\s+from|merge\s+into|(create|alter|drop|truncate)\s+(or\s+replace\s+)?(table|view|schema|database|index|user|role)\s+\S+\s*(\(|as\b|add\b|;)|(grant|revoke)\b.+\bon\b)/is

/** Words of somebody who wants something shown rather than done. */
export const dryRunWords =
  'dry dryrun dry-run --dry-run pretend simulate simulation preview rehearsal rehearse hypothetically'

export const otherWork: Elsewhere[] = [
  {
    words: 'index indexes migration migrations migrate postgres postgresql mysql schema schemas',
    answer: 'That is work on a database, which has a verb of its own.',
    possible: (request) => [{ meaning: 'do it as a database task', command: `martsmith db ${request}` }],
  },
  {
    words: 'power-bi powerbi pbi dax tmdl semantic measure measures bi',
    answer: 'That is about the Power BI model, which has a verb of its own.',
    possible: () => [{ meaning: 'work on the Power BI model', command: 'martsmith powerbi' }],
  },
  dbtTask,
]

/** Words that a sentence can hold without being understood, and what to say about them. */
export const reasons: { words: string; why: string }[] = [
  {
    words: 'if when whenever unless until once provided assuming in-case',
    why: 'it depends on a condition, and a request is carried out now or not at all',
  },
  {
    words: `tomorrow tonight later soon every daily weekly monthly hourly each schedule at o'clock am pm noon midnight
      monday tuesday wednesday thursday friday saturday sunday`,
    why: 'martsmith keeps no schedule: let cron or your orchestrator call it',
  },
  { words: 'or either', why: 'it leaves a choice' },
  { words: 'thread threads cores parallel concurrently', why: 'how many at once is said with --threads' },
  {
    words: 'without except excluding but besides ignoring ignore minus apart',
    why: 'leaving something out is not understood: name what to run, in words or with --select',
  },
]

/** Words that show which workflow a sentence that was not understood is about. */
export const hints: Record<'pipeline' | 'debug' | 'changes' | 'architecture' | 'create', string> = {
  pipeline: `pipeline pipelines dbt refresh rebuild rerun run build update load ingest etl elt dlt models model data
    warehouse marts mart everything reload`,
  debug: `failed fails fail failing failure error errors broken broke crash crashed debug fix diagnose troubleshoot
    wrong problem issue bug`,
  changes: 'review changes branch pr diff commit code check audit',
  architecture: 'review architecture project design structure audit assess',
  create: 'dimension dimensions dim dims fact facts fct add create',
}
