/** The word of `known` that takes the fewest single-character edits (Levenshtein 1966), if any is near enough to be meant. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase().slice(0, LONGEST)
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: editDistance(typed, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
  if (!nearest || nearest.edits > Math.max(1, Math.ceil(nearest.candidate.length / 2))) return undefined
  return nearest.candidate
}

const LONGEST = 64

export function editDistance(from: string, to: string): number {
  const target = Array.from(to)
  let row = Array.from({ length: target.length + 1 }, (_, index) => index)
  for (const [rowIndex, fromChar] of Array.from(from).entries()) {
    const next = [rowIndex + 1]
    for (const [index, toChar] of target.entries()) {
      const substituted = row[index]! + (fromChar === toChar ? 0 : 1)
      next.push(Math.min(substituted, row[index + 1]! + 1, next[index]! + 1))
    }
    row = next
  }
  return row[target.length]!
}
