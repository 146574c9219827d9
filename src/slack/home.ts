import type { Team } from '../core/person.ts'
import type { Policy } from '../core/policy.ts'
import type { SlackPost } from '../ports.ts'

/** The one channel that shows a ticket with buttons, and why when it is not the one it belongs in. */
export interface Home {
  readonly channel: string
  /** Slack's error code for the channel it belongs in. */
  readonly insteadOf?: { readonly channel: string; readonly error: string }
}

/** The team's channel, the triage channel while nobody decided, and the triage channel again when the team's is unusable. */
export function homeOf(
  team: Team | undefined,
  { triageChannel }: Pick<Policy, 'triageChannel'>,
  posts: readonly SlackPost[],
): Home {
  const wanted = team?.channel ?? triageChannel
  const there = posts.filter(({ kind, target }) => kind === 'card' && target === wanted)
  const lost = there.find(({ state }) => state === 'dead')
  if (!lost || wanted === triageChannel || there.some(isLive)) return { channel: wanted }
  return { channel: triageChannel, insteadOf: { channel: wanted, error: lost.lastError ?? 'unknown error' } }
}

/** Posted, or still to be. */
export const isLive = ({ state }: SlackPost): boolean => state !== 'dead' && state !== 'gone'
