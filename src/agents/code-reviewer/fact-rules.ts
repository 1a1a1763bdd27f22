/** The rules of a review that matter for facts: on their SQL, on what the YAML tests, on what was claimed. */
import type { Finding } from '../../core/outcome.ts'
import { list } from '../../core/text.ts'
import type { Claim } from '../../refactor/types.ts'
import type { Made } from '../dim-modeler/modelled.ts'

type FactClaim = Extract<Claim, { kind: 'fact' }>

type Reviewed = { claim: FactClaim; made: Made; sql: string; isIncremental: boolean; settings: string }

/** `settings`: where its configuration is said, the SQL itself or the YAML. */
export function factFindings({ claim, made, sql, isIncremental, settings }: Reviewed): Finding[] {
  const { file } = made
  const found = (rule: string, severity: Finding['severity'], message: string): Finding => ({
    rule,
    severity,
    message,
    file,
  })
  const code = sql.replace(/\{#[\s\S]*?#\}|--[^\n]*/g, '')
  const tested = (column: string, test: string) =>
    made.tests.some((t) => t.column === column && t.test === test)
  const open = claim.foreignKeys.filter(
    (k) => !tested(k.column, 'not_null') || (k.dimension !== null && !tested(k.column, 'relationships')),
  )
  const untested = claim.foreignKeys.filter((k) => k.dimension === null)
  const ratios = claim.measures.filter(
    (m) => m.additivity === 'additive' && m.from !== null && /\/\s*[^\s\d]/.test(m.from),
  )
  return [
    ...(isIncremental && !/\bunique_key\b/.test(settings)
      ? [
          found(
            'MAT04',
            'block',
            'an incremental fact without unique_key: a row that comes again is there twice',
          ),
        ]
      : []),
    ...(isIncremental &&
    !/\bon_schema_change\b['"]?\s*[=:]\s*['"]?(append_new_columns|sync_all_columns|fail)\b/.test(settings)
      ? [found('MAT06', 'block', 'on_schema_change is not set: a new column would be left out in silence')]
      : []),
    ...(/\b(now|random|getdate|sysdate)\s*\(|\bcurrent_(timestamp|date|time)\b/i.test(code)
      ? [found('MAT08', 'block', 'it asks the clock: the same rows would be built differently')]
      : []),
    ...(isIncremental && newRowsAreStrict(code)
      ? [
          found(
            'MAT08',
            'block',
            'new rows are those behind the watermark: what comes at the same moment is lost',
          ),
        ]
      : []),
    ...(joinsStar(code) ? [found('SQL02', 'warn', 'select * behind the first and before the last CTE')] : []),
    ...(/\bunion\b(?!\s+(all|distinct)\b)/i.test(code) ? [found('SQL06', 'warn', 'a bare union')] : []),
    ...(open.length > 0
      ? [found('TST03', 'block', `${list(open.map((k) => k.column))} is not tested as a foreign key`)]
      : []),
    ...(untested.length > 0
      ? [
          found(
            'TST03',
            'info',
            `${list(untested.map((k) => k.column))}: no relationships test, for there is no dimension that has every key yet`,
          ),
        ]
      : []),
    ...(claim.key !== null && !(tested(claim.key, 'unique') && tested(claim.key, 'not_null'))
      ? [found('TST01', 'block', `${claim.key} is not tested as a key`)]
      : []),
    ...ratios.map((m) => found('fact.ratio', 'block', `${m.column} is a ratio, and is called additive`)),
  ]
}

/** `where loaded_at > (select max(...))`: a strict comparison in the incremental part. */
function newRowsAreStrict(code: string): boolean {
  const parts = [...code.matchAll(/\{%-?\s*if\s+is_incremental\(\)\s*-?%\}([\s\S]*?)\{%-?\s*(?:endif|else)/g)]
  return parts.some(([, part = '']) => /[^<>=!]>\s*\(/.test(part))
}

/** More than one relation in the from clause of a star, or a star over what is no import and not the last. */
function joinsStar(code: string): boolean {
  const stars = [...code.matchAll(/\bselect\s+\*\s+from\s+(\{\{[^}]*\}\}|\S+)([^)]*)/gi)]
  return stars.some(([, from = '', rest = '']) => /\bjoin\b/i.test(rest) && !from.startsWith('{{'))
}
