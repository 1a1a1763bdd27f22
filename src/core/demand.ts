/** What an action may need of a person before it can go on. JSON only: it is stored while the run waits. */

export type Choice = { id: string; label: string }

export type Demand =
  | {
      kind: 'approval'
      /** `Write these 2 files`. */
      text: string
      /** What the person has to see to decide. */
      shown: string[]
      /** The whole of it as a unified diff; empty where no file would change. */
      diff: string
      /** The hash of what a yes lets happen. */
      binds: string
    }
  | {
      kind: 'question'
      id: string
      text: string
      shown: string[]
      choices: Choice[]
      /** The choice that `--yes` is; without it, a person alone can choose. */
      yes?: string
    }

/** What the person said, when, and how it was known who it was. `choice` is `yes` for an approval. */
export type Given = { choice: string; by: string; at: string }
