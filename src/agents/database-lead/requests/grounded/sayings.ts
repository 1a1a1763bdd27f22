/**
 * Ways of saying, brought to a few words that mean one thing each: `§required`, `§drop`. What the schema names was put
 * aside before. Whatever has no such meaning stays in the sentence as it is, and has to be a name, or is asked about.
 */

import { SAID_ELSE } from '../wording.ts'
import { BOUNDS, LENGTHS } from './bounds.ts'
import { E, Q } from './mentions.ts'
import { NULLNESS } from './nulls.ts'
import { FORBID, i, MUST, NOT, type Saying, VALUE } from './phrases.ts'

const UNIQUENESS: Saying[] = [
  [
    i(
      `\\b${NOT}\\s+(?:be\\s+)?(?:assigned|given|issued|used|taken|shared|held)\\s+(?:to|by|for|with|among)\\s+(?:two|2|several|multiple|more than one)\\s+(?:different\\s+)?(${E})(?:\\s+(?:members|persons|people))?`,
    ),
    ' §unique $1 ',
  ],
  [
    i(
      `(${E})\\s+(?:is|are|must be|should be)\\s+(?:uniquely\\s+)?identified\\s+by\\s+(?:the\\s+|its\\s+|their\\s+|an?\\s+)?(?=${E})`,
    ),
    '$1 §unique ',
  ],
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
  [
    i(
      '\\b(?:nobody|no one|no two(?: of them)?|none)\\s+(?:ever\\s+)?(?:shares?|may share|can share)(?:\\s+(?:one|it|them|the same(?: one)?))?',
    ),
    ' §unique ',
  ],
  [
    i(
      `^two\\s+(?:different\\s+)?(${E})((?:\\s+(?:on|in|of|for|at|with)\\s+(?:an?|the|one|the same)\\s+${E})?)\\s+${NOT}\\s+(?:share\\s+|use\\s+|carry\\s+)?(?:the same|an? identical)`,
    ),
    '$1 $2 §unique ',
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
      '\\b(?:(?:must|may|can|should|shall|has to)\\s+)?(?:only\\s+)?(?:occurs?|appears?|exists?|be used|be taken|be there|be given|be stored)\\s+(?:only\\s+|at most\\s+|just\\s+)?once(?: only)?',
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
  [i('\\bunique\\s+(?:across|among|throughout)\\s+(?:all\\s+)?(?=\\S)'), 'unique of '],
  [i('\\b(?:an?\\s+)?unique(?:ness)?(?:\\s+(?:constraint|key|index|rule))?\\b'), ' §unique '],
]

const LISTS: Saying[] = [
  [
    i(
      `(?<=${E})\\s*:\\s*(?:only|just|either)\\s+((?:${Q}\\s*,\\s*)+(?:(?:and|or)\\s+)?${Q}|${Q}\\s+(?:and|or)\\s+${Q})$`,
    ),
    ', one of $1',
  ],
  [
    i(
      `\\(\\s*(?:one of\\s+|either\\s+)?((?:(?!yes\\b|true\\b)${VALUE}\\s*,\\s*)*(?!yes\\b|true\\b)${VALUE}\\s*,?\\s+or\\s+${VALUE})\\s*\\)`,
    ),
    ', one of $1',
  ],
  [
    i(
      `\\b(?:can|may|must|should|shall|has to|have to)\\s+(?:only\\s+(?:ever\\s+)?be|be\\s+only|be\\s+either)\\s+(?=${VALUE}\\s+or\\s+${VALUE}\\s*(?:$|[,.;]))`,
    ),
    ', one of ',
  ],
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
      `\\b(?:can|may|must|should|shall|has to|have to)\\s+(?:always\\s+|only\\s+)?be\\s+(?:only\\s+)?(?=${VALUE}\\s*,\\s*(?:${VALUE}\\s*,\\s*)*(?:or\\s+${VALUE}|${VALUE}\\s+or\\s+${VALUE}))`,
    ),
    ', one of ',
  ],
]

const NOBODY =
  '(?:nothing|nobody|no one|none|somebody|someone|something|anything|anybody|told|stated|said|given|otherwise|specified|not)'
/** The time of writing. */
const NOW =
  "(?:(?:the\\s+)?(?:current|present)\\s+(?:date\\s+and\\s+time|time\\s?stamp|time|date|moment|day)|current_(?:timestamp|date|time)(?:\\(\\))?|now\\(\\)|today['’]s date|the\\s+(?:time|moment|date)\\s+(?:of\\s+(?:insert(?:ion|ing)?|creation|writing|entry)|(?:it|they)\\s+(?:is|are|was|were)\\s+(?:inserted|created|written|entered)))"
const DEFAULTS: Saying[] = [
  [
    i(
      `^(?:the\\s+)?default\\s+(?:value\\s+)?(?:for\\s+|of\\s+)?(?:the\\s+)?(${E}(?:\\s+(?:of|for|in|on)\\s+(?:the\\s+)?${E})?)\\s+(?:should|must|shall|has to|is to|needs to)\\s+(?:now\\s+)?be(?:come)?\\s+(${VALUE})(?:\\s+(?:instead of|rather than|and not|not)\\s+${VALUE})?$`,
    ),
    '$1 default $2',
  ],
  [
    i(
      `\\b(defaults?|defaulting)((?:\\s+value)?\\s*(?:to\\s+|of\\s+|is\\s+|as\\s+|be\\s+|=\\s*|:\\s*)*)${NOW}`,
    ),
    '$1$2now',
  ],
  [i(`${NOW}(?=\\s+(?:by default|unless|as (?:the |a )?default))`), 'now'],
  [
    i(
      `^if\\s+(?:the\\s+|an?\\s+)?(${E})\\s+(?:is|was|are|were)(?:\\s+not|n['’]t)\\s+(?:given|said|set|stated|specified|provided|entered)([^,]*?),\\s*(?:then\\s+)?(?:take|use|assume|set it to|it (?:should|must|shall) be)\\s+(?:${NOW}|now)$`,
    ),
    '$1$2 default now',
  ],
  [
    i(
      `^if\\s+(?:the\\s+|an?\\s+)?(${E})\\s+(?:is|was|are|were)(?:\\s+not|n['’]t)\\s+(?:given|said|set|stated|specified|provided|entered)([^,]*?),\\s*(?:then\\s+)?(?:take|use|assume|set it to|it (?:should|must|shall) be)\\s+(${VALUE})$`,
    ),
    '$1$2 default $3',
  ],
  [
    i(
      `\\b(?:the\\s+)?default(?:\\s+value)?\\s+(?:for|of|in|on)\\s+(.+?)\\s*(?::|=|\\bis\\b|\\bshould be\\b|\\bmust be\\b|\\bto be\\b|\\bto\\b)\\s*(${VALUE})$`,
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
      `\\b(?:is|are|be)?\\s*(?:automatically\\s+)?(?:set|filled)\\s+(?:automatically\\s+)?(?:to|with)\\s+(?:the\\s+)?(?:now|current (?:time|date|moment|timestamp)|today(?:['’]s date)?)\\s+when(?:ever)?\\s+(?:an?|the|each)\\s+(?:new\\s+)?(?:${E}|row|record|entry)\\s+is\\s+(?:entered|inserted|created|added|saved|recorded|made)`,
    ),
    ', default now',
  ],
  [
    i(
      `\\b(?:filled|set)\\s+(?:with|to)\\s+(?:the\\s+)?(?:current (?:time|date|moment|timestamp)|now|today)\\s+by default`,
    ),
    ', default now',
  ],
  [
    i(
      '\\b(unless|if)\\s+(?:we|you|they|people)\\s+(?:say|tell|state|specify|ask|want|choose)\\s+(?:it\\s+)?(?:otherwise|something else|differently)',
    ),
    '$1 told otherwise',
  ],
  [
    i(
      `(?:,?\\s*\\b(?:be|is|are|being|starts?(?: out)?(?: as| at| with)?|begins?(?: as| at| with)?))?\\s+(${VALUE})\\s+(?:unless|if|when|as long as)\\s+${NOBODY}\\b${SAID_ELSE}`,
    ),
    ', default $1',
  ],
  [i(`(?:,?\\s*\\b(?:be|is|are|being|with))?\\s+(${VALUE})\\s+by default`), ', default $1'],
  [
    i(
      // `starts at 1` may be what the first has, or the least of all.
      `,?\\s*\\b(?:initially|at first|starts?(?: out)? (?:as|at)|starting (?:as|at|with)|begins? (?:as|at))\\s+(?!-?[1-9])(${VALUE})`,
    ),
    ', default $1',
  ],
  [
    i(
      `(?<!\\bto),?\\s*(?:(?:that|which)\\s+)?(?:is\\s+|are\\s+)?(?<!\\bto\\s)(true|false|on|off|yes|no)\\s+(?:for (?:all|every|each|any|everybody|everyone)(?: of them)?\\s*)?(?:at first|initially|for (?:all|everybody|everyone)(?: of them)?|at the beginning)`,
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
  [/strings?/, 'varchar(255)'],
]
export const TYPE_WORDS: Saying[] = [
  [
    i(
      '\\b(?:of\\s+)?(?:up to\\s+)?(\\d+)\\s+digits?\\s*(?:,|and|with|of which|in total,?)*\\s+(\\d+)\\s+(?:decimals?|decimal places|(?:digits )?after the (?:point|comma))',
    ),
    ' §type numeric($1,$2) ',
  ],
  ...['one', 'two', 'three', 'four'].map(
    (word, at): Saying => [
      i(
        `(?:\\b(?:an?\\s+)?(?:decimal|numeric|number)\\s*,?\\s+)?\\bwith\\s+(?:${at + 1}|${word})\\s+(?:decimals?(?:\\s+places?)?|places)(?!\\s+(?:after|before))`,
      ),
      ` §type numeric(12,${at + 1}) `,
    ],
  ),
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

export const PROPERTIES = [
  ...DEFAULTS,
  ...NULLNESS,
  ...UNIQUENESS,
  ...LENGTHS,
  ...BOUNDS,
  ...LISTS,
  ...TYPE_WORDS,
]
