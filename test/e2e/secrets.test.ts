/** Secrets are used, and never shown: not in a report, not on the screen, not in a task, not in the state. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'

const SECRETS = {
  'an environment variable': 'env-sesame-7431',
  'the password of the profile': 'profile-sesame-7432',
  'a key of .dlt/secrets.toml': 'toml-sesame-7433',
  'a password in a URL of .dlt/secrets.toml': 'url-sesame-7434',
  'a key of a table of credentials': 'table-sesame-7435',
  'a value that only its file makes a secret': 'https://hooks.example.com/T0/hook-sesame-7436',
  'a variable of the command line': 'vars-sesame-7437',
}

const LEAKS = `
import os, sys
import dlt
print("environment:", dict(os.environ))
print("key:", dlt.secrets["sources.shop.api_key"], "user key:", dlt.secrets["sources.shop.credentials.user_key"])
print("hook:", dlt.secrets["sources.shop.webhook"], file=sys.stderr)
print(open("profiles.yml").read(), open(".dlt/secrets.toml").read())
raise RuntimeError("cannot log in to " + dlt.secrets["sources.shop.sql_url"] + " with " + os.environ["SHOP_PASSWORD"] + " and " + dlt.secrets["sources.shop.api_key"] + " at " + dlt.secrets["sources.shop.webhook"])
`

let project: Project
let runs: Result[]

beforeAll(async () => {
  project = makeProject('shop')
  project.edit(
    'profiles.yml',
    'dev:\n',
    `other:\n      type: postgres\n      host: db.example.com\n      user: shop\n      password: ${SECRETS['the password of the profile']}\n      port: 5432\n      dbname: shop\n      schema: analytics\n    dev:\n`,
  )
  project.write(
    '.dlt/secrets.toml',
    `[sources.shop]
api_key = "${SECRETS['a key of .dlt/secrets.toml']}"
sql_url = "postgresql://loader:${SECRETS['a password in a URL of .dlt/secrets.toml']}@db.example.com/shop"
webhook = "${SECRETS['a value that only its file makes a secret']}"

[sources.shop.credentials]
user_key = "${SECRETS['a key of a table of credentials']}"
`,
  )
  project.write('ingest/shop.py', LEAKS)
  project.write(
    'models/leaks.sql',
    "{{ exceptions.raise_compiler_error('login failed: ' ~ env_var('SHOP_PASSWORD') ~ ' ' ~ var('token', '')) if execute }}",
  )
  const env = { SHOP_PASSWORD: SECRETS['an environment variable'] }
  const vars = ['--vars', `{token: ${SECRETS['a variable of the command line']}}`]
  runs = [await runMartsmith(project, ['pipeline', '--yes', '--verbose'], { env })]
  runs.push(await runMartsmith(project, ['resume', '--json'], { env }))
  project.write('ingest/shop.py', 'import dlt\n')
  runs.push(
    await runMartsmith(project, ['pipeline', '--select', 'leaks', '--yes', '--verbose', ...vars], { env }),
  )
})

it('the runs failed in the places that would have told', () => {
  expect(runs.map((r) => r.code)).toEqual([1, 1, 1])
  expect(runs[0]?.all).toMatch(/RuntimeError: cannot log in to/)
  expect(runs[2]?.all).toMatch(/login failed: /)
})

describe.each(Object.entries(SECRETS))('%s', (_, secret) => {
  it('is not on stdout or stderr', () => {
    for (const run of runs) expect(run.all).not.toContain(secret)
  })

  it('is not in .tasks', () => {
    for (const file of project.taskFiles()) expect(project.read(file), file).not.toContain(secret)
  })

  it('is not in .martsmith/runs, nor in any other text of the state', () => {
    for (const file of project.files('.martsmith').filter((f) => !f.startsWith('.martsmith/db/'))) {
      expect(project.read(file), file).not.toContain(secret)
    }
  })
})
