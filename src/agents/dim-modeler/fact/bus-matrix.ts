/** The project's bus matrix with the new fact in it, as a file of the same change. */
import { type BusMatrix, busMatrix, type Use } from '../../../project/bus-matrix/matrix.ts'
import { BUS_MATRIX_FILE, MATRIX_MARK, matrixFile } from '../../../project/bus-matrix/render.ts'
import { projectPath } from '../../../refactor/models.ts'
import type { Writing } from '../writing.ts'
import type { ForeignKey } from './foreign-keys.ts'

/**
 * One that a person wrote by hand is left as it is.
 * @param foreignKeys of the new fact: those whose dimension stands are its uses.
 */
export async function writeBusMatrix(
  { context, style, files }: Writing,
  model: string,
  foreignKeys: ForeignKey[],
): Promise<void> {
  const file = projectPath(context.project, BUS_MATRIX_FILE)
  if ((await files.exists(file)) && !(await files.read(file)).includes(MATRIX_MARK)) return
  const matrix = await busMatrix({ ...context, style })
  await files.write(file, matrixFile(withFact(matrix, model, foreignKeys)))
}

function withFact(matrix: BusMatrix, model: string, foreignKeys: ForeignKey[]): BusMatrix {
  const uses = foreignKeys.flatMap(({ column, dimension }): Use[] => {
    const standing = dimension?.dimension
    if (!standing) return []
    return [
      { fact: model, dimension: standing.name, column: column.name, key: standing.key.name, by: 'test' },
    ]
  })
  return {
    ...matrix,
    facts: [...matrix.facts.filter((f) => f !== model), model].sort(),
    dimensions: [...new Set([...matrix.dimensions, ...uses.map((u) => u.dimension)])].sort(),
    uses: [...matrix.uses.filter((u) => u.fact !== model), ...uses],
  }
}
