import type { Opinion } from './core/classification.ts'
import type { Account, Customer, Facts } from './core/customer.ts'
import type { RecordedEvent, TicketEvent } from './core/events.ts'
import type { AccountId, PersonId, TeamId, TicketId } from './core/ids.ts'
import type { Job, JobKind, JobOf } from './core/jobs.ts'
import type { Lesson, LoggedLesson } from './core/lesson.ts'
import type { Agent, Person, SkillLevel, Team } from './core/person.ts'
import type { Policy } from './core/policy.ts'
import type { InboundTicket, Ticket, TicketStatus } from './core/ticket.ts'
import type { Timestamp } from './core/time.ts'

export interface Clock {
  now(): Timestamp
}

/** Constant message, details as fields; never the text of a ticket, an address or a token. */
export interface Log {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

// Tickets

export type Received = { readonly outcome: 'created' | 'appended' | 'duplicate'; readonly ticket: Ticket }

export interface StoredMessage {
  readonly source: string
  readonly externalId: string
  readonly author: string | undefined
  readonly subject: string
  readonly visible: string
  /** How long the whole text is, with the quotes and the signature that `visible` leaves out. */
  readonly characters: number
  readonly attachments: InboundTicket['attachments']
  readonly receivedAt: Timestamp
}

/** Why an event is recorded: an inbox entry is marked done in the same transaction, so it takes effect once. */
export interface Cause {
  readonly inboxKey?: string
}

export interface TicketStore {
  /** Stores a message once, however often it is delivered: as a new ticket, or in the thread it belongs to. */
  receive(inbound: InboundTicket, cause?: Cause): Promise<Received>
  /** Rejects with RejectedError (404) when there is none. */
  get(id: TicketId): Promise<Ticket>
  byNumber(number: number): Promise<Ticket | undefined>
  /**
   * Saves the events, the state they lead to and the jobs that follow in one transaction.
   * StaleTicketError when the ticket is no longer at `ticket.version`; `undefined` when `cause` took effect before.
   */
  record(ticket: Ticket, events: readonly TicketEvent[], cause?: Cause): Promise<Ticket | undefined>
  events(id: TicketId): Promise<readonly RecordedEvent[]>
  messages(id: TicketId): Promise<readonly StoredMessage[]>
  /** Open tickets, oldest first. */
  open(): Promise<readonly Ticket[]>
  /** The lessons of this ticket are those of its history up to `version`. */
  learned(id: TicketId, version: number): Promise<void>
  /**
   * What a lost job leaves behind: open tickets nobody decided, decided ones no card was ever meant for, those that call for
   * somebody with no page that was sent or still will be, and tickets whose newest events are not in the log of lessons.
   */
  unattended(): Promise<{
    readonly undecided: readonly TicketId[]
    readonly unshown: readonly TicketId[]
    readonly calling: readonly TicketId[]
    readonly unlearned: readonly TicketId[]
  }>
  /** Other open tickets of this account. */
  openOfAccount(id: AccountId): Promise<number>
  /** The first `limit` open tickets of this person, those due first first. */
  openOfPerson(id: PersonId, limit: number): Promise<readonly Ticket[]>
  /** The first `limit` tickets of this team that nobody accepted yet, those due first first. */
  waitingIn(team: TeamId, limit: number): Promise<readonly Ticket[]>
  /** How many tickets are open; without a team stand those nobody decided. */
  openCounts(): Promise<readonly OpenCount[]>
  /** How many there ever were. */
  count(): Promise<number>
  /** The first `limit` lines of a list of all tickets, newest first. */
  newest(limit: number): Promise<readonly TicketHeadline[]>
}

export type TicketHeadline = Pick<
  Ticket,
  'number' | 'version' | 'subject' | 'status' | 'priority' | 'team' | 'assignee' | 'receivedAt'
>

export interface OpenCount {
  readonly team: TeamId | undefined
  readonly status: Exclude<TicketStatus, 'resolved'>
  readonly count: number
}

// People and policy

export interface Directory {
  people(): Promise<readonly Person[]>
  /** Everyone with load and record as they are now, from counts. */
  agents(): Promise<readonly Agent[]>
  person(id: PersonId): Promise<Person | undefined>
  bySlackUser(slackUser: string): Promise<Person | undefined>
  teams(): Promise<readonly Team[]>
  team(id: TeamId): Promise<Team | undefined>
  /** `by` is kept in the log of changes. Returns the level held before. */
  setSkill(
    person: PersonId,
    skill: string,
    level: SkillLevel,
    by: PersonId,
    at: Timestamp,
  ): Promise<SkillLevel | undefined>
  removeSkill(person: PersonId, skill: string, by: PersonId, at: Timestamp): Promise<SkillLevel | undefined>
}

export interface PolicyStore {
  /** The newest version; `undefined` before the first import. */
  current(): Promise<Policy | undefined>
  /** The text of the newest version, byte for byte as it was imported. */
  document(): Promise<string | undefined>
  /** Reads the YAML, refuses it whole with every fault at once (RejectedError), else makes it the newest version. */
  importDocument(
    yaml: string,
    change: { readonly author: string; readonly reason: string; readonly at: Timestamp },
  ): Promise<Policy>
}

export interface AccountStore {
  /** By exact e-mail first, then by domain (never a free-mail one). The newest lesson about an owner beats the table. */
  byEmail(email: string): Promise<{ readonly customer: Customer | undefined; readonly account: Account | undefined }>
  /** Inserts or replaces by id, all or nothing. */
  save(accounts: readonly Account[], customers: readonly Customer[]): Promise<void>
}

// The durable inbox: what came in over the network, stored before it is acknowledged

export type InboxKind = 'webhook' | 'slack_event' | 'slack_interaction' | 'slack_command'

export interface InboxEntry {
  /** The sender's identity of this delivery: the same key is the same thing. */
  readonly key: string
  readonly kind: InboxKind
  readonly payload: string
  readonly receivedAt: Timestamp
}

export interface Inbox {
  /** Resolves when the entry is on disk (group commit); 'duplicate' when it was there already. */
  store(entry: InboxEntry): Promise<'new' | 'duplicate'>
  /**
   * Entries of these kinds (all when left out) that nobody finished, that were received before `before` and are not leased,
   * oldest first; leases them until `leaseUntil`.
   */
  claimUnfinished(
    before: Timestamp,
    leaseUntil: Timestamp,
    limit: number,
    kinds?: readonly InboxKind[],
  ): Promise<readonly InboxEntry[]>
  finish(key: string, at: Timestamp): Promise<void>
  /** Deletes entries that came in and were finished before this moment: they hold what people wrote. Number deleted. */
  forgetFinished(before: Timestamp): Promise<number>
  /** After the fifth failure the entry is set aside and listed by `setAside`. */
  fail(key: string, error: string, at: Timestamp): Promise<void>
  setAside(): Promise<readonly (InboxEntry & { readonly error: string })[]>
}

// Jobs

export interface JobOptions {
  /** Not before this moment. */
  readonly runAt?: Timestamp
  /** Lower runs first; see LANES. */
  readonly priority?: number
  /** Jobs of one key wait as one; `keyOf(job)` when left out. A later job of the same key replaces runAt by the earlier of both. */
  readonly key?: string
  readonly maxAttempts?: number
}

export interface DeadJob {
  readonly id: string
  readonly job: Job
  readonly attempts: number
  readonly error: string
}

/** A job as it stands in the queue: it waits for its time, runs, or was set aside. */
export interface QueuedJob {
  readonly key: string
  readonly state: 'waiting' | 'running' | 'dead'
  readonly runAt: Timestamp
  /** How often it was begun. */
  readonly attempts: number
  /** Of its latest attempt. */
  readonly error: string | undefined
}

export type JobHandlers = { readonly [Kind in JobKind]: (job: JobOf<Kind>) => Promise<void> }

export interface JobWorker {
  /** Takes no more work and waits for what is running, at most `timeoutMs`. */
  stop(timeoutMs?: number): Promise<void>
}

export interface JobQueue {
  enqueue(job: Job, options?: JobOptions): Promise<void>
  /**
   * Starts working on the kinds that have a handler; jobs of other kinds wait for a worker that knows them. A handler that
   * throws is tried again with backoff, RejectedError sets the job aside at once.
   */
  work(handlers: Partial<JobHandlers>, options?: { readonly concurrency?: number }): Promise<JobWorker>
  /** Those of these keys that a job has: one that waits, runs, rests after a failure or was set aside. */
  known(keys: readonly string[]): Promise<ReadonlySet<string>>
  /** How the jobs of these keys stand, the one that is due first first. */
  look(keys: readonly string[]): Promise<readonly QueuedJob[]>
  /** Jobs ready now, delayed and running. */
  counts(): Promise<{
    readonly ready: number
    readonly delayed: number
    readonly running: number
    readonly dead: number
  }>
  dead(): Promise<readonly DeadJob[]>
  requeue(id: string): Promise<boolean>
}

// The outbox of Slack posts

export type PostState = 'pending' | 'sending' | 'uncertain' | 'posted' | 'dead' | 'gone'
export type PostKind = 'card' | 'page'

export interface SlackPost {
  /** Hash of what is to be posted where: the same intent has the same key. */
  readonly key: string
  readonly kind: PostKind
  readonly ticketId: TicketId
  /** Channel id, or the user id of a direct message. */
  readonly target: string
  /** The conversation it landed in (differs from `target` for direct messages). */
  readonly channel: string | undefined
  readonly urgent: boolean
  readonly state: PostState
  readonly attempt: number
  readonly fence: number
  /** When the claim runs out; of an uncertain post: when its latest attempt became uncertain. */
  readonly leaseUntil: Timestamp | undefined
  readonly intentAt: Timestamp
  /** When a call was last left without a clear answer: sweeps count from here. */
  readonly ambiguousAt: Timestamp | undefined
  readonly notBefore: Timestamp | undefined
  readonly ts: string | undefined
  /** Ticket version last shown. */
  readonly sentVersion: number | undefined
  /** When the picture changes though the ticket does not. */
  readonly redrawAt: Timestamp | undefined
  /** How many sweeps for second copies are done. */
  readonly sweeps: number
  readonly lastError: string | undefined
}

export type PostOutcome =
  | {
      readonly state: 'posted'
      readonly ts: string
      readonly channel: string
      readonly sentVersion: number
      readonly redrawAt?: Timestamp | undefined
    }
  | { readonly state: 'pending'; readonly error: string; readonly notBefore?: Timestamp }
  | { readonly state: 'uncertain'; readonly error: string; readonly at: Timestamp }
  | { readonly state: 'dead' | 'gone'; readonly error: string }

export interface PostStore {
  /** Inserts the intent as 'pending' unless it is there, with its deliver job, in one transaction. True when it was new. */
  intend(post: Pick<SlackPost, 'key' | 'kind' | 'ticketId' | 'target' | 'urgent'>, at: Timestamp): Promise<boolean>
  get(key: string): Promise<SlackPost | undefined>
  ofTicket(id: TicketId): Promise<readonly SlackPost[]>
  /** The numbers of the tickets that these posts are about, by key; unknown keys are left out. */
  ticketNumbers(keys: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Compare-and-set 'pending' -> 'sending' with a new fence; `undefined` when somebody else was faster or it is not due. */
  claim(key: string, now: Timestamp, leaseUntil: Timestamp): Promise<SlackPost | undefined>
  /**
   * Writes what came of a claim; false when the fence is old (a late result of a worker thought dead). Dead: enqueues what
   * shows the ticket elsewhere (a card) or calls the next person (a page).
   */
  settle(key: string, fence: number, outcome: PostOutcome): Promise<boolean>
  /**
   * A post of ours was seen in a channel: it is posted, whatever the row says. False when another ts is recorded, or when it
   * was deleted. If it had been given up, what was shown instead is drawn anew.
   */
  adopt(key: string, seen: { readonly ts: string; readonly channel: string }): Promise<boolean>
  /** 'sending' rows whose lease ran out become 'uncertain'. Returns their keys. */
  expireLeases(now: Timestamp): Promise<readonly string[]>
  /** Back to 'pending' after quarantine and a history read that showed nothing. */
  release(key: string, fence: number): Promise<boolean>
  /** Remembers which version of the ticket is shown now. */
  shown(key: string, sentVersion: number, redrawAt?: Timestamp): Promise<void>
  /** Its message was deleted in Slack. Enqueues what shows the ticket again. */
  markGone(key: string, error: string): Promise<void>
  swept(key: string, sweeps: number): Promise<void>
  /** Something about this post may yet land: its sweeps begin anew, counted from `at`. */
  doubt(key: string, at: Timestamp): Promise<void>
  /** The same for every card that is behind its ticket: an edit of a process that died may land over a newer one. */
  doubtEdits(at: Timestamp): Promise<void>
  /**
   * Keys with something left to do now, the urgent and the oldest first: pending, sending, uncertain, behind their ticket, or due for
   * a sweep. `sweepsMs`: when each sweep is due after the first ambiguity.
   */
  unfinished(now: Timestamp, sweepsMs: readonly number[], limit: number): Promise<readonly string[]>
  /** Posts that were given up, newest first, for an operator to look at. */
  dead(limit: number): Promise<readonly SlackPost[]>
}

// Numbers worth watching

/** Told what happens; labels are ids of ours, never what anybody wrote. */
export interface Meter {
  received(source: string, outcome: Received['outcome']): void
  happened(type: TicketEvent['type'], by: 'person' | 'waybill'): void
  routed(topic: string | undefined, confidence: number): void
  /** A ticket has its first card, so long after it came in. */
  shown(ms: number): void
  /** `outcome`: 'ok', 'ratelimited', or what the failure means. */
  called(method: string, outcome: string): void
  heard(voice: string, outcome: 'spoke' | 'silent' | 'failed', ms: number): void
}

// After a backup was restored

export interface RestoreStore {
  /** The newest restore whose cards were not compared with Slack yet. */
  pending(): Promise<{ readonly epoch: number; readonly backupMadeAt: Timestamp } | undefined>
  reconciled(epoch: number, at: Timestamp): Promise<void>
  /** Channels that posts of ours were meant for. */
  cardChannels(): Promise<readonly string[]>
  /** Posts that show an open ticket. */
  shownOpen(): Promise<readonly string[]>
  /** These show something else than their rows say: each is drawn anew. */
  redraw(keys: readonly string[]): Promise<void>
}

// Learning

export interface LearningState {
  /** Grows with every lesson. */
  readonly sequence: number
  /** Grows when a lesson is silenced, revived or rewritten: models built before must be built again. */
  readonly generation: number
}

/** What the history of a ticket teaches when these events (versions) count as if they had never happened. */
export type TaughtWithout = (forgotten: ReadonlySet<number>) => readonly Lesson[]

export interface LessonStore {
  state(): Promise<LearningState>
  /**
   * Makes the log say what this ticket's history teaches without the events somebody forgot: adds lessons that are not in
   * it yet, silences those no longer taught and rewrites, in their place, those that teach something else now.
   */
  reconcile(
    ticket: TicketId,
    taught: TaughtWithout,
    at: Timestamp,
  ): Promise<{ readonly added: number; readonly forgotten: number; readonly changed: number }>
  /** Active lessons with a sequence above `after`, in order; the first `limit` of them. */
  after(sequence: number, limit?: number): Promise<readonly LoggedLesson[]>
  list(limit: number): Promise<readonly LoggedLesson[]>
  /** How many count now. */
  count(): Promise<number>
  /** Everything that stands in the log for one ticket, in order, forgotten or not. */
  ofTicket(id: TicketId): Promise<readonly LoggedLesson[]>
  /**
   * Forgets an event for good and reconciles its ticket in the same step: gone is what it taught, and what later events
   * taught because of it. Returns how many lessons of the event itself are gone; 0 when it teaches none (any more).
   */
  forget(
    event: {
      readonly ticket: TicketId
      readonly version: number
      readonly by: string
      readonly at: Timestamp
    },
    taught: TaughtWithout,
  ): Promise<number>
  /**
   * Keeps the newest checkpoint and ever fewer older ones of its base, and none of other bases. Does nothing when the log is
   * no longer at `generation`: the learner may have been taught what does not hold any more.
   */
  saveCheckpoint(checkpoint: Checkpoint, generation: number, at: Timestamp): Promise<void>
  /** The newest checkpoint of this base, if any. Those that hold a lesson which changed since are gone. */
  checkpoint(base: string): Promise<Checkpoint | undefined>
}

/** What lessons had added to the learner up to one of them. */
export interface Checkpoint {
  /** Hash of what the learner knew before its first lesson, and of the topics it may learn. */
  readonly base: string
  readonly sequence: number
  readonly bytes: Uint8Array
}

/** The learner as the classifiers see it. */
export interface LearnedModel {
  /** "starter-1a2b3c4d@17": checkpoint and sequence number. */
  version(): string
  /** Follows the log of lessons up to its end. */
  refresh(): Promise<void>
  read(ticket: { readonly text: string; readonly fields: Readonly<Record<string, string>> }): Opinion
}

// Shelves

export interface Classifier {
  readonly id: string
  /** Slow voices are not waited for when the quick ones say P1. */
  readonly slow: boolean
  /** `undefined` is an abstention: no opinion, or down. `silence` says why, for the card. */
  classify(
    ticket: Ticket,
    context: { readonly facts: Facts; readonly policy: Policy; readonly signal: AbortSignal },
  ): Promise<Opinion | { readonly silence: string }>
}

export interface Enricher {
  readonly id: string
  readonly timeoutMs: number
  lookUp(ticket: Ticket, signal: AbortSignal): Promise<Partial<Facts>>
}

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Exactly the bytes that were signed, as text. */
  readonly body: string
}

/** A place tickets come from by HTTP. Route: `/webhooks/<id>`. */
export interface WebhookConnector {
  readonly id: string
  /** Identity of the delivery and its tickets. RejectedError carries the HTTP status (401, 400). */
  parse(request: WebhookRequest, now: Timestamp): { readonly key: string; readonly tickets: readonly InboundTicket[] }
  /** The tickets of a body that `parse` accepted at `receivedAt`, when it is taken up again from the inbox. */
  read(body: string, receivedAt: Timestamp): readonly InboundTicket[]
}

/** Shows people how a ticket stands: posts its card, or edits the ones that are there. */
export interface Announcer {
  announce(id: TicketId): Promise<void>
}

/** Brings the outbox row of this key one step further. */
export interface Courier {
  deliver(postKey: string): Promise<void>
}

/** Reaches the person on call. */
export interface Pager {
  page(id: TicketId): Promise<void>
}

export interface Reply {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Message-ID being answered, and those before it, for threading (RFC 5322 section 3.6.4). */
  readonly inReplyTo: string | undefined
  readonly references: readonly string[]
  /** Set for mails no person wrote (RFC 3834). */
  readonly automatic: boolean
}

/** Sends an answer to the customer; resolves with the Message-ID it went out under. */
export interface ReplySender {
  send(reply: Reply): Promise<{ readonly messageId: string }>
}
