/** Seconds and statements of each workflow. */
export async function bench(): Promise<string> {
  return ''
}
