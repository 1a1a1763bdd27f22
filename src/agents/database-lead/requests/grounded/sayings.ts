/**
 * Ways of saying, brought to a few words that mean one thing each: `§required`, `§drop`. What the schema names was put
 * aside before. Whatever has no such meaning stays in the sentence as it is, and has to be a name, or is asked about.
 */
import { E, Q } from './mentions.ts'

export type Saying = [form: RegExp, to: string]

const NUMBER = '-?\\d+(?:\\.\\d+)?'
export const VALUE = `(?:${Q}|${NUMBER}|[\\p{L}_][\\p{L}\\p{N}_-]*)`
const DET = '(?:(?:the|an?|each|every|any|all|our|its|their)\\s+)?'
/** `must not`, `can never`, `cannot`. */
const NOT =
  "(?:can['’]t|won['’]t|(?:must|should|shall|may|can|could|will|do|does|is|are)(?:\\s+not|\\s+never|n['’]?t|not)|never|not)(?:\\s+(?:ever|be|have|stay|remain|become|get|to|any))*"
export const MUST =
  '(?:(?:must|should|shall|has to|have to|needs? to|is to|are to|ought to)(?:\\s+(?:always|only|at all times|never))?(?:\\s+be)?|is|are)'
const FORBID =
  "(?:forbid|disallow|prevent|prohibit|reject|refuse|block|avoid|(?:do not|don['’]t|not) allow|(?:we )?(?:do not|don['’]t) want|no more|no|there (?:must|should|may) (?:be no|not be(?: any)?))"
const EMPTY =
  '(?:null|empty|blank|missing|unset|undefined|unknown|absent|left out|left empty|left blank|omitted)'
const EMPTIES = '(?:nulls?|null values?|empty values?|missing values?|blanks?|blank values?)'
const FILLED = '(?:set|filled(?: in)?|filled out|present|given|provided|specified|known|there|entered|stated)'
/** In any capitals, wherever it stands. */
export const i = (source: string) => new RegExp(source, 'giu')

const NULLNESS: Saying[] = [
  [
    i(
      `\\b(?:do not|don['’]t|never)\\s+let\\s+(.+?)\\s+(?:be|become|get|go)\\s+(?=${EMPTY}|negative|below|above)`,
    ),
    '$1 must not be ',
  ],
  [i(`\\bno\\s+(${E})\\s+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})`), '$1 §required $2'],
  [
    i(
      `\\b(?:it (?:must|should|has to) be possible to|(?:allow|permit)(?: (?:it|users|people))? to|one (?:can|may)|we (?:can|may|want to be able to))\\s+(?:leave|keep)\\s+(.+?)\\s+${EMPTY}`,
    ),
    ' §optional $1',
  ],
  [
    i(
      `\\b${NOT}\\s+(?:(?:be|exist|stored|saved|registered|created|entered|added|inserted|made)\\s+)+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})`,
    ),
    ' §required $1',
  ],
  [
    i(
      `\\bno\\s+(${E})\\s+(?:can|may|must|should|shall)\\s+(?:be\\s+)?(?:exist|stored|saved|registered|created|entered|added|inserted|made)\\s+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})`,
    ),
    '$1 §required $2',
  ],
  [
    i(
      `\\b(?:is|are)?\\s*(?:no longer|not|n['’]?t)\\s+(?:need(?:s|ed)? to be |to be )?(?:required|mandatory|compulsory|obligatory|needed to be ${FILLED})(?:\\s+any\\s?more|\\s+any longer)?`,
    ),
    ' §optional ',
  ],
  [
    i(
      `\\b(?:need not|do(?:es)?(?: not|n['’]t) (?:have|need) to|no longer (?:needs?|has|have) to)\\s+be\\s+${FILLED}`,
    ),
    ' §optional ',
  ],
  [
    i(
      `\\b(?:drop|remove|lift|take away)\\s+(?:the\\s+)?(?:not[- ]null|required|mandatory)(?:\\s+(?:constraint|rule|flag))?(?:\\s+(?:from|on|of|for))?`,
    ),
    ' §optional ',
  ],
  [i(`\\ballow\\s+${DET}(${E})\\s+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})`), ' §optional $1 $2 '],
  [
    i(
      `(${E})\\s+(?:can|may|should be able to|are allowed to|is allowed to)\\s+(?:exist|be stored|be saved|be)\\s+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})`,
    ),
    '$1 §optional $2',
  ],
  [
    i(
      `(${E})\\s+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})\\s+(?:(?:is|are|should be|must be)\\s+(?:possible|allowed|fine|ok|okay|valid))`,
    ),
    '$1 §optional $2',
  ],
  [
    i(
      `(${E})\\s+without\\s+(?:an?\\s+|the\\s+|any\\s+)?(${E})\\s+(?:makes? no sense|(?:is|are) (?:useless|invalid|not (?:possible|allowed|valid)|forbidden)|(?:must|should|may|can)(?: not|not|n['’]t) (?:exist|be possible|be allowed))`,
    ),
    '$1 §required $2',
  ],
  [
    i(`\\b${NOT}\\s+(?:(?:left|be)\\s+)*(?:${EMPTY}(?:\\s+(?:or|nor|and)\\s+${EMPTY})?)(?:\\s+either)?`),
    ' §required ',
  ],
  [
    i(
      `\\b(?:${NOT}\\s+(?:allow|accept|contain|have|permit|take|hold)|${FORBID})\\s+(?:any\\s+)?${EMPTIES}(?:\\s+(?:in|for|on|there))?`,
    ),
    ' §required ',
  ],
  [
    i(
      `\\b(?:${MUST}\\s+(?:always\\s+)?|always\\s+)(?:be\\s+)?${FILLED}(?=\\s*(?:$|[,.;]| and | in | on | for | of ))`,
    ),
    ' §required ',
  ],
  [
    i(
      `\\b(?:can|may|could|should be allowed to|is allowed to|are allowed to)\\s+(?:also\\s+)?(?:be|stay|remain|become)\\s+(?:left\\s+)?(?:${EMPTY}|optional)`,
    ),
    ' §optional ',
  ],
  [
    i(
      `\\b(?:should |must |can |may )?(?:allow(?:s|ed|ing)?|accepts?|permits?)\\s+(?:for\\s+)?${EMPTIES}(?:\\s+(?:in|for|on))?`,
    ),
    ' §optional ',
  ],
  [
    i(
      `(${E})\\s+(?:must(?: always)?|always|has to|have to|should always)\\s+(?:have|has|needs?|requires?|carry)\\s+(?:an?\\s+|the\\s+|some\\s+)?(${E})`,
    ),
    '$1 §required $2',
  ],
  [i(`(${E})\\s+(?:needs?|requires?)\\s+(?:always\\s+)?(?:an?\\s+)?(${E})`), '$1 §required $2'],
  [
    i('\\b(?:required|compulsory|obligatory|mandatory|not[- ]null(?:able)?|non[- ]?null(?:able)?)\\b'),
    ' §required ',
  ],
  [i('\\b(?:nullable|optional)\\b'), ' §optional '],
]

const UNIQUENESS: Saying[] = [
  [
    i(
      `\\b(?:${NOT}|${FORBID})\\s*(?:\\p{L}+\\s+){0,4}?(?:two|2|several|multiple|more than one)\\s+(${E})\\s+(?:with|that have|having|sharing|share|have)\\s+(?:one and\\s+)?the same\\s+(${E})`,
    ),
    ' §unique $1 $2',
  ],
  [
    i(
      `\\b(?:two|several|more)\\s+(${E})\\s+(?:with|having|that have|sharing)\\s+(?:one and\\s+)?the same\\s+(${E})\\s+(?:(?:must|should|may|can|are|is)\\s*)?(?:not|never|n['’]t|be impossible|impossible|forbidden|be forbidden)(?:\\s+(?:be\\s+)?(?:exist|allowed|possible|permitted))?`,
    ),
    ' §unique $1 $2',
  ],
  [i(`\\bno two\\s+(${E})[^,.]*?\\s+(?:the same|an? identical|equal)`), ' §unique $1 '],
  [i(`\\b${NOT}\\s+(?:share|have|use|carry)?\\s*(?:the same|an? identical)`), ' §unique '],
  [
    i(
      `\\b(?:${FORBID}|without|${NOT}\\s+(?:have|contain|allow|accept|permit))\\s+(?:any\\s+)?(?:duplicates?|duplicated|double|doubles|duplicate values|dupes|repeated)(?:\\s+(?:values?|entries))?(?:\\s+(?:there|of|in|for|on)(?![\\p{L}]))?`,
    ),
    ' §unique ',
  ],
  [
    i(
      '\\b(?:(?:must|may|can|should|shall|has to)\\s+)?(?:only\\s+)?(?:occur|appear|exist|be used|be taken|be there|be given|be stored)\\s+(?:only\\s+|at most\\s+|just\\s+)?once(?: only)?',
    ),
    ' §unique ',
  ],
  [
    i(
      `\\b${NOT}\\s+(?:used|exist|occur|appear|repeated|repeat|there)?\\s*(?:be\\s+)?(?:twice|more than once|several times|multiple times)`,
    ),
    ' §unique ',
  ],
  [i(`\\b(?:${MUST}\\s+)?(?:uniquely\\s+)?identif(?:y|ies)`), ' §unique '],
  [
    i(`\\b(?:${MUST}\\s+)?(?:be\\s+)?(?:different|distinct)\\s+(?:for|in|on)\\s+(?:each|every|all)`),
    ' §unique ',
  ],
  [i('\\b(?:only|at most|just)\\s+once\\b'), ' §unique '],
  [i('\\b(?:an?\\s+)?unique(?:ness)?(?:\\s+(?:constraint|key|index|rule))?\\b'), ' §unique '],
]

const BOUNDS: Saying[] = [
  [i(`\\b${NOT}\\s+(?:(?:zero|0) or (?:less|negative|below)|negative or (?:zero|0))`), ' greater than 0 '],
  [
    i(
      `\\b(?:${NOT}|no)\\s+(?:longer than|(?:exceed|have more than|hold more than|more than))\\s+(?=\\d+\\s+(?:characters?|chars?|letters?))`,
    ),
    ' up to ',
  ],
  [i(`[(,]\\s*(${NUMBER})\\s*(?:to|-|\\.\\.|–)\\s*(${NUMBER})\\s*(?:\\)|$)`), ', between $1 and $2'],
  [
    i(
      `\\b(?:minimum|min)\\s*(?:of|is|:|=)?\\s*(${NUMBER})\\s*(?:,|and|;)\\s*(?:maximum|max)\\s*(?:of|is|:|=)?\\s*(${NUMBER})`,
    ),
    ' between $1 and $2',
  ],
  [
    i(`\\b(?:goes|go|ranges?|runs?|lies?|lie|reach(?:es)?)\\s+(?:only\\s+)?from\\s+(?=${NUMBER})`),
    ' between ',
  ],
  [i(`(?<=\\b(?:between|from)\\s+${NUMBER})\\s+(?:up to|till|until|through)\\s+(?=${NUMBER})`), ' to '],
  [i(`\\b(?:smaller|less|lower) than or equal to\\s+`), ' at most '],
  [i(`\\b(?:greater|more|larger|bigger|higher) than or equal to\\s+`), ' at least '],
  [i(`>=\\s*(?=${NUMBER})`), ' at least '],
  [i(`<=\\s*(?=${NUMBER})`), ' at most '],
  [i(`>\\s*(?=${NUMBER})`), ' greater than '],
  [i(`<\\s*(?=${NUMBER})`), ' less than '],
  [
    i(
      `\\b${NOT}\\s+(?:exceed|go (?:above|over|beyond)|(?:more|greater|higher|larger|bigger) than|above|over)\\s+(?=${NUMBER})`,
    ),
    ' at most ',
  ],
  [
    i(
      `\\b${NOT}\\s+(?:fall below|go (?:below|under)|drop below|(?:less|lower|smaller) than|below|under)\\s+(?=${NUMBER})`,
    ),
    ' at least ',
  ],
  [
    i(
      `\\b${FORBID}\\s+([^,.]*?)\\b(?:of\\s+)?(?:more than|greater than|above|over|exceeding|larger than|higher than)\\s+(?=${NUMBER})`,
    ),
    ' $1 at most ',
  ],
  [
    i(
      `\\b${FORBID}\\s+([^,.]*?)\\b(?:of\\s+)?(?:less than|below|under|lower than|smaller than)\\s+(?=${NUMBER})`,
    ),
    ' $1 at least ',
  ],
  [
    i(
      `\\b(?:less than|below|under|lower than|smaller than)\\s+(${NUMBER})\\s*(?:,|must|should|are|is)?\\s*(?:${FORBID}|not allowed|forbidden|impossible)(?:\\s+(?:that|this|it))?`,
    ),
    ' at least $1 ',
  ],
  [
    i(
      `\\b(?:more than|greater than|above|over|higher than)\\s+(${NUMBER})\\s*(?:,|must|should|are|is)?\\s*(?:${FORBID}|not allowed|forbidden|impossible)(?:\\s+(?:that|this|it))?`,
    ),
    ' at most $1 ',
  ],
  [
    i(
      `\\bnegative\\s+(?:values?\\s+(?:of|in|for)\\s+)?(${E})\\s+(?:values?\\s+)?${MUST}\\s+(?:not (?:allowed|possible|valid|be possible|be allowed)|forbidden|impossible|rejected|refused)`,
    ),
    '$1 not negative',
  ],
  [
    i(
      `\\b(?:${FORBID}|${NOT})\\s+(?:(?:have|show|hold|contain|store)\\s+)?(?:an?\\s+)?(?:negative(?:\\s+(?:values?|numbers?|amounts?)(?:\\s+(?:in|for|of|on))?)?|below zero)`,
    ),
    ' not negative ',
  ],
]

const LISTS: Saying[] = [
  [i(`,?\\s*\\b(?:and|or)\\s+nothing else\\b`), ' '],
  [
    i(
      `\\b(?:which|that|who|it|they)?\\s*(?:is|are|can be|may be|must be|should be)?\\s*(?:only\\s+)?either\\s+(?=${VALUE}\\s)`,
    ),
    ', one of ',
  ],
  [
    i(
      `\\b(?:only|just)\\s+(?:the (?:values|options)\\s+)?((?:${VALUE}\\s*,\\s*)*${VALUE}\\s*,?\\s+(?:or|and)\\s+${VALUE})\\s+(?:(?:is|are|should be|must be)\\s+)?(?:allowed|possible|valid|permitted|accepted|ok|okay)`,
    ),
    ', one of $1',
  ],
  [
    i(
      `\\b(?:allowed|possible|valid|permitted)\\s+(?:values?|options?)?\\s*(?:are|is|:|=)?\\s*(?=${VALUE}\\s*(?:,|or\\b))`,
    ),
    ', one of ',
  ],
  [
    i(
      `\\b(?:can|may|must|should|shall|has to|have to)\\s+(?:always\\s+|only\\s+)?be\\s+(?:only\\s+)?(?=${VALUE}\\s*,\\s*(?:${VALUE}\\s*,\\s*)*(?:or\\s+)?${VALUE}(?:\\s+or\\s+${VALUE})?)`,
    ),
    ', one of ',
  ],
]

const NOBODY =
  '(?:nothing|nobody|no one|none|somebody|someone|something|anything|anybody|told|stated|said|given|otherwise|specified|not)'
const DEFAULTS: Saying[] = [
  [
    i(
      `\\b(?:the\\s+)?default(?:\\s+value)?\\s+(?:for|of|in|on)\\s+(.+?)\\s*(?::|=|\\bis\\b|\\bshould be\\b|\\bmust be\\b|\\bto be\\b)\\s*(${VALUE})$`,
    ),
    '$1 default $2',
  ],
  [
    i(
      `\\b(?:is|are|be)?\\s*(?:automatically\\s+)?(?:set|filled)\\s+(?:to|with)\\s+(?:the\\s+)?(?:now|current (?:time|date|moment|timestamp)|today)(?:\\s+automatically)?(?:\\s+(?:for|on|in|of)\\s+(?:all\\s+|every\\s+)?new(?=\\s)|(?<=automatically))`,
    ),
    ', default now for ',
  ],
  [
    i(
      `\\b(?:is|are|be)?\\s*(?:automatically\\s+)?(?:set|filled)\\s+(?:to|with)\\s+(${VALUE})\\s+(?:automatically\\s+)?(?:for|on|in|of)\\s+(?:all\\s+|every\\s+)?new(?=\\s)`,
    ),
    ', default $1 for ',
  ],
  [
    i(
      `\\b(?:filled|set)\\s+(?:with|to)\\s+(?:the\\s+)?(?:current (?:time|date|moment|timestamp)|now|today)\\s+by default`,
    ),
    ', default now',
  ],
  [
    i(
      `(?:,?\\s*\\b(?:be|is|are|being|starts?(?: out)?(?: as| at| with)?|begins?(?: as| at| with)?))?\\s+(${VALUE})\\s+(?:unless|if|when|as long as)\\s+${NOBODY}\\b[^,.;]*`,
    ),
    ', default $1',
  ],
  [i(`(?:,?\\s*\\b(?:be|is|are|being|with))?\\s+(${VALUE})\\s+by default`), ', default $1'],
  [
    i(
      `,?\\s*\\b(?:initially|at first|starts?(?: out)? (?:as|at|with)|starting (?:as|at|with)|begins? (?:as|at|with))\\s+(${VALUE})`,
    ),
    ', default $1',
  ],
  [
    i(
      `,?\\s*(?:(?:that|which)\\s+)?(?:is\\s+|are\\s+)?(true|false|on|off|yes|no)\\s+(?:for (?:all|every|each|any|everybody|everyone)(?: of them)?\\s*)?(?:at first|initially|for (?:all|everybody|everyone)(?: of them)?|at the beginning)`,
    ),
    ', default $1',
  ],
  [i('\\bdefault (?:off|no)(?=\\s*(?:$|[,.;]))'), 'default false'],
  [i('\\bdefault (?:on|yes)(?=\\s*(?:$|[,.;]))'), 'default true'],
  [
    i(
      `^if\\s+(?:nothing|no (?:value|${E})|none)\\s+(?:is|was)\\s+(?:given|said|set|stated|specified|provided|entered),?\\s+(.+?)\\s+(?:should|must|shall|is to|has to)\\s+be\\s+(${VALUE})`,
    ),
    '$1 default $2',
  ],
  [
    i(`\\buse\\s+(${VALUE})\\s+as\\s+(?:the\\s+|a\\s+)?default(?:\\s+value)?(?:\\s+(?:for|of|in|on))?`),
    'default $1 for',
  ],
  [
    i(`(${VALUE})\\s+(?:as\\s+(?:the\\s+|a\\s+)?default(?:\\s+value)?|is the default(?:\\s+(?:for|of|in))?)`),
    ', default $1',
  ],
  [i(`\\bdefault\\s+(?:to\\s+|is\\s+)?(?:the\\s+)?current (?:time|date|moment|timestamp)`), ' default now'],
  [i(`(?<=${E})\\s+(?:is|are|should be)?\\s*(true|false|on|off)\\s+by default`), ', default $1'],
]

const TYPES: [RegExp, string][] = [
  [/whole numbers?/, 'integer'],
  [/(?:big|large|long) (?:int(?:eger)?s?|whole numbers?|numbers?)/, 'bigint'],
  [/small (?:int(?:eger)?s?|whole numbers?)/, 'smallint'],
  [/(?:an? )?(?:amounts? of )?money(?: amounts?)?/, 'numeric(12,2)'],
  [/yes[/ -](?:or[ -])?no|true[/ -](?:or[ -])?false/, 'boolean'],
  [/dates? (?:and|with)(?: the| a)? times?|date-?times/, 'timestamp'],
  [/(?:free|long) texts?/, 'text'],
]
const TYPE_WORDS: Saying[] = [
  [
    i(
      '\\b(?:of\\s+)?(?:up to\\s+)?(\\d+)\\s+digits?\\s*(?:,|and|with|of which|in total,?)*\\s+(\\d+)\\s+(?:decimals?|decimal places|(?:digits )?after the (?:point|comma))',
    ),
    ' §type numeric($1,$2) ',
  ],
  ...TYPES.map(
    ([form, type]): Saying => [
      i(
        `(?:\\b(?:as|of type|be|being|becomes?|in|into|to)\\s+)?(?:\\ban?\\s+)?(?<![\\p{L}])(?:${form.source})(?![\\p{L}])(?:\\s+(?:column|field|value|type|flag))?`,
      ),
      ` §type ${type} `,
    ],
  ),
]

export const said = (text: string, ...groups: Saying[][]): string =>
  groups
    .flat()
    .reduce((t, [form, to]) => t.replace(form, to), text)
    .replace(/\s+/g, ' ')
    .replace(/\s+,/g, ',')
    .trim()

export const PROPERTIES = [...DEFAULTS, ...NULLNESS, ...UNIQUENESS, ...BOUNDS, ...LISTS, ...TYPE_WORDS]
