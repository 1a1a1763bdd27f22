/** Whether a new SQL file is written as the project's own files are: each habit that is usual, against that file. */
import type { ConventionsConfig } from '../../config/conventions-schema.ts'
import { cteStyle } from '../../project/conventions/cte-style.ts'
import { overridden } from '../../project/conventions/house-style.ts'
import { scanned, sqlStyle } from '../../project/conventions/sql-style.ts'
import { type Convention, inWords } from '../../project/conventions/types.ts'

export type StyleReview = { held: string[]; broken: string[] }

/** @param folder of the file, below the models' folder. */
export function styleReview(
  file: { path: string; text: string },
  folder: string,
  { conventions, config }: { conventions: Convention[]; config: ConventionsConfig },
): StyleReview {
  const one = scanned(file)
  const votes = [...sqlStyle([one]), ...cteStyle([one], () => folder)]
  const habits = conventions.flatMap((c) => {
    const usual = overridden(config, c.id, c.folder ?? undefined) ?? c.usual
    const seen = votes.find((v) => v.id === c.id && (c.folder === null || c.folder === folder))?.votes[0]
      ?.choice
    return usual === null || seen === undefined ? [] : [{ topic: c.topic, id: c.id, usual, seen }]
  })
  const isHeld = (h: { usual: string; seen: string }) => h.usual.toLowerCase() === h.seen.toLowerCase()
  return {
    held: habits.filter(isHeld).map((h) => h.topic),
    broken: habits
      .filter((h) => !isHeld(h))
      .map((h) => `${h.topic}: ${inWords(h.id, h.seen)} here, ${inWords(h.id, h.usual)} in the project`),
  }
}
