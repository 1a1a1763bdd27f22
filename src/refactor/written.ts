/** A name as it has to be written in SQL. */
import { isPlain, quoteName } from '../project/sql/names.ts'
import { tokensOf } from '../project/sql/parse.ts'

/** Quoted where it would not stand for itself: spaces, capitals that count, words of SQL. `openParser()` comes before. */
export function writtenName(name: string, adapter: string): string {
  const tokens = tokensOf(name, adapter)
  const isWord = tokens?.length === 1 && tokens[0]?.type === 'VAR'
  return isWord && isPlain(name, adapter) ? name : quoteName(name, adapter)
}
