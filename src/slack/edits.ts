import type { Ticket } from '../core/ticket.ts'
import { msBetween, plusMs, type Timestamp } from '../core/time.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Clock, Log, PostStore, SlackPost, TicketStore } from '../ports.ts'
import { changesAt } from './cards/changes-at.ts'
import type { OutboxTimings } from './outbox-timings.ts'
import { latest, type Patience } from './patience.ts'
import { marked, minimal } from './post-key.ts'
import type { Answer, Message, SlackWeb } from './web.ts'

/** The picture of a ticket for one post, its first block marked; `undefined` when it is not posted and not wanted any more. */
export type Draw = (post: SlackPost, ticket: Ticket) => Promise<Message | undefined>

export interface Edits {
  /** Shows the ticket's newest version: 'again' when there may be more to show, or a moment before which it may not be shown. */
  keepUpToDate(post: SlackPost): Promise<'again' | Timestamp | undefined>
  /** Draws the post as it should be, whatever it is thought to show. */
  show(post: SlackPost): Promise<Answer<object>>
}

/** Edits may be repeated freely, so all that counts is that the last one to land shows what is true. */
export function edits({
  posts,
  tickets,
  web,
  draw,
  clock,
  log,
  timings,
  patience,
}: {
  readonly posts: PostStore
  readonly tickets: Pick<TicketStore, 'get'>
  readonly web: Pick<SlackWeb, 'update'>
  readonly draw: Draw
  readonly clock: Clock
  readonly log: Log
  readonly timings: OutboxTimings
  readonly patience: Patience
}): Edits {
  const editedAt = new Map<string, Timestamp>()
  const heldUntil = new Map<string, Timestamp>()
  /** Cards whose last edit of ours may lie over a newer one by another process. */
  const doubtful = new Set<string>()

  return {
    async keepUpToDate(post) {
      const { key } = post
      if (post.ts === undefined || post.channel === undefined) return undefined
      const ticket = await tickets.get(post.ticketId)
      const isStale = post.redrawAt !== undefined && post.redrawAt <= clock.now()
      if (post.sentVersion === ticket.version && !isStale && !doubtful.has(key)) return undefined
      const last = editedAt.get(key)
      const from = latest(last && plusMs(last, timings.coalesceMs), heldUntil.get(key))
      if (from && from > clock.now()) return from

      const answer = await show(post, ticket)
      if (answer.ok) return 'again'
      switch (answer.fate) {
        case 'maybe':
          // It may land after a later edit and hide it, so the sweeps show the card again.
          await posts.doubt(key, clock.now())
          return hold(key, patience.soon(key, answer))
        case 'later':
          return hold(key, patience.soon(key, answer))
        case 'token':
          log.error({ error: answer.error }, 'Slack does not accept our token; cards are not brought up to date')
          return hold(key, plusMs(clock.now(), timings.tokenMs))
        case 'missing':
        case 'place':
        case 'content':
          log.warn({ ticketId: post.ticketId, error: answer.error }, 'a card cannot be edited any more')
          await posts.markGone(key, answer.error)
          return 'again'
      }
    },

    show: async (post) => show(post, await tickets.get(post.ticketId)),
  }

  async function show(post: SlackPost, ticket: Ticket): Promise<Answer<object>> {
    const { key } = post
    const drawnAt = clock.now()
    const picture = await draw(post, ticket)
    const answer: Answer<object> = picture ? await update(post, ticket, picture) : { ok: true }
    if (!answer.ok) return answer
    patience.forget(key)
    heldUntil.delete(key)
    await posts.shown(key, ticket.version, changesAt(ticket, drawnAt))
    crashPoint('outbox.after-shown')
    // If the ticket moved on while Slack was working, this edit may have landed over a newer one.
    if ((await tickets.get(post.ticketId)).version === ticket.version) doubtful.delete(key)
    else doubtful.add(key)
    return answer
  }

  async function update(
    { key, kind, attempt, channel, ts }: SlackPost,
    ticket: Ticket,
    picture: Message,
  ): Promise<Answer<object>> {
    if (channel === undefined || ts === undefined) return { ok: false, fate: 'missing', error: 'never posted' }
    crashPoint('outbox.before-edit')
    note(key)
    const shows = { kind, ticketId: ticket.id, version: ticket.version }
    let answer = await web.update(channel, ts, marked(picture, key, attempt, shows))
    if (!answer.ok && answer.fate === 'content') {
      log.error({ ticketId: ticket.id, error: answer.error }, 'Slack refused an edit; the card is shown in plain words')
      answer = await web.update(channel, ts, marked(minimal(picture.text, key), key, attempt, shows))
    }
    crashPoint('outbox.after-edit')
    return answer
  }

  function note(key: string): void {
    const now = clock.now()
    if (editedAt.size > 1_000)
      for (const [old, at] of editedAt) if (msBetween(at, now) > timings.coalesceMs) editedAt.delete(old)
    editedAt.set(key, now)
  }

  function hold(key: string, until: Timestamp): Timestamp {
    heldUntil.set(key, until)
    return until
  }
}
