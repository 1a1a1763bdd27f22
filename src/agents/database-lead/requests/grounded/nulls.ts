/** Ways of saying that a column may be null or not, and that its texts hold something. */

import { E } from './mentions.ts'
import { DET, FORBID, i, MUST, NOT, type Saying } from './phrases.ts'

const ABSENT = '(?:null|missing|unset|undefined|unknown|absent|left out|omitted)'
const EMPTY = `(?:${ABSENT}|empty|blank|left empty|left blank)`
const NULLS = '(?:nulls?|null values?|missing values?)'
const BLANKS =
  '(?:blanks?|blank (?:values?|strings?|texts?)|white[- ]?space(?:s| only| strings?)?|only (?:white ?space|spaces|blanks))'
const EMPTIES = `(?:${NULLS}|empty values?|${BLANKS})`
const FILLED = '(?:set|filled(?: in)?|filled out|present|given|provided|specified|known|there|entered|stated)'
const REFUSES = `(?:${NOT}\\s+(?:allow|accept|contain|have|permit|take|hold)|${FORBID})`
const OR = '\\s+(?:or|nor|and|and also|or even)\\s+(?:an?\\s+)?(?:not\\s+)?'
const EMPTY_TEXT = '(?:an?\\s+|the\\s+)?(?:empty|zero[- ]length) (?:strings?|texts?|varchars?)'
const NO_TEXT = `(?:${BLANKS}|(?:just|only|nothing but|made (?:up )?of|consist(?:s|ing)? of) (?:only )?(?:blanks|spaces|white[- ]?space)|(?:all|only) blank|white[- ]?space only)`

/**
 * What is null is one thing, and a text without a character another: `not blank` is said of texts, `not an empty text`
 * too. `not empty` alone may mean either, and is left open: what the column is decides, or a person.
 */
const EMPTINESS: Saying[] = [
  [i(`\\b${NOT}\\s+(?:be\\s+)?${ABSENT}${OR}(?:empty|${EMPTY_TEXT})(?:\\s+either)?`), ' §required §unempty '],
  [i(`\\b${NOT}\\s+(?:be\\s+)?${ABSENT}${OR}(?:blank|${NO_TEXT})(?:\\s+either)?`), ' §required §unblank '],
  [i(`\\b${NOT}\\s+(?:be\\s+)?(?:empty|${EMPTY_TEXT})${OR}${ABSENT}(?:\\s+either)?`), ' §required §unempty '],
  [i(`\\b${NOT}\\s+(?:be\\s+)?(?:blank|${NO_TEXT})${OR}${ABSENT}(?:\\s+either)?`), ' §required §unblank '],
  [
    i(
      `\\b${NOT}\\s+(?:be\\s+|contain\\s+|hold\\s+|have\\s+)?(?:(?:empty|${EMPTY_TEXT})${OR}(?:blank|${NO_TEXT})|(?:blank|${NO_TEXT})${OR}(?:empty|${EMPTY_TEXT}))(?:\\s+either)?`,
    ),
    ' §unblank ',
  ],
  [
    i(
      `\\b(?:${NOT}\\s+(?:be\\s+|contain\\s+|hold\\s+)?(?:just\\s+)?|${REFUSES}\\s+(?:any\\s+)?|without\\s+)${EMPTY_TEXT}(?:\\s+(?:in|for|on|there|either))?`,
    ),
    ' §unempty ',
  ],
  [
    i(
      `\\b(?:${NOT}\\s+(?:be\\s+|contain\\s+|hold\\s+)?|${REFUSES}\\s+(?:any\\s+)?)${NO_TEXT}(?:\\s+(?:in|for|on|there|either))?`,
    ),
    ' §unblank ',
  ],
  [i(`\\b(?:${NOT}\\s+(?:be\\s+|stay\\s+)?blank|non[- ]?blank)(?:\\s+either)?`), ' §unblank '],
  [
    i(
      `\\b(?:${NOT}\\s+(?:(?:left|be)\\s+)*(?:empty|left blank|blank)|${REFUSES}\\s+(?:any\\s+)?empty values?(?:\\s+(?:in|for|on))?|non[- ]?empty)(?:\\s+either)?`,
    ),
    ' §filled ',
  ],
]

export const NULLNESS: Saying[] = [
  [i(`\\b(${MUST}\\s+(?:be\\s+)?unique)\\s+and\\s+(?=${FILLED}\\s*$)`), '$1 and must be '],
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
  ...EMPTINESS,
  [
    i(`\\b${NOT}\\s+(?:(?:left|be)\\s+)*(?:${ABSENT}(?:\\s+(?:or|nor|and)\\s+${ABSENT})?)(?:\\s+either)?`),
    ' §required ',
  ],
  [i(`\\b${REFUSES}\\s+(?:any\\s+)?${NULLS}(?:\\s+(?:in|for|on|there))?`), ' §required '],
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
      `(${E})\\s+(?:must(?: always)?|always|has to|have to|should always|should(?=\\s+(?:state|give|name|mention)))\\s+(?:have|has|needs?|requires?|carry|state|give|name|mention)\\s+(?:an?\\s+|the\\s+|some\\s+|its\\s+|their\\s+)?(${E})`,
    ),
    '$1 §required $2',
  ],
  [
    i(
      `(${E})\\s+(?:must|has to|have to)\\s+(?:always\\s+)?be\\s+(?:assigned|allocated|attached)\\s+to\\s+(?:an?\\s+|the\\s+|one\\s+|some\\s+)?(${E})`,
    ),
    '$1 §required $2',
  ],
  [i(`(${E})\\s+(?:needs?|requires?)\\s+(?:always\\s+)?(?:an?\\s+)?(${E})`), '$1 §required $2'],
  [
    i('(?<!§)\\b(?:required|compulsory|obligatory|mandatory|not[- ]null(?:able)?|non[- ]?null(?:able)?)\\b'),
    ' §required ',
  ],
  [i('(?<!§)\\b(?:nullable|optional)\\b'), ' §optional '],
]
