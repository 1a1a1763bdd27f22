/** `martsmith bus-matrix`: which fact has which dimension. Reads only. */
import { list } from '../../core/text.ts'
import { busMatrix } from '../../project/bus-matrix/matrix.ts'
import { BUS_MATRIX_FILE, matrixFile } from '../../project/bus-matrix/render.ts'
import { learnHouseStyle } from '../../project/conventions/learn.ts'
import { openGraph } from '../../project/open.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

export const busMatrixVerb: Verb = (_, options, terminal) =>
  withDbt(options, terminal, async (dbt, project) => {
    const graph = await openGraph(dbt)
    const style = await learnHouseStyle(project.dbtDir, graph, project.config.conventions)
    const matrix = await busMatrix({ graph, dbt, style })
    if (options.json) printJson(matrix)
    else if (matrix.facts.length === 0)
      process.stdout.write(
        `No model is called like a fact table (${style.factPrefix === '' ? 'facts have no prefix here' : `${style.factPrefix}...`}).\n`,
      )
    else process.stdout.write(matrixFile(matrix))
    if (matrix.unseen.length > 0)
      terminal.say(`Not in the warehouse, so that only their tests were read: ${list(matrix.unseen, 6)}.`)
    if (matrix.facts.length > 0)
      terminal.say(`-> martsmith bus-matrix > ${BUS_MATRIX_FILE}   keeps it with the project`)
    return 0
  })
