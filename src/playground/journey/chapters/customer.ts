import type { JourneyLine } from '../../page-contract.ts'
import { counted, DECISION, excerpt, type Findings, type Telling } from '../findings.ts'

/** What we know about who wrote, then and now, and what could not be found out. */
export const customer: Telling = (findings) => {
  const { ticket, alsoOpen, codeOf } = findings
  const missing = ticket.decision?.facts.missing ?? []
  return [
    ...accountLines(findings),
    ...(alsoOpen > 0
      ? [
          {
            says: `${counted(alsoOpen, 'other ticket')} of theirs ${alsoOpen === 1 ? 'is' : 'are'} open now`,
            source: codeOf('openTickets'),
          },
        ]
      : []),
    ...missing.map((fact) => ({
      says: `Not known: ${fact}; decided without it`,
      tone: 'bad' as const,
      source: codeOf('gatherFacts'),
    })),
  ]
}

function accountLines({ ticket, account, nameOf, codeOf }: Findings): readonly JourneyLine[] {
  const { decision, requester } = ticket
  const then = decision?.facts.account
  const known: JourneyLine[] = then
    ? [{ says: `A customer: ${then}, tier ${decision.facts.tier ?? 'unknown'}`, source: DECISION }]
    : []
  if (!account) {
    if (then) return known
    const who = requester.email
      ? `No account is known for ${excerpt(requester.email, 120)}`
      : 'The sender gave no address'
    return [{ says: who, tone: 'muted', source: codeOf('account') }]
  }
  const { name, tier, value, owner } = account
  const now = [
    ...(then === name ? [] : [`${name}, tier ${tier}`]),
    ...(value === undefined ? [] : [`worth ${EUROS.format(value)} a year`]),
    owner ? `${nameOf(owner)} looks after them` : 'nobody looks after them in particular',
  ]
  return [...known, { says: `In our books now: ${now.join(', ')}`, source: codeOf('account') }]
}

const EUROS = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 })
