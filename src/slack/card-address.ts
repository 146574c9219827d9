import type { SlackPost } from '../ports.ts'
import { linkTo, type SlackWeb } from './web.ts'

/** Web address of the card that stands in this channel; `undefined` while there is none, or while Slack does not say where we are. */
export async function cardAddress(
  posts: readonly SlackPost[],
  home: string,
  web: Pick<SlackWeb, 'identity'>,
): Promise<string | undefined> {
  const card = posts.find(({ kind, target, state }) => kind === 'card' && state === 'posted' && target === home)
  if (!card?.ts || !card.channel) return undefined
  const known = await web.identity()
  return known.ok && known.url ? linkTo(known.url, card.channel, card.ts) : undefined
}
