/** Proposed file edits as data. Paths are relative to the project root, with `/`. */

export type FileChange =
  /** A file that must not exist yet. */
  | { kind: 'create'; path: string; after: string }
  /** `before` is the file as it was when the change was planned: it must still be so, byte for byte. */
  | { kind: 'edit'; path: string; before: string; after: string }
  /** A move, with or without an edit on the way. `to` must not exist yet. */
  | { kind: 'rename'; path: string; to: string; before: string; after: string }
  | { kind: 'delete'; path: string; before: string }

export type ChangeSet = {
  /** One line, as a commit message would say it. */
  title: string
  /** In the order they are shown; each path at most once. */
  changes: FileChange[]
  /** SHA-256 over title-less content: kinds, paths and texts. What an approval is bound to. */
  hash: string
}

/** A ChangeSet that was written, or is being written: `.martsmith/changes/<id>.json`, in `open/` while it is written. */
export type ChangeRecord = ChangeSet & {
  /** The run's id; `<run>-2` and so on where one run wrote several. */
  id: string
  run: string
  at: string
  /** `applying` between the first file and the last: a record that still says so was left by a crash. */
  state: 'applying' | 'applied' | 'rolled-back'
  /** The record that this one takes back. */
  reverts?: string
  /** Permission bits of the files that stood before, by path. */
  modes: Record<string, number>
}
