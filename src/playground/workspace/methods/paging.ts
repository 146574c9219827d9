import type { Args } from '../args.ts'
import { SlackError } from '../slack-error.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** '' on the last page. */
  readonly next: string
}

/** One page of a list; the cursor is the position, base64 as Slack's are. */
export function page<T>(all: readonly T[], args: Args, defaultLimit = 100): Page<T> {
  const cursor = args.text('cursor')
  const start = cursor ? Number(Buffer.from(cursor, 'base64').toString().replace('at:', '')) : 0
  if (!Number.isInteger(start) || start < 0) throw new SlackError('invalid_cursor')

  const limit = Math.min(Math.max(args.number('limit') || defaultLimit, 1), 1000)
  const next = start + limit < all.length ? Buffer.from(`at:${start + limit}`).toString('base64') : ''
  return { items: all.slice(start, start + limit), next }
}
