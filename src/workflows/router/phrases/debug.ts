import type { Phrases } from '../notation.ts'

/** "Pipeline failed", "dbt build failed", "why did fct_trips fail", "fix the pipeline". */
export const debug: Phrases = {
  debug: ['<open>* [<asking>] [<troubled>] <open>* <debug-core> <debug-close>*'],
  troubled: [
    'help|oh no|oops|argh|damn|alert|urgent|sos|it seems [that]|it looks like|looks like|apparently|unfortunately|fyi|i think',
  ],
  'debug-core': [
    '<symptom> #symptom',
    '<failing> <failed> <circumstance>*',
    'why #asks (did|does|do|is|are|was|were|has|have) <failing> <fail> <circumstance>*',
    '<tell-why> #asks <failing> <failed> <circumstance>*',
    'what #asks <went-wrong> [(with|in|during|to|on|of) <failing>] <circumstance>*',
    '<tell-what> #asks <went-wrong> [(with|in|during|to|on|of) <failing>] <circumstance>*',
    'what #asks (broke|crashed|is breaking|is failing) <failing> <circumstance>*',
    '<mend> <broken-thing> <circumstance>*',
    'debug|troubleshoot|diagnose|debugging',
    '<trouble> [<circumstance>*]',
    '(i|we) [just] (get|got|have|had|see|am getting|are getting|am seeing|are seeing) <trouble> <circumstance>*',
    "there (is|are|was|were|'s) <trouble> <circumstance>*",
    '<found-broken> <circumstance>*',
    // Understood, but not enough to act on.
    '(it|this|that) <failed> <circumstance>* #doubt=pronoun',
    '<mend> (it|this|that|them|everything|this one) #doubt=pronoun',
    '[the|our|my] pipeline #doubt=what-run',
    '<failing-model> #doubt=bare',
    '<run-name> #doubt=bare',
    'check <failing> #doubt=check',
  ],

  // What failed.
  failing: [
    '[the|our|my|this|a] <which>* <job>',
    '<whose> <job>',
    '[the|our|my] <failing-model>',
    '<run-name>',
    'everything|something',
    'dbt|dlt|[the|our|my] [dbt] project|all [of] [the|our] (models|tests|tables)',
    '<count> [of] [the|our] [dbt] (tests|models|test|model)',
  ],
  'failing-model': [
    '[model|table] {model} [model|table|build|run|test|tests|refresh]',
    '(model|table) {model-word}',
    '(test|tests|build|run|refresh) (of|on|for) [the] [model|table] {model}',
    '[the] (test|tests) (of|on|for) [the] [model|table] {model-word}',
  ],
  'run-name': ['[the|my|our] [run|pipeline] {run} [run]'],
  which: [
    'full|whole|daily|nightly|morning|overnight|hourly|weekly|scheduled|last|latest|previous|recent|most recent|data|dbt|dlt|elt|etl|analytics|main|martsmith|new',
    '{env}',
  ],
  job: [
    'pipeline|pipelines|build|builds|run|runs|job|jobs|test|tests|ingestion|load|loads|loading|elt|etl|refresh|models|workflow|batch|pipeline run|pipeline runs|build run|test run|load job|ingestion run|compilation|compile|snapshot|seed|project|ingest',
  ],
  whose: [
    "(last night|yesterday|this morning|today|tonight|last week|night|monday|tuesday|wednesday|thursday|friday|saturday|sunday) ['s] <which>*",
    'last nights <which>*',
  ],
  count: ['one|two|three|four|five|some|several|many|a few|a couple|most|all|half|{number}|both'],

  // That it failed.
  failed: [
    '[has|have|had|just|all] (failed|broken|crashed|errored|died|aborted) [out|down]',
    '(has|have) [just] (failed|broken|crashed|errored|died)',
    'fails|fail|failing|broke|broken|crashes|crash|errors|error|dies|hangs|blew up|fell over|went wrong|went red|went down|timed out|times out|stopped',
    '(keeps|keep|kept|started|starts) (failing|crashing|breaking|erroring)',
    "(is|are|was|were|'s|got|gets|seems|looks|appears) [still|totally|completely|all|now] (broken|failing|failed|red|down|crashing|erroring|stuck|dead|bust|busted|hanging|messed up|in error)",
    '(ends|ended|finished|exited|exits|comes back|came back|failed|fails|failing|crashes|crashed) with <trouble>',
    '(has|have|had|throws|threw|gives|gave|shows|showed|reports|reported|raises|raised|returns|returned|is throwing|are throwing|is giving|keeps giving|hit) [me|us] <trouble>',
    '(is|are|was) (not working|not building|not running|not compiling|not green|unsuccessful)',
    '(does|do|did|will|would) not (work|run|build|compile|start|finish|complete|succeed|pass|parse|load)',
    '(has|have) not (finished|completed|succeeded)',
    '(can|could) not (run|build|compile|start|finish|complete|load)',
    '(stopped|quit) working|stopped with <trouble>|is acting up|went bad|has stopped working|has gone wrong',
  ],
  fail: [
    'fail|failing|failed|break|breaking|broken|crash|crashing|crashed|error|erroring|red|down|stuck|die|stopped|stop',
    'not (work|working|run|running|build|building|built|finish|finished|complete|compile|compiling|succeed|pass|passing|load|loading)',
    '(keep|keeps|still) failing|go wrong|gone wrong|go red|go down|blow up|time out|fall over',
  ],
  'went-wrong': [
    "went wrong|goes wrong|failed|fails|broke|is wrong|is broken|is failing|is red|'s wrong|'s broken|'s failing|was wrong|'s going wrong|is going wrong|is the (problem|issue|matter|error)|'s the (problem|issue|matter|error)|caused the (failure|error|crash)",
  ],
  trouble: [
    '[<some>] <which>* [<job>] [<kind>] <error-noun> [<in-what>]',
    '[<some>] <which>* <job> [<kind>] <vague-noun> [<in-what>]',
    '[<some>] <which>* [<job>] <vague-noun> <in-what>',
    '[<some>] (failing|failed|broken|crashed|red) <which>* <job> [(in|on|of|for) <failing>]',
    '[the|our|my] <failing-model> [<kind>] (<error-noun>|<vague-noun>)',
    '(dbt|dlt) [<kind>] (<error-noun>|<vague-noun>) [<in-what>]',
  ],
  some: ['a|an|the|this|that|these|some|any|many|lots of|more|new|another|<count>'],
  'in-what': ['(in|with|from|on|during|while|when|for|of|at) [running|building|loading|testing] <failing>'],
  'error-noun': [
    'error|errors|failure|failures|exception|exceptions|crash|crashes|error message|error messages',
  ],
  'vague-noun': ['problem|problems|issue|issues|trouble|bug|bugs'],
  kind: [
    'test|compilation|compile|compiler|database|runtime|binder|syntax|timeout|connection|permission|parse|parsing|schema|contract|type|sql|jinja|catalog|conversion|memory|dependency|build|load|data',
  ],
  'found-broken': [
    '(i|we) (found|saw|noticed) [that] <failing> <failed>',
    'the (failing|failed|broken) {model}',
  ],

  // What to do about it.
  mend: [
    '[help (me|us) [to]] (fix|debug|diagnose|troubleshoot|investigate|repair|mend|look into|resolve|solve|sort out|analyze|unbreak|figure out|dig into|get to the bottom of)',
    'help (me|us) with|help with',
    '(find|identify|explain) (the|a) [root] (cause|reason) (of|for|behind)|find the (problem|error|issue|bug|failure) (in|with)',
    '(take|have) a look at (why|what is wrong with)',
  ],
  'broken-thing': [
    '[the|our|my|this] <which>* (pipeline|pipelines|build|run|tests|test|ingestion|load|job|dlt|workflow|pipeline run|test run)',
    '<whose> <job>',
    'dbt|dbt build|dbt run|dbt test|dbt tests|dlt',
    '[the|our|my] <failing-model>',
    '<run-name>',
    '<trouble>',
    "what [is|'s] (failed|broke|broken|failing|wrong|went wrong) [(with|in) <failing>]",
    '[the] (failing|failed|broken) (model|table) {model-word}',
    '(why|how come) <failing> <failed>',
  ],
  'tell-why': [
    'why|how come|find out why|figure out why|tell me why|explain why|see why|check why|look into why|investigate why|understand why|show me why|know why|find why|work out why|analyze why|(do you know|any idea|no idea|not sure) why',
  ],
  'tell-what': [
    '(find out|figure out|tell me|explain|see|check|show me|know|work out|investigate|do you know|any idea) what',
  ],

  // When, where.
  circumstance: [
    'again|last night|this morning|this afternoon|this evening|overnight|yesterday|today|tonight|just now|now|recently|twice|suddenly|all of a sudden|since (yesterday|this morning|last night)',
    '[on] (monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
    'with <trouble>|because of <trouble>',
    '(on|in|against|for) [the] {target} [target|environment|env]',
    '(on|in|for|at) [the] [model|table] {model}',
    '(on|in|for) [run] {run}',
    '[at|during|in] (the|) (build|test|tests|load|ingestion|dbt|dlt) (step|stage|phase)',
  ],
  'debug-close': [
    '<close>',
    '[and|so] [please|can you|could you|can you please|could you please|i need you to] [help (me|us) [to]] (fix|debug|check|investigate|look into|diagnose|sort out|repair|mend|have a look at|take a look at|resolve) [it|this|that|them|the (problem|issue|error)] #asks',
    '[please|can you|could you] help [me|us] [out] #asks',
    "[please] (what happened|what now|why|what went wrong|what is wrong|what 's wrong|any ideas|any idea why|any idea|why is that|how come|what can i do) #asks",
    '(i do not|no idea|not sure) (know why|why)',
    'in dbt|in dlt',
  ],
}
