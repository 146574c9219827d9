import { type TicketId, ticketId } from '../core/ids.ts'
import { callees } from '../core/on-call.ts'
import { DAY, fromEpochMs, plusMs, SECOND, type Timestamp } from '../core/time.ts'
import { RejectedError } from '../errors.ts'
import type { Clock, Directory, Log, PolicyStore, PostStore, RestoreStore, TicketStore } from '../ports.ts'
import { slackDate } from './cards/words.ts'
import { toSlackTs } from './history.ts'
import { keyOfMessage, orphaned, shownBy } from './post-key.ts'
import { type Failure, mayPass, type SeenMessage, type SlackWeb } from './web.ts'

/** Brings Slack and a restored database together: Slack knows what happened after the backup, the database does not. */
export interface AfterRestore {
  /** Whether posts may be delivered: not before every card that is in Slack is known. */
  isDone(): Promise<boolean>
  /** Goes on where the last attempt had to stop; resolves with whether nothing is left to compare. One at a time. */
  attempt(): Promise<boolean>
  stop(): Promise<void>
}

/** Cards older than this are not looked for; those of open tickets are drawn anew however old they are. */
const LOOKED_BACK_MS = 30 * DAY
const PAUSE_MS = 5 * SECOND

interface Place {
  /** The conversation to read. */
  readonly channel: string
  /** What a row says for it: a channel, or the person of a direct conversation. */
  readonly target: string
  cursor: string | undefined
  isRead: boolean
}

interface Round {
  readonly epoch: number
  readonly madeAt: Timestamp
  readonly places: readonly Place[]
  /** Keys of the posts that were met. */
  readonly met: Set<string>
  readonly counts: Record<'adopted' | 'redrawn' | 'orphaned' | 'unnamed', number>
}

/**
 * Reads every conversation we post in, back to a month before the backup. A card without a row is adopted when its ticket is known, so
 * that it is not posted again, and marked when it is not; a card that shows another version than its row is drawn anew.
 */
export function afterRestore(parts: {
  readonly restores: RestoreStore
  readonly posts: Pick<PostStore, 'get' | 'intend' | 'adopt' | 'doubt'>
  readonly tickets: Pick<TicketStore, 'get'>
  readonly directory: Directory
  readonly policies: Pick<PolicyStore, 'current'>
  readonly web: Pick<SlackWeb, 'identity' | 'history' | 'update' | 'openDm'>
  readonly clock: Clock
  readonly log: Log
}): AfterRestore {
  const { restores, posts, tickets, directory, policies, web, clock, log } = parts
  let isOver = false
  let isStopping = false
  let round: Round | undefined
  let waitUntil: Timestamp | undefined
  let running: Promise<boolean> | undefined

  return {
    async isDone() {
      isOver ||= (await restores.pending()) === undefined
      return isOver
    },

    attempt() {
      running ??= compare()
        .catch((error: unknown) => {
          log.error({ error: String(error) }, 'cards could not be compared with Slack')
          return false
        })
        .finally(() => {
          running = undefined
        })
      return running
    },

    async stop() {
      isStopping = true
      await running
    },
  }

  async function compare(): Promise<boolean> {
    if (isOver) return true
    const pending = await restores.pending()
    isOver = pending === undefined
    if (!pending) return true
    if (waitUntil && waitUntil > clock.now()) return false
    if (round?.epoch !== pending.epoch) {
      log.warn(
        { backup: pending.backupMadeAt },
        'a backup was restored: comparing its cards with Slack before any is posted',
      )
      round = await begin(pending.epoch, pending.backupMadeAt)
    }
    if (!round) return false
    for (const place of round.places)
      while (!place.isRead) if (isStopping || !(await readPage(round, place))) return false
    await finish(round)
    return true
  }

  async function begin(epoch: number, madeAt: Timestamp): Promise<Round | undefined> {
    const [teams, people, policy, targets] = await Promise.all([
      directory.teams(),
      directory.people(),
      policies.current(),
      restores.cardChannels(),
    ])
    const channels = new Set([
      ...teams.map(({ channel }) => channel),
      ...(policy ? [policy.triageChannel] : []),
      ...targets,
    ])
    const rung = new Set(
      [undefined, ...teams].flatMap((team) => callees(team, people, clock.now()).map(({ person }) => person.slackUser)),
    )
    const places: Place[] = [...channels].map((channel) => toPlace(channel, channel))
    for (const target of rung) {
      const opened = await web.openDm(target)
      if (opened.ok) places.push(toPlace(opened.channel, target))
      else if (mayPass(opened)) return wait(opened)
    }
    return { epoch, madeAt, places, met: new Set(), counts: { adopted: 0, redrawn: 0, orphaned: 0, unnamed: 0 } }
  }

  /** False when Slack has to be asked again later. */
  async function readPage(round: Round, place: Place): Promise<boolean> {
    const self = await web.identity()
    if (!self.ok) return !!wait(self)
    const page = await web.history(place.channel, toSlackTs(plusMs(round.madeAt, -LOOKED_BACK_MS)), place.cursor)
    if (!page.ok) {
      if (mayPass(page) && page.error !== 'missing_scope') return !!wait(page)
      log.error({ channel: place.channel, error: page.error }, 'cards of a channel cannot be compared')
      place.isRead = true
      return true
    }
    for (const message of page.messages) {
      const key = message.botId === self.botId ? keyOfMessage(message) : undefined
      const failure = key ? await settle(round, place, message, key) : undefined
      if (failure) return !!wait(failure)
    }
    place.cursor = page.cursor
    place.isRead = page.cursor === undefined
    return true
  }

  /** What one card of ours means, by what the database knows of it. May be done twice. */
  async function settle(
    round: Round,
    { channel, target }: Place,
    message: SeenMessage,
    key: string,
  ): Promise<Failure | undefined> {
    const { counts, met } = round
    const { ts } = message
    const shows = shownBy(message)
    met.add(key)
    const post = await posts.get(key)
    if (post?.state === 'posted') {
      if (post.ts !== ts) await posts.doubt(key, clock.now())
      else if (shows?.version !== post.sentVersion) {
        await restores.redraw([key])
        counts.redrawn += 1
      }
      return undefined
    }
    if (!post && shows && (await isKnown(ticketId(shows.ticketId)))) {
      const intent = { key, kind: shows.kind, ticketId: ticketId(shows.ticketId), target, urgent: false }
      await posts.intend(intent, fromEpochMs(Number(ts) * 1_000))
    }
    if (post || (await posts.get(key))) {
      if (await posts.adopt(key, { ts, channel })) counts.adopted += 1
      return undefined
    }
    if (!shows) {
      counts.unnamed += 1
      return undefined
    }
    return mark(round, channel, message, key)
  }

  async function mark(
    { madeAt, counts }: Round,
    channel: string,
    message: SeenMessage,
    key: string,
  ): Promise<Failure | undefined> {
    const marked = await web.update(channel, message.ts, orphaned(key, message, unknownSince(madeAt)))
    if (!marked.ok && mayPass(marked)) return marked
    if (marked.ok) counts.orphaned += 1
    log.warn({ channel, ts: message.ts, ticketId: shownBy(message)?.ticketId }, 'a card belongs to no ticket any more')
    return undefined
  }

  async function isKnown(id: TicketId): Promise<boolean> {
    try {
      await tickets.get(id)
      return true
    } catch (error) {
      if (error instanceof RejectedError) return false
      throw error
    }
  }

  async function finish({ epoch, counts, met, places }: Round): Promise<void> {
    const unmet = (await restores.shownOpen()).filter((key) => !met.has(key))
    await restores.redraw(unmet)
    await restores.reconciled(epoch, clock.now())
    isOver = true
    log.warn(
      { ...counts, redrawn: counts.redrawn + unmet.length, conversations: places.length },
      'cards were compared with Slack after a restore',
    )
  }

  function wait({ retryAfterMs = PAUSE_MS, error }: Failure): undefined {
    waitUntil = plusMs(clock.now(), retryAfterMs)
    log.warn({ error, until: waitUntil }, 'Slack cannot be compared with yet; no card is posted until it was')
    return undefined
  }
}

const toPlace = (channel: string, target: string): Place => ({ channel, target, cursor: undefined, isRead: false })

const unknownSince = (madeAt: Timestamp): string =>
  `*Waybill was restored from a backup of ${slackDate(madeAt)} and does not know this ticket any more.* If it still needs an answer, send it again: it becomes a new card.`
