import { createHash } from 'node:crypto'
import type { KnownBlock } from '@slack/types'
import type { PostKind } from '../ports.ts'
import type { Message, SeenMessage } from './web.ts'

/** What is to be posted where. Anything that makes it another post belongs in here; the same intent has the same key. */
export interface Intent {
  readonly kind: PostKind
  readonly ticketId: string
  readonly target: string
  /** What for, such as 'main' or the number of the call for help. */
  readonly purpose: string
  /** How many posts of this intent were deleted by people before. */
  readonly generation: number
}

/** Opaque: it stands in Slack, so it carries nothing about the ticket. */
export const postKey = ({ kind, ticketId, target, purpose, generation }: Intent): string =>
  createHash('sha256').update([kind, ticketId, target, purpose, generation].join('|')).digest('hex')

const EVENT_TYPE = 'waybill_card'
const STUB_TYPE = 'waybill_stub'

/** `block_id` of the first block of a post: the marker that survives when metadata is stripped. */
export const blockIdOf = (key: string): string => `w1:${key}`
const stubBlockIdOf = (key: string): string => `w1s:${key}`

/** What is shown: with this a message can be told apart even when its row was lost. Ids only, as on its buttons. */
export interface Shows {
  readonly kind: PostKind
  readonly ticketId: string
  readonly version: number
}

/** Adds the other marker. The first block must carry `blockIdOf(key)` already. */
export const marked = (message: Message, key: string, attempt: number, shows?: Shows): Message => ({
  ...message,
  metadata: {
    event_type: EVENT_TYPE,
    event_payload: {
      k: key,
      a: attempt,
      ...(shows && { w: shows.kind, t: shows.ticketId, v: shows.version }),
    },
  },
})

/** What one of our posts said it shows; `undefined` for one that did not say. */
export function shownBy({ metadata }: Pick<SeenMessage, 'metadata'>): Shows | undefined {
  const payload = metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined
  const { w: kind, t: ticketId, v: version } = (payload ?? {}) as Readonly<Record<'w' | 't' | 'v', unknown>>
  if ((kind !== 'card' && kind !== 'page') || typeof ticketId !== 'string' || typeof version !== 'number')
    return undefined
  return { kind, ticketId, version }
}

/** The key of one of our posts from either marker, `undefined` for anything else. */
export function keyOfMessage({
  metadata,
  blockId,
}: Partial<Pick<SeenMessage, 'metadata' | 'blockId'>>): string | undefined {
  if (blockId?.startsWith('w1s:')) return undefined
  const payload = metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined
  const told = (payload as { readonly k?: unknown } | undefined)?.k
  return typeof told === 'string' && isKey(told) ? told : keyOfBlock(blockId)
}

function keyOfBlock(blockId: string | undefined): string | undefined {
  const key = blockId?.startsWith('w1:') ? blockId.slice(3) : ''
  return isKey(key) ? key : undefined
}

const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** When the full picture is refused: words only, still found by both markers. */
export const minimal = (text: string, key: string): Message => ({
  text: text.slice(0, 2_900),
  blocks: [
    {
      type: 'section',
      block_id: blockIdOf(key),
      text: { type: 'plain_text', text: text.slice(0, 2_900) || 'A ticket.', emoji: false },
    },
  ],
  attachments: [],
})

/**
 * What becomes of a post whose ticket a restored backup does not know: what it said, without anything to click, under a line that says
 * so. People may need it to send the ticket again.
 */
export function orphaned(key: string, { text, blocks }: Pick<SeenMessage, 'text' | 'blocks'>, why: string): Message {
  const kept = blocks
    .filter(({ type }) => type !== 'actions' && type !== 'input')
    .map(({ block_id: _id, accessory: _accessory, ...block }) => block)
  return {
    text: `${why} ${text}`.slice(0, 2_900),
    blocks: [
      {
        type: 'section',
        block_id: stubBlockIdOf(key),
        text: { type: 'mrkdwn', text: `⚠️ ${why}`, verbatim: true },
      },
      // As Slack told them: they were ours to begin with.
      ...(kept.slice(0, 45) as unknown as KnownBlock[]),
    ],
    attachments: [],
    metadata: { event_type: STUB_TYPE, event_payload: { k: key } },
  }
}

/** What stays of a second copy that people have answered to: one line, no buttons. `card`: address of the one that counts. */
export const duplicateStub = (key: string, card: string | undefined): Message => ({
  text: 'This was a second copy of a card; the other one counts.',
  blocks: [
    {
      type: 'section',
      block_id: stubBlockIdOf(key),
      text: {
        type: 'mrkdwn',
        text: `This was a second copy of a card. ${card ? `<${card}|The other one> counts.` : 'The other one counts.'}`,
        verbatim: true,
      },
    },
  ],
  attachments: [],
  metadata: { event_type: STUB_TYPE, event_payload: { k: key } },
})
