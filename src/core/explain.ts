import type { Decision } from './decision.ts'
import type { RecordedEvent, WrongPart } from './events.ts'
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
    { title: `#${ticket.number} ${ticket.subject}`, statements: decided(ticket, nameOf) },
    { title: 'What each voice said', statements: voices(ticket) },
    { title: 'Who could have had it', statements: candidates(ticket, nameOf) },
    { title: 'Who could not', statements: excluded(ticket, nameOf) },
    { title: 'What happened', statements: events.map((event) => ({ at: event.at, says: happened(event, nameOf) })) },
    {
      title: 'What it taught',
      statements: lessonsOf(ticket, events).map(({ at, by, teaching }) => ({
        at,
        says: `${taught(teaching, nameOf)} (${nameOf(by as PersonId)})`,
      })),
    },
  ]
  return chapters.filter(({ statements }) => statements.length > 0)
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

export const percent = (share: number): string => `${Math.round(share * 100)} %`

function decided({ decision, classification }: Ticket, nameOf: NameOf): readonly Statement[] {
  if (!decision || !classification) return [{ says: 'It has not been decided yet.' }]
  const { topic, secondTopic, confidence, priority, priorityBecause, intent } = classification
  return [
    whereTo(decision, nameOf),
    `Topic: ${topic ?? 'unclear'} (${confidence >= 0.995 ? 'over 99 %' : percent(confidence)} sure${secondTopic ? `, else ${secondTopic}` : ''})`,
    `Priority: ${priority}, because ${priorityBecause}`,
    ...(decision.row ? [`Matrix row: ${decision.row}`] : []),
    ...(decision.facts.account ? [`Customer: ${decision.facts.account} (${decision.facts.tier})`] : []),
    ...(intent ? [`Reads as: ${intent}`] : []),
    ...(decision.facts.missing.length > 0 ? [`Not known: ${decision.facts.missing.join('; ')}`] : []),
    `Decided by policy v${decision.policyVersion} and what was learned up to ${decision.modelVersion}`,
  ].map((says) => ({ says }))
}

function whereTo({ destination, because }: Decision, nameOf: NameOf): string {
  // The first reason of an offer is the matrix row, which has a line of its own.
  const reasons = because.slice(1).join(', ')
  switch (destination.kind) {
    case 'offer':
      return `Offered to ${nameOf(destination.person)} in ${destination.team}${reasons && `: ${reasons}`}`
    case 'queue':
      return `Put into the queue of ${destination.team}: ${reasons || 'nobody could take it'}`
    case 'triage':
      return `Left to people to decide: ${because.join(' ')}`
  }
}

function voices({ classification }: Ticket): readonly Statement[] {
  if (!classification) return []
  const said = classification.voices.map(({ id, weight, opinion }) => {
    const [best] = Object.entries(opinion.topics ?? {}).sort(([, a], [, b]) => b - a)
    const topic = best ? `${best[0]} ${percent(best[1])}` : ''
    const floor = opinion.priorityFloor ? `at least ${opinion.priorityFloor}` : ''
    const cap = opinion.priorityCap ? `at most ${opinion.priorityCap}` : ''
    const why = opinion.because.slice(0, 4).join(', ')
    const said = [topic, floor, cap].filter(Boolean).join(', ')
    const spoken = [said, why].filter(Boolean).join(' · ') || 'nothing to say about this one'
    return `${upperFirst(id.replaceAll('-', ' '))}${weight === 1 ? '' : ` (counts ${weight} times)`}: ${spoken}`
  })
  return [...said, ...classification.missing].map((says) => ({ says }))
}

function candidates({ decision }: Ticket, nameOf: NameOf): readonly Statement[] {
  return (decision?.ranking.candidates ?? []).map(({ person, score, parts }) => ({
    says: `${nameOf(person)} ${percent(score)}: ${parts.map(({ label, score }) => `${label} ${percent(score)}`).join(', ')}`,
  }))
}

/** People with the same reason share a line, for most are simply in another team. */
function excluded({ decision }: Ticket, nameOf: NameOf): readonly Statement[] {
  const byReason = Map.groupBy(decision?.ranking.excluded ?? [], ({ reason }) => reason)
  return [...byReason]
    .toSorted(([, a], [, b]) => a.length - b.length)
    .map(([reason, people]) => ({
      says: `${people.map(({ person }) => nameOf(person)).join(', ')}: ${reason.replace(/^is /, '')}`,
    }))
}

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
    case 'reopened':
      return `it was opened again: ${event.because}`
    case 'reprioritised':
      return `it became ${event.priority}, because ${event.because}`
    case 'consulted':
      return 'a slower voice was heard'
    case 'accepted':
      return `${nameOf(event.person)} accepted it`
    case 'handedBack':
      return `${nameOf(event.person)} handed it back`
    case 'reassigned': {
      const to = event.person ? `${nameOf(event.person)} in ${event.team}` : `the queue of ${event.team}`
      return `${by} sent it to ${to}: ${WRONG_WORDS[event.wrong]}${event.note ? `. “${event.note}”` : ''}`
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

const WRONG_WORDS: Readonly<Record<WrongPart, string>> = {
  topic: 'wrong topic',
  skill: 'cannot answer it',
  full: 'no room',
  urgency: 'wrong urgency',
  owner: 'somebody else looks after the customer',
}

/** A lesson in words. */
export function taught(teaching: Teaching, nameOf: NameOf): string {
  switch (teaching.part) {
    case 'topic':
      return `words like these mean ${teaching.label}`
    case 'priority':
      return `words like these mean ${teaching.label}`
    case 'record':
      return `${nameOf(teaching.person)} ${teaching.right ? 'can' : 'cannot'} answer ${teaching.topic}`
    case 'capacity':
      return `${nameOf(teaching.person)} has no room now`
    case 'owner':
      return `${nameOf(teaching.person)} looks after ${teaching.accountId}`
  }
}
