/** `martsmith agents` and `martsmith workflows`. */
import { markdownTable } from 'markdown-table'
import { AGENTS, isBuilt } from '../../agents/registry.ts'
import { WORKFLOWS } from '../../workflows/patterns/index.ts'
import { fillTitle } from '../../workflows/resolve-input.ts'
import type { WorkflowDefinition } from '../../workflows/types.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'

const NOT_BUILT = 'not built yet'

export const agentsVerb: Verb = async (_, options) => {
  const rows = AGENTS.map((a) => ({
    id: a.id,
    purpose: a.purpose,
    when_to_use: a.whenToUse,
    ready: isBuilt(a),
    actions: Object.keys(a.actions),
  }))
  if (options.json) printJson({ agents: rows })
  else {
    const table = rows.map((r) => [
      r.id,
      r.purpose,
      r.when_to_use,
      r.ready ? r.actions.join(', ') : NOT_BUILT,
    ])
    process.stdout.write(`${markdownTable([['Agent', 'Purpose', 'When to use', 'Actions'], ...table])}\n`)
  }
  return 0
}

function howToStart({ id, triggers }: WorkflowDefinition): string {
  return triggers.length > 0
    ? `Say: ${triggers.map((t) => `"${t}"`).join(' or ')}`
    : `Command: martsmith ${id}`
}

export const workflowsVerb: Verb = async (_, options) => {
  if (options.json) {
    printJson({ workflows: WORKFLOWS.map((w) => ({ ...w, ready: w.steps.length > 0 })) })
    return 0
  }
  for (const workflow of WORKFLOWS) {
    const steps = workflow.steps.map(
      (s, i) => `  ${i + 1}. ${fillTitle(s.title, { selection: '' })} (${s.agent})`,
    )
    const state = steps.length > 0 ? steps.join('\n') : `  ${NOT_BUILT}`
    process.stdout.write(`${workflow.title}: ${workflow.purpose}\n  ${howToStart(workflow)}\n${state}\n\n`)
  }
  return 0
}
