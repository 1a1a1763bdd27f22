/** The versions of new migrations: after those that stand, in the form that those have. */
import type { Standing } from './types.ts'

/** `n` versions: running numbers where numbers run, else timestamps in UTC. */
export function nextVersions(standing: Standing[], n: number, now: Date): string[] {
  const latest = standing.at(-1)?.version ?? ''
  if (/^\d{1,9}$/.test(latest))
    return Array.from({ length: n }, (_, i) => String(Number(latest) + 1 + i).padStart(latest.length, '0'))
  const after = /^\d{14}$/.test(latest) ? timeOf(latest) + 1000 : 0
  const first = Math.max(Math.floor(now.getTime() / 1000) * 1000, after)
  return Array.from({ length: n }, (_, i) => stamp(new Date(first + i * 1000)))
}

function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/\D/g, '')
}

function timeOf(version: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(version) ?? []
  const time = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
  return Number.isFinite(time) ? time : 0
}
