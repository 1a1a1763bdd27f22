/** What holds of everything that is made: words, tests, names, and how the command behaves. */

import { describedColumns, type Node, testsOf } from '../../support/manifest.ts'
import { type Asked, askedFor, commandOf, type Exam, wordsOf } from '../examine.ts'
import { column, histogram, isText, names, same } from '../found.ts'
import { ofFacts } from './fact.ts'
import { type Point, testedKeys, type Verdict, verdict } from './point.ts'

const SIX_STEPS = ['data-modeler', 'dbt-runner', 'dim-modeler', 'dbt-runner', 'dbt-runner', 'code-reviewer']

/** Words of SQL that decide or compute; keys and casts are no logic. */
const LOGIC = /\bdatediff\b|\bcase\s+when\b|\bover\s*\(/i

export const bothPoints: Point[] = [
  {
    id: 'approach',
    title: 'the right approach',
    about:
      'What was asked is made in the way that an expert would take, or is refused with the reason and a command that is right: a degenerate identifier, a conformed dimension that stands, an event asked for as a dimension.',
    of: (exam) =>
      exam.asked
        .filter((a) => !a.request.wrongInput)
        .map((asked) => (asked.request.wants.is === 'refusal' ? refusal(asked) : success(asked))),
  },
  {
    id: 'builds',
    title: 'builds and passes',
    about: 'dbt build of the whole project passes after each request, with all tests, old and new.',
    of: (exam) =>
      exam.asked.flatMap((asked) =>
        asked.built
          ? [
              verdict(
                asked.built.success,
                `${commandOf(asked)}: ${asked.built.success ? 'passes' : wordsOf(asked.built)}`,
              ),
            ]
          : [],
      ),
  },
  {
    id: 'steps',
    title: 'six steps told',
    about:
      'The report has the steps of the workflow with their agents, each with its status and what it found; the review blocks nothing.',
    of: (exam) =>
      written(exam).map((asked) => {
        const steps = asked.answer.json?.steps ?? []
        let next = 0
        for (const s of steps) if (s.agent === SIX_STEPS[next]) next += 1
        const silent = steps.filter((s) => s.status !== 'success' || s.details === '')
        const blocked = (asked.answer.json?.findings as { severity?: string }[] | undefined)?.some(
          (f) => f.severity === 'block',
        )
        const holds = next === SIX_STEPS.length && silent.length === 0 && !blocked
        return verdict(holds, `${commandOf(asked)}: ${steps.map((s) => `${s.agent} ${s.status}`).join(', ')}`)
      }),
  },
  {
    id: 'house',
    title: 'names of the house',
    about: 'Models and columns that are made are named as those of the project are.',
    of: (exam) =>
      added(exam).flatMap((node) => {
        const table = exam.first.tables.get(node.unique_id)
        const wrong = [
          ...(exam.scenario.names.model.test(node.name) ? [] : [node.name]),
          ...(table ? names(table).filter((n) => !exam.scenario.names.column.test(n)) : []),
        ]
        return [verdict(wrong.length === 0, `${node.name}: ${wrong.join(', ') || 'as the house'}`)]
      }),
  },
  {
    id: 'layers',
    title: 'layers kept',
    about:
      'Marts read through ref alone; only staging reads a source, and a source without staging gets one.',
    of: (exam) =>
      added(exam).map((node) => {
        const fromSource = node.depends_on.nodes.some((n) => n.startsWith('source.'))
        const fromModel = node.depends_on.nodes.some((n) => !n.startsWith('source.'))
        const isMart =
          written(exam).some((a) => a.added.some((n) => n.unique_id === node.unique_id)) && !isStaging(node)
        return verdict(
          !(fromSource && (fromModel || isMart)),
          `${node.name} reads ${node.depends_on.nodes.join(', ') || 'nothing'}`,
        )
      }),
  },
  {
    id: 'described',
    title: 'all columns described',
    about: 'Each made model and each of its columns in the database has a description.',
    of: (exam) =>
      added(exam).flatMap((node) => {
        const table = exam.first.tables.get(node.unique_id)
        if (!table) return []
        const words = describedColumns(node)
        const bare = names(table).filter(
          (n) => (words.get(n.toLowerCase()) ?? '').replace(/\{\}$/, '').trim().length < 3,
        )
        const holds = bare.length === 0 && node.description.trim() !== ''
        return [
          verdict(
            holds,
            `${node.name}: ${bare.length > 0 ? `no words for ${bare.join(', ')}` : node.description ? 'all' : 'no description'}`,
          ),
        ]
      }),
  },
  {
    id: 'keys tested',
    title: 'keys tested',
    about: 'The key of each made mart is tested to be unique and never null.',
    of: (exam) =>
      added(exam)
        .filter((n) => n.resource_type === 'model' && !isStaging(n))
        .map((node) => {
          const tests = testsOf(exam.manifest, node)
          const keys = testedKeys(tests)
          const combined = tests.some((t) => /unique_combination|unique_grain|combination/i.test(t.kind))
          return verdict(
            keys.length > 0 || combined,
            `${node.name}: ${keys.join(', ') || (combined ? 'a combination' : 'no tested key')}`,
          )
        }),
  },
  {
    id: 'relations tested',
    title: 'relationships tested',
    about: 'Each foreign key of a fact has a test that it finds its row.',
    of: (exam) =>
      ofFacts(exam, ({ keys }) => {
        const untested = keys.filter((k) => !k.tested)
        return verdict(
          keys.length > 0 && untested.length === 0,
          keys.length === 0
            ? 'no foreign keys'
            : untested.map((k) => k.column).join(', ') || `${keys.length} tested`,
        )
      }),
  },
  {
    id: 'logic tested',
    title: 'logic has a unit test',
    about:
      'A made model that works something out (days between dates, cases, ranks) has a unit test with rows of its own.',
    of: (exam) =>
      added(exam)
        .filter((node) => !isStaging(node) && LOGIC.test(node.raw_code ?? ''))
        .map((node) => {
          const tests = Object.values(exam.manifest.unit_tests ?? {}).filter((t) => t.model === node.name)
          return verdict(tests.length > 0, `${node.name}: ${tests.length} unit tests`)
        }),
  },
  {
    id: 'closed lists',
    title: 'accepted values only where closed',
    about:
      'A list of values is made law only where the project says that it is closed, never because the data of today has no other.',
    of: (exam) =>
      added(exam).map((node) => {
        const table = exam.first.tables.get(node.unique_id)
        const open = testsOf(exam.manifest, node).flatMap((t) => {
          if (t.kind !== 'accepted_values' || !t.column || !table) return []
          const at = names(table).find((n) => n.toLowerCase() === t.column?.toLowerCase())
          const type = table.columns.find((c) => c.name === at)?.type ?? ''
          return at && isText(type) && !isClosed(exam, column(table, at)) ? [t.column] : []
        })
        return verdict(
          open.length === 0,
          `${node.name}: ${open.length > 0 ? `a law of today's data: ${open.join(', ')}` : 'none'}`,
        )
      }),
  },
  {
    id: 'asked twice',
    title: 'asked twice',
    about: 'The same request once more is recognised: it says what stands, ends with 0 and touches nothing.',
    of: (exam) =>
      exam.asked.flatMap((asked) => {
        if (!asked.again) return []
        const { answer, touched } = asked.again
        const made = asked.added.filter((n) => n.resource_type === 'model').map((n) => n.name.toLowerCase())
        const said = `${answer.stdout}${answer.stderr}`
        const holds =
          answer.code === 0 && touched.length === 0 && made.some((name) => said.toLowerCase().includes(name))
        return [
          verdict(
            holds,
            `${commandOf(asked)} again: exit ${answer.code}, ${touched.length} files touched; ${lastWords(asked.again.answer)}`,
          ),
        ]
      }),
  },
  {
    id: 'wrong input',
    title: 'wrong input',
    about: 'What cannot be done is said with the promised exit code, names and a way on; no stack, no file.',
    of: (exam) => exam.asked.filter((a) => a.request.wrongInput).map(refusal),
  },
  {
    id: 'nothing left',
    title: 'nothing left behind',
    about:
      'Scratch schemas and half-made files are gone; files that stood keep their place, and only YAML of models is added to.',
    of: (exam) => {
      const made = new Set(
        [...(exam.manifest ? Object.values(exam.manifest.nodes) : [])].map((n) => n.schema.toLowerCase()),
      )
      const more = exam.schemasAfter.filter((r) => !exam.schemasBefore.includes(r))
      const foreign = more.filter((r) => !made.has(r.slice(0, r.indexOf('.')).toLowerCase()))
      const odd = exam.asked.flatMap((a) => a.touched.filter((f) => !/\.(sql|ya?ml|csv|md|py)$/.test(f)))
      return [verdict(foreign.length + odd.length === 0, [...foreign, ...odd].join(', ') || 'nothing')]
    },
  },
  {
    id: 'bus matrix',
    title: 'bus matrix',
    about: 'docs/bus-matrix.md of the project names the made fact and the dimensions that it has.',
    of: (exam) =>
      askedFor(exam, 'fact').map(({ asked }) =>
        verdict(
          asked.touched.includes('docs/bus-matrix.md'),
          `${commandOf(asked)}: ${asked.touched.includes('docs/bus-matrix.md') ? 'written' : 'docs/bus-matrix.md is not written'}`,
        ),
      ),
  },
]

function written(exam: Exam): Asked[] {
  return exam.asked.filter((a) => a.request.wants.is !== 'refusal' && a.touched.length > 0)
}

function added(exam: Exam): Node[] {
  return exam.asked.flatMap((a) => a.added).map((n) => exam.manifest.nodes[n.unique_id] ?? n)
}

function isStaging(node: Node): boolean {
  return (
    /(^|\/)(stag|stg|base|source|raw|bronze)/i.test(node.original_file_path) ||
    /^(stg|base|src)_/i.test(node.name)
  )
}

function isClosed(exam: Exam, values: unknown[]): boolean {
  const held = [...histogram(values as never[]).keys()]
  return (exam.scenario.closed ?? []).some((list) => {
    const listed = new Set(list.map(same))
    return held.filter((v) => !listed.has(v)).length <= 1
  })
}

function success(asked: Asked): Verdict {
  const { code, json } = asked.answer
  const holds = code === 0 && json?.status === 'success' && asked.touched.length > 0
  return verdict(holds, `${commandOf(asked)}: exit ${code}, ${lastWords(asked.answer)}`)
}

function refusal(asked: Asked): Verdict {
  const { wants } = asked.request
  if (wants.is !== 'refusal') return verdict(false, 'not a refusal')
  const { code, json, stderr, stdout } = asked.answer
  const said = `${json?.summary ?? ''}\n${stderr}`
  const unsaid = wants.says.filter((s) => !s.test(said))
  const stack = /^\s+at .+:\d+|Traceback|node:internal/m.test(stderr + stdout)
  const right = [wants.code].flat()
  const holds =
    code !== null &&
    right.includes(code) &&
    unsaid.length === 0 &&
    asked.touched.length === 0 &&
    !stack &&
    json !== null
  const why = [
    `exit ${code} for ${right.join(' or ')}`,
    ...(unsaid.length > 0 ? [`does not say ${unsaid.map(String).join(', ')}`] : []),
    ...(asked.touched.length > 0 ? [`wrote ${asked.touched.join(', ')}`] : []),
    ...(stack ? ['a stack is shown'] : []),
    ...(json === null ? ['stdout is not one JSON object'] : []),
  ]
  return verdict(holds, `${commandOf(asked)}: ${why.join('; ')}; ${lastWords(asked.answer)}`)
}

function lastWords({ json, stderr, code }: Asked['answer']): string {
  const failed = json?.steps.find((s) => s.status === 'failed')
  const words = failed
    ? `step ${failed.number}: ${failed.details}`
    : code === 0
      ? (json?.summary ?? '')
      : stderr.trim().split('\n').slice(-8).join('\n')
  return words.replaceAll(/\s*\n\s*/g, ' / ').slice(0, 700)
}
