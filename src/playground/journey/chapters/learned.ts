import { type TaughtLesson, taught, taughtBy } from '../../../core/explain.ts'
import type { PersonId } from '../../../core/ids.ts'
import type { JourneyLine } from '../../page-contract.ts'
import { eventSource, type Findings, type Telling, utc } from '../findings.ts'

/** What the clicks on this ticket taught, what that changes, and what was forgotten since. */
export const learned: Telling = (findings) => {
  const lessons = taughtBy(findings.ticket, findings)
  if (lessons.length === 0)
    return [
      {
        says: 'Nothing yet. Resolving what somebody accepted confirms the decision; a reassignment or an escalation corrects it.',
        tone: 'muted',
        source: findings.codeOf('lessonsOf'),
      },
    ]
  return lessons.map((lesson) => lessonLine(lesson, findings))
}

function lessonLine(lesson: TaughtLesson, findings: Findings): JourneyLine {
  const { at, by, teaching, eventVersion, forgottenAt, forgottenBy } = lesson
  const { nameOf, lessons } = findings
  const says = `${taught(teaching, nameOf)}, says ${nameOf(by as PersonId)}`
  const source = eventSource(eventVersion)
  if (forgottenAt)
    return {
      at,
      says: `${says}: forgotten`,
      detail: `${nameOf(forgottenBy as PersonId)} took it back for good, ${utc(forgottenAt)}; it changes nothing any more`,
      tone: 'muted',
      source,
    }
  const isLogged = lessons.some((one) => one.eventVersion === eventVersion && one.teaching.part === teaching.part)
  const detail = isLogged ? changeBy(lesson, findings) : 'It is being learned.'
  return { at, says, detail, tone: 'good', source }
}

/** What is different from now on. */
function changeBy({ teaching }: TaughtLesson, { agents, nameOf }: Findings): string {
  switch (teaching.part) {
    case 'topic':
      return `The learner gives ${teaching.label} more weight for such words.`
    case 'priority':
      return `The learner finds such words more like ${teaching.label}.`
    case 'record': {
      const record = agents.find(({ id }) => id === teaching.person)?.record[teaching.topic]
      const stands = record ? ` It stands at ${record.right} of ${record.right + record.wrong} right.` : ''
      return `It counts in the record of ${nameOf(teaching.person)} on ${teaching.topic}.${stands}`
    }
    case 'capacity':
      return `For some hours ${nameOf(teaching.person)} is taken to have no room.`
    case 'owner':
      return `Tickets of this customer are offered to ${nameOf(teaching.person)} rather than to others.`
  }
}
