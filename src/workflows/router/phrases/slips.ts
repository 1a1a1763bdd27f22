/**
 * The words that are recognised with one slip of the hand in them. Only the long and frequent ones: the shorter
 * a word, the more real words lie next to it.
 */
export const correctable: ReadonlySet<string> = new Set(
  `
  pipeline pipelines everything refresh rebuild reload update execute trigger launch start build rerun restart
  models tables table dimension dimensions project warehouse nightly morning entire complete whole
  failed failing broken crashed crashing errors debug diagnose troubleshoot investigate failure
  review architecture changes branch assess evaluate
  create introduce process
  please thanks could would immediately yesterday again latest
  above below upstream downstream depends parents children dependencies scratch
  `
    .trim()
    .split(/\s+/),
)

/** Words that must be seen even when misspelt, because a name or a phrase with them would be a misreading. */
export const hazards: ReadonlySet<string> = new Set(
  `
  never without except unless nothing cannot delete deletes remove removes truncate destroy erase wipe purge
  before after because instead ignore avoid
  `
    .trim()
    .split(/\s+/),
)

/** Real words that are one letter away from those: never taken for a slip. */
export const realWords: ReadonlySet<string> = new Set(
  `
  whale while mourning mooring patents chances charges foiled filed faded fouled falling broker brunch
  smart strut stare cable tale modal guild built return cloud could would wound mould world scratches
  alter protect modes assets stating staying remotes parens thinks noting compete thunks cashing crate modems retun
  remote newer nearer sever bellow against preview lunch
  latent lattes nigh parade recreate cremate
  expect accept excerpt select deleted removed wiped purse pure purged
  `
    .trim()
    .split(/\s+/),
)
