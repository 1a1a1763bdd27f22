/** Edits of YAML files that keep all that they do not mean to change. */
export type { Value } from './data.ts'
export * from './dbt.ts'
export { editYaml, type YamlEditor } from './edit.ts'
export type { YamlPath } from './find.ts'
