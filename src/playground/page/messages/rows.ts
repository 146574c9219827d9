import type { PageMessage } from '../../page-contract.ts'
import { dayOf } from '../text/slack-date.ts'

/** What stands in the message list, top to bottom. */
export type Row =
  | { readonly kind: 'message'; readonly key: string; readonly message: PageMessage; readonly compact: boolean }
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'new'; readonly key: string }

/** Messages of one person within this time share one head, milliseconds. */
const TOGETHER_MS = 5 * 60_000

/** Messages with a line for each new day, and one where the unread ones begin. */
export function rowsOf(
  messages: readonly PageMessage[],
  newAfter: string | null,
  me: string | null,
  timeZone?: string,
): readonly Row[] {
  const rows: Row[] = []
  let before: PageMessage | undefined
  let dayBefore: string | undefined
  let isMarked = newAfter === null
  for (const message of messages) {
    const day = dayOf(message.postedAt, timeZone)
    const isNewDay = day !== dayBefore
    if (isNewDay) rows.push({ kind: 'day', key: `day ${day}`, at: message.postedAt })
    const isFirstNew = !isMarked && newAfter !== null && Number(message.ts) > Number(newAfter) && message.user !== me
    if (isFirstNew) {
      rows.push({ kind: 'new', key: 'new' })
      isMarked = true
    }
    const compact = !isNewDay && !isFirstNew && before !== undefined && together(before, message)
    rows.push({ kind: 'message', key: message.ts, message, compact })
    before = message
    dayBefore = day
  }
  return rows
}

function together(before: PageMessage, message: PageMessage): boolean {
  return (
    before.user === message.user &&
    before.ephemeral === message.ephemeral &&
    before.replyCount === 0 &&
    message.postedAt - before.postedAt < TOGETHER_MS &&
    // Cards stand on their own: each has its head and its time.
    message.blocks.length === 0 &&
    before.blocks.length === 0
  )
}
