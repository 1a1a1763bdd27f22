/** Ways of saying what is done to a thing, and words around it that ask for nothing. */
import { E } from './mentions.ts'
import { i, MUST, type Saying } from './phrases.ts'

const ENFORCED =
  '(?:please\\s+)?(?:enforce|ensure|guarantee|check)\\s+(?:this|that|it)(?:\\s+(?:on|in|for|at)\\s+(?:the\\s+(?:database|schema)(?:\\s+level)?))?'

/** What is done. Each may be said in many ways; which of them is meant shows in what it is done to. */
const VERBS: Saying[] = [
  // Which of them is not said.
  [
    i(
      '\\b(?:(?:at least|only|exactly|just)\\s+)?one of\\s+(?:them|these|those|(?:the\\s+)?(?:two|three|both|columns|fields))\\b|\\beither of\\b|\\bany of (?:them|these|those)\\b',
    ),
    ' §choice ',
  ],
  [
    i(
      '\\bmake\\s+(?:the\\s+)?([^,.]*?)\\s*\\b(?:search(?:es)?|look-?ups?|quer(?:y|ies)|filter(?:ing)?|listing)\\s+(by\\s[^,.]*?)\\s+(?:faster|fast|quicker|quick)$',
    ),
    ' §slow §by $1 $2 ',
  ],
  [
    i(
      '\\b(?:is|are)\\s+(?:looked up|searched(?: for)?|filtered|queried|sorted|found)\\s+(?=.*\\b(?:by|on)\\b)',
    ),
    ' §by ',
  ],
  [i('\\b(?:have|has|having|with|needs?)\\s+no\\s+default(?:\\s+value)?'), ' §drop default '],
  [
    i(
      '\\b(?:be able to\\s+)?(?:find|search(?: for)?|look up|filter|sort|query|get|list)\\s+([^,.]*?)\\s+(?:quickly|fast(?:er)?|quicker)\\s+(?=(?:by|on)\\s)',
    ),
    ' §slow §by $1 ',
  ],
  [
    i(
      '\\b(?:be able to\\s+)?(?:find|search(?: for)?|look up|filter|sort|query|get|list)\\s+([^,.]*?\\s(?:by|on)\\s[^,.]*?)\\s+(?:quickly|fast(?:er)?|quicker)$',
    ),
    ' §slow §by $1 ',
  ],
  [
    i(
      `(${E})\\s+(?:can|could|may|might)\\s+(?:\\p{L}+\\s+){1,3}?(?:many|several|multiple|more than one)\\s+(${E})`,
    ),
    '$1 §several $2',
  ],
  [
    i(
      '\\b(?:(?:create|add|make|introduce|define|need|want)\\s+)?(?:this\\s+|it\\s+|that\\s+)?(?:an?\\s+)?(?:many[- ]to[- ]many|[mn]\\s?:\\s?[mn])(?:\\s+(?:relation(?:ship)?|link|association|join table|table|connection))?',
    ),
    ' §many ',
  ],
  [
    i(
      '\\b(?:(?:keep|store|record|save|maintain|add|create|introduce|want|need|have)\\s+)?(?:an?\\s+|the\\s+|full\\s+)*(?:change\\s+)?(?:histor(?:y|ies)|audit(?:[- ](?:log|trail|table))?|version history)(?![\\p{L}])(?:\\s+of\\s+(?:all\\s+|the\\s+|every\\s+)*(?:changes|change|edits|modifications)(?:\\s+(?:to|of|in))?)?',
    ),
    ' §history ',
  ],
  [
    i(
      '\\baudit\\s+(?:all\\s+|every\\s+|the\\s+|any\\s+)*(?:changes?|edits|modifications)\\s+(?:made\\s+)?(?:to|of|in|on)',
    ),
    ' §history ',
  ],
  [
    i(
      '\\b(?:keep track of|track|record|log|keep|remember|follow)\\s+(?:all\\s+|every\\s+|the\\s+|any\\s+)*(?:changes?|edits|modifications|old versions)\\s+(?:(?:that are\\s+)?made\\s+)?(?:of|to|in|for)',
    ),
    ' §history ',
  ],
  [
    i(
      "\\b(?:(?:is|are)\\s+(?:no longer|not|never)|isn['’]t|aren['’]t)\\s+(?:needed|used|wanted|in use)(?:\\s+any\\s?more)?(?:\\s+by (?:anyone|anybody))?",
    ),
    ' §drop ',
  ],
  [
    i("\\b(?:we\\s+|i\\s+)?(?:do not|don['’]t|no longer)\\s+(?:need|use|want)(?=\\s)(?!\\s+to\\b)"),
    ' §drop ',
  ],
  [i('\\b(?:is|are)\\s+(?:obsolete|useless|superfluous|redundant|not used|unused)'), ' §drop '],
  [
    i(
      '\\b(?:can|should|must|may|has to|have to|needs? to|(?:is|are) to)\\s+(?:go(?:\\s+away)?|be\\s+(?:dropped|removed|deleted|eliminated|discarded|thrown away|taken out))',
    ),
    ' §drop ',
  ],
  [
    i(
      '(?<!§)\\b(?:get rid of|throw (?:away|out)|take (?:away|out)|drop|remove|delete|eliminate|discard|clean up)\\b',
    ),
    ' §drop ',
  ],
  [i('\\bstop\\s+(?:storing|keeping|saving|recording|tracking|collecting)(?:\\s+the)?(?=\\s)'), ' §drop '],
  [i(`\\bkick\\s+(${E}|it|them)\\s+out(?:\\s+of)?`), ' §drop $1 of '],
  [i('\\b(?:redundant|duplicate|duplicated|superfluous)\\s+(?:index(?:es)?|indices)'), ' §redundant '],
  [
    i(
      '\\b(?:(?:create|add|put|make|build|set|place)\\s+)?(?:an?\\s+|the\\s+|another\\s+)?(?:new\\s+|missing\\s+|composite\\s+|combined\\s+)*(?:foreign[- ]keys?|fks?)(?:\\s+constraint)?(?:\\s+is missing| missing)?',
    ),
    ' §refer ',
  ],
  [i('\\b(?:missing|lacks?)\\s+(?=§refer)'), ' '],
  [
    i(
      '\\b(?:(?:add|create|make|introduce|put)\\s+)?(?:an?\\s+|the\\s+)?(?:reference|link|relation(?:ship)?|relation)\\s+(?=(?:from|between|to|of)\\b)',
    ),
    ' §refer ',
  ],
  [
    i(
      `\\b(?:${MUST}\\s+)?(?:refers?(?:\\s+only)?\\s+to|referenc(?:es?|ing)|points?\\s+(?:only\\s+)?(?:to|at)|links?\\s+to|(?:be\\s+)?linked\\s+(?:to|with)|connected\\s+(?:to|with))`,
    ),
    ' §refer ',
  ],
  [i('\\b(?:can|may|must|should|shall)?\\s*belongs?\\s+to(?:\\s+(?:exactly\\s+)?one(?=\\s))?'), ' §belong '],
  [i(`^(?:link|connect|tie)\\s+`), ' §refer '],
  [
    i(
      '\\b(?:create|add|put|make|build|need|want)?\\s*(?:an?\\s+|the\\s+|that\\s+)?(?:new\\s+|composite\\s+|combined\\s+)*(?<!§)(?:index(?:es)?|indices)\\b',
    ),
    ' §index ',
  ],
  [
    i(
      '\\b(?:speed up|accelerate|make (?:fast|faster))\\s+(?:the\\s+)?(?:look-?ups?|search(?:es|ing)?|quer(?:y|ies)|filters?|filtering|sorting|finding)?(?:\\s+(?:of|for|on|in))?',
    ),
    ' §index ',
  ],
  [
    i(
      '\\b(?:search(?:ing|es)?(?:\\s+for)?|look(?:ing)?[- ]?ups?(?:\\s+of)?|filter(?:ing|ed|s)?|quer(?:y|ying|ied|ies)|find(?:ing)?|sort(?:ing|ed)?|list(?:ing|ed))\\s+(?:of\\s+|for\\s+)?(?=.*\\b(?:by|on)\\b)',
    ),
    ' §by ',
  ],
  [
    i(
      '\\btakes?\\s+(?:ages|forever|(?:far\\s+|much\\s+)?too long|too much time|(?:a )?long(?: time)?|minutes|several seconds)\\b',
    ),
    ' §slow ',
  ],
  [i('\\b(?:is|are)\\s+(?:far\\s+|much\\s+)?(?:too\\s+|very\\s+|so\\s+|\\p{L}{3,}ly\\s+)?slow'), ' §slow '],
  [
    i(
      '\\b(?:that|this|it|which)\\s+(?:should|must|has to|needs to)\\s+be(?:come)?\\s+(?:quick|fast)(?:er)?\\b',
    ),
    ' §slow ',
  ],
]

/** Enforcing what is said asks for nothing more. */
export const EMPHASIS: Saying[] = [
  [i('(?<=§(?:history|index|refer))\\s+(?:is|are)\\s+(?:needed|wanted|missing|useful)'), ' '],

  [i("\\bthere(?:['’]s| is)?\\s+no\\s+§index"), ' §index '],
  [i('[,.]?\\s*(?:so\\s+)?(?:please\\s+)?(?:add|create|make)\\s+(?:one|it|that)$'), ' '],
  [i(`,?\\s*(?:and\\s+)?${ENFORCED}`), ' '],
  [
    i(
      ',?\\s*(?:and\\s+)?(?:make sure|ensure)\\s+(?:that\\s+)?(?:the\\s+|our\\s+)?(?:database|db|schema)\\s+(?:enforces|checks|guarantees|ensures|knows)\\s+(?:it|this|that)',
    ),
    ' ',
  ],
  [
    i(
      '\\b(?:add|create|put|define)\\s+(?:an?\\s+)?(?:check|constraint|rule)(?:\\s+constraint)?(?:\\s+(?:that|so that|on|for|to|in)(?![\\p{L}]))?\\s*:?',
    ),
    ' ',
  ],
  [i('\\bmake sure(?:\\s+that)?'), ' '],
]

const WITHOUT_MEANING: Saying[] = [
  [
    i(
      '^(?:so|therefore|hence|thus|that is why|for (?:this|that) reason|consequently|as a result|also|then|and|furthermore|additionally|in addition|besides|moreover|finally|next|first|second|third|lastly)[\\s,:]+',
    ),
    '',
  ],
  // Why it is wanted, in front of it.
  [
    i(
      '^(?:due to|because of|owing to|according to)\\s+(?![^,]*\\b(?:only|unless|except|if|until|not|no|never|but)\\b)[^,;:]{3,80},\\s+(?:please\\s+)?',
    ),
    '',
  ],
  [
    i(
      `^(?:(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))(?:\\s+(?:team|all|folks|everyone|everybody|there|colleagues))?|please|kindly|can (?:you|we)|could(?: (?:you|we))?|would you(?: mind)?|would it be possible to|i (?:want|would like|would love)(?: (?:you )?to|(?=\\s+(?:the|our|its)\\s))|we (?:want|would like) to|let['’]?s|todo|task|ticket)[\\s,:]+)+`,
    ),
    '',
  ],
  [
    i(
      '[,\\s]*\\b(?:please|pls|(?:many )?thanks(?: a lot| in advance| so much)?|thank you(?: (?:very|so) much)?|thx|cheers|kind regards|best regards)\\b[.!]*',
    ),
    ' ',
  ],
  [
    i(
      '\\b(?:from now on|any ?more|any longer|as well|in (?:the )?future|henceforth|going forward|as of now|from today(?: on)?|really|actually|simply|properly|correctly|automatically|afterwards|in the database|in our (?:db|database|schema)|at the (?:db|database) level)\\b',
    ),
    ' ',
  ],
  [i('\\b(?:in (?:all|any|each|every) cases?|under all circumstances|at all times)\\b'), ' '],
  [i('\\bwhat is (?:already )?there(?: already| now)?\\b'), 'the existing rows'],
  [i('\\b(?:too|again)(?=\\s*(?:$|[,.;!]))'), ' '],
  // Who wants it limits nothing.
  [
    i(
      '\\bfor\\s+(?:the\\s+)?(?:auditors|compliance|(?:audit|auditing|compliance|legal|reporting|statistical|security|analytics|documentation) (?:purposes|reasons)|reporting|statistics|gdpr)(?=\\s*(?:$|[,.;!]))',
    ),
    ' ',
  ],
  [
    i(
      '\\b(these|those|both|all)\\s+(?:of the\\s+)?(?:two|three|four)(?=\\s+(?:columns|fields|attributes|tables))',
    ),
    '$1',
  ],
]

/** `the time they were created`: a column that is called so. */
const MOMENTS: Saying[] = [
  [
    i(
      '(?<=\\b(?:by|and|on)\\s+)the\\s+(?:date|day|time|moment)(?:\\s+and\\s+time)?\\s+(?:when\\s+|at which\\s+|on which\\s+)?(?:it|they)\\s+(?:is|are|was|were)\\s+(\\p{L}+)(?:\\s+(?:on|at))?(?![\\p{L}])',
    ),
    '$1 at',
  ],
]

export const COURTESIES = [...WITHOUT_MEANING, ...MOMENTS]
export const DOING = [...VERBS, ...EMPHASIS]
