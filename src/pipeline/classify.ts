import { type Classification, combine, type Voice } from '../core/classification.ts'
import type { Facts } from '../core/customer.ts'
import type { Policy } from '../core/policy.ts'
import type { Ticket } from '../core/ticket.ts'
import { within } from '../lib/within.ts'
import type { Classifier, Log } from '../ports.ts'

const VOICE_LIMIT_MS = 10_000

export interface ClassifyTools {
  readonly classifiers: readonly Classifier[]
  readonly policy: Policy
  readonly log: Log
  /** How long a voice may think; ten seconds when left out. */
  readonly limitMs?: number
}

/** The quick voices only. When there are slow ones, they are named as missing: `consult` asks them after a P1 went out. */
export async function classifyQuickly(ticket: Ticket, facts: Facts, tools: ClassifyTools): Promise<Classification> {
  const quick = tools.classifiers.filter(({ slow }) => !slow)
  const { voices, silent } = await hear(quick, ticket, facts, tools)
  const isEveryone = quick.length === tools.classifiers.length
  return combine(voices, isEveryone ? silent : [...silent, 'the model is asked after the page goes out'])
}

/** Everyone's opinion, slow voices included, whatever the quick ones say. */
export async function classifyFully(ticket: Ticket, facts: Facts, tools: ClassifyTools): Promise<Classification> {
  const { voices, silent } = await hear(tools.classifiers, ticket, facts, tools)
  return combine(voices, silent)
}

async function hear(
  classifiers: readonly Classifier[],
  ticket: Ticket,
  facts: Facts,
  { policy, log, limitMs = VOICE_LIMIT_MS }: ClassifyTools,
): Promise<{ readonly voices: readonly Voice[]; readonly silent: readonly string[] }> {
  const answers = await Promise.all(
    classifiers.map(async (classifier) => {
      try {
        const said = await within(limitMs, (signal) => classifier.classify(ticket, { facts, policy, signal }))
        if ('silence' in said) return { silence: said.silence }
        return { voice: { id: classifier.id, weight: policy.voiceWeights[classifier.id] ?? 1, opinion: said } }
      } catch (error) {
        log.error({ ticketId: ticket.id, voice: classifier.id, error: String(error) }, 'voice failed')
        return { silence: `${classifier.id} failed` }
      }
    }),
  )
  return {
    voices: answers.flatMap(({ voice }) => voice ?? []),
    silent: answers.flatMap(({ silence }) => silence ?? []),
  }
}
