import type { Phrases } from '../notation.ts'

/** "fct_orders misses rows", "revenue is twice what finance has", "yesterday is missing": nothing fails, and it is wrong. */
export const symptom: Phrases = {
  symptom: [
    '<wrong-table> <lacks> <amount>* [<records>] [<lately>]',
    '<amount>* <records> (in|of|from) <wrong-table> <are> <away> [<lately>]',
    '<amount>* <records> <are> <away> (in|from|of) <wrong-table> [<lately>]',
    '(there are|we have|i see|we see) <amount>* (duplicates|duplicate rows|missing rows|double rows|doubled rows) [(in|of) <wrong-table>] [<lately>]',
    '<wrong-table> <has> <amount>* (duplicates|duplicate rows|missing rows|double rows|too many rows|too few rows) [<lately>]',
    '[there are|we have] duplicates [in <wrong-table>] <lately>',
    '<wrong-table> <has> <amount>* rows (twice|double|more than once|several times) [<lately>]',
    '<wrong-table> <are> [always|still] (doubled|duplicated|incomplete|inflated|missing rows|empty) [<lately>]',
    '[the|our|my] [column] <measure> [(in|of|on) <wrong-table>] <are> <amount-wrong> [<than>] [<lately>]',
    '[the|our|my] [column] <measure> [(in|of|on) <wrong-table>] <are> [always|only|just|all|mostly|often] (zero|0|null|empty|blank|nulls|zeros|zeroes|negative|below zero|less than zero) [<lately>]',
    '[the|our|my] [column] <measure> [(in|of|on) <wrong-table>] <are> (always|only|all) {number} [<lately>]',
    '<the-day> <are> (missing|gone|not there) [(in|from) <wrong-table>]',
    '[the] <records> (of|for|from) <the-day> <are> (missing|gone|not there) [(in|from) <wrong-table>]',
    '(no|there is no|there are no) <records> for <the-day> [in <wrong-table>]',
  ],
  'wrong-table': ['[the|our|my] [model|table] {model} [model|table]'],
  // `revenue`, `fct_orders.revenue`.
  measure: ['{measure}'],
  lacks: [
    'misses|lacks|loses|drops|is missing|is lacking|has lost|lost|is losing|is dropping|does not have all [the|its]|is without',
  ],
  has: ['has|contains|shows|holds|have'],
  are: ["is|are|'s|was|were|seems|seem|looks|look|has been|have been"],
  away: ['missing|gone|lost|dropped|not there|doubled|duplicated'],
  records: ['rows|row|{measure}'],
  amount: ['some|many|most|a few|half|half of|all|of|the|its|several|{number}|lots of|a lot of'],
  'amount-wrong': [
    '[far|much|way|exactly|about|almost|nearly] (too high|too low|too big|too small|twice|double|doubled|half|halved|tripled|inflated|higher|lower|understated|overstated)',
    '[exactly|about|almost|nearly] (twice|double|half|<times>) [as (much|high|low|large|many)]',
    '[exactly|about|almost|nearly] <times> too (high|low|big|small|large)',
  ],
  times: ['{number} times|two times|three times|ten times|a hundred times|a thousand times'],
  than: [
    '(what|than|as) <anyone> [has|have|says|say|reports|report|shows|show|expects|expect|sees|see|of]',
    '(what|than) it (should be|was)|than expected|as before|than before|what is expected',
  ],
  anyone: ['[the|our|my] {measure}'],
  lately: [
    '(since|from|for|on) [last] (monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|week|month|<the-day>)',
    'since (january|february|march|april|may|june|july|august|september|october|november|december) [{number}]',
    'since {number}|since <the-day>|lately|recently|again|now|today|yesterday|this (week|month|morning)|since last (week|month)',
  ],
  'the-day': ['yesterday|today|the day before yesterday|the last day'],
}
