import type { Phrases } from '../notation.ts'

/** "Add a new dimension for X", "Add fact table for X process". */
export const create: Phrases = {
  dimension: ['<open>* [<asking>] <open>* <dimension-core> <close>*'],
  'dimension-core': [
    '<create> [<a>] <dim-thing> [<into-project>]',
    '(build|make) <a-new> <dim-thing> [<into-project>]',
    '<a-new> <dim-noun> <about> <subject> [<into-project>]',
    '<dim-noun> <about> <subject>',
    '<new> <dim-thing>',
    '(model|treat) <subject> as <a-new> <dim-noun>',
    '(turn|promote|convert|make) <subject> (into|to|in to) <a-new> <dim-noun>',
    'make <subject> <a-new> <dim-noun>',
    // A dimension that may be there already: built, or made?
    '(build|make|update|rebuild|refresh) [the] <subject> <dim-noun> #doubt=made-or-built',
    '[the] <subject> <dim-noun> #doubt=bare',
    '<create> [<a>] <dim-noun> #doubt=which-dimension',
    '(<a-new>|<new>) <dim-noun> #doubt=which-dimension',
    '<create> [<new>] (dimensions|dims) (for|on|about) <subject> <and-more>* #doubt=one-at-a-time',
    '<create> [<a>] <dim-noun> (for|on|about) <subject> and <subject> #doubt=one-at-a-time',
    '<create> [<a>] <subject> and <subject> (dimensions|dims|dimension|dim) #doubt=one-at-a-time',
  ],
  'dim-thing': [
    '<dim-noun> <about> <subject>',
    '<dim-noun> <subject>',
    '<subject> <dim-noun>',
    '[model|table] {dim-model} [model|table|dimension]',
    '<dim-noun> [<about>] {dim-model}',
  ],
  'dim-noun': ['dimension|dim|dimension table|dim table|dimension model|dim model'],

  fact: ['<open>* [<asking>] <open>* <fact-core> <close>*'],
  'fact-core': [
    '<create> [<a>] <fact-thing> [<from>] [<into-project>]',
    '(build|make) <a-new> <fact-thing> [<from>] [<into-project>]',
    '<a-new> <fact-noun> <about> <process> [<from>] [<into-project>]',
    '<fact-noun> <about> <process> [<from>]',
    '<new> <fact-thing> [<from>]',
    '(model|treat) <process> as (<a-new> <fact-noun>|facts) [<from>]',
    '(turn|promote|convert|make) <process> (into|to|in to) <a-new> <fact-noun> [<from>]',
    'make <process> <a-new> <fact-noun> [<from>]',
    '(build|make|update|rebuild|refresh) [the] <process> (fact|fact table|facts) [<from>] #doubt=made-or-built',
    '[the] <process> <fact-noun> #doubt=bare',
    '<create> [<a>] <fact-noun> #doubt=which-fact',
    '(<a-new>|<new>) <fact-noun> #doubt=which-fact',
    '<create> [<a>] (<fact-noun>|fact tables) (for|on|about) <subject> and <subject> #doubt=one-at-a-time',
  ],
  'fact-thing': [
    '<fact-noun> <about> <process>',
    '<fact-noun> <process>',
    '[the] <subject> <fact-noun>',
    '[model|table] {fact-model} [model|table|fact]',
    '<fact-noun> [<about>] {fact-model}',
  ],
  'fact-noun': ['fact|fct|fact table|facts table|fct table|fact model|fct model|facts'],
  process: ['<subject> [process|processes]', 'the process of {name}'],
  from: [
    '(from|based on|using|out of|on top of|sourced from|reading from|built from) [the] [source|table|model] {source} [source|table|model]',
  ],

  create: [
    'add|create|introduce|define|design|generate|make|model|set up|add in|implement|develop',
    '(i|we) (need|want|require)|(i|we) would like [to have]|(i|we) (need|want) to have|give me|give us',
    '(i|we) (am|are) missing|there should be',
  ],
  a: ['a|an|the|another|one|one more', '<a-new>', '<new>'],
  'a-new': ['(a|an|another|one) [<new>]', 'the <new>'],
  new: ['new|brand new|additional|extra|further'],
  about: [
    'for|on|of|about|called|named|over|covering|holding|recording|that (records|holds|covers|describes)|to (record|hold|describe)',
  ],
  subject: ['[the|our|my|a|an|each|all|all the|all our] {name}'],
  'and-more': ['[and] <subject>'],
  'into-project': [
    '(to|in|into|for) (the|our|my) [dbt|data|analytics] (project|warehouse|data warehouse|mart|marts|model|data model|star schema|schema)',
  ],

  // "add orders": a fact table or a dimension? The readings are offered, never run.
  either: ['<open>* [<asking>] <open>* <either-core> <close>*'],
  'either-core': [
    '(add|create|model|introduce) [a|an|the|another] [<new>] <subject> [<from>] #doubt=fact-or-dimension',
    '(<create>|build) [<a>] [new] (model|table|mart|data mart) <about> <subject> [<from>] #doubt=fact-or-dimension',
    '(<create>|build) [<a>] <subject> (model|table|mart|data mart) [<from>] #doubt=fact-or-dimension',
    '<a-new> (model|table|mart) <about> <subject> [<from>] #doubt=fact-or-dimension',
    '<new> (model|table|mart) <about> <subject> [<from>] #doubt=fact-or-dimension',
    '{noun} #doubt=fact-or-dimension',
  ],
}
