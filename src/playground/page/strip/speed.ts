/** Tickets a minute the slider offers: evenly spaced for the eye, not in figures. */
export const SPEEDS = [1, 2, 4, 6, 10, 15, 20, 30, 60, 120, 240, 600] as const

/** Where on the slider a speed stands; one that is not offered stands at the nearest, by ratio. */
export function notchOf(perMinute: number): number {
  const distance = (speed: number) => Math.abs(Math.log(speed / Math.max(perMinute, 0.01)))
  return SPEEDS.reduce((best, speed, at) => (distance(speed) < distance(SPEEDS[best] ?? 1) ? at : best), 0)
}

/** "6 a minute: one every 10 seconds, as on a busy day". */
export function speedWords(perMinute: number): string {
  return `${trimmed(perMinute)} a minute: ${pace(perMinute)}, ${feel(perMinute)}`
}

function pace(perMinute: number): string {
  if (perMinute > 60) return `${trimmed(perMinute / 60)} a second`
  if (perMinute === 60) return 'one a second'
  return perMinute === 1 ? 'one every minute' : `one every ${trimmed(60 / perMinute)} seconds`
}

function feel(perMinute: number): string {
  if (perMinute <= 2) return 'time to read everything'
  if (perMinute <= 6) return 'time to click'
  if (perMinute <= 20) return 'a busy desk'
  if (perMinute <= 60) return 'too fast to read'
  return 'a storm'
}

const trimmed = (figure: number): string => String(Math.round(figure * 10) / 10)
