/** What is only asked is not to be done. */
export function isQuestion(part: string): boolean {
  if (
    /^(?:is|are|was|were|does|did|has|who|what|which|why|how|(?:when|where)\s+(?:is|are|was|were|do|does|did|can|will|should)|should\s+(?:we|i|it|they))\s/i.test(
      part.trim(),
    )
  )
    return true
  return (
    /\?\s*$/.test(part) &&
    !/\bwould it be possible to\b/i.test(part) &&
    !/^(?:please\s+)?(?:could\s|(?:can|would|will)\s+(?:you|we|i)\b)|\b(?:can|could|would|will) (?:you|we)\b/i.test(
      part,
    )
  )
}
