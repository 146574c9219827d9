import type { Priority, RiskFlag } from '../../core/classification.ts'
import { type Timestamp, toEpochMs } from '../../core/time.ts'

/** Never by colour alone: every priority has a sign and a word. */
export const PRIORITY_WORDS: Readonly<Record<Priority, { readonly sign: string; readonly word: string }>> = {
  P1: { sign: '🔴', word: 'urgent' },
  P2: { sign: '🟠', word: 'high' },
  P3: { sign: '🟡', word: 'normal' },
  P4: { sign: '⚪', word: 'low' },
}

export const FLAG_WORDS: Readonly<Record<RiskFlag, string>> = {
  churn: 'may leave',
  legal: 'legal',
  security: 'security',
  financial: 'money',
  'data-loss': 'data loss',
  outage: 'outage',
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

export function euros(value: number): string {
  if (value >= 1_000_000) return `€${(value / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`
  return value >= 1_000 ? `€${Math.round(value / 1_000)}k` : `€${Math.round(value)}`
}

/** Nobody is ever quite sure: "96 % sure", "over 99 % sure". */
export const sure = (share: number): string => (share >= 0.995 ? 'over 99 % sure' : `${Math.round(share * 100)} % sure`)

export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

export const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** "rules, tickets and model" */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
