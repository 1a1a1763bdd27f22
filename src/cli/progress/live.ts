/** Bars that move in place, one line a step; the step at hand shows what it is doing. */
import { createLogUpdate } from 'log-update'
import sliceAnsi from 'slice-ansi'
import { isCounted, type Progress, type RunEvent, type StepRef } from '../../core/events.ts'
import type { Status } from '../../core/outcome.ts'
import { seconds } from '../../core/text.ts'
import type { Terminal } from '../terminal.ts'
import type { ProgressDisplay } from './display.ts'

const BAR = 20
const TITLE = 34
const REDRAW_MS = 100
const COLOR = { success: 'green', failed: 'red', skipped: 'dim' } as const

type Counts = { nodes: number; tests: number }
type Line = {
  step: StepRef
  begun: number | null
  status: Status | null
  seconds: number
  doing: string
  done: Counts
  expected: Counts
}

export function liveProgress(terminal: Terminal): ProgressDisplay {
  const update = createLogUpdate(process.stderr)
  let lines: Line[] = []
  let paused = false
  const draw = () => paused || update(lines.map((l) => cut(render(l, terminal))).join('\n'))
  const timer = setInterval(draw, REDRAW_MS)
  timer.unref()
  return {
    sink: (event) => {
      lines = apply(lines, event)
      if (event.type === 'step-finished') draw()
    },
    say: (text) => {
      update.clear()
      terminal.say(text)
      draw()
    },
    aside: async (ask) => {
      update.clear()
      paused = true
      try {
        return await ask()
      } finally {
        paused = false
      }
    },
    stop: () => {
      clearInterval(timer)
      draw()
      update.done()
    },
  }
}

function apply(lines: Line[], event: RunEvent): Line[] {
  if (event.type === 'run-finished') return lines
  if (event.type === 'run-started') {
    const none = { nodes: 0, tests: 0 }
    return event.steps.map((step) => ({
      step,
      begun: null,
      status: null,
      seconds: 0,
      doing: '',
      done: none,
      expected: none,
    }))
  }
  const number = event.type === 'progress' ? event.number : event.step.number
  return lines.map((line) => {
    if (line.step.number !== number) return line
    if (event.type === 'step-started') return { ...line, begun: Date.now() }
    if (event.type === 'step-finished')
      return { ...line, status: event.status, seconds: event.seconds, doing: '' }
    return { ...line, ...progressed(line, event.progress) }
  })
}

function progressed(line: Line, progress: Progress): Partial<Line> {
  switch (progress.kind) {
    case 'note':
      return { doing: progress.text }
    case 'expect':
      return { expected: progress }
    case 'load': {
      const counted = progress.count ? ` ${progress.count.toLocaleString('en-US')}` : ''
      return { doing: [progress.stage, progress.name].filter(Boolean).join(' ') + counted }
    }
    case 'node': {
      if (progress.state === 'started')
        return { doing: [progress.side, progress.name].filter(Boolean).join(': ') }
      if (!isCounted(progress)) return {}
      const kind = progress.resourceType.endsWith('test') ? 'tests' : 'nodes'
      return { done: { ...line.done, [kind]: line.done[kind] + 1 } }
    }
  }
}

function render(line: Line, terminal: Terminal): string {
  const name = `  ${line.step.number} ${shorten(line.step.title, TITLE).padEnd(TITLE)}`
  if (line.status) {
    const took = line.seconds >= 0.05 ? seconds(line.seconds) : ''
    return `${name} ${terminal.style(COLOR[line.status], line.status.padEnd(8))} ${counts(line)} ${took}`.trimEnd()
  }
  if (line.begun === null) return terminal.style('dim', name.trimEnd())
  const took = seconds((Date.now() - line.begun) / 1000)
  return `${name} ${bar(line)} ${counts(line)}  ${took}  ${terminal.style('dim', line.doing)}`.trimEnd()
}

/** A line that wraps would be drawn twice: it is cut to the terminal's width, colours not counted. */
function cut(line: string): string {
  return sliceAnsi(line, 0, (process.stderr.columns || 80) - 1)
}

/** Full where it is done, empty where it is not known how much is to come. */
function bar({ done, expected }: Line): string {
  const total = expected.nodes + expected.tests
  const share = total > 0 ? Math.min(1, (done.nodes + done.tests) / total) : 0
  const full = Math.round(share * BAR)
  return '█'.repeat(full) + '░'.repeat(BAR - full)
}

function counts({ done, expected, status }: Line): string {
  const part = (kind: keyof Counts) => {
    const of = expected[kind] > 0 && !status ? `/${expected[kind]}` : ''
    return done[kind] > 0 || of ? `${done[kind]}${of} ${kind}` : ''
  }
  return [part('nodes'), part('tests')].filter(Boolean).join('  ')
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
