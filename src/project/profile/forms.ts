/** What texts are: forms that have a name. Read from the sample. */
import type { Sample } from './candidates.ts'
import type { TextForm } from './types.ts'

const FORMS: [TextForm, RegExp][] = [
  ['uuid', /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i],
  ['e-mail address', /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/],
  ['web address', /^https?:\/\/\S+$/i],
  ['date', /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/],
  ['time stamp', /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ T]\d\d:\d\d/],
  ['whole number', /^[+-]?\d{1,18}$/],
  ['number', /^[+-]?\d+[.,]\d+$/],
  ['yes or no', /^(?:true|false|yes|no|y|n|t|f|ja|nein|j|oui|non|s[ií]|sim|n[aã]o)$/i],
  ['JSON', /^\s*[{[][\s\S]*[}\]]\s*$/],
  ['hash', /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})$/i],
]
/** Of the texts, so that a few slips do not hide it. */
const NEARLY_ALL = 0.95

export function textForm(sample: Sample, at: number): TextForm | null {
  const texts = sample.flatMap((row) =>
    typeof row[at] === 'string' && row[at].trim() !== '' ? [row[at]] : [],
  )
  if (texts.length < 2) return null
  const found = FORMS.find(
    ([, form]) => texts.filter((t) => form.test(t)).length >= texts.length * NEARLY_ALL,
  )
  return found?.[0] ?? null
}
