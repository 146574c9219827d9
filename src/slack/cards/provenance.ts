import type { Classification } from '../../core/classification.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { CardView } from './card-view.ts'
import { escapeText } from './escape.ts'
import { listed, sure, upperFirst } from './words.ts'

/** Who read the ticket, how sure they are, and what could not be heard or read: the small print of a card. */
export function provenance(ticket: Ticket, view: Pick<CardView, 'nameOf'>): readonly string[] {
  const { classification, decision, degraded } = ticket
  const notes: string[] = []
  if (classification && decision) {
    const whence = topicSetBy(ticket, view) ?? judgedBy(ticket, classification)
    notes.push([whence, `policy v${decision.policyVersion}`, `\`/waybill why ${ticket.number}\``].join(' · '))
    const silent = [...classification.missing, ...decision.facts.missing.map((source) => `“${source}” did not answer`)]
    if (silent.length > 0) notes.push(`${escapeText(upperFirst(silent.join('; ')), 300)}; decided without.`)
  }
  if (degraded) notes.push(`⚠️ This message could not be read properly: ${escapeText(degraded, 300)}`)
  return notes
}

/** Whose the topic is once people put it in place of what was read; undefined while it is the voices'. */
function topicSetBy(
  { topic, classification, reassignments, undoable }: Ticket,
  view: Pick<CardView, 'nameOf'>,
): string | undefined {
  if (topic === classification?.topic || reassignments === 0) return undefined
  const isTheirs = undoable?.move === 'reassigned' && undoable.before.topic !== topic
  return `Topic set by ${isTheirs ? escapeText(view.nameOf(undoable.by), 60) : 'a person'}`
}

function judgedBy({ status, topic }: Ticket, { topic: read, confidence, voices }: Classification): string {
  // In triage the state says how sure. A slower voice may change what was read, but not the topic: they are surer of another.
  const saysHowSure = status !== 'triage' && topic === read
  const judged = saysHowSure ? `${upperFirst(sure(confidence))}, judged` : 'Judged'
  return `${judged} by ${escapeText(listed(readers(voices)), 200)}`
}

/** Only voices that had something to say. */
function readers(voices: Classification['voices']): readonly string[] {
  const heard = voices.filter(({ opinion: { because, topics } }) => because.length > 0 || topics !== undefined)
  return heard.length > 0 ? heard.map(({ id }) => VOICE_NAMES[id] ?? id) : ['nobody']
}

const VOICE_NAMES: Readonly<Record<string, string>> = {
  rules: 'your rules',
  learned: 'similar tickets',
  'language-model': 'the language model',
}
