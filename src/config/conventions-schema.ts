/** `conventions:` of martsmith.yml. Keys and words are those of `martsmith conventions --json`. */
import { z } from 'zod'

const side = z.enum(['trailing', 'leading'])
const choice = <T extends string>(values: [T, ...T[]], meaning: string) =>
  z.enum(values).optional().describe(meaning)
const yes = (meaning: string) => z.boolean().optional().describe(meaning)
const text = (meaning: string) => z.string().optional().describe(meaning)
const template = (needs: string, meaning: string) =>
  z
    .string()
    .refine((s) => s.includes(needs), `a name with ${needs} in it`)
    .optional()
    .describe(meaning)

const materialized = z.string().min(1).optional().describe('How its models are materialised.')

const folder = z
  .strictObject({
    prefix: text('What names of models begin with; empty for none.'),
    materialized,
    import_name: text(
      'How a CTE that reads is called: `source`, `{entity}`, `{name}`, `src_{entity}`; `{ENTITY}` in capitals.',
    ),
    last_select: choice(['all', 'columns'], '`select * from` the last CTE, or the last select written out.'),
    last_name: text('How the last CTE is called.'),
  })
  .describe('A folder below the models folder, such as `staging` or `marts/core`.')

export const conventionsSchema = z
  .strictObject({
    keywords: choice(['lower', 'upper'], 'The case of SQL keywords.'),
    commas: side.optional().describe('Where commas of lists stand.'),
    cte_commas: side.optional().describe('Where commas between CTEs stand.'),
    indentation: z
      .union([z.int().min(1).max(8), z.literal('tab')])
      .optional()
      .describe('One level of SQL: a number of spaces, or `tab`.'),
    line_ends: choice(['lf', 'crlf'], 'How lines end.'),
    import_ctes: yes('Whether every ref and source has a CTE of its own.'),
    with_line: choice(['own', 'shared'], 'Whether `with` stands alone, or beside the first CTE.'),
    cte_blanks: yes('Whether the inside of a CTE is set off by blank lines.'),
    column_as: yes('Whether aliases of columns have `as`.'),
    table_as: yes('Whether aliases of tables have `as`.'),
    table_aliases: choice(['none', 'letters', 'words'], 'How tables are called in joins.'),
    inner_join: choice(['inner join', 'join'], 'How an inner join is written.'),
    group_by: choice(['names', 'numbers', 'all'], 'What `group by` lists.'),
    model_number: choice(['plural', 'singular'], 'Whether models are named in the plural.'),
    staging_name: template('{table}', 'How staging models are called, with `{source}` and `{table}`.'),
    staging_folder: text('Where staging models stand, below the models folder.'),
    marts_folder: text('Where marts stand, below the models folder.'),
    dimension_prefix: text('What names of dimensions begin with.'),
    fact_prefix: text('What names of facts begin with.'),
    key_suffix: text('What names of surrogate keys end with.'),
    id_suffix: text('What names of natural keys end with.'),
    surrogate_key: z
      .string()
      .regex(
        /^(macro [\w.]+\((\[\.\.\.\]|\.\.\.)\)|\w+\(\.\.\.( \|\| '[^']*' \|\| \.\.\.)?\))$/,
        "either `macro NAME([...])` or an expression such as `md5(... || '-' || ...)`",
      )
      .optional()
      .describe("How surrogate keys are made: `macro NAME([...])`, or `md5(... || '-' || ...)`."),
    materialized_in: choice(
      ['project', 'model', 'properties'],
      'Where it is said: dbt_project.yml, the model or its properties.',
    ),
    properties: choice(['model', 'folder'], 'One properties file for each model, or for each folder.'),
    properties_name: text('How it is called, with `{model}` or `{folder}`.'),
    sources_name: text('How files with sources are called, with `{folder}` or `{source}`.'),
    tests: choice(['tests', 'data_tests'], 'How tests are spelled.'),
    test_arguments: choice(['nested', 'beside'], 'Whether arguments of tests stand under `arguments:`.'),
    test_lists: choice(['lines', 'inline'], 'Lists of tests: a line each, or in brackets.'),
    yaml_version: yes('Whether properties files begin with `version: 2`.'),
    yaml_indent: z.int().min(1).max(8).optional().describe('Spaces of one level of YAML.'),
    yaml_lists: choice(['indented', 'flush'], 'Whether lists are set in below their key.'),
    models_described: yes('Whether models are described.'),
    columns_described: yes('Whether columns are described.'),
    description_end: choice(
      ['stop', 'none', 'doc'],
      'How descriptions end, or that they stand in doc blocks.',
    ),
    folders: z.record(z.string(), folder).optional().describe('What holds for one folder only.'),
  })
  .prefault({})
  .describe('How the project is written, where it shall not be learned from what stands there.')

export type ConventionsConfig = z.output<typeof conventionsSchema>
