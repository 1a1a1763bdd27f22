// Plain JavaScript, so that a Node that is too old can still say so.
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `martsmith needs Node 22.18 or later; this is ${process.versions.node} (${process.execPath}).\nIn its folder, npm run setup installs one.\n`,
  )
  process.exit(2)
}
// A library's deprecations are ours to mend, not a user's to read.
process.noDeprecation = true
// Stripping types and compiling takes longer than most verbs: what was compiled once is kept beside node_modules.
module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/martsmith', import.meta.url)))
const { main } = await import('./main.ts')
await main(process.argv.slice(2))
