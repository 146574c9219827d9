import { decidedBy, whereTo } from '../../../core/explain.ts'
import { msBetween } from '../../../core/time.ts'
import { DECISION, excerpt, lasting, type Telling, utc } from '../findings.ts'

/** What was decided, by which row of the matrix, with which deadline, under which policy. */
export const decided: Telling = ({ ticket, events, nameOf, codeOf }) => {
  const { decision } = ticket
  const routed = events.findLast(({ type }) => type === 'routed')
  if (!decision || !routed)
    return [{ says: 'It has not been decided yet.', tone: 'muted', source: codeOf('routeTicket') }]

  const { row, skill, respondBy, page } = decision
  return [
    { at: routed.at, says: excerpt(whereTo(decision, nameOf), 400), source: DECISION },
    ...(row
      ? [{ says: `Matrix row: ${row}`, ...(skill && { detail: `the skill it takes: ${skill}` }), source: DECISION }]
      : []),
    ...(respondBy
      ? [
          {
            says: `The first answer is due by ${utc(respondBy)}`,
            detail: `${lasting(msBetween(routed.at, respondBy))} from the decision, as that row says`,
            source: DECISION,
          },
        ]
      : []),
    ...(page ? [{ says: 'Urgent enough to call whoever is on call', tone: 'bad' as const, source: DECISION }] : []),
    { says: `By ${decidedBy(decision)}`, tone: 'muted', source: DECISION },
  ]
}
