import type { EventSink } from '../../core/events.ts'

/** Something that shows a run to a person while it goes on. */
export type ProgressDisplay = {
  sink: EventSink
  /** A line for the person, which must not be drawn over. */
  say(text: string): void
  /** Lets the terminal to a question, and goes on after it. */
  aside<T>(ask: () => Promise<T>): Promise<T>
  stop(): void
}
