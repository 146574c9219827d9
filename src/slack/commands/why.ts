import type { KnownBlock } from '@slack/types'
import type { RecordedEvent } from '../../core/events.ts'
import type { PersonId } from '../../core/ids.ts'
import { type Lesson, lessonsOf, type Teaching } from '../../core/lesson.ts'
import type { NameOf } from '../../core/moves.ts'
import { may } from '../../core/permissions.ts'
import type { Ticket } from '../../core/ticket.ts'
import { context, section } from '../cards/blocks.ts'
import { escapeText } from '../cards/escape.ts'
import { listed, percent, sentimentWord, slackDate } from '../cards/words.ts'
import type { Command } from '../command.ts'
import { namesOf } from '../perform-action.ts'

/** "Why did this ticket go there?": everything a decision was made from, and everything that happened since. */
export const whyCommand: Command = {
  name: 'why',
  usage: ['why <ticket number>'],
  help: 'why a ticket went where it is, and what it taught',
  mayUse: (person) => 'allowed' in may(person, 'why'),

  async run([word = ''], { tickets, directory }) {
    const number = /^#?(\d{1,9})$/.exec(word)?.[1]
    if (!number) return { text: 'Which ticket? Type its number, as in `/waybill why 4711`.' }
    const ticket = await tickets.byNumber(Number(number))
    if (!ticket) return { text: `There is no ticket #${number}.` }

    const [events, name] = await Promise.all([tickets.events(ticket.id), namesOf(directory)])
    const nameOf = (person: PersonId) => escapeText(name(person), 60)
    const lines: readonly (readonly [string, readonly string[]])[] = [
      [`#${ticket.number} ${escapeText(ticket.subject, 150)}`, decisionLines(ticket)],
      ['What each voice said', voiceLines(ticket)],
      ['Who could have had it', candidateLines(ticket, nameOf)],
      ['Who could not', exclusionLines(ticket, nameOf)],
      ['What happened', events.slice(-MOST).map((event) => eventLine(event, nameOf))],
      ['What it taught', lessonsOf(ticket, events).map((lesson) => lessonLine(lesson, nameOf))],
    ]
    const blocks: KnownBlock[] = lines
      .filter(([, said]) => said.length > 0)
      .map(([title, said]) => section([`*${title}*`, ...said.slice(0, MOST).map((line) => `• ${line}`)].join('\n')))
    return { text: `Why #${ticket.number} is where it is`, blocks: [...blocks, ...context(versions(ticket))] }
  },
}

const MOST = 15

function decisionLines({ decision, classification }: Ticket): readonly string[] {
  if (!decision || !classification) return ['It has not been decided yet.']
  const { topic, secondTopic, confidence, priority, priorityBecause, intent, sentiment } = classification
  const second = secondTopic ? `, else ${escapeText(secondTopic, 60)}` : ''
  return [
    ...decision.because.map((sentence) => escapeText(sentence, 300)),
    `Topic: ${escapeText(topic ?? 'unclear', 60)} (${percent(confidence)} sure${second})`,
    `Priority: ${priority}, because ${escapeText(priorityBecause, 150)}`,
    `Reads as ${escapeText([intent, sentimentWord(sentiment)].filter(Boolean).join(', '), 80)}`,
    ...(decision.facts.missing.length > 0 ? [`Not known: ${escapeText(decision.facts.missing.join('; '), 200)}`] : []),
  ]
}

function voiceLines({ classification }: Ticket): readonly string[] {
  if (!classification) return []
  const said = classification.voices.map(({ id, weight, opinion }) => {
    const [best] = Object.entries(opinion.topics ?? {}).sort(([, a], [, b]) => b - a)
    const topic = best ? `${best[0]} ${percent(best[1])}` : 'no topic'
    const floor = opinion.priorityFloor ? `at least ${opinion.priorityFloor}` : ''
    const why = opinion.because.slice(0, 4).join('; ')
    return escapeText([`${id} (weight ${weight}): ${topic}`, floor, why].filter(Boolean).join(', '), 180)
  })
  return [...said, ...classification.missing.map((silence) => escapeText(silence, 150))]
}

function candidateLines({ decision }: Ticket, nameOf: NameOf): readonly string[] {
  return (decision?.ranking.candidates ?? []).map(({ person, score, parts }) => {
    const told = parts.map(({ label, score }) => `${label} ${percent(score)}`).join(', ')
    return `${nameOf(person)} ${percent(score)}: ${escapeText(told, 150)}`
  })
}

const exclusionLines = ({ decision }: Ticket, nameOf: NameOf): readonly string[] =>
  (decision?.ranking.excluded ?? []).map(({ person, reason }) => `${nameOf(person)} ${escapeText(reason, 120)}`)

const versions = ({ decision }: Ticket): readonly string[] =>
  decision ? [`policy v${decision.policyVersion} · model ${escapeText(decision.modelVersion, 80)}`] : []

function eventLine(event: RecordedEvent, nameOf: NameOf): string {
  return `${slackDate(event.at)}: ${eventWords(event, nameOf)}`
}

function eventWords(event: RecordedEvent, nameOf: NameOf): string {
  const by = nameOf(event.by as PersonId)
  switch (event.type) {
    case 'received':
      return 'it arrived'
    case 'messageAdded':
      return 'the customer wrote again'
    case 'routed': {
      const { destination } = event.decision
      if (destination.kind === 'triage') return 'nobody could be sure, so it went to triage'
      const team = escapeText(destination.team, 60)
      return destination.kind === 'offer'
        ? `it was offered to ${nameOf(destination.person)} in ${team}`
        : `it was put into the queue of ${team}`
    }
    case 'consulted':
      return 'a slower voice was heard'
    case 'accepted':
      return `${nameOf(event.person)} accepted it`
    case 'handedBack':
      return `${nameOf(event.person)} handed it back`
    case 'reassigned': {
      const to = event.person ? `${nameOf(event.person)} in ${event.team}` : `the queue of ${event.team}`
      return `${by} sent it to ${escapeText(to, 120)} (wrong: ${event.wrong})`
    }
    case 'escalated':
      return `${by} called for help`
    case 'acknowledged':
      return `${nameOf(event.person)} acknowledged the call`
    case 'resolved':
      return `${nameOf(event.person)} resolved it`
    case 'undone':
      return `${by} took a move back (${escapeText(event.move, 40)})`
  }
}

const lessonLine = ({ teaching, by }: Lesson, nameOf: NameOf): string =>
  `${lessonWords(teaching, nameOf)} (from ${nameOf(by as PersonId)})`

function lessonWords(teaching: Teaching, nameOf: NameOf): string {
  switch (teaching.part) {
    case 'topic':
      return `words like these mean ${escapeText(teaching.label, 60)}`
    case 'priority':
      return `words like these are ${teaching.label}`
    case 'record': {
      const outcome = teaching.right ? 'does well' : 'was the wrong choice'
      return `${nameOf(teaching.person)} ${outcome} on ${listed([escapeText(teaching.topic, 60)])}`
    }
    case 'capacity':
      return `${nameOf(teaching.person)} was full`
    case 'owner':
      return `${nameOf(teaching.person)} looks after this customer`
  }
}
