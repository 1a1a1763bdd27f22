import type { Phrases } from '../notation.ts'

/** "Run the full pipeline", "Update everything", "refresh fct_trips and everything above it". */
export const pipeline: Phrases = {
  pipeline: [
    '<open>* <pipeline-core> <close>*',
    '<open>* <on-target> <open>* <pipeline-core> <close>*',
    '<open>* <asking> <open>* <pipeline-core> <close>*',
  ],
  'pipeline-core': [
    '<run> <the-pipeline> <run-mod>*',
    '(kick|fire|set) <the-pipeline> (off|going) <run-mod>*',
    '<start> <a-run> <run-mod>*',
    '<full-pipeline> <run-mod>*',
    'pipeline please <run-mod>*',
    "[it is|it 's] time for <the-pipeline> <run-mod>*",
    '<build> <objects> <build-mod>*',
    '<freshen> <the-data> <build-mod>*',
    '(only|just) #only <build> <names> <build-mod>*',
    '<bring-up-to-date> <build-mod>*',
    '<load-new> (and|then|and then|and also|to|) <after-load> <build-mod>*',
    '(load|ingest|extract) and (build|transform|refresh|rebuild) [everything #everything] <build-mod>*',
    '(run|rerun|build|rebuild|refresh) (the|our|my) [dbt] project #everything <build-mod>*',
    '<dbt-command>',
    '<full-refresh> <build-mod>*',
    'reload [all] [of] [the|our] [source|raw] data #force <build-mod>*',
    '<pretend> #dry-run <pipeline-core>',
    '<dry-run> #dry-run [of|on|for|with] (<the-pipeline> <run-mod>*|<objects> <build-mod>*)',
    '<dry-run> #dry-run <build-mod>*',
    '<unsure>',
  ],

  // To see what would run is what a flag does; it must never be read as running it.
  pretend: [
    '(pretend|simulate|preview|rehearse) [to|that (you|we)|how (you|we)]|act as if (you|we)',
    '(show|tell) [me|us] what (happens|would happen) if (you|we|i)',
  ],
  'dry-run': [
    '[do|run|rerun|perform|start|make|execute|trigger|kick off|give me|show me|i want|we want|i need|we need] [a|the|another] (dry run|dryrun|preview|simulation|rehearsal)',
    'pretend|simulate|preview|rehearse',
  ],

  // The pipeline as a thing.
  run: [
    'run|rerun|execute|launch|trigger|do|perform|begin|initiate|start|refresh|fire up|fire off|kick off|start up|start off',
    '(force|force a) (run|rerun|refresh|start) [of] #force',
    'force #force',
    '(update|build|rebuild) #doubt=change-pipeline',
    'restart #doubt=restart',
  ],
  'the-pipeline': [
    '[the|my|our] <adjective>* (pipeline|pipelines)',
    '[the|my|our] <adjective>* (elt|etl) [process|job|run]',
    "[the|my|our|today 's|this morning 's] <adjective>* <when> <adjective>* (build|run|job|batch|refresh|update|load|process)",
    "(today|this morning) 's (pipeline|run|build|refresh|load|batch)",
    '[the|our|my] [full|whole|entire|complete] dbt (build|run|job) #everything',
    'the [full|whole|entire|complete] build',
    'all [of] [the|our|my] <adjective>* pipelines #everything',
    '[the] #need {model} pipeline',
    '[the] {loader} pipeline #doubt=loader',
    '[the|our] (ingestion|dlt|loading|extraction) pipeline #doubt=load-only',
    'the job #doubt=which-job',
  ],
  adjective: [
    'full|whole|entire|complete|<when>|usual|regular|normal|standard|data|dbt|elt|etl|analytics|main|martsmith|end to end|{env}',
  ],
  when: ['daily|nightly|morning|evening|overnight|hourly|weekly'],
  start: ['<run>', '(i|we) (need|want) |(i|we) would like', 'give me'],
  'a-run': [
    '(a|another|one|the) <adjective>* <full> <adjective>* run [of <the-pipeline>]',
    '(a|another|one|the) <adjective>* <when> <adjective>* run',
    '(a|another|one|the) [new|fresh] <adjective>* pipeline run',
    '(a|another|one) [new|fresh] run of <the-pipeline>',
    '(a|another|one) [new|fresh] run (of|for|on) <names>',
    '(a|another) [new|fresh] run #doubt=which-job',
  ],
  full: ['full|whole|entire|complete'],
  'full-pipeline': ['[a|the|our] <full> <adjective>* pipeline [run]', '[a] full run [of <the-pipeline>]'],

  // Models, or everything.
  build: [
    'run|rerun|refresh|rebuild|build|update|execute|recompute|recalculate|reprocess|regenerate|materialize|rematerialize|trigger|kick off|start',
    '(build|run|refresh|rebuild) and (test|validate|check)',
    'force #force [a] (run|rerun|refresh|rebuild|update|build) [of|for|on]',
    '(do|run|perform|start|trigger|kick off) a (run|rerun|refresh|rebuild|build|update) (of|for|on)',
    '[do|run|perform|start|trigger] [a] full refresh [of|for|on] #full-refresh',
    'run dbt (build|run) (for|on|of)|run dbt (for|on)|dbt (build|run) (for|on|of)',
    'reload #force #doubt=reload',
  ],
  objects: ['<everything> #everything', '<names>', '<the-marts>'],
  everything: [
    'everything|all|it all|all of it|the lot|the whole lot|the whole thing|all the things|the entire thing',
    'every (model|table)|every single (model|table)',
    'all [of] [the|our|my] [dbt] (models|tables|marts and models)',
    '[the|our|my] (whole|entire|full|complete) [dbt] project',
    'the (whole|entire) [data] (warehouse|data-warehouse)',
    'everything in the [dbt|whole] (project|warehouse|pipeline)',
  ],
  freshen: [
    'refresh|update|rebuild|reprocess|force #force (refresh|update)',
    '[do|run|perform] [a] full refresh [of|for|on] #full-refresh',
    '(do|run|perform) a (refresh|update|rebuild) of',
  ],
  'the-marts': [
    '<marts> #doubt=all-marts',
    '<marts> #everything #doubt=all-marts',
    '(the|our|my) [dbt] project #everything #doubt=project',
  ],
  marts: ['[all] [of] [the|our|my] [data|new|latest] (marts|mart)'],
  // A part of the project is never the whole of it: which models it stands for is asked.
  group: [
    '<all-our> {folder} [<group-noun>]',
    '<all-our> (staging|intermediate) [<group-noun>] #everything #doubt=which-group',
    '<all-our> {noun} <group-noun> #everything #doubt=which-group',
  ],
  'all-our': ['[all] [of] [the|our|my]'],
  'group-noun': ['group|folder|layer|area|domain|directory|models|tables|marts|mart'],
  'the-data': [
    '[the|our|my] [analytics|warehouse] data [in the warehouse]',
    '[the|our|my] (mart data|data in the (marts|mart)) #doubt=all-marts',
    'all [of] [the|our|my] data [in the warehouse] #everything',
    '(the|our|my) (data warehouse|warehouse|data-warehouse) #everything',
    '(the|our|my|all the|all) (dashboards|dashboard|reports|report|numbers|figures) #doubt=reports',
  ],
  'bring-up-to-date': [
    '(bring|get|make) <fresh-objects> <fresh>',
    '(bring|get) up to date <fresh-objects>',
    'make sure [that] <fresh-objects> (is|are) <fresh>',
    '(i|we) (need|want|would like) <fresh-objects> [to be|to get] <fresh>',
    'catch <fresh-objects> up',
  ],
  fresh: ['up to date|current|fresh|refreshed|rebuilt|updated'],
  'fresh-objects': ['<objects>', '<the-data>'],

  // Loading first, then building.
  'load-new': [
    '(load|ingest|fetch|pull|import|extract|get|pull in|bring in|load in) [in] [the|our|all|all the|all of the|any] [<newness>] data [in]',
    'run (dlt|ingestion|the ingestion|the load|the loads|the dlt pipeline|the dlt load|the data load)',
    'reload [all] [of] [the|our] [source|raw] data #force',
  ],
  newness: ['new|newest|latest|fresh|recent|raw|source'],
  'after-load': [
    '<run> <the-pipeline>',
    '<build> <objects>',
    'run dbt #everything',
    'dbt (build|run) #everything',
    'run dbt (build|run) #everything',
    '<bring-up-to-date>',
    '<freshen> <the-data>',
  ],

  // What a person types into a shell.
  'dbt-command': [
    '[run|execute|do|start|rerun|trigger] [a] dbt (build|run) #dbt <dbt-arg>*',
    '(run|execute|rerun|start) dbt #dbt <dbt-arg>*',
  ],
  'dbt-arg': [
    '(--select|-s|--models|--model|-m) {raw} <more-raw>*',
    '<names>',
    '(--target|-t) {any-target}',
    '(--full-refresh|-f) #full-refresh',
    '<build-mod>',
  ],
  'more-raw': ['{raw}'],

  'full-refresh': ['[do|run|perform|start|trigger] [a|the] full refresh #full-refresh-of-what'],

  // How.
  'run-mod': [
    '(for|on|of) #need <names>',
    '#need (only|just) #only (for|on) <names>',
    '(up to|up to and including) #need [the] <named>',
    'from #below [the] <named> (on|onwards|onward|down|downwards|downstream)',
    '(for|on) (<everything>) #everything',
    '#need <names>',
    '<build-mod>',
  ],
  'build-mod': [
    '<on-target>',
    '<from-scratch> #full-refresh',
    '<forced> #force',
    '<and-test>',
    'again|once more|once again|one more time|over again',
    'end to end|from end to end|from start to finish|in full',
    '[as|in|with|but|just|only] [a|the] (dry run|dryrun|--dry-run) [mode|only] #dry-run',
    '[with|using|on|in] {threads} (threads|thread)|[with] (--threads|threads) {threads}',
    'only #only|alone #only|and nothing else #only|by itself #only',
    '<close>',
  ],
  'on-target': [
    '(on|in|against|to|at|using|with|for|into) [the|our|my] {target} [target|environment|env|database|warehouse|db]',
    '(on|in|against|using|with|for|to|at) the {any-target} target',
    '[on|in|against|using|with|for|to|at] [the] target {any-target}',
    '(--target|-t) {any-target}',
  ],
  'from-scratch': [
    '[completely|all|entirely] from (scratch|zero|nothing|the ground up)',
    '[with|using|as|in|and do|doing|and] [a] full refresh [mode]',
    '--full-refresh',
  ],
  forced: [
    'force|forced|with force|--force|forcefully',
    "even if [there is|there 's] (nothing|nothing new)",
    'even (if|when|though) nothing [has|is|was] (changed|new)',
    "even (if|when) (there is|there 's|there are) no (new data|changes|change|new rows)",
    'even (if|when|though) [the|our] (data|sources|inputs|source|files) (has not changed|have not changed|did not change|is unchanged|are unchanged|is not new)',
    'even (if|when|though) no (data|files|sources|source) [has|have] changed',
    'regardless of [any] (changes|whether anything changed)',
    '(and|with|while|by) [a] [force|forced] (reload|reloading) [of] [all] [the|our] [source|raw] data',
    '(and|with) (force|forced|force a|a forced|a force) (reload|load|reloading)',
    '(and|with|while) (reload|reloading) [all] [the|our] [source|raw] data',
    'reload [all] [the|our] [source|raw] data',
  ],
  'and-test': [
    'and [then] [also] (test|validate|check|verify) [it|them|everything|the models|the results|the result]',
    '(and|with|including) [also] [run] [all] [the] [dbt] tests',
    'and [then] (update|refresh) [the|our] (power bi|power-bi) [model|dataset|semantic model]',
  ],

  // Understood, but not enough to act on.
  unsure: [
    '<load-new> #doubt=load-only',
    'reload #force #doubt=reload',
    'load [the|our] [data] [from] ({loader}|{source-table}) #drop-names #doubt=load-only',
    '(<ran>) [it|this|that|them] [again] #doubt=what-run',
    '(<ran>) [it|this|that|them] [again] #everything #doubt=what-run',
    '[the|our|my] pipeline #doubt=what-run',
    'get <the-pipeline> (running|going|started) #doubt=get-running',
    'do (it|this|that) #doubt=what-run',
    '<build> <group> <build-mod>*',
    '<build> [the|our|my] {guess} #doubt=plain-name',
    '<names> #doubt=bare',
    '#need <names> #doubt=bare',
  ],
  ran: ['run|rerun|start|execute|update|refresh|build|rebuild|load|launch|trigger|kick off|go|restart'],
}
