/** Ways of saying how long a text is, and between which bounds a number lies. */

import { E } from './mentions.ts'
import { FORBID, i, MUST, NOT, NUMBER, type Saying } from './phrases.ts'

export const LENGTHS: Saying[] = [
  // Not how many fit in, but how many there have to be.
  [
    i(
      '\\b(?:must|has to|have to)\\s+(?:always\\s+)?(?:be|have|contain|consist of)\\s+(?=(?:\\d+|one|two|three|four|five|six|seven|eight|nine|ten)\\s+(?:characters?|chars?|letters?)\\s*(?:$|[,.;]|long\\b))',
    ),
    ' §exactly ',
  ],
  [
    i(
      '\\b(?:max(?:imum|imal)?|greatest)\\s+(?:length|size|len)(?:\\s+(?:of|is|to))?\\s*[:=]?\\s*(\\d+)(?:\\s+(?:characters?|chars?|letters?))?(?![\\p{L}\\p{N}.])',
    ),
    ' up to $1 characters ',
  ],
  [
    i(
      `(?:\\b(?:${MUST}|be)\\s+)?\\b(?:limited|restricted|capped)\\s+(?:to|at)\\s+(?:at most\\s+|max(?:imum)?\\s+)?(?=\\d+\\s+(?:characters?|chars?|letters?))`,
    ),
    ' up to ',
  ],
  [
    i(
      '\\b(?:make room|room|space|place)\\s+for\\s+(?:up to\\s+)?(?=\\d+\\s+(?:characters?|chars?|letters?))',
    ),
    ' up to ',
  ],
]

/** Where a bound has to stand. */
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map(
  (word, n): Saying => [
    i(
      `(?<=\\b(?:than|least|most|below|above|under|over|exceed|beyond)\\s)${word}(?=\\s*(?:$|[,.;)]|(?:and|or|to)\\b))`,
    ),
    String(n),
  ],
)

export const BOUNDS: Saying[] = [
  ...NUMBERS,
  [i(`\\b${NOT}\\s+(?:(?:zero|0) or (?:less|negative|below)|negative or (?:zero|0))`), ' greater than 0 '],
  [
    i(
      `\\b(?:${NOT}|no)\\s+(?:longer than|(?:exceed|have more than|hold more than|more than))\\s+(?=\\d+\\s+(?:characters?|chars?|letters?))`,
    ),
    ' up to ',
  ],
  [
    i(
      `\\b(whole numbers?|integers?|ints?|numbers?|scores?|ratings?)\\s*,?\\s+(${NUMBER})\\s*(?:to|-|\\.\\.|–)\\s*(${NUMBER})(?=\\s*(?:$|[,;)]))`,
    ),
    '$1, between $2 and $3',
  ],
  [i(`[(,:]\\s*(${NUMBER})\\s*(?:to|-|\\.\\.|–)\\s*(${NUMBER})\\s*(?:\\)|$)`), ', between $1 and $2'],
  [
    i(
      `\\b(?:minimum|min)\\s*(?:of|is|:|=)?\\s*(${NUMBER})\\s*(?:,|and|;)\\s*(?:maximum|max)\\s*(?:of|is|:|=)?\\s*(${NUMBER})`,
    ),
    ' between $1 and $2',
  ],
  [
    i(
      `\\b(?:goes|go|ranges?|runs?|lies?|lie|reach(?:es)?)\\s+(?:only\\s+)?(?:from|between)\\s+(?=${NUMBER})`,
    ),
    ' between ',
  ],
  [i(`(?<=\\b(?:between|from)\\s+${NUMBER})\\s+(?:up to|till|until|through)\\s+(?=${NUMBER})`), ' to '],
  [i(`\\b(?:smaller|less|lower) than or equal to\\s+`), ' at most '],
  [i(`\\b(?:greater|more|larger|bigger|higher) than or equal to\\s+`), ' at least '],
  [
    i(
      `\\b${NOT}\\s+(?:below|under|(?:less|lower|smaller) than)\\s+(${NUMBER})\\s*,?\\s+(?:or|nor|and)\\s+(?:not\\s+)?(?:above|over|(?:more|greater|higher|larger) than)\\s+(${NUMBER})`,
    ),
    ' between $1 and $2 ',
  ],
  [
    i(
      `\\bit (?:must|should|shall) (?:not|never) be possible to (?:enter|store|save|have|insert|set)\\s+(?:an?\\s+)?negative\\s+(?:values?\\s+(?:of|in|for)\\s+)?(${E})`,
    ),
    '$1 not negative',
  ],
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
      `\\b(?:${FORBID}|${NOT})\\s+(?:(?:have|show|hold|contain|store)\\s+)?(?:an?\\s+)?(?:negative(?:\\s+(?:values?|numbers?|amounts?)(?:\\s+(?:in|for|of|on))?)?|below (?:zero|0))`,
    ),
    ' not negative ',
  ],
]
