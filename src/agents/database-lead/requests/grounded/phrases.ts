/** What many ways of saying are made of. */
import { Q } from './mentions.ts'

export type Saying = [form: RegExp, to: string]

export const NUMBER = '-?\\d+(?:\\.\\d+)?'
export const VALUE = `(?:${Q}|${NUMBER}|[\\p{L}_][\\p{L}\\p{N}_-]*)`
export const DET = '(?:(?:the|an?|each|every|any|all|our|its|their)\\s+)?'
/** `must not`, `can never`, `cannot`. */
export const NOT =
  "(?:can['’]t|won['’]t|(?:must|should|shall|may|can|could|will|do|does|is|are)(?:\\s+not|\\s+never|n['’]?t|not)|never|not)(?:\\s+(?:ever|be|have|stay|remain|become|get|to|any))*"
export const MUST =
  '(?:(?:must|should|shall|has to|have to|needs? to|is to|are to|ought to)(?:\\s+(?:always|only|at all times|never))?(?:\\s+be)?|is|are)'
export const FORBID =
  "(?:forbid|disallow|prevent|prohibit|reject|refuse|block|avoid|(?:do not|don['’]t|not) allow|(?:we )?(?:do not|don['’]t) want|no more|no|there (?:must|should|may) (?:be no|not be(?: any)?))"
/** In any capitals, wherever it stands. */
export const i = (source: string) => new RegExp(source, 'giu')
