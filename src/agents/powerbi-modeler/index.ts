/** powerbi-modeler: says whether a semantic model is connected. Updating one is not built yet. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { outcome } from '../../core/outcome.ts'
import { type Agent, action } from '../types.ts'

const HOW =
  'To connect one: save the report as a Power BI project (PBIP) and name its folder in martsmith.yml, `powerbi: { model: path/to/Name.SemanticModel }`.'

export const powerbiModeler: Agent = {
  id: 'powerbi-modeler',
  purpose: 'Power BI modeling',
  whenToUse: 'Semantic model updates',
  actions: {
    update: action({
      purpose: 'Update the semantic model from the marts, if one is connected',
      input: z.strictObject({}),
      run: async ({ project, config }) => {
        const model = config.powerbi?.model
        if (model === undefined) return outcome('skipped', 'Not connected.', { details: [HOW] })
        if (!existsSync(resolve(project.root, model))) {
          return outcome(
            'failed',
            `martsmith.yml names the Power BI model ${model}, but there is no such folder. Correct \`powerbi.model\`.`,
          )
        }
        return outcome(
          'skipped',
          `${model} is connected, but this version of martsmith cannot update Power BI models yet: refresh it in Power BI Desktop.`,
        )
      },
    }),
  },
}
