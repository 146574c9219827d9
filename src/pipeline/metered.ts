import { msBetween } from '../core/time.ts'
import type { Classifier, Clock, Meter, TicketStore } from '../ports.ts'

/** The same tickets, with everything that is recorded counted once it is on disk. */
export function meteredTickets(tickets: TicketStore, meter: Meter): TicketStore {
  return {
    ...tickets,
    async receive(inbound, cause) {
      const received = await tickets.receive(inbound, cause)
      meter.received(inbound.source, received.outcome)
      return received
    },
    async record(ticket, events, cause) {
      const recorded = await tickets.record(ticket, events, cause)
      if (!recorded) return recorded
      for (const event of events) {
        meter.happened(event.type, OURS.includes(event.by) ? 'waybill' : 'person')
        if (event.type === 'routed') meter.routed(event.classification.topic, event.classification.confidence)
      }
      return recorded
    },
  }
}

/** Who signs what nobody clicked. */
const OURS: readonly string[] = ['router', 'waybill']

/** The same voice, with what it says and how long it takes counted. */
export function meteredVoice(voice: Classifier, meter: Meter, clock: Clock): Classifier {
  return {
    ...voice,
    async classify(ticket, given) {
      const from = clock.now()
      const heard = (outcome: 'spoke' | 'silent' | 'failed') =>
        meter.heard(voice.id, outcome, Math.max(0, msBetween(from, clock.now())))
      try {
        const said = await voice.classify(ticket, given)
        heard('silence' in said ? 'silent' : 'spoke')
        return said
      } catch (error) {
        heard('failed')
        throw error
      }
    },
  }
}
