/** What the models of an application say of a table, whatever library they are written for. */

export type ModelColumn = {
  name: string
  /** As the model writes it: `String`, `CharField`, `varchar`; null where it does not say. */
  type: string | null
  /** null where the model does not say. */
  nullable: boolean | null
}

export type Model = {
  /** `Prisma model`, `Django model`, ... */
  kind: string
  /** What it is called in the code. */
  name: string
  table: string
  /** Whether the name of the table stands there; else it follows from a habit of the library. */
  isNamed: boolean
  columns: ModelColumn[]
  file: string
  line: number
}

/** Models of one file; the path may say what the text does not. */
export type ModelReader = (text: string, file: string) => Omit<Model, 'file'>[]
