/** A moment as a clock on the reader's wall shows it: "07:52:03". `timeZone` is the reader's own when left out. */
export function clockTime(iso: string, timeZone?: string): string {
  return new Date(iso).toLocaleTimeString('en-GB', { hourCycle: 'h23', ...(timeZone && { timeZone }) })
}

/** Day and time in full, for a tooltip. */
export function fullTime(iso: string, timeZone?: string): string {
  return new Date(iso).toLocaleString('en-GB', {
    dateStyle: 'full',
    timeStyle: 'medium',
    ...(timeZone && { timeZone }),
  })
}
