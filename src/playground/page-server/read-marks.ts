/** How far everybody has read, for as long as the playground runs. */
export interface ReadMarks {
  /** Where this person stopped reading; '0' when never begun. */
  of(user: string, channel: string): string
  /** Marks only go forward. False when it was there already. */
  advance(user: string, channel: string, ts: string): boolean
}

export function readMarks(): ReadMarks {
  const marks = new Map<string, string>()
  const keyOf = (user: string, channel: string) => `${user} ${channel}`
  const of = (user: string, channel: string) => marks.get(keyOf(user, channel)) ?? '0'
  return {
    of,
    advance(user, channel, ts) {
      if (Number(ts) <= Number(of(user, channel))) return false
      marks.set(keyOf(user, channel), ts)
      return true
    },
  }
}
