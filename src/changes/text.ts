/** Files as text, exactly: what is read and written again is the same bytes. */
import { MartsmithError } from '../core/errors.ts'

/**
 * The text with its byte order mark and its line endings as they are.
 * @throws MartsmithError `changes.not-text` for anything that would not come out as it went in.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  const nul = bytes.indexOf(0)
  if (nul !== -1) throw notText(path, lineAt(bytes, nul), 'it holds binary data')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const lossy = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const line = lossy.slice(0, lossy.indexOf('\ufffd')).split('\n').length
    throw notText(path, line, 'it is not UTF-8')
  }
}

function lineAt(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1
}

function notText(path: string, line: number, why: string): MartsmithError {
  return new MartsmithError({
    code: 'changes.not-text',
    message: `${path}:${line}: this file cannot be edited: ${why}.`,
    mend: [`Save ${path} as UTF-8 text, and try again.`],
  })
}
