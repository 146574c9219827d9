import type { Classification, Voice } from './classification.ts'
import type { Decision } from './decision.ts'
import type { RecordedEvent, WrongPart } from './events.ts'
import type { PersonId } from './ids.ts'
import { type Lesson, type LoggedLesson, lessonsOf, type Teaching } from './lesson.ts'
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

/** What is stored about a ticket beside it: all its events, and its entries in the log of lessons. */
export interface History {
  readonly events: readonly RecordedEvent[]
  readonly lessons: readonly LoggedLesson[]
}

/** Why a ticket is where it is: everything the decision was made from, what happened since and what that taught. */
export function explain(ticket: Ticket, history: History, nameOf: NameOf): readonly Chapter[] {
  const { events } = history
  const chapters: readonly Chapter[] = [
    { title: `#${ticket.number} ${ticket.subject}`, statements: decided(ticket, nameOf) },
    { title: 'What each voice said', statements: voices(ticket) },
    { title: 'Who could have had it', statements: candidates(ticket, nameOf) },
    { title: 'Who could not', statements: excluded(ticket, nameOf) },
    { title: 'What happened', statements: events.map((event) => ({ at: event.at, says: happened(event, nameOf) })) },
    {
      title: 'What it taught',
      statements: taughtBy(ticket, history).map((lesson) => ({ at: lesson.at, says: lessonSays(lesson, nameOf) })),
    },
  ]
  return chapters.filter(({ statements }) => statements.length > 0)
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

export const percent = (share: number): string => `${Math.round(share * 100)} %`

function decided(ticket: Ticket, nameOf: NameOf): readonly Statement[] {
  const { decision, classification } = ticket
  if (!decision || !classification) return [{ says: 'It has not been decided yet.' }]
  const { topic, secondTopic, confidence, priority, priorityBecause, intent } = classification
  const where = whereTo(decision, nameOf)
  return [
    ...(isAsDecided(ticket, decision, classification) ? [where] : [now(ticket, nameOf), `First decided: ${where}`]),
    `Topic: ${howSure({ topic, secondTopic, confidence })}`,
    `Priority: ${priority}, because ${priorityBecause}`,
    ...(decision.row ? [`Matrix row: ${decision.row}`] : []),
    ...(decision.facts.account ? [`Customer: ${decision.facts.account} (${decision.facts.tier})`] : []),
    ...(intent ? [`Reads as: ${intent}`] : []),
    ...(decision.facts.missing.length > 0 ? [`Not known: ${decision.facts.missing.join('; ')}`] : []),
    `Decided by ${decidedBy(decision)}`,
  ].map((says) => ({ says }))
}

/** Whether the ticket still is where the decision sent it, as what it was read. */
function isAsDecided(ticket: Ticket, { destination }: Decision, read: Classification): boolean {
  const { status, team, assignee, topic, priority } = ticket
  if (topic !== read.topic || priority !== read.priority) return false
  switch (destination.kind) {
    case 'offer':
      return status === 'offered' && team === destination.team && assignee === destination.person
    case 'queue':
      return status === 'queued' && team === destination.team
    case 'triage':
      return status === 'triage'
  }
}

/** "Now: waiting in api for somebody to accept, topic api, P3". */
function now(ticket: Ticket, nameOf: NameOf): string {
  const { topic, priority } = ticket
  const stands = [nowStands(ticket, nameOf), `topic ${topic ?? 'unclear'}`, ...(priority ? [priority] : [])]
  return `Now: ${stands.join(', ')}`
}

function nowStands({ status, team, assignee }: Ticket, nameOf: NameOf): string {
  const who = assignee ? nameOf(assignee) : 'somebody'
  const inTeam = team ? ` in ${team}` : ''
  switch (status) {
    case 'received':
      return 'being read'
    case 'triage':
      return 'waiting for people to decide'
    case 'queued':
      return `waiting${inTeam} for somebody to accept`
    case 'offered':
      return `offered to ${who}${inTeam}, not accepted yet`
    case 'accepted':
      return `${who}${inTeam} is on it`
    case 'resolved':
      return 'resolved'
  }
}

/** "policy v3 and the 12 lessons up to then"; which learner exactly is in the decision itself. */
export function decidedBy({ policyVersion, modelVersion }: Pick<Decision, 'policyVersion' | 'modelVersion'>): string {
  const [, sequence] = /@(\d+)$/.exec(modelVersion) ?? []
  const lessons = Number(sequence ?? Number.NaN)
  if (lessons === 0) return `policy v${policyVersion}, before the first lesson`
  const taught = Number.isNaN(lessons) ? 'lessons' : lessons === 1 ? 'one lesson' : `${lessons} lessons`
  return `policy v${policyVersion} and the ${taught} up to then`
}

/** "billing (83 % sure, else account)". */
export const howSure = ({
  topic,
  secondTopic,
  confidence,
}: Pick<Classification, 'topic' | 'secondTopic' | 'confidence'>): string =>
  `${topic ?? 'unclear'} (${confidence >= 0.995 ? 'over 99 %' : percent(confidence)} sure${secondTopic ? `, else ${secondTopic}` : ''})`

/** Where a decision sent a ticket and why. */
export function whereTo({ destination, because }: Decision, nameOf: NameOf): string {
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
  const said = classification.voices.map((voice) => {
    const { said, because } = spoken(voice)
    return `${voiceName(voice)}: ${[said, because].filter(Boolean).join(' · ') || NOTHING_TO_SAY}`
  })
  return [...said, ...classification.missing].map((says) => ({ says }))
}

export const NOTHING_TO_SAY = 'nothing to say about this one'

/** "Language model (counts 2 times)". */
export const voiceName = ({ id, weight }: Voice): string =>
  `${upperFirst(id.replaceAll('-', ' '))}${weight === 1 ? '' : ` (counts ${weight} times)`}`

/** What a voice said, and the words and facts that counted for it; both may be empty. `share` is that of its topic. */
export function spoken({ opinion }: Voice): {
  readonly said: string
  readonly because: string
  readonly share: number | undefined
} {
  const [best] = Object.entries(opinion.topics ?? {}).sort(([, a], [, b]) => b - a)
  const topic = best ? `${best[0]} ${percent(best[1])}` : ''
  const floor = opinion.priorityFloor ? `at least ${opinion.priorityFloor}` : ''
  const cap = opinion.priorityCap ? `at most ${opinion.priorityCap}` : ''
  const said = [topic, floor, cap].filter(Boolean).join(', ')
  return { said, because: opinion.because.slice(0, 4).join(', '), share: best?.[1] }
}

function candidates({ decision }: Ticket, nameOf: NameOf): readonly Statement[] {
  return (decision?.ranking.candidates ?? []).map(({ person, score, parts }) => ({
    says: `${nameOf(person)} ${percent(score)}: ${parts.map(({ label, score }) => `${label} ${percent(score)}`).join(', ')}`,
  }))
}

/** Who could not have had it and why; people with the same reason share a line, for most are simply in another team. */
export function excluded({ decision }: Ticket, nameOf: NameOf): readonly Statement[] {
  const byReason = Map.groupBy(decision?.ranking.excluded ?? [], ({ reason }) => reason)
  return [...byReason]
    .toSorted(([, a], [, b]) => a.length - b.length)
    .map(([reason, people]) => ({
      says: `${people.map(({ person }) => nameOf(person)).join(', ')}: ${reason.replace(/^is /, '')}`,
    }))
}

/** An event in words. */
export function happened(event: RecordedEvent, nameOf: NameOf): string {
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

export type TaughtLesson = Lesson & Partial<Pick<LoggedLesson, 'forgottenBy' | 'forgottenAt'>>

/** What the history of a ticket teaches, in order of events, and what it taught until somebody forgot it by hand. */
export function taughtBy(ticket: Ticket, { events, lessons }: History): readonly TaughtLesson[] {
  const forgotten = lessons.filter(({ forgottenAt }) => forgottenAt !== undefined)
  const holding = lessonsOf(ticket, events, new Set(forgotten.map(({ eventVersion }) => eventVersion)))
  return [...holding, ...forgotten].toSorted((a, b) => a.eventVersion - b.eventVersion)
}

function lessonSays({ teaching, by, forgottenBy, forgottenAt }: TaughtLesson, nameOf: NameOf): string {
  const said = `${taught(teaching, nameOf)} (${nameOf(by as PersonId)})`
  if (!forgottenAt) return said
  return `${said}; forgotten by ${nameOf(forgottenBy as PersonId)}, ${forgottenAt.slice(0, 16).replace('T', ' ')} UTC: it teaches no more`
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
