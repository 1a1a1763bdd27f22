/** Why a sentence that was understood is still asked about: the words behind `#doubt=...` in the phrases. */
const doubts: Record<string, string> = {
  permission: 'it asks whether to do it, which is not yet a request',
  'question-mark': 'it ends in a question mark',
  typos: 'several words had to be guessed',
  'load-only': 'loading alone is not a workflow: the pipeline loads what is new, then builds and tests',
  loader: 'a dlt pipeline does not run alone: the full pipeline loads what is stale, then builds and tests',
  'change-pipeline': 'it may mean to run the pipeline or to change it',
  restart: 'it may mean a new run, or to go on with one that stopped (martsmith resume)',
  'get-running': 'it may mean to start the pipeline or to mend it',
  'which-job': 'it does not say what to run',
  'what-run': 'it does not say what to do, and with what',
  'full-refresh-of-what':
    'a "full refresh" may mean to refresh everything, or to rebuild incremental models from nothing',
  'whole-or-not': 'it does not say whether only these, or what they need as well',
  'graph-of-which': 'it does not say which of the names that belongs to',
  'source-alone': 'a source is loaded, not built: what reads it can be built',
  project: 'the project may mean its tables or its code',
  'all-marts': 'it may mean the usual pipeline or the whole project',
  'which-group': 'it names a part of the project that is no model: say which models, or --select path:FOLDER',
  'a-flag': 'it asks for something that only a flag says',
  reports: 'reports are not run: the tables behind them are',
  reload: 'it may mean to load again or to build again',
  bare: 'it names something, and does not say what to do with it',
  pronoun: 'it does not say what "it" is',
  check: 'it may mean a review or a diagnosis',
  'review-what': 'it does not say what to review',
  'which-dimension': 'it does not say what the dimension is for',
  'which-fact': 'it does not say which process the fact table records',
  'one-at-a-time': 'it asks for more than one; they are made one at a time',
  'made-or-built': 'it may mean to make a new table, or to build one that is there',
  'fact-or-dimension': 'it does not say whether a fact table or a dimension',
  'plain-name': 'that name is not known',
}

export function doubtText(id: string): string {
  return doubts[id] ?? id
}
