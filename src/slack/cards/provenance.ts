import type { Ticket } from '../../core/ticket.ts'
import { escapeText } from './escape.ts'
import { listed, sure, upperFirst } from './words.ts'

/** Who read the ticket, how sure they are, and what could not be heard or read: the small print of a card. */
export function provenance(ticket: Ticket): readonly string[] {
  const { classification, decision, degraded } = ticket
  const notes: string[] = []
  if (classification && decision) {
    // In triage the state says how sure, and how sure would have been enough.
    const judged = ticket.status === 'triage' ? 'Judged' : `${upperFirst(sure(classification.confidence))}, judged`
    const read = `${judged} by ${escapeText(listed(readers(classification.voices)), 200)}`
    notes.push([read, `policy v${decision.policyVersion}`, `\`/waybill why ${ticket.number}\``].join(' · '))
    const silent = [...classification.missing, ...decision.facts.missing.map((source) => `“${source}” did not answer`)]
    if (silent.length > 0) notes.push(`${escapeText(upperFirst(silent.join('; ')), 300)}; decided without.`)
  }
  if (degraded) notes.push(`⚠️ This message could not be read properly: ${escapeText(degraded, 300)}`)
  return notes
}

/** Only voices that had something to say. */
function readers(voices: NonNullable<Ticket['classification']>['voices']): readonly string[] {
  const heard = voices.filter(({ opinion: { because, topics } }) => because.length > 0 || topics !== undefined)
  return heard.length > 0 ? heard.map(({ id }) => VOICE_NAMES[id] ?? id) : ['nobody']
}

const VOICE_NAMES: Readonly<Record<string, string>> = {
  rules: 'your rules',
  learned: 'similar tickets',
  'language-model': 'the language model',
}
