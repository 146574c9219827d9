import type { App } from '../../app.ts'
import { keyOfMessage } from '../../slack/post-key.ts'
import type { PageMessage } from '../page-contract.ts'
import type { ScreenMessage } from '../workspace/screen.ts'

/** Which tickets the bot's messages are about. They say so with the key of the outbox. */
export interface CardTickets {
  /** Asks the database about those not known yet, in one question. */
  learn(messages: readonly ScreenMessage[]): Promise<void>
  /** With its ticket, as far as it is known. */
  withTicket(message: ScreenMessage): PageMessage
}

export function cardTickets({ posts }: Pick<App, 'posts'>): CardTickets {
  /** A post never changes its ticket, so what is known stays true. */
  const known = new Map<string, number>()

  return {
    async learn(messages) {
      const unknown = messages.flatMap((message) => postKeyOf(message) ?? []).filter((key) => !known.has(key))
      if (unknown.length === 0) return
      for (const [key, number] of await posts.ticketNumbers([...new Set(unknown)])) known.set(key, number)
    },

    withTicket(message) {
      const key = postKeyOf(message)
      return { ...message, ticket: key === undefined ? null : (known.get(key) ?? null) }
    },
  }
}

function postKeyOf({ botId, metadata, blocks, attachments }: ScreenMessage): string | undefined {
  if (botId === undefined) return undefined
  const blockId = blocks[0]?.block_id ?? attachments[0]?.blocks?.[0]?.block_id
  return keyOfMessage({ metadata, ...(blockId === undefined ? {} : { blockId }) })
}
