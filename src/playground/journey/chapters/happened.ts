import { happened as inWords } from '../../../core/explain.ts'
import { fromEpochMs } from '../../../core/time.ts'
import type { JourneyLine } from '../../page-contract.ts'
import { eventSource, excerpt, type Findings, type Telling } from '../findings.ts'
import { placeOf } from '../places.ts'

/** Every event, and every message in Slack that tells of it, in order. */
export const happened: Telling = (findings) =>
  [
    ...findings.events.map((event) => eventLine(event, findings)),
    ...findings.posts.flatMap((post) => postLine(post, findings)),
  ]
    .map((line, index) => ({ line, index }))
    .toSorted((a, b) => compare(a.line.at ?? '', b.line.at ?? '') || a.index - b.index)
    .map(({ line }) => line)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function eventLine(event: Findings['events'][number], { events, nameOf }: Findings): JourneyLine {
  const undone = events.find((other) => other.type === 'undone' && other.takenBack === event.version)
  const says = excerpt(inWords(event, nameOf), 400)
  const detail = event.type === 'messageAdded' && event.excerpt ? `“${excerpt(event.excerpt)}”` : undefined
  const tone = undone ? 'muted' : TONES[event.type]
  return {
    at: event.at,
    says: undone ? `${says} (taken back later)` : says,
    ...(detail && { detail }),
    ...(tone && { tone }),
    source: eventSource(event.version),
  }
}

const TONES: Readonly<Partial<Record<Findings['events'][number]['type'], JourneyLine['tone']>>> = {
  accepted: 'good',
  acknowledged: 'good',
  resolved: 'good',
  escalated: 'bad',
  reopened: 'bad',
  reprioritised: 'bad',
  undone: 'muted',
}

/** What was posted, and what was given up; what is still under way stands in the chapter on what comes next. */
function postLine(post: Findings['posts'][number], findings: Findings): readonly JourneyLine[] {
  const { kind, state, ts, lastError } = post
  const where = placeOf(post, findings)
  const source = findings.codeOf('courier')
  // A ts of Slack is seconds since 1970 with six decimals.
  if (ts !== undefined && (state === 'posted' || state === 'gone')) {
    const says = kind === 'card' ? `a card was put up in ${where}` : `${where} was called by direct message`
    const gone = state === 'gone' ? ', and is not there any more' : ''
    return [{ at: fromEpochMs(Number(ts) * 1_000), says: `${says}${gone}`, tone: gone ? 'muted' : 'good', source }]
  }
  if (state !== 'dead') return []
  const what = kind === 'card' ? `its card could not be put up in ${where}` : `${where} could not be called`
  return [
    { at: post.intentAt, says: `${what}: ${excerpt(lastError ?? 'Slack did not say why', 120)}`, tone: 'bad', source },
  ]
}
