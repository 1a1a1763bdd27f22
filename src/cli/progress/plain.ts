/** One line an event: what a log, a CI job and a pipe show. */
import { isCounted, type NodeProgress, type Progress, type RunEvent } from '../../core/events.ts'
import { count, seconds } from '../../core/text.ts'
import type { Terminal } from '../terminal.ts'
import type { ProgressDisplay } from './display.ts'

export function plainProgress(terminal: Terminal): ProgressDisplay {
  const position = { done: 0, of: 0 }
  const sink = (event: RunEvent) => {
    for (const line of lineOf(event, position)) terminal.say(line)
  }
  return { sink, say: (text) => terminal.say(text), aside: (ask) => ask(), stop: () => undefined }
}

type Position = { done: number; of: number }

function lineOf(event: RunEvent, position: Position): string[] {
  switch (event.type) {
    case 'run-started':
      return [`${event.title}: ${event.runId}`]
    case 'step-started':
      Object.assign(position, { done: 0, of: 0 })
      return [`[${event.step.number}] ${event.step.title} ...`]
    case 'progress':
      return progressLine(event.number, event.progress, position)
    case 'step-finished':
      return [
        `[${event.step.number}] ${event.status}${event.replayed ? ' (done before)' : ` (${seconds(event.seconds)})`}: ${event.summary}`,
      ]
    case 'run-finished':
      return []
  }
}

function progressLine(number: number, progress: Progress, position: Position): string[] {
  switch (progress.kind) {
    case 'note':
      return [`[${number}]   ${progress.text}`]
    case 'expect':
      Object.assign(position, { done: 0, of: progress.nodes + progress.tests })
      return []
    case 'node':
      return nodeLine(number, progress, position)
    case 'load':
      // Counts come several times a second; a log wants each resource once, when its number is known.
      if (progress.name === undefined || !progress.done) return []
      return [
        `[${number}]   ${progress.pipeline}: ${progress.stage} ${progress.name}, ${count(progress.count ?? 0, 'item')}`,
      ]
  }
}

function nodeLine(number: number, node: NodeProgress, position: Position): string[] {
  if (node.state === 'started') return []
  const counted = isCounted(node) && position.of > 0
  if (counted) position.done += 1
  const place = counted ? `${position.done}/${position.of}`.padStart(9) : ' '.repeat(9)
  if (node.state === 'skipped') return [] // the report says which, and because of what
  const side = node.side ? `${node.side.padEnd(6)}  ` : ''
  return [
    `[${number}] ${place}  ${side}${stateWord(node).padEnd(7)} ${node.resourceType} ${node.name} (${seconds(node.seconds ?? 0)})`,
  ]
}

/** A source is looked at, not built: it is fresh, or it is stale. */
function stateWord(node: NodeProgress): string {
  if (node.resourceType !== 'source') return node.state
  return { success: 'fresh', warn: 'old', error: 'stale' }[node.state as string] ?? node.state
}
