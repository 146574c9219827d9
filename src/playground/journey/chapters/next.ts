import type { Job, JobKind } from '../../../core/jobs.ts'
import { UNDO_MS } from '../../../core/moves.ts'
import { callees, isCalling } from '../../../core/on-call.ts'
import { plusMs, type Timestamp } from '../../../core/time.ts'
import type { JourneyLine } from '../../page-contract.ts'
import { eventSource, excerpt, type Findings, type Telling, utc } from '../findings.ts'
import { placeOf } from '../places.ts'

/** What will happen next as far as anybody can know: from state, deadlines, outbox and queue. */
export const next: Telling = (findings) => [
  ...waiting(findings),
  ...calling(findings),
  ...due(findings),
  ...undoing(findings),
  ...posting(findings),
  ...working(findings),
]

function waiting({ ticket, events, teams, nameOf, codeOf }: Findings): readonly JourneyLine[] {
  const { status, assignee, team } = ticket
  const source = eventSource(events.findLast(({ type }) => MOVES.has(type))?.version ?? 1)
  const who = assignee ? nameOf(assignee) : 'somebody'
  const where = teams.find(({ id }) => id === team)?.name ?? team ?? 'the team'
  switch (status) {
    case 'received':
      return [{ says: 'It is read and decided next.', source }]
    case 'triage':
      return [{ says: 'It waits in triage until people say where it belongs.', tone: 'bad', source }]
    case 'queued':
      return [{ says: `It waits in the queue of ${where} until somebody accepts it.`, tone: 'bad', source }]
    case 'offered':
      return [{ says: `It waits for ${who} to accept it; others may take it too.`, source }]
    case 'accepted':
      return [{ says: `${who} works on it.`, tone: 'good', source }]
    case 'resolved':
      return [
        {
          says: 'Nothing: it is closed.',
          detail: 'Should the customer write again, it is opened again.',
          tone: 'good',
          source: codeOf('hear'),
        },
      ]
  }
}

/** Events that put a ticket where it waits. */
const MOVES: ReadonlySet<string> = new Set<Findings['events'][number]['type']>([
  'received',
  'routed',
  'reopened',
  'accepted',
  'handedBack',
  'reassigned',
  'resolved',
  'undone',
])

function calling({ ticket, posts, agents, teams, now, codeOf }: Findings): readonly JourneyLine[] {
  if (!isCalling(ticket)) return []
  const source = codeOf('callees')
  const order = callees(
    teams.find(({ id }) => id === ticket.team),
    agents,
    now,
  ).map(({ person }) => person)
  const live = posts.filter(({ kind, state }) => kind === 'page' && state !== 'dead' && state !== 'gone')
  const called = order.filter(({ slackUser }) => live.some(({ target }) => target === slackUser))
  const latest = called.at(-1)
  if (!latest) return [{ says: 'Whoever is on call is being called.', tone: 'bad', source }]
  const after = order[order.indexOf(latest) + 1]
  return [
    {
      says: `${latest.name} is being called; nobody has acknowledged yet.`,
      ...(after && { detail: `Should the message not reach them, ${after.name} is called.` }),
      tone: 'bad',
      source,
    },
  ]
}

function due({ ticket, events, now }: Findings): readonly JourneyLine[] {
  const { respondBy, status } = ticket
  if (!respondBy || status === 'resolved') return []
  const isLate = status !== 'accepted' && now > respondBy
  const set = events.findLast(
    (event) =>
      event.type === 'routed' ||
      event.type === 'reopened' ||
      event.type === 'undone' ||
      ('respondBy' in event && event.respondBy !== undefined),
  )
  const says = isLate
    ? `The first answer is overdue since ${utc(respondBy)}.`
    : `The first answer is due by ${utc(respondBy)}.`
  return [{ says, ...(isLate && { tone: 'bad' as const }), source: eventSource(set?.version ?? 1) }]
}

function undoing({ ticket, now, nameOf, codeOf }: Findings): readonly JourneyLine[] {
  const { undoable } = ticket
  const until = undoable && plusMs(undoable.at, UNDO_MS)
  if (!until || until <= now) return []
  return [{ says: `${nameOf(undoable.by)} may take the last move back until ${clock(until)}.`, source: codeOf('undo') }]
}

/** "13:00:05 UTC" */
const clock = (at: Timestamp): string => `${at.slice(11, 19)} UTC`

/** Messages that are not in Slack as they should be. */
function posting(findings: Findings): readonly JourneyLine[] {
  const { ticket, posts, codeOf } = findings
  return posts.flatMap((post): readonly JourneyLine[] => {
    const { kind, state, sentVersion, lastError, notBefore } = post
    const what = kind === 'card' ? `its card in ${placeOf(post, findings)}` : `the call to ${placeOf(post, findings)}`
    const source = codeOf('courier')
    const trouble = [
      ...(lastError ? [`The last try: ${excerpt(lastError, 120)}.`] : []),
      ...(notBefore && state === 'pending' ? [`Not before ${clock(notBefore)}.`] : []),
    ].join(' ')
    const detail = trouble ? { detail: trouble } : {}
    const tone = lastError ? { tone: 'bad' as const } : {}
    if (state === 'pending' || state === 'sending')
      return [{ says: `Slack is given ${what}.`, ...detail, ...tone, source }]
    if (state === 'uncertain')
      return [
        {
          says: `Nobody knows whether Slack has ${what}; it is looked for before it is posted again.`,
          ...detail,
          ...tone,
          source,
        },
      ]
    if (state === 'posted' && sentVersion !== ticket.version)
      return [{ says: `Slack is told the newest about ${what}.`, source }]
    return []
  })
}

/** Jobs that wait in the queue, run, or were set aside. */
function working(findings: Findings): readonly JourneyLine[] {
  const { jobs, posts, now, codeOf } = findings
  return jobs.map(({ key, state, runAt, attempts, error }) => {
    const kind = key.slice(0, key.indexOf(':')) as JobKind
    const post = posts.find((one) => key === `deliver:${one.key}`)
    const what = post ? `${WORK.deliver} (${placeOf(post, findings)})` : WORK[kind]
    const says =
      state === 'running'
        ? `Just now: ${what}.`
        : state === 'dead'
          ? `Set aside: ${what}. An operator sees it in “waybill jobs list”.`
          : runAt > now
            ? `At ${clock(runAt)}: ${what}.`
            : `In a moment: ${what}.`
    const tries = state === 'waiting' ? attempts : Math.max(0, attempts - 1)
    return {
      ...(state === 'waiting' && runAt > now && { at: runAt }),
      says,
      ...(error && { detail: `${tries > 0 ? `Try ${tries} ended with: ` : ''}${excerpt(error, 160)}` }),
      tone: state === 'dead' ? 'bad' : 'muted',
      source: codeOf(post ? 'courier' : 'followUps'),
    } as const
  })
}

const WORK: Readonly<Record<Job['kind'], string>> = {
  route: 'it is read and decided',
  ask: 'the language model is asked about it',
  reread: 'what the customer added is read',
  consult: 'the language model is asked what it makes of it',
  announce: 'its cards are looked after',
  page: 'whoever is on call is called',
  learn: 'what its clicks teach is learned',
  deliver: 'its message in Slack is checked and drawn anew if need be',
}
