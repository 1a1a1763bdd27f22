import type { Phrases } from '../notation.ts'

/** What is said about runs that were. No workflow does it: elsewhere.ts names the verb that does. */
export const runs: Phrases = {
  'go-on': ['<open>* [<asking>] <open>* <go-on-core> <close>*'],
  'go-on-core': [
    '(retry|resume|continue|proceed|unpause) [with|from] [<stopped>|<it>]',
    '(rerun|restart|redo|repeat|finish|complete|pick up) <stopped> [again]',
    '(run|start|build|try) <stopped> again|try [<it>] (again|once more|one more time)',
    '(finish|complete|pick up) <it>',
    '(go on|carry on|keep going) [with|from] [<stopped>|<it>]',
    '(give it|have) another (try|go)',
    '[run|do] dbt retry',
  ],
  stopped: [
    '[only|just] (what|everything that|whatever) [has|is|was] (failed|broke|broken|stopped|did not (run|finish|work)|interrupted|skipped)',
    '[the|my|our] <stopped-kind>* (<stopped-kind>|last) (run|pipeline|pipeline run|build|job|models|model|tests|test|tables|step|steps|nodes)',
    '[the|my|our] [run|pipeline] {run} [run]',
    '[it|that|this] [from] where (it|we|you|i|the pipeline|the run) [has|have] (stopped|failed|broke|crashed|left off|was interrupted)',
    '[from] the failed (step|model|one)|the failed ones',
  ],
  it: ['it|that|this|this run|that run|the run|the pipeline'],
  'stopped-kind': ['last|latest|previous|failed|failing|broken|stopped|interrupted|crashed|unfinished'],

  'look-back': ['<open>* [<asking>] <open>* <look-back-core> <back-then>* <close>*'],
  'look-back-core': [
    '<see> [<of-runs>] <past-run>',
    '<see> (what|how) (happened|ran|went wrong|it went)',
    'what (happened|has happened|ran|has run|was run|was built|got built) [(to|in|with|during|on) (<past-run>|the pipeline)]',
    'how (did|was) (it|the pipeline|<past-run>) [go|end|finish]',
    '(what is|what was) [the (status|result|outcome) of] <past-run>',
    '<earlier-run>',
  ],
  see: [
    '(show|list|print|display|view|see|give|tell|look up|look at|get) [me|us] [all] [about|of]',
    '(what|which) (are|were)',
  ],
  'of-runs': ['[the|a] (status|result|results|outcome|report|log|logs|history|list|summary) (of|for|from)'],
  'past-run': ['<earlier-run>', '[the|my|our] (run|pipeline run|build)'],
  // "Run" alone is an order.
  'earlier-run': [
    "[the|my|our] [<back-then> ['s]] <earlier> <earlier>* (run|runs|pipeline|pipeline run|pipeline runs|build|builds)",
    "[the|my|our|all] [<back-then> ['s]] (runs|pipeline runs|builds)",
    "[the|my|our] <back-then> ['s] (run|pipeline run|build)",
    '[the] [run] {run}',
  ],
  earlier: ['last|latest|previous|recent|past|earlier|most recent|failed|successful'],
  'back-then': [
    'last (night|week|time)|yesterday|today|this morning|this week|tonight|overnight|recently|so far|before|during the night',
  ],
}
