import type { Phrases } from '../notation.ts'

/** Which models: names, and what lies above and below them in the graph. */
export const selection: Phrases = {
  names: ['[only #only|just #only|both] <item> <more-items>*', '<plain> <plain>*'],
  'more-items': ['(and|plus|as well as|and also|{pause}) <item>'],
  plain: ['{model}|{selector}'],
  item: ['[the|our|my] <named> <graph>*', '<front>'],
  named: [
    '{model} [model|models|table|tables|mart]',
    '(model|table|models|tables|mart) {model-word}',
    '{model-word} (table|model) #doubt=plain-name',
    '{selector}',
    '(everything|all|[all] [the] (models|tables)) [that (is|are)] <tagged> {tag}',
    '[source] {source-table} [source|table]',
    '{exposure} [dashboard|report|exposure]',
    '(dashboard|report|exposure) {exposure}',
  ],
  tagged: ['tagged [as|with]|with [the] tag|(having|that have|carrying) the tag'],
  'all-of': [
    'everything|anything|all|all of',
    '[all] [of] (the|its|all) (models|tables)|all (models|tables)|models|tables',
    'every (model|table)',
  ],

  // After a name: "fct_trips and everything above it".
  graph: ['<also> <up-part> #up', '<also> <down-part> #down', '<also> <both-part> #up #down'],
  also: ['and|with|plus|including|incl|along with|together with|as well as|and also|and then'],
  'up-part': [
    '[<all-of>] (above|upstream) [[of|from] <them>]',
    '<all-of> (before|behind) <them>',
    '<all-of> [that|which] <feeds> <them>',
    '[<all-of>|what|whatever] [that|which] (it #it|they #them) (<needs>|<is-built-on>)',
    '[all] [of] [its #it|their #them|the|all the] <up-noun>',
  ],
  'down-part': [
    '[<all-of>] (below|downstream|underneath) [[of|from] <them>]',
    '<all-of> (after|under) <them>',
    '(<all-of>|what|whatever) [that|which] <uses> <them>',
    '(<all-of>|what|whatever) [that|which] (it #it|they #them) (feeds|feed|feeds into|feed into)',
    '[all] [of] [its #it|their #them|the|all the] <down-noun>',
  ],
  'both-part': [
    '[<all-of>] (above and below|below and above|upstream and downstream|downstream and upstream|up and downstream) [[of] <them>]',
    '[all] [of] [its #it|their #them|the] (parents and children|children and parents|ancestors and descendants)',
  ],
  them: [
    '(it|this|that) #it|(them|these|those|both) #them',
    '(this|that) (one|model|table) #it|(these|those) (models|tables) #them|both of them #them',
  ],
  feeds: [
    'feeding|feeding into|feeds|feed|feeds into|feed into|goes into|go into|leading to|leads to|lead to',
  ],
  needs: [
    'needs|need|depends on|depend on|uses|use|reads|read|reads from|relies on|rely on|requires|require|builds on',
  ],
  'is-built-on': ['(is|are) (built|based) (on|from)'],
  uses: [
    'depending on|depends on|depend on|uses|use|using|reads|read|reading|reads from|relies on|rely on',
    '[is|are] (built|based) (on|from|on top of)',
    'comes from|come from|coming from|needs|need|requires|require|consumes|consume',
  ],
  'up-noun': [
    'upstream|upstreams|parents|ancestors|dependencies|inputs',
    '(upstream|parent) (models|tables|dependencies|nodes)',
  ],
  'down-noun': [
    'downstream|downstreams|children|descendants|dependents|consumers',
    '(downstream|child|dependent) (models|tables|nodes|consumers)',
  ],

  // Before a name: "everything upstream of fct_trips". It takes the name itself along, as dbt's + does.
  front: [
    '<all-of> (above|upstream of|upstream from|before|behind|up to|up to and including|leading up to) #above <the-named>',
    '<all-of> [that|which] <feeds> #above <the-named>',
    '(<all-of>|what|whatever) [that|which] #above <the-named> (<needs>|<is-built-on>)',
    '[all] [of] [the] <up-noun> (of|for) #above <the-named>',
    '<all-of> (below|downstream of|downstream from|underneath|after) #below <the-named>',
    '(<all-of>|what|whatever) [that|which] <uses> #below <the-named>',
    '(<all-of>|what|whatever) [that|which] #below <the-named> (feeds|feeds into)',
    '[all] [of] [the] <down-noun> (of|for) #below <the-named>',
    '<all-of> (from|starting from|starting at|starting with) #below <the-named> (on|onwards|onward|down|downwards|downstream)',
  ],
  'the-named': ['[the|our|my] <named>'],
}
