import type { MessageShortcut } from '@slack/bolt'
import * as z from 'zod'
import { type Desk, openWhy } from './desk.ts'
import { keyOfMessage } from './post-key.ts'
import type { DeliveryContext } from './receiver.ts'

/** As its shortcut stands in manifest.yml. */
const LABEL = 'Why is it here?'

/** What of a message can carry the marker of the outbox. */
const Marked = z.object({
  metadata: z.object({ event_type: z.string(), event_payload: z.unknown() }).optional().catch(undefined),
  blocks: z
    .array(z.object({ block_id: z.string().optional() }))
    .optional()
    .catch(undefined),
})

/** The shortcut on any message: why the ticket of this card is where it is. What is no card of ours is refused with words. */
export async function answerWhyShortcut(desk: Desk, shortcut: MessageShortcut, context: object): Promise<void> {
  const { user, channel, response_url: responseUrl, trigger_id: triggerId, message } = shortcut
  const { metadata, blocks } = Marked.parse(message)
  const key = keyOfMessage({ metadata, blockId: blocks?.[0]?.block_id })
  const ticket = key && (await desk.ticketOfPost(key))
  const { receivedAt } = context as DeliveryContext
  const refused = ticket
    ? await openWhy(desk, { ticket, slackUser: user.id, triggerId, receivedAt }, LABEL)
    : 'This message is no card of a ticket. Use this on a card, or type `/waybill why` and a number.'
  if (refused) await desk.whisper({ user: user.id, channel: channel.id, responseUrl, triggerId }, { text: refused })
}
