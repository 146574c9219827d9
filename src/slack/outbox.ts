import { LANES } from '../core/jobs.ts'
import { MINUTE, msBetween, plusMs, type Timestamp } from '../core/time.ts'
import { crashPoint, isPlanted } from '../lib/fault-injection.ts'
import { inTurn } from '../lib/in-turn.ts'
import type { Clock, Courier, JobQueue, Log, Meter, PostOutcome, PostStore, SlackPost, TicketStore } from '../ports.ts'
import { changesAt } from './cards/changes-at.ts'
import { conversations } from './conversations.ts'
import { type Draw, edits } from './edits.ts'
import { channelHistory, type HistoryRead } from './history.ts'
import { OUTBOX_TIMINGS, type OutboxTimings } from './outbox-timings.ts'
import { earliest, latest, patience } from './patience.ts'
import { keyOfMessage, marked, minimal } from './post-key.ts'
import { removeCopy } from './remove-copy.ts'
import { type Answer, type Failure, type Message, mayPass, type SlackWeb } from './web.ts'

export { OUTBOX_TIMINGS, type OutboxTimings } from './outbox-timings.ts'

/** One of the app's own messages, as an event of Slack reported it. */
export interface Echo {
  readonly channel: string
  readonly ts: string
  /** From the metadata. */
  readonly key?: string | undefined
  /** Of the first block. */
  readonly blockId?: string | undefined
  /** Whether our own bot wrote it: others can copy the marker, not the identity. */
  readonly byUs: boolean
}

export interface Outbox extends Courier {
  /** Call for each `message` and `message_metadata_posted` event of our own bot. Twice the same does nothing twice. */
  seen(echo: Echo): Promise<void>
  /** At start and every minute: leases that ran out become uncertain, and rows whose job was lost get one. Number enqueued. */
  sweepUnfinished(): Promise<number>
}

export interface OutboxParts {
  readonly posts: PostStore
  readonly tickets: Pick<TicketStore, 'get'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly web: SlackWeb
  readonly draw: Draw
  readonly clock: Clock
  readonly log: Log
  readonly timings?: Partial<OutboxTimings>
  readonly meter?: Pick<Meter, 'shown'> | undefined
}

/** Clocks of ours and of Slack may differ by this much. */
const SKEW_MS = 2 * MINUTE
const MOST_AT_ONCE = 1_000

/**
 * Posts each card exactly once at rest, though Slack has no idempotency key: a post that may have been accepted is looked for
 * before it is posted again, and copies that land late are taken away. The row is the truth; a job only says "look at it".
 */
export function courier(parts: OutboxParts): Outbox {
  const { posts, tickets, queue, web, draw, clock, log, timings: asked, meter } = parts
  const timings = { ...OUTBOX_TIMINGS, ...asked }
  const turns = inTurn()
  const waits = patience(clock, log, timings)
  const cards = edits({ posts, tickets, web, draw, clock, log, timings, patience: waits })
  const conversationOf = conversations(web)
  /** Channel -> when Slack will listen again. */
  const pausedUntil = new Map<string, Timestamp>()
  const history = channelHistory(web)

  return {
    deliver: (key) => turns(key, () => carryOn(key)),

    async seen(echo) {
      const key = keyOfEcho(echo)
      if (!key || !echo.byUs || !looksForCopies()) return
      const post = await posts.get(key)
      if (!post) return log.warn({ channel: echo.channel, ts: echo.ts }, 'one of our cards is not in this database')
      if (post.state === 'posted' && post.ts === echo.ts) return
      crashPoint('outbox.before-echo')
      if (await posts.adopt(key, echo)) {
        // The call that made it is usually still waiting for its answer, and will finish the row itself.
        const at = post.leaseUntil ?? clock.now()
        return wake(post, at)
      }
      await posts.doubt(key, clock.now())
      crashPoint('outbox.after-doubt')
      log.warn({ ticketId: post.ticketId, channel: echo.channel }, 'a second copy of a card landed')
      await turns(key, () => removeUnlessKept(key, echo))
    },

    async sweepUnfinished() {
      await posts.expireLeases(clock.now())
      crashPoint('outbox.after-expire')
      const keys = await posts.unfinished(clock.now(), looksForCopies() ? timings.sweepsMs : [], MOST_AT_ONCE)
      for (const postKey of keys) await queue.enqueue({ kind: 'deliver', postKey }, { priority: LANES.ordinary })
      return keys.length
    },
  }

  /** Takes the row as far as it will go now, and asks to be woken when there is more to do later. */
  async function carryOn(key: string): Promise<void> {
    for (;;) {
      const post = await posts.get(key)
      if (!post) return
      const next = await step(post)
      if (next === 'again') continue
      if (next) await wake(post, next)
      return
    }
  }

  function step(post: SlackPost): Promise<'again' | Timestamp | undefined> {
    switch (post.state) {
      case 'pending':
        return send(post)
      case 'sending':
        return expire(post)
      case 'uncertain':
        return reconcile(post)
      case 'posted':
        return keepUp(post)
      case 'dead':
      case 'gone':
        return sweep(post)
    }
  }

  // Pending

  async function send(post: SlackPost): Promise<'again' | Timestamp> {
    const now = clock.now()
    const from = latest(post.notBefore, pauseOf(post))
    if (from && from > now) return from

    const ticket = await tickets.get(post.ticketId)
    const redrawAt = changesAt(ticket, clock.now())
    const picture = await draw(post, ticket)
    crashPoint('outbox.before-claim')
    const claimed = await posts.claim(post.key, clock.now(), plusMs(clock.now(), timings.leaseMs))
    if (!claimed) return 'again'
    crashPoint('outbox.after-claim')

    const outcome: PostOutcome = picture
      ? await tell(claimed, await deliverTo(claimed, picture, ticket.version), {
          sentVersion: ticket.version,
          redrawAt,
        })
      : { state: 'gone', error: 'not wanted any more' }
    await settle(claimed, outcome)
    const isFirst = post.kind === 'card' && ticket.reassignments === 0 && ticket.acceptedAt === undefined
    if (isFirst && outcome.state === 'posted') meter?.shown(msBetween(ticket.receivedAt, clock.now()))
    return 'again'
  }

  async function deliverTo(
    claimed: SlackPost,
    picture: Message,
    version: number,
  ): Promise<Answer<{ ts: string; channel: string }>> {
    const conversation = await conversationOf(claimed)
    if (!conversation.ok) return conversation
    if (!claimed.leaseUntil || msBetween(clock.now(), claimed.leaseUntil) < timings.timeoutMs)
      return { ok: false, fate: 'later', error: 'the claim was nearly over' }

    const { key, kind, ticketId, attempt, lastError } = claimed
    const message = isContentError(lastError) ? minimal(picture.text, key) : picture
    crashPoint('outbox.before-post')
    const answer = await web.post(conversation.channel, marked(message, key, attempt, { kind, ticketId, version }))
    crashPoint('outbox.after-post')
    return answer
  }

  /** What an answer means for the row. */
  async function tell(
    claimed: SlackPost,
    answer: Answer<{ ts: string; channel: string }>,
    shown: { readonly sentVersion: number; readonly redrawAt: Timestamp | undefined },
  ): Promise<PostOutcome> {
    if (answer.ok) return { state: 'posted', ts: answer.ts, channel: answer.channel, ...shown }

    const { ticketId, target, attempt } = claimed
    const { error } = answer
    switch (answer.fate) {
      case 'maybe':
        log.info({ ticketId, target, error }, 'nobody knows whether a card was posted')
        return isPlanted('retry-on-ambiguity')
          ? { state: 'pending', error }
          : { state: 'uncertain', error, at: clock.now() }
      case 'later':
        if (answer.retryAfterMs) pausedUntil.set(target, plusMs(clock.now(), answer.retryAfterMs))
        if (attempt >= 8) log.error({ ticketId, target, error, attempt }, 'a card cannot be posted')
        return { state: 'pending', error, notBefore: plusMs(clock.now(), waits.pauseMs(answer, attempt)) }
      case 'token':
        log.error({ error }, 'Slack does not accept our token; cards wait until it is replaced')
        return { state: 'pending', error, notBefore: plusMs(clock.now(), timings.tokenMs) }
      case 'content':
        if (isContentError(claimed.lastError)) return dead(claimed, error)
        log.error({ ticketId, error }, 'Slack refused a card; it is posted in plain words')
        return { state: 'pending', error: `${CONTENT}${error}` }
      case 'place':
      case 'missing':
        return dead(claimed, error)
    }
  }

  function dead({ ticketId, target, kind }: SlackPost, error: string): PostOutcome {
    log.error({ ticketId, target, kind, error }, 'a post is given up')
    return { state: 'dead', error }
  }

  /** A late answer is not written over what happened since, but a message that exists is never forgotten. */
  async function settle(claimed: SlackPost, outcome: PostOutcome): Promise<void> {
    crashPoint('outbox.before-settle')
    const settled = await posts.settle(claimed.key, claimed.fence, outcome)
    crashPoint('outbox.after-settle')
    if (settled || outcome.state !== 'posted') return
    if (await posts.adopt(claimed.key, outcome)) return posts.shown(claimed.key, outcome.sentVersion, outcome.redrawAt)
    if (!looksForCopies()) return
    await posts.doubt(claimed.key, clock.now())
    await removeUnlessKept(claimed.key, outcome)
  }

  /** A 429 holds for the whole channel: the others wait too, and do not all come back at once. Urgent posts try. */
  function pauseOf({ target, urgent, key }: SlackPost): Timestamp | undefined {
    const until = urgent ? undefined : pausedUntil.get(target)
    if (!until || until <= clock.now()) return undefined
    return plusMs(until, (Number.parseInt(key.slice(0, 4), 16) / 0xffff) * timings.retryMs)
  }

  // Sending

  async function expire({ leaseUntil }: SlackPost): Promise<'again' | Timestamp> {
    const now = clock.now()
    if (leaseUntil && leaseUntil > now) return leaseUntil
    await posts.expireLeases(now)
    return 'again'
  }

  // Uncertain

  async function reconcile(post: SlackPost): Promise<'again' | Timestamp> {
    if (isPlanted('no-quarantine') || isPlanted('retry-on-ambiguity')) return release(post)
    const since = post.leaseUntil ?? clock.now()
    const due = plusMs(since, post.urgent ? timings.urgentQuarantineMs : timings.quarantineMs)
    if (due > clock.now()) return due

    crashPoint('outbox.before-reconcile')
    const read = await readHistory(post)
    crashPoint('outbox.after-reconcile')
    if (!read.ok) return unreadable(post, read, since)
    waits.forget(post.key)
    const [first] = read.copiesOf(post.key)
    if (first === undefined) return release(post)

    const conversation = await conversationOf(post)
    if (!conversation.ok) return waits.soon(post.key, conversation)
    crashPoint('outbox.before-adopt')
    await posts.adopt(post.key, { ts: first, channel: conversation.channel })
    crashPoint('outbox.after-adopt')
    return 'again'
  }

  async function release({ key, fence }: SlackPost): Promise<'again'> {
    crashPoint('outbox.before-release')
    await posts.release(key, fence)
    crashPoint('outbox.after-release')
    return 'again'
  }

  async function unreadable(post: SlackPost, failure: Failure, since: Timestamp): Promise<'again' | Timestamp> {
    const { ticketId, target, urgent } = post
    const never = !mayPass(failure) || failure.error === 'missing_scope'
    const waited = msBetween(since, clock.now()) >= timings.unreadableMs
    if (!waited || !(urgent || never)) return waits.soon(post.key, failure)
    log.error({ ticketId, target, error: failure.error }, 'history cannot be read; posting again without looking')
    return release(post)
  }

  async function readHistory(post: SlackPost): Promise<HistoryRead> {
    const conversation = await conversationOf(post)
    if (!conversation.ok) return conversation
    return history.read(conversation.channel, plusMs(post.intentAt, -SKEW_MS))
  }

  // Posted

  async function keepUp(post: SlackPost): Promise<'again' | Timestamp | undefined> {
    const forSweep = await sweep(post)
    const forEdit = await cards.keepUpToDate(post)
    if (forEdit === 'again' || forSweep === 'again') return 'again'
    return earliest(forSweep, forEdit)
  }

  // Sweeps

  /** Removes late copies at each appointed time, and shows the card again in case an old edit landed late. */
  async function sweep(post: SlackPost): Promise<Timestamp | undefined> {
    const { key, ambiguousAt } = post
    if (!ambiguousAt || !looksForCopies()) return undefined
    const due = timings.sweepsMs.map((ms) => plusMs(ambiguousAt, ms))
    const next = due[post.sweeps]
    if (next === undefined || next > clock.now()) return next

    crashPoint('outbox.before-sweep')
    const read = await readHistory(post)
    if (!read.ok && mayPass(read)) return waits.soon(key, read)
    const clean = read.ok ? await keepOne(post, read.copiesOf(key)) : true
    if (!clean) return waits.soon(key, { ok: false, fate: 'later', error: 'a copy is still there' })
    waits.forget(key)
    const done = due.filter((at) => at <= clock.now()).length
    await posts.swept(key, done)
    crashPoint('outbox.after-sweep')
    return due[done]
  }

  /** True when nothing is left but the one that counts. */
  async function keepOne(post: SlackPost, copies: readonly string[]): Promise<boolean> {
    const { key, state } = post
    const conversation = await conversationOf(post)
    if (!conversation.ok) return false
    const { channel } = conversation
    const [first] = copies
    if (state === 'dead' && first !== undefined) {
      await posts.adopt(key, { ts: first, channel })
      return false
    }
    if (state === 'posted' && post.ts !== undefined) {
      const shown = await cards.show(post)
      // It may land after a later edit and hide it, like any other edit.
      if (!shown.ok && shown.fate === 'maybe') await posts.doubt(key, clock.now())
      if (!shown.ok && mayPass(shown)) return false
      if (!shown.ok) await posts.markGone(key, shown.error)
    }
    let clean = true
    for (const ts of copies) {
      if (ts !== post.ts && !(await removeCopy(web, post, { channel, ts }))) clean = false
    }
    return clean
  }

  async function removeUnlessKept(key: string, copy: { readonly channel: string; readonly ts: string }): Promise<void> {
    const post = await posts.get(key)
    if (post && post.ts !== copy.ts) await removeCopy(web, post, copy)
    if (post) await wake(post, plusMs(clock.now(), timings.sweepsMs[0] ?? 0))
  }

  function wake({ key, urgent }: SlackPost, runAt: Timestamp): Promise<void> {
    const priority = urgent ? LANES.urgent : LANES.ordinary
    return queue.enqueue({ kind: 'deliver', postKey: key }, { runAt, priority })
  }
}

const CONTENT = 'content: '
const isContentError = (error: string | undefined): boolean => error?.startsWith(CONTENT) ?? false

/** Nobody looks for copies in an outbox that believes there are none. */
const looksForCopies = (): boolean => !isPlanted('no-sweep') && !isPlanted('retry-on-ambiguity')

const keyOfEcho = ({ key, blockId }: Echo): string | undefined =>
  keyOfMessage({
    blockId,
    metadata: key === undefined ? undefined : { event_type: 'waybill_card', event_payload: { k: key } },
  })
