import type { Priority } from '../../core/classification.ts'
import { HOUR, MINUTE, type Timestamp, toEpochMs } from '../../core/time.ts'

/** Never by colour alone: every priority has a sign and a word. */
export const PRIORITY_WORDS: Readonly<Record<Priority, { readonly sign: string; readonly word: string }>> = {
  P1: { sign: '🔴', word: 'urgent' },
  P2: { sign: '🟠', word: 'high' },
  P3: { sign: '🟡', word: 'normal' },
  P4: { sign: '⚪', word: 'low' },
}

/** @param sentiment -1 (furious) to 1 (delighted) */
export function sentimentWord(sentiment: number): string {
  if (sentiment <= -0.6) return 'furious'
  if (sentiment <= -0.2) return 'frustrated'
  if (sentiment < 0.2) return 'calm'
  return sentiment < 0.6 ? 'friendly' : 'delighted'
}

/** Slack's date markup: every reader sees it in their own time zone; the fallback says UTC. */
export function slackDate(at: Timestamp): string {
  const fallback = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
  return `<!date^${Math.floor(toEpochMs(at) / 1000)}^{date_short_pretty} at {time}|${fallback}>`
}

export const utcTime = (at: Timestamp): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`

export function duration(ms: number): string {
  const abs = Math.abs(ms)
  if (abs < 2 * HOUR) return `${Math.max(1, Math.round(abs / MINUTE))} min`
  if (abs < 48 * HOUR) return `${Math.round(abs / HOUR)} h`
  return `${Math.round(abs / (24 * HOUR))} days`
}

export function euros(value: number): string {
  if (value >= 1_000_000) return `€${(value / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`
  return value >= 1_000 ? `€${Math.round(value / 1_000)}k` : `€${Math.round(value)}`
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** "rules, learned and model" */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
