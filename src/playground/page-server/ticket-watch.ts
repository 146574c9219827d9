import type { App } from '../../app.ts'
import type { Person } from '../../core/person.ts'
import type { PageStatus, TicketLine } from '../page-contract.ts'

export type Counts = PageStatus['counts']

export interface TicketWatch {
  /** Newest first, as they were at the last look. */
  readonly lines: readonly TicketLine[]
  readonly counts: Counts
  line(number: number): TicketLine | undefined
  /** Looks now; who asks while a look is under way waits for the one after it. What cannot be read stays as it was. */
  look(): Promise<void>
  /** Something happened that tickets may have changed with: looks soon, but not more often than every half second. */
  nudge(): void
  /** Looks every two seconds from now on, for as long as somebody is there to be told. */
  start(): void
  pause(): void
}

export interface TicketWatchOptions {
  readonly app: Pick<App, 'tickets' | 'lessons' | 'directory' | 'log'>
  readonly people: readonly Person[]
  onTicket(number: number): void
  onCounts(): void
}

/** The newest ones, which all that happens in a playground is about. */
const LISTED = 200
const OFTEN_MS = 500
const SELDOM_MS = 2_000
const NO_COUNTS: Counts = { tickets: 0, open: 0, waiting: 0, lessons: 0 }

/** Follows what another process writes into the database: nobody can tell us, so we look. */
export function ticketWatch({ app, people, onTicket, onCounts }: TicketWatchOptions): TicketWatch {
  const { tickets, lessons, directory, log } = app
  const nameOf = new Map<string, string>(people.map(({ id, name }) => [id, name]))
  const seen = new Map<number, { readonly version: number; readonly line: TicketLine }>()
  let teams: ReadonlyMap<string, string> | undefined
  let lines: readonly TicketLine[] = []
  let counts = NO_COUNTS
  let lookedAt = 0
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let dueAt = 0
  let isWatching = false

  const teamNames = async () => new Map((await directory.teams()).map(({ id, name }) => [id as string, name]))

  async function lookOnce(): Promise<void> {
    const isFirst = lookedAt === 0
    lookedAt = performance.now()
    const newest = await tickets.newest(LISTED)
    const changed = newest.filter(({ number, version }) => seen.get(number)?.version !== version)
    if (changed.some(({ team }) => team !== undefined && !teams?.has(team))) teams = await teamNames()
    for (const { number, version, subject, status, priority, team, assignee, receivedAt } of changed) {
      const line: TicketLine = {
        number,
        subject,
        status,
        priority: priority ?? null,
        team: team ? (teams?.get(team) ?? team) : null,
        assignee: assignee ? (nameOf.get(assignee) ?? assignee) : null,
        receivedAt,
      }
      seen.set(number, { version, line })
    }
    lines = newest.flatMap(({ number }) => seen.get(number)?.line ?? [])
    for (const number of seen.keys()) if (number < (newest.at(-1)?.number ?? 0)) seen.delete(number)

    const before = counts
    counts = { ...(changed.length > 0 ? await countTickets() : before), lessons: await lessons.count() }
    // What was there before anybody looked is in the snapshot that is being made.
    if (!isFirst) for (const { number } of changed.toReversed()) onTicket(number)
    if (JSON.stringify(counts) !== JSON.stringify(before)) onCounts()
  }

  async function countTickets(): Promise<Counts> {
    const [all, open] = await Promise.all([tickets.count(), tickets.openCounts()])
    const sum = (some: typeof open) => some.reduce((total, { count }) => total + count, 0)
    return {
      ...counts,
      tickets: all,
      open: sum(open),
      waiting: sum(open.filter(({ status }) => status !== 'accepted')),
    }
  }

  /** Brings the next look forward, never back. */
  function schedule(delayMs: number): void {
    const at = performance.now() + delayMs
    if (timer && dueAt <= at) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(() => {
      timer = undefined
      void watch.look().finally(() => isWatching && schedule(SELDOM_MS))
    }, delayMs)
    timer.unref()
  }

  const watch: TicketWatch = {
    get lines() {
      return lines
    },
    get counts() {
      return counts
    },
    line: (number) => seen.get(number)?.line,

    look() {
      const before = looking ?? Promise.resolve()
      const next = before.then(lookOnce).catch((error: unknown) => {
        // The database may be busy or, while the bot starts, not there yet: the next look tells.
        log.warn({ reason: String(error) }, 'tickets could not be looked at')
      })
      looking = next
      return next.finally(() => {
        if (looking === next) looking = undefined
      })
    },

    nudge() {
      if (isWatching) schedule(Math.max(0, lookedAt + OFTEN_MS - performance.now()))
    },

    start() {
      if (isWatching) return
      isWatching = true
      schedule(SELDOM_MS)
    },

    pause() {
      isWatching = false
      clearTimeout(timer)
      timer = undefined
    },
  }
  return watch
}
