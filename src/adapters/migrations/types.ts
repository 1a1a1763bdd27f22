/** Migrations of a repository: the tool that keeps them, and the form of its files. */

export const TOOL_IDS = [
  'dbmate',
  'flyway',
  'golang-migrate',
  'prisma',
  'knex',
  'alembic',
  'django',
  'rails',
] as const
export type ToolId = (typeof TOOL_IDS)[number]

/** One step of a change: its statements, both ways. The shape that every tool's file is made from. */
export type Migration = {
  /** `add_discount_to_invoice_line`. */
  name: string
  /** In one transaction: all of it or nothing. */
  transaction: boolean
  up: string[]
  down: string[]
}

export type Standing = { version: string; path: string }

/** How a repository keeps its migrations. Paths are relative to its root. */
export type Migrations = { tool: ToolId; folder: string; standing: Standing[] }

export type NewFile = { path: string; text: string; version: string }

export type Form = {
  title: string
  /** null: recognised, and martsmith does not write its files. */
  write: ((migrations: Migration[], to: Migrations, now: Date) => NewFile[]) | null
  /** What a person runs. */
  command: string
  /** Tables in which the tool keeps its books. */
  books: string[]
}
