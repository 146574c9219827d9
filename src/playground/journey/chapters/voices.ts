import type { Voice } from '../../../core/classification.ts'
import { howSure, NOTHING_TO_SAY, percent, spoken, voiceName } from '../../../core/explain.ts'
import type { JourneyLine, JourneySource } from '../../page-contract.ts'
import { CODE, type CodeName } from '../code.ts'
import { eventSource, excerpt, type Findings, type Telling } from '../findings.ts'

/** The silence of a voice that works: it is asked later, has nothing to choose from or would not say. */
const HAD_NOTHING_TO_SAY = /asked after the page goes out|has no topics to choose from|refused to read this ticket/

/** What each voice said, who was silent and why, and what they said together. */
export const voices: Telling = (findings) => {
  const { ticket, codeOf } = findings
  const { classification } = ticket
  if (!classification) return [{ says: 'Nobody has read it yet.', tone: 'muted', source: codeOf('routeTicket') }]

  const { missing, confidence, topics, topic, priority, priorityBecause, intent, flags } = classification
  const others = Object.entries(topics)
    .filter(([name, share]) => name !== topic && share >= 0.005)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
  const reading = [...(intent ? [intent] : []), ...flags.map((flag) => `risk: ${flag}`)].join(', ')
  return [
    ...classification.voices.flatMap((voice) => linesOf(voice, findings)),
    ...missing.map((says) => ({
      says: `Not heard: ${says}`,
      tone: HAD_NOTHING_TO_SAY.test(says) ? ('muted' as const) : ('bad' as const),
      source: codeOf('classifyFully'),
    })),
    {
      says: `Together: ${howSure(classification)}`,
      ...(others.length > 0 && { detail: others.map(([name, share]) => `${name} ${percent(share)}`).join(', ') }),
      share: confidence,
      source: codeOf('combine'),
    },
    { says: `Priority ${priority}, because ${priorityBecause}`, source: codeOf('combine') },
    ...(reading ? [{ says: `Reads as: ${reading}`, source: codeOf('combine') }] : []),
  ]
}

function linesOf(voice: Voice, findings: Findings): readonly JourneyLine[] {
  const { said, because, share } = spoken(voice)
  const line: JourneyLine = {
    says: `${voiceName(voice)}: ${said || because || NOTHING_TO_SAY}`,
    ...(said && because ? { detail: excerpt(because) } : {}),
    ...(share !== undefined && { share }),
    ...(said || because ? {} : { tone: 'muted' as const }),
    ...whenceOf(voice, findings),
  }
  if (voice.id !== 'language-model') return [line]
  const redacted = 'What identifies or opens anything was taken out of the text before the model saw it'
  return [line, { says: redacted, tone: 'muted', source: findings.codeOf('redact') }]
}

/** A voice that spoke after the decision is in the event that added it. */
function whenceOf(
  { id }: Voice,
  { events, codeOf }: Findings,
): { readonly at?: string; readonly source: JourneySource } {
  const heard = (event: Findings['events'][number]) =>
    (event.type === 'routed' || event.type === 'consulted') &&
    event.classification.voices.some((voice) => voice.id === id)
  const first = events.find(heard)
  if (first?.type === 'consulted') return { at: first.at, source: eventSource(first.version) }
  if (isCode(id)) return { source: codeOf(id) }
  return { source: codeOf('classifyFully') }
}

const isCode = (id: string): id is CodeName => Object.hasOwn(CODE, id)
