/** How a house writes its dbt project: learned from what stands there, with counts as evidence. */

/** One habit. `agree` of `seen` places follow it; without a majority there is no convention. */
export type Convention = {
  topic: string
  /** What is usual, in a few words; null where nothing is. */
  usual: string | null
  agree: number
  seen: number
  /** Every way it is done and how often, the most frequent first. */
  choices: { choice: string; times: number }[]
  /** What is counted: models, files, columns. */
  unit: string
  /** Places that do it otherwise, a few of them. */
  exceptions: string[]
}

/** What a place does, by name of the place. */
export type Votes = { place: string; choice: string }[]

const MOST_EXCEPTIONS = 5
/** Below this share a choice is not usual, only the most frequent. */
const USUAL = 0.6

/** The most frequent choice, if it is frequent enough to be called usual. */
export function settle(topic: string, unit: string, votes: Votes): Convention | null {
  if (votes.length === 0) return null
  const counts = new Map<string, number>()
  for (const { choice } of votes) counts.set(choice, (counts.get(choice) ?? 0) + 1)
  const choices = [...counts]
    .map(([way, times]) => ({ choice: way, times }))
    .sort((a, b) => b.times - a.times || a.choice.localeCompare(b.choice))
  const { choice = '', times: agree = 0 } = choices[0] ?? {}
  const usual = agree / votes.length >= USUAL ? choice : null
  const others = usual === null ? [] : votes.filter((v) => v.choice !== choice)
  return {
    topic,
    usual,
    agree,
    seen: votes.length,
    choices,
    unit,
    exceptions: others.slice(0, MOST_EXCEPTIONS).map((v) => `${v.place} (${v.choice})`),
  }
}
