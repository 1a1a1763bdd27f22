/** The report's frame, letter by letter as the mission gives it; anything else on stdout is an error. */

export type ReportStep = {
  number: number
  title: string
  status: 'Success' | 'Failed' | 'Skipped'
  details: string
}
export type Report = { title: string; steps: ReportStep[]; summary: string }

const FRAME =
  /^## Workflow: (?<title>[^\n]+)\n\n(?<steps>(?:### Step \d+: [^\n]+\nStatus: (?:Success|Failed|Skipped)\n(?:(?!#|---\n)[^\n]*\n)+)+)---\n\n## Summary\n(?<summary>(?:(?!#)[^\n]+\n)+)$/
const STEP = /### Step (\d+): ([^\n]+)\nStatus: (Success|Failed|Skipped)\n((?:(?!#|---\n)[^\n]*\n)+)(?=#|$)/g

export function parseReport(stdout: string): Report {
  const frame = FRAME.exec(stdout)
  if (!frame?.groups) throw new Error(`not the report's frame:\n${stdout}`)
  const { title = '', steps = '', summary = '' } = frame.groups
  return {
    title,
    summary,
    steps: [...steps.matchAll(STEP)].map(([, number, name = '', status, details = '']) => ({
      number: Number(number),
      title: name,
      status: status as ReportStep['status'],
      details: blankLineAfter(details),
    })),
  }
}

/** The details without the one blank line that parts the steps. */
function blankLineAfter(details: string): string {
  if (!/[^\n]\n\n$/.test(details)) throw new Error(`not one blank line after the details:\n${details}`)
  return details.slice(0, -1)
}

/** `Success Success Skipped ...` */
export function statuses(stdout: string): string {
  return parseReport(stdout)
    .steps.map((s) => s.status)
    .join(' ')
}
