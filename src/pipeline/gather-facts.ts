import { type Facts, NO_FACTS } from '../core/customer.ts'
import type { Ticket } from '../core/ticket.ts'
import { within } from '../lib/within.ts'
import type { Enricher, Log } from '../ports.ts'

/** Asks every source at once. A slow or broken source costs us its facts, never the ticket. */
export async function gatherFacts(ticket: Ticket, enrichers: readonly Enricher[], log: Log): Promise<Facts> {
  const answers = await Promise.all(enrichers.map((enricher) => ask(enricher, ticket, log)))
  const missing = answers.flatMap(({ missing }) => missing ?? [])
  return Object.assign({ ...NO_FACTS, missing }, ...answers.map(({ found }) => known(found))) as Facts
}

/** Who does not know a fact takes it from nobody else. */
const known = (found: Partial<Facts> = {}): Partial<Facts> =>
  Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))

async function ask(
  enricher: Enricher,
  ticket: Ticket,
  log: Log,
): Promise<{ readonly found?: Partial<Facts>; readonly missing?: string }> {
  try {
    return { found: await within(enricher.timeoutMs, (signal) => enricher.lookUp(ticket, signal)) }
  } catch (error) {
    log.warn({ ticketId: ticket.id, source: enricher.id, error: String(error) }, 'enrichment failed')
    return { missing: enricher.id }
  }
}
