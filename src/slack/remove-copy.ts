import { crashPoint } from '../lib/fault-injection.ts'
import type { SlackPost } from '../ports.ts'
import { duplicateStub } from './post-key.ts'
import { type Failure, linkTo, mayPass, type SlackWeb } from './web.ts'

/**
 * Takes a second copy away, or leaves a stub without buttons where people have answered to it. False when that has to be
 * tried again.
 */
export async function removeCopy(
  web: SlackWeb,
  post: SlackPost,
  { channel, ts }: { readonly channel: string; readonly ts: string },
): Promise<boolean> {
  const replies = await web.hasReplies(channel, ts)
  if (!replies.ok && replies.fate === 'missing') return true
  if (!replies.ok && mayPass(replies)) return false

  crashPoint('outbox.before-delete')
  const answered = !replies.ok || replies.replied
  const removed = answered ? undefined : await web.remove(channel, ts)
  crashPoint('outbox.after-delete')
  if (removed?.ok || (removed && removed.fate === 'missing')) return true
  if (removed && mayPass(removed) && !refusesDeletion(removed)) return false

  const known = await web.identity()
  const stub = duplicateStub(post.key, known.ok && post.ts ? linkTo(known.url, channel, post.ts) : undefined)
  const replaced = await web.update(channel, ts, stub)
  crashPoint('outbox.after-stub')
  return replaced.ok || replaced.fate === 'missing'
}

const refusesDeletion = ({ error }: Failure): boolean =>
  ['cant_delete_message', 'compliance_exports_prevent_deletion'].includes(error)
