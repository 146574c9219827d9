import { expect, test } from 'vitest'
import { rowsOf } from '../../../src/playground/page/messages/rows.ts'
import type { PageMessage } from '../../../src/playground/page-contract.ts'

const at = (time: string, more: Partial<PageMessage> = {}): PageMessage => {
  const postedAt = Date.parse(`2026-11-${time}Z`)
  return {
    channel: 'C1',
    channelName: 'c1',
    ts: `${postedAt / 1000}.000000`,
    user: 'U1',
    text: time,
    shows: time,
    blocks: [],
    attachments: [],
    edited: false,
    ephemeral: false,
    postedAt,
    reactions: {},
    replyCount: 0,
    lastReplyTs: null,
    ticket: null,
    ...more,
  }
}
const shown = (messages: readonly PageMessage[], newAfter: string | null = null) =>
  rowsOf(messages, newAfter, 'U9', 'UTC').map((row) =>
    row.kind === 'message' ? `${row.message.text}${row.compact ? ' compact' : ''}` : row.kind,
  )

test('a line for each day, and one head for what one person says in one go', () => {
  const messages = [
    at('21T23:58'),
    at('22T00:01'),
    at('22T00:03'),
    at('22T00:04', { user: 'U2' }),
    at('22T09:00', { user: 'U2' }),
  ]

  expect(shown(messages)).toEqual(['day', '21T23:58', 'day', '22T00:01', '22T00:03 compact', '22T00:04', '22T09:00'])
})

test('cards and whispers have a head of their own', () => {
  const messages = [
    at('22T10:00'),
    at('22T10:01', { blocks: [{ type: 'divider' }] }),
    at('22T10:02'),
    at('22T10:03', { ephemeral: true }),
  ]

  expect(shown(messages)).toEqual(['day', '22T10:00', '22T10:01', '22T10:02', '22T10:03'])
})

test('the line for new messages stands before the first that somebody else wrote', () => {
  const messages = [at('22T10:00'), at('22T10:01', { user: 'U9' }), at('22T10:02'), at('22T10:03')]

  expect(shown(messages, messages[0]!.ts)).toEqual([
    'day',
    '22T10:00',
    '22T10:01',
    'new',
    '22T10:02',
    '22T10:03 compact',
  ])
  expect(shown(messages, messages.at(-1)!.ts)).not.toContain('new')
})
