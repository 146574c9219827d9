/** Fills in Slack's date tokens, such as `{date_short_pretty} at {time}`, for a reader in `timeZone`. */
export function slackDate(epochSeconds: number, format: string, now: number, timeZone?: string): string {
  const at = new Date(epochSeconds * 1000)
  const written = (options: Intl.DateTimeFormatOptions) => formatter('en-GB', options, timeZone).format(at)
  const time = (seconds: boolean) =>
    written({ hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}), hourCycle: 'h23' })
  const dates: Readonly<Record<string, () => string>> = {
    date: () => written({ day: 'numeric', month: 'long', year: 'numeric' }),
    date_short: () => written({ day: 'numeric', month: 'short', year: 'numeric' }),
    date_long: () => written({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
  }

  return format.replace(/\{(\w+)\}/g, (whole, token: string) => {
    if (token === 'time') return time(false)
    if (token === 'time_secs') return time(true)
    if (token === 'ago') return ago(now - at.getTime())
    if (token === 'date_num') return dayOf(at.getTime(), timeZone)
    const pretty = token.endsWith('_pretty') ? relativeDay(at.getTime(), now, timeZone) : undefined
    return pretty ?? dates[token.replace(/_pretty$/, '')]?.() ?? whole
  })
}

/** "today", "yesterday" or "tomorrow". */
export function relativeDay(at: number, now: number, timeZone?: string): string | undefined {
  const days = Math.round((Date.parse(dayOf(at, timeZone)) - Date.parse(dayOf(now, timeZone))) / 86_400_000)
  return { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(days)]
}

/** YYYY-MM-DD in the reader's zone. */
export function dayOf(at: number, timeZone?: string): string {
  // Zones differ by whole quarters of an hour, so that each quarter lies in one day everywhere.
  const quarter = Math.floor(at / QUARTER_MS)
  const key = `${quarter} ${timeZone}`
  const known = days.get(key)
  if (known !== undefined) return known
  const day = formatter('sv-SE', NUMBERS, timeZone).format(quarter * QUARTER_MS)
  days.set(key, day)
  return day
}

const QUARTER_MS = 15 * 60_000
/** A long channel asks for the days of thousands of messages at each change. */
const days = new Map<string, string>()

const NUMBERS: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' }
const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one takes much longer than using it. */
function formatter(
  locale: string,
  options: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${JSON.stringify(options)}`
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone })
  formatters.set(key, made)
  return made
}

export function ago(ms: number): string {
  const [amount, unit] = (
    [
      [86_400_000, 'day'],
      [3_600_000, 'hour'],
      [60_000, 'minute'],
    ] as const
  ).find(([length]) => Math.abs(ms) >= length) ?? [1000, 'second']
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.trunc(ms / amount), unit)
}
