/** dbt kept warm in a worker and dbt called as a command are the same to everybody above them. */
import { expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'

type Engine = 'warm' | 'command'

function projectWith(engine: Engine): Project {
  const project = makeProject('shop-loaded')
  project.edit('martsmith.yml', 'dlt:', `dbt:\n  engine: ${engine}\n  threads: 1\ndlt:`)
  return project
}

/** The JSON report, without what differs between any two runs: ids, times, and which nodes were slowest. */
async function reportOf(project: Project, args: string[]) {
  const { code, stdout } = await runMartsmith(project, [...args, '--json'])
  const plain = stdout
    .replaceAll(/pipe-[0-9a-f]+/g, 'RUN')
    .replaceAll(/TASK-PIPE-\d+-\d+/g, 'TASK')
    .replaceAll(/Slowest: .*?\.(\\n|")/g, '$1')
    .replaceAll(/\d+(\.\d+)? s\b/g, 'TIME')
    .replaceAll(/due in [^(]*/g, '')
    .replaceAll(/\d+ min ago|just now/g, 'AGO')
  return { code, report: JSON.parse(plain) as unknown, events: nodeEvents(project) }
}

/** What every display and log got to see of dbt. */
function nodeEvents(project: Project): string[] {
  return project
    .events()
    .flatMap(({ progress }) =>
      progress?.kind === 'node' && progress.state !== 'started'
        ? [`${progress.state} ${progress.resourceType} ${progress.name}`]
        : [],
    )
    .sort()
}

it('PIPE-2: warm and command make the same report of a success, and the same events', async () => {
  const [warm, command] = await Promise.all(
    (['warm', 'command'] as const).map((engine) =>
      reportOf(projectWith(engine), ['pipeline', '--yes', '--retest']),
    ),
  )
  expect(warm?.code).toBe(0)
  expect(command).toEqual(warm)
})

it('PIPE-2, ERR-1: and of a failure', async () => {
  const broken = (engine: Engine) => {
    const project = projectWith(engine)
    project.edit('models/marts/int_order_totals.sql', 'amount * 0.2', 'amont * 0.2')
    return project
  }
  const [warm, command] = await Promise.all(
    (['warm', 'command'] as const).map((engine) => reportOf(broken(engine), ['pipeline', '--yes'])),
  )
  expect(warm?.code).toBe(1)
  expect(command).toEqual(warm)
})

it('a project that dbt cannot read is refused in the same words', async () => {
  const broken = (engine: Engine) => {
    const project = projectWith(engine)
    project.write('models/broken.sql', "select * from {{ ref('nowhere') }}")
    return project
  }
  const said = await Promise.all(
    (['warm', 'command'] as const).map(async (engine) => {
      const { code, stderr } = await runMartsmith(broken(engine), ['pipeline', '--yes'])
      return { code, stderr }
    }),
  )
  expect(said[0]?.code).toBe(2)
  expect(said[1]).toEqual(said[0])
})
