/** Which file it is that is no UTF-8: dbt says the byte, and not the file. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failure } from './types.ts'

/** The failure with the file and the line of the first byte that is none, where a file of the project has one. */
export async function withEncoding(failure: Failure, root: string, files: string[]): Promise<Failure> {
  if (failure.class?.id !== 'P36' || failure.file !== null) return failure
  for (const file of files) {
    const bytes = await readFile(join(root, file)).catch(() => null)
    const line = bytes && lineOfFirst(bytes)
    if (line !== null)
      return {
        ...failure,
        file,
        line,
        thing: file,
        message: `${failure.message.trimEnd()}\nIt is ${file}, line ${line}: most likely saved as Windows-1252 or Latin-1.`,
      }
  }
  return failure
}

/** Null where all of it is UTF-8. */
function lineOfFirst(bytes: Buffer): number | null {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const isText = (part: Uint8Array) => {
    try {
      decoder.decode(part)
      return true
    } catch {
      return false
    }
  }
  if (isText(bytes)) return null
  let [from, line] = [0, 1]
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
    if (!isText(bytes.subarray(from, at))) return line
    from = at + 1
    line += 1
  }
  return line
}
