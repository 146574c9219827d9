import type { Priority } from './classification.ts'
import type { RecordedEvent } from './events.ts'
import type { AccountId, PersonId, TicketId } from './ids.ts'
import { type Ticket, textOf } from './ticket.ts'
import type { Timestamp } from './time.ts'

/** The one component a click teaches. */
export type Teaching =
  | { readonly part: 'topic'; readonly label: string }
  | { readonly part: 'priority'; readonly label: Priority }
  | { readonly part: 'record'; readonly person: PersonId; readonly topic: string; readonly right: boolean }
  | { readonly part: 'capacity'; readonly person: PersonId }
  | { readonly part: 'owner'; readonly accountId: AccountId; readonly person: PersonId }

export interface Lesson {
  readonly ticketId: TicketId
  /** Version of the event that teaches; with `part` it names the lesson for good. */
  readonly eventVersion: number
  readonly at: Timestamp
  readonly by: string
  readonly teaching: Teaching
  /** The words the ticket had, for the parts that learn from words. */
  readonly text: string
}

/** A lesson in the ordered log; `sequence` grows by one per lesson and orders all replays. */
export type LoggedLesson = Lesson & {
  readonly sequence: number
  /** It teaches no more: its event was taken back, or forgotten by hand. */
  readonly forgotten: boolean
  /** Who forgot it by hand, and when. */
  readonly forgottenBy: string | undefined
  readonly forgottenAt: Timestamp | undefined
}

/**
 * What the history of one ticket teaches, in order of events. Accept followed by resolve confirms, a reassignment
 * corrects the part that was named, an escalation corrects the urgency; what was undone teaches nothing, and neither do the
 * events in `forgotten` (their versions): both count as if they had never happened.
 */
export function lessonsOf(
  ticket: Ticket,
  events: readonly RecordedEvent[],
  forgotten: ReadonlySet<number> = new Set(),
): readonly Lesson[] {
  const undone = events.flatMap((event) => (event.type === 'undone' ? [event.takenBack] : []))
  const takenBack = new Set([...undone, ...forgotten])
  const lessons: Lesson[] = []
  let holder: PersonId | undefined
  let accepted = false
  let topic: string | undefined
  for (const event of events.filter(({ version }) => !takenBack.has(version))) {
    for (const teaching of teachings(event, { holder, accepted, topic, ticket })) {
      const { version: eventVersion, at, by } = event
      lessons.push({ ticketId: ticket.id, eventVersion, at, by, teaching, text: textOf(ticket) })
    }
    if (event.type === 'routed') {
      const { destination } = event.decision
      topic = event.classification.topic
      holder = destination.kind === 'offer' ? destination.person : undefined
    }
    if (event.type === 'accepted') {
      holder = event.person
      accepted = true
    }
    if (event.type === 'handedBack' || event.type === 'reopened') {
      holder = undefined
      accepted = false
    }
    if (event.type === 'reassigned') {
      holder = event.person
      accepted = false
      topic = event.topic ?? topic
    }
  }
  return lessons
}

interface Standing {
  readonly holder: PersonId | undefined
  readonly accepted: boolean
  readonly topic: string | undefined
  readonly ticket: Ticket
}

function teachings(event: RecordedEvent, standing: Standing): readonly Teaching[] {
  const { holder, accepted, topic } = standing
  if (event.type === 'reassigned') return corrections(event, standing)
  if (event.type === 'escalated') return [{ part: 'priority', label: event.priority }]
  if (event.type !== 'resolved' || !accepted || !topic) return []
  const confirmed: Teaching = { part: 'topic', label: topic }
  return holder ? [confirmed, { part: 'record', person: holder, topic, right: true }] : [confirmed]
}

function corrections(
  { wrong, topic, priority, person }: RecordedEvent & { type: 'reassigned' },
  before: Standing,
): readonly Teaching[] {
  switch (wrong) {
    case 'topic':
      return topic ? [{ part: 'topic', label: topic }] : []
    case 'urgency':
      return priority ? [{ part: 'priority', label: priority }] : []
    case 'skill':
      return before.holder && before.topic
        ? [{ part: 'record', person: before.holder, topic: before.topic, right: false }]
        : []
    case 'full':
      return before.holder ? [{ part: 'capacity', person: before.holder }] : []
    case 'owner':
      return person && before.ticket.accountId ? [{ part: 'owner', accountId: before.ticket.accountId, person }] : []
  }
}
