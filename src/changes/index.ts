/** Changes of project files as data: planned, shown, written at once or not at all, taken back. */
export { type Applied, type ApplyOptions, applyChanges, type Recovered, recover } from './apply.ts'
export { changeSetSchema, makeChangeSet, parseChangeSet, pathsOf } from './change-set.ts'
export { type ChangeCollector, collectChanges } from './collect.ts'
export { diffSummary, diffText } from './diff.ts'
export { assertWritable, type Place } from './paths.ts'
export { listRecords, readRecord, revertOf } from './store.ts'
export type { ChangeRecord, ChangeSet, FileChange } from './types.ts'
export * from './yaml/index.ts'
