import { type Facts, NO_FACTS } from '../core/customer.ts'
import type { Ticket } from '../core/ticket.ts'
import type { Enricher, Log } from '../ports.ts'

/** Asks every source at once. A slow or broken source costs us its facts, never the ticket. */
export async function gatherFacts(ticket: Ticket, enrichers: readonly Enricher[], log: Log): Promise<Facts> {
  const answers = await Promise.all(enrichers.map((enricher) => ask(enricher, ticket, log)))
  const missing = answers.flatMap(({ missing }) => missing ?? [])
  return answers.reduce<Facts>((facts, { found }) => ({ ...facts, ...found }), { ...NO_FACTS, missing })
}

async function ask(
  enricher: Enricher,
  ticket: Ticket,
  log: Log,
): Promise<{ readonly found?: Partial<Facts>; readonly missing?: string }> {
  const signal = AbortSignal.timeout(enricher.timeoutMs)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${enricher.timeoutMs} ms`)), {
      once: true,
    })
  })
  try {
    return { found: await Promise.race([enricher.lookUp(ticket, signal), late]) }
  } catch (error) {
    log.warn({ ticketId: ticket.id, source: enricher.id, error: String(error) }, 'enrichment failed')
    return { missing: enricher.id }
  }
}
