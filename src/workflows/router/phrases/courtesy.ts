import type { Phrases } from '../notation.ts'

/** What stands around a request without changing it, and what makes it a question that only looks like one. */
export const courtesy: Phrases = {
  open: [
    'please|kindly|ok|alright|right|well|so|now|just|yes|yeah|yep|sure|great|good|thanks|quickly|simply',
    'all right',
    '(hi|hello|hey) [there|all|team|everyone|folks|martsmith|@martsmith]',
    'good (morning|afternoon|evening|day)',
    'martsmith|@martsmith|dear martsmith',
    '(can|could) you [please|kindly|just|quickly] #polite',
    '(would|will) you (please|kindly) #polite',
    '(i|we) (want|need|have|wish) [you] to',
    '(i|we) would like [you] to',
    "let (us|'s)",
    "[it is|it 's] [about|high] time [for (us|you)] to",
    'go ahead and|go and|go|go ahead|go on and',
    'be so kind as to|feel free to',
  ],
  close: [
    'please|kindly|now|immediately|asap|thanks|cheers|ta|martsmith|quickly',
    'right (now|away)|straight away|at once|as soon as possible|as soon as you can',
    'for (me|us)',
    'thank you [very much|so much|in advance]|thanks a lot|many thanks|thanks in advance|thanks so much',
    'ok',
  ],
  // These ask whether, they do not tell: the reading is offered, never run.
  asking: [
    '(can|could|may|might|should|shall|must|would) (i|we) #doubt=permission',
    'do (i|we|you) (need|have|want) to #doubt=permission',
    '(would|will) you #doubt=permission',
    '(can|could|should|will|would) (someone|somebody|anyone|anybody) #doubt=permission',
    '(why do not|why not) [you|we] #doubt=permission',
    '(are you able|is it possible|would it be possible) to #doubt=permission',
    '(i|we|you) (should|must|could|can|may|might) #doubt=permission',
    '(maybe|perhaps|possibly) #doubt=permission',
  ],
}
