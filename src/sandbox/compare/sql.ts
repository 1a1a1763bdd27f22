/** The statements of a comparison. Rows stay in the warehouse; counts and a few examples come back. */
import type { Pair } from './pairs.ts'

type Sides = { before: string; after: string }

/** Rows of each side, then per key and side: rows without it, and values of it that come more than once. */
export function keysStatement(of: Sides, keys: Pair[][]): string {
  const facts = (side: 'before' | 'after') =>
    keys.flatMap((key) => {
      const columns = key.map((p) => p.value(side))
      const missing = columns.map((c) => `${c} is null`).join(' or ')
      return [
        `(select count(*) from ${of[side]} where ${missing})`,
        `(select count(*) from (select 1 as one from ${of[side]} group by ${columns.join(', ')} having count(*) > 1) d)`,
      ]
    })
  const all = [
    `(select count(*) from ${of.before})`,
    `(select count(*) from ${of.after})`,
    ...facts('before'),
    ...facts('after'),
  ]
  return `select ${all.map((fact, i) => `${fact} as f${i}`).join(',\n  ')}`
}

/** Per column: rows with a value, and distinct values. */
export function distinctStatement(relation: string, side: 'before' | 'after', pairs: Pair[]): string {
  const facts = pairs.flatMap((p) => [`count(${p.value(side)})`, `count(distinct ${p.value(side)})`])
  return `select ${facts.map((fact, i) => `${fact} as f${i}`).join(', ')} from ${relation}`
}

/** Whether a matched pair of values differs: nulls are equal, floats within the tolerance. */
function differs(pair: Pair, before: string, after: string, tolerance: number): string {
  const onlyOneNull = `(${before} is null and ${after} is not null) or (${before} is not null and ${after} is null)`
  if (!pair.float) return `${before} <> ${after} or ${onlyOneNull}`
  // Beyond these ends arithmetic overflows, or turns infinity and NaN into something that looks close.
  const size = `greatest(abs(${before}), abs(${after}))`
  const apart = `case when ${before} = ${after} then 0 when ${size} > 1e300 or ${size} < 1e-290 then 1 when abs(${before} - ${after}) <= ${tolerance} * ${size} then 0 else 1 end = 1`
  return `(${before} is not null and ${after} is not null and ${apart}) or ${onlyOneNull}`
}

/** Rows matched by a key; `b` and `a` are the sides, `k` and `v` their columns. */
export function keyed(of: Sides, key: Pair[], pairs: Pair[], tolerance: number) {
  const side = (name: 'before' | 'after') =>
    `select 1 as here, ${[
      ...key.map((p, i) => `${p.value(name)} as k${i}`),
      ...key.map((p, i) => `${p.shown(name)} as t${i}`),
      ...pairs.flatMap((p, i) => [`${p.value(name)} as v${i}`, `${p.shown(name)} as s${i}`]),
    ].join(', ')} from ${of[name]}`
  const sides = `with b as (${side('before')}),\na as (${side('after')})`
  const on = key.map((_, i) => `b.k${i} = a.k${i}`).join(' and ')
  const different = (i: number) => {
    const pair = pairs[i]
    return pair ? `(${differs(pair, `b.v${i}`, `a.v${i}`, tolerance)})` : '1 = 0'
  }
  const matched = 'b.here is not null and a.here is not null'
  const sum = (test: string) => `sum(case when ${test} then 1 else 0 end)`
  const any = pairs.length > 0 ? pairs.map((_, i) => different(i)).join(' or ') : '1 = 0'
  return {
    /** Rows only before, only after, changed; then per column the rows in which it differs. */
    counts: `${sides}\nselect ${[
      sum('a.here is null'),
      sum('b.here is null'),
      sum(`${matched} and (${any})`),
      ...pairs.map((_, i) => sum(`${matched} and ${different(i)}`)),
    ]
      .map((s, i) => `${s} as n${i}`)
      .join(',\n  ')}\nfrom b full join a on ${on}`,
    /** Key, value before, value after of rows in which a column differs. */
    examples: (i: number, most: number) =>
      `${sides}\nselect ${key.map((_, k) => `b.t${k} as t${k}`).join(', ')}, b.s${i} as was, a.s${i} as becomes\nfrom b join a on ${on} where ${different(i)} order by ${key.map((_, k) => `b.k${k}`).join(', ')} limit ${most}`,
    /** Keys of rows on one side only. */
    only: (name: 'before' | 'after', most: number) => {
      const [here, there] = name === 'before' ? ['b', 'a'] : ['a', 'b']
      return `${sides}\nselect ${key.map((_, k) => `${here}.t${k} as t${k}`).join(', ')}\nfrom ${here} left join ${there} on ${on} where ${there}.here is null order by ${key.map((_, k) => `${here}.k${k}`).join(', ')} limit ${most}`
    },
  }
}

/**
 * Whole rows as a multiset: how often each comes on either side. With `floats`, rows that agree in all other
 * columns are paired in the order of their floats, and a pair within the tolerance is equal: nothing that is
 * further apart is ever taken for equal; with several floats a pair may be missed.
 */
export function wholeRows(of: Sides, pairs: Pair[], floats: boolean, tolerance: number) {
  const close = floats ? pairs.map((p, i) => ({ p, i })).filter(({ p }) => p.float) : []
  const isClose = new Set(close.map(({ i }) => i))
  const exact = pairs.map((_, i) => `v${i}`).filter((_, i) => !isClose.has(i))
  const side = (name: 'before' | 'after') =>
    `select ${pairs.map((p, i) => `${p.value(name)} as v${i}`).join(', ')}, ${name === 'before' ? '1 as b, 0 as a' : '0 as b, 1 as a'} from ${of[name]}`
  const all = `${side('before')}\nunion all\n${side('after')}`
  const groups = floats ? paired() : counted()

  function counted(): string {
    return `select ${exact.join(', ')}, sum(b) as nb, sum(a) as na\nfrom (${all}) u group by ${exact.join(', ')}`
  }

  function paired(): string {
    const names = close.map(({ i }) => `v${i}`)
    const numbered = `select u.*, row_number() over (partition by ${[...exact, 'b'].join(', ')} order by ${names.join(', ')}) as rn from (${all}) u`
    const group = [...exact, 'rn'].join(', ')
    const ends = close.map(
      ({ i }) => `max(case when b = 1 then v${i} end) as b${i}, max(case when a = 1 then v${i} end) as a${i}`,
    )
    const pairsOf = `select ${[group, ...ends].join(', ')}, sum(b) as hb, sum(a) as ha from (${numbered}) r group by ${group}`
    const apart = close.map(({ p, i }) => `(${differs(p, `b${i}`, `a${i}`, tolerance)})`).join(' or ')
    const lone = (has: string, not: string) =>
      `case when ${has} = 1 and (${not} = 0 or ${apart}) then 1 else 0 end`
    return `select g.*, ${lone('hb', 'ha')} as nb, ${lone('ha', 'hb')} as na from (${pairsOf}) g`
  }

  const shown = (name: 'before' | 'after') =>
    pairs.map((_, i) => `${isClose.has(i) ? `${name === 'before' ? 'b' : 'a'}${i}` : `v${i}`} as s${i}`)
  const more = { before: ['nb', 'na'], after: ['na', 'nb'] } as const
  const surplus = (name: 'before' | 'after') => {
    const [here, there] = more[name]
    return `sum(case when ${here} > ${there} then ${here} - ${there} else 0 end)`
  }
  // A pair that is apart is one row too many on each side.
  const lonely = (name: 'before' | 'after') => (floats ? `sum(${more[name][0]})` : surplus(name))
  return {
    counts: `select ${lonely('before')} as n0, ${lonely('after')} as n1\nfrom (${groups}) w`,
    only: (name: 'before' | 'after', most: number, text: (expression: string) => string) => {
      const [here, there] = more[name]
      const columns = shown(name).map((s) => {
        const [value, alias] = s.split(' as ')
        return `${text(value ?? '')} as ${alias}`
      })
      const test = floats ? `${here} > 0` : `${here} > ${there}`
      return `select ${columns.join(', ')}\nfrom (${groups}) w where ${test} limit ${most}`
    },
  }
}
