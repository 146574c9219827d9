import type { SlackPost } from '../ports.ts'
import type { Answer, SlackWeb } from './web.ts'

/** Finds the conversation a post belongs in; direct ones are opened once and remembered. */
export function conversations(
  web: Pick<SlackWeb, 'openDm'>,
): (post: SlackPost) => Promise<Answer<{ readonly channel: string }>> {
  const opened = new Map<string, string>()

  return async ({ kind, target, channel }) => {
    if (kind === 'card') return { ok: true, channel: target }
    const known = channel ?? opened.get(target)
    if (known) return { ok: true, channel: known }
    const answer = await web.openDm(target)
    if (answer.ok) opened.set(target, answer.channel)
    // Opening a conversation shows nobody anything, so doing it again does no harm.
    else if (answer.fate === 'maybe') return { ...answer, fate: 'later' }
    return answer
  }
}
