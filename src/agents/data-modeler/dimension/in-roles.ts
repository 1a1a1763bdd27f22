/**
 * One dimension for several columns that name the same thing in different roles, of which none holds all values: its
 * rows are the values of all of them together.
 */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list, shellQuote } from '../../../core/text.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { stagedNames } from '../../../refactor/add-staging/columns.ts'
import { dependsStatement, ENOUGH_ROWS, mayDepend } from '../depends.ts'
import { measured, oneRow } from '../measure.ts'
import { type Alike, alikeOf, sistersOf } from '../search/alike.ts'
import { placeOf } from '../search/find.ts'
import { subjectOf } from '../search/names.ts'
import type { Candidate, Origin, OriginColumn } from '../types.ts'
import { assembled, assertNew, type Found, type Judged, REUSED, refused } from './found.ts'
import { againstCode, naturalOf } from './judge.ts'

/** So much of what the role with fewer values says has to be in the others, for it to be the same thing. */
const SHARED = 0.5
/** Fewer values in all are shared by chance. */
const TELLING_VALUES = 3

export type Roles = Alike & { origin: Origin; words: string }

/** Null where the choice is not between roles of one thing, by its names and its values. */
export async function rolesAmong(found: Found, choice: Candidate[]): Promise<Roles | null> {
  const { context, adapter, style, wanted } = found
  const [first] = choice
  if (!first?.origin.stands) return null
  const staged = first.origin.needsStaging
    ? stagedNames(
        style,
        first.origin.columns.map((c) => c.name),
      )
    : null
  const alike = alikeOf(subjectOf(wanted.subject), choice, (name) => staged?.get(name) ?? name)
  if (!alike) return null
  const numbers = await oneRow(context, sharedStatement(alike, adapter))
  const [all = 0, ...each] = numbers
  const isShared = alike.roles.every((_, i) => {
    const [own = 0, others = 0, both = 0] = each.slice(3 * i, 3 * i + 3)
    return own > 0 && both >= SHARED * Math.min(own, others)
  })
  if (all < TELLING_VALUES || !isShared) return null
  const words = alike.key.columns.map(
    (c, i) => `${c.name} (${each[3 * i]}, ${each[3 * i + 2]} of them in others)`,
  )
  return { ...alike, words: `${list(words)}, together ${all}` }
}

/** A thing that has other roles beside the one that was asked for: one dimension of all of them is for a person to say. */
export async function assertNoRole(found: Found, chosen: Candidate): Promise<void> {
  const { origin, column } = chosen
  const { subject, from } = found.wanted
  if (column === null || from !== null) return
  for (const sister of sistersOf(origin, column)) {
    const wanted = { ...found.wanted, subject: sister.thing }
    if (subjectOf(subject).join(' ') === subjectOf(sister.thing).join(' ')) continue
    const roles = await rolesAmong({ ...found, wanted }, [chosen, { ...chosen, column: sister.column }])
    if (!roles) continue
    throw new MartsmithError({
      code: 'dimension.role',
      message: `"${subject}" is a ${sister.thing} in one of its roles: ${roles.words} values. Nothing was run.`,
      mend: [
        `martsmith dimension "${sister.thing}"   makes one dimension of all of them, and each is a key of it`,
        `martsmith dimension "${subject}" --from ${shellQuote(placeOf(chosen))}   makes one of this role alone`,
      ],
      exitCode: 3,
    })
  }
}

/** All values; and of each role its own, those of the others, and those in both. */
function sharedStatement({ key, origin }: Alike & { origin: Origin }, adapter: string): string {
  const { quote } = dialectOf(adapter)
  const values = ({ name }: OriginColumn) =>
    `select ${quote(name)} as v from ${origin.relation} where ${quote(name)} is not null`
  const union = (columns: OriginColumn[]) => `(${columns.map(values).join(' union ')})`
  const counted = (from: string) => `(select count(*) from ${from} as t)`
  return `select ${[
    counted(union(key.columns)),
    ...key.columns.flatMap((c) => {
      const others = key.columns.filter((o) => o !== c)
      const own = `(select distinct v from (${values(c)}) as s)`
      return [
        counted(own),
        counted(union(others)),
        `(select count(*) from ${own} as t where t.v in (select v from ${union(others)} as u))`,
      ]
    }),
  ].join(', ')}`
}

/** The rows of all roles below each other, by the names that they share: to be asked like a relation. */
function together({ origin, key, others }: Roles, adapter: string): Origin {
  const { quote } = dialectOf(adapter)
  const all = [key, ...others]
  const branches = key.columns.map(
    (_, i) =>
      `select ${all.map((a) => `${quote(a.columns[i]?.name ?? '')} as ${quote(a.name)}`).join(', ')} from ${origin.relation}`,
  )
  return {
    ...origin,
    relation: `(${branches.join(' union all ')}) as in_roles`,
    columns: all.flatMap(({ name, columns: [first] }) => (first ? [{ ...first, name }] : [])),
  }
}

export async function inRoles(found: Found, roles: Roles): Promise<Judged> {
  const { context, adapter, style } = found
  const { origin, key: named } = roles
  const asking = { ...context, adapter }
  const all = together(roles, adapter)
  const profile = await measured(asking, all)
  const code = profile.columns.find((c) => c.name === named.name)
  if (!code) throw new Error(`${named.name} was not measured`)
  const place = `${list(named.columns.map((c) => c.name))} of ${origin.label}`
  const early = againstCode(code, profile, { dependent: 1, tableKey: null })
  if (early) throw refused(place, early)
  const unseen = await assertNew(found, all, code)
  const others = mayDepend(profile.columns, [code.name])
  const numbers =
    others.length === 0
      ? []
      : await oneRow(
          asking,
          dependsStatement(
            all.relation,
            [code.name],
            others.map((c) => c.name),
            adapter,
          ),
        )
  const against = (i: number) => (numbers[1 + 2 * i] ?? 2) > 1
  const isSparse = (i: number) => (numbers[2 + 2 * i] ?? 0) > 0
  const enough = profile.rows - code.nulls >= code.distinct * ENOUGH_ROWS
  // The greatest of yes and no is nothing that every warehouse knows.
  const agreed = others.filter((c, i) => !against(i) && enough && !(isSparse(i) && c.kind === 'boolean'))
  const torn = others.filter((_, i) => against(i)).map((c) => c.name)
  const late = againstCode(code, profile, { dependent: agreed.length, tableKey: null })
  if (late) throw refused(place, late)
  const { key, attributes } = naturalOf(code, agreed, style.idSuffix)
  const sparse = attributes.filter((c) => isSparse(others.indexOf(c))).map((c) => c.name)
  const columnsOf = (name: string) => [named, ...roles.others].find((o) => o.name === name)?.columns ?? []
  const made = await assembled(found, all, profile, {
    way: 'promoted',
    key: [key],
    attributes,
    values: key.distinct,
    without: key.nulls,
    because: [
      `make one dimension of several roles: ${roles.words} values; each names a ${found.wanted.subject.trim().toLowerCase()}, and none holds all of them`,
      ...(attributes.length > 0
        ? [`each ${key.name} has one ${list(attributes.map((a) => a.name))}, whichever role says it`]
        : []),
      REUSED,
    ],
    rejected: [
      `a dimension for each role: the same ${key.name} would have several keys, and nothing could be compared across roles`,
      'entity table: no staging model or raw table is called like it',
      `type 2: no column of ${origin.label} keeps history`,
    ],
    notes: [
      ...unseen,
      ...(sparse.length > 0
        ? [`${list(sparse)} of a ${key.name} is said in some rows and not in others: what is said counts.`]
        : []),
      ...torn.map(
        (name) =>
          `Left out: ${name}, for ${list(columnsOf(name).map((c) => c.name))} do not agree on one for each ${key.name}.`,
      ),
      ...(attributes.length === 0
        ? ['Nothing else depends on it in all roles, so the dimension has its name alone.']
        : []),
    ],
  })
  return {
    ...made,
    roles: {
      each: roles.roles.map((role, i) => ({
        role,
        natural: made.natural.flatMap((n) => columnsOf(n.column.name)[i] ?? []),
        attributes: made.attributes.flatMap((a) => columnsOf(a.name)[i] ?? []),
      })),
      sparse,
    },
  }
}

/** What it is said to be. */
export function rolesWords({ key, origin }: Roles): string {
  return `${list(key.columns.map((c) => `${origin.label}.${c.name}`))}, one thing in ${count(key.columns.length, 'role')}`
}
