import type { RecordedEvent } from './events.ts'
import type { PersonId } from './ids.ts'
import { lessonsOf, type Teaching } from './lesson.ts'
import type { NameOf } from './moves.ts'
import type { Ticket } from './ticket.ts'
import type { Timestamp } from './time.ts'

/** One thing to say, in plain words; `at` when it happened at a moment. */
export interface Statement {
  readonly at?: Timestamp
  readonly says: string
}

export interface Chapter {
  readonly title: string
  readonly statements: readonly Statement[]
}

/** Why a ticket is where it is: everything the decision was made from, what happened since and what that taught. */
export function explain(ticket: Ticket, events: readonly RecordedEvent[], nameOf: NameOf): readonly Chapter[] {
  const chapters: readonly Chapter[] = [
    { title: `#${ticket.number} ${ticket.subject}`, statements: decided(ticket) },
    { title: 'What each voice said', statements: voices(ticket) },
    { title: 'Who could have had it', statements: candidates(ticket, nameOf) },
    { title: 'Who could not', statements: excluded(ticket, nameOf) },
    { title: 'What happened', statements: events.map((event) => ({ at: event.at, says: happened(event, nameOf) })) },
    {
      title: 'What it taught',
      statements: lessonsOf(ticket, events).map(({ at, teaching }) => ({ at, says: taught(teaching, nameOf) })),
    },
  ]
  return chapters.filter(({ statements }) => statements.length > 0)
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

function decided({ decision, classification }: Ticket): readonly Statement[] {
  if (!decision || !classification) return [{ says: 'It has not been decided yet.' }]
  const { topic, secondTopic, confidence, priority, priorityBecause, intent } = classification
  return [
    ...decision.because,
    `Topic: ${topic ?? 'unclear'} (${percent(confidence)} sure${secondTopic ? `, else ${secondTopic}` : ''})`,
    `Priority: ${priority}, because ${priorityBecause}`,
    ...(intent ? [`Reads as a ${intent}`] : []),
    ...(decision.facts.account ? [`Customer: ${decision.facts.account} (${decision.facts.tier})`] : []),
    ...(decision.facts.missing.length > 0 ? [`Not known: ${decision.facts.missing.join('; ')}`] : []),
    `Policy v${decision.policyVersion}, model ${decision.modelVersion}`,
  ].map((says) => ({ says }))
}

function voices({ classification }: Ticket): readonly Statement[] {
  if (!classification) return []
  const said = classification.voices.map(({ id, weight, opinion }) => {
    const [best] = Object.entries(opinion.topics ?? {}).sort(([, a], [, b]) => b - a)
    const topic = best ? `${best[0]} ${percent(best[1])}` : 'no topic'
    const floor = opinion.priorityFloor ? `at least ${opinion.priorityFloor}` : ''
    const cap = opinion.priorityCap ? `at most ${opinion.priorityCap}` : ''
    const why = opinion.because.slice(0, 4).join('; ')
    return [`${id} (weight ${weight}): ${topic}`, floor, cap, why].filter(Boolean).join(', ')
  })
  return [...said, ...classification.missing].map((says) => ({ says }))
}

function candidates({ decision }: Ticket, nameOf: NameOf): readonly Statement[] {
  return (decision?.ranking.candidates ?? []).map(({ person, score, parts }) => ({
    says: `${nameOf(person)} ${percent(score)}: ${parts.map(({ label, score }) => `${label} ${percent(score)}`).join(', ')}`,
  }))
}

const excluded = ({ decision }: Ticket, nameOf: NameOf): readonly Statement[] =>
  (decision?.ranking.excluded ?? []).map(({ person, reason }) => ({ says: `${nameOf(person)} ${reason}` }))

function happened(event: RecordedEvent, nameOf: NameOf): string {
  const by = nameOf(event.by as PersonId)
  switch (event.type) {
    case 'received':
      return 'it arrived'
    case 'messageAdded':
      return 'the customer wrote again'
    case 'routed': {
      const { destination } = event.decision
      if (destination.kind === 'triage') return 'nobody could be sure, so it went to triage'
      if (destination.kind === 'queue') return `it was put into the queue of ${destination.team}`
      return `it was offered to ${nameOf(destination.person)} in ${destination.team}`
    }
    case 'consulted':
      return 'a slower voice was heard'
    case 'accepted':
      return `${nameOf(event.person)} accepted it`
    case 'handedBack':
      return `${nameOf(event.person)} handed it back`
    case 'reassigned': {
      const to = event.person ? `${nameOf(event.person)} in ${event.team}` : `the queue of ${event.team}`
      return `${by} sent it to ${to} (wrong: ${event.wrong})`
    }
    case 'escalated':
      return `${by} called for help`
    case 'acknowledged':
      return `${nameOf(event.person)} acknowledged the call`
    case 'resolved':
      return `${nameOf(event.person)} resolved it`
    case 'undone':
      return `${by} took a move back (${event.move})`
  }
}

/** A lesson in words. */
export function taught(teaching: Teaching, nameOf: NameOf): string {
  switch (teaching.part) {
    case 'topic':
      return `such words mean ${teaching.label}`
    case 'priority':
      return `such words mean ${teaching.label}`
    case 'record':
      return `${nameOf(teaching.person)} ${teaching.right ? 'can' : 'cannot'} answer ${teaching.topic}`
    case 'capacity':
      return `${nameOf(teaching.person)} has no room now`
    case 'owner':
      return `${nameOf(teaching.person)} looks after ${teaching.accountId}`
  }
}
