import { isDirect, type Shown } from '../support/board.ts'
import { TEAMS, type TeamName, TRIAGE_CHANNEL, WORKERS } from '../support/workplace.ts'
import type { Deed, Field, Input } from './field.ts'
import {
  allEvents,
  allPosts,
  allTickets,
  deadJobs,
  type EventRow,
  integrityFaults,
  jobsLeft,
  setAside,
  storedInteractions,
  type TicketRow,
} from './queries.ts'

export type Check =
  | 'lost'
  | 'doubled'
  | 'cards'
  | 'picture'
  | 'clicks'
  | 'owner'
  | 'history'
  | 'page'
  | 'rest'
  | 'file'
  | 'copies'

/** Something that must not be. */
export interface Finding {
  readonly check: Check
  readonly what: string
}

/**
 * Judges a field at rest by what was sent, what stands in the database (plain SQL) and what is to be seen in Slack (its
 * ledger). Shares no code with the product. `noCopies`: nothing landed late, so no second copy may ever have been seen.
 */
export async function check(field: Field, { noCopies = false } = {}): Promise<readonly Finding[]> {
  const tickets = await allTickets(field)
  const events = Map.groupBy(await allEvents(field), ({ ticket_id: id }) => id)
  const byToken = Map.groupBy(tickets, ({ subject }) => /\[(T-[^\]]+)\]/.exec(subject)?.[1] ?? '')
  const findings: Finding[] = []
  const found = (check: Check, what: string) => void findings.push({ check, what })

  for (const input of field.inputs) {
    const { token } = input
    const stored = byToken.get(token) ?? []
    const [ticket] = stored
    if (!ticket) {
      if (input.acked) found('lost', `${token}: it was accepted, and there is no ticket`)
      continue
    }
    if (stored.length > 1) found('doubled', `${token}: ${stored.length} tickets`)
    const story = events.get(ticket.id) ?? []
    for (const fault of historyFaults(ticket, story)) found('history', `${token}: ${fault}`)
    for (const fault of ownerFaults(ticket, story)) found('owner', `${token}: ${fault}`)
    for (const fault of clickFaults(field, input, story)) found('clicks', `${token}: ${fault}`)
    for (const fault of cardFaults(field, token, ticket))
      found(fault.check, `${token}: ${fault.what}${await traceOf(field, token, ticket)}`)
    for (const fault of pageFaults(field, token, story)) found('page', `${token}: ${fault}`)
    const most = field.board.mostCards(token)
    if (noCopies && most > 1) found('copies', `${token}: ${most} copies of its card were seen at the same time`)
  }
  for (const [token, stored] of byToken) {
    if (!field.inputs.some((input) => input.token === token))
      found('doubled', `${stored.length} tickets nobody sent: ${stored.map(({ subject }) => subject).join(', ')}`)
  }

  for (const { state, target, last_error: error } of await allPosts(field))
    if (state === 'dead') found('rest', `a post to ${target} was given up: ${error}`)
  for (const job of await deadJobs(field)) found('rest', `a job was set aside: ${job}`)
  for (const entry of await setAside(field)) found('rest', `a delivery was set aside: ${entry}`)
  for (const left of await jobsLeft(field)) found('rest', `still to do: ${left}`)
  for (const fault of await integrityFaults(field)) found('file', fault)

  const acked = field.slack.ledger.deliveries().filter((one) => one.kind === 'interactive' && one.acked).length
  const kept = await storedInteractions(field)
  if (kept < acked) found('clicks', `${acked} clicks were acknowledged and ${kept} were stored`)
  for (const accident of field.accidents) found('rest', accident)
  return findings
}

function historyFaults({ version }: TicketRow, story: readonly EventRow[]): string[] {
  const versions = story.map((event) => event.version)
  const wanted = versions.map((_, index) => index + 1)
  const faults: string[] = []
  if (versions.join() !== wanted.join()) faults.push(`its events are numbered ${versions.join()}`)
  if (story.length !== version) faults.push(`it is at version ${version} and has ${story.length} events`)
  if (story[0]?.type !== 'received') faults.push(`its history begins with ${story[0]?.type ?? 'nothing'}`)
  for (const type of ['received', 'routed']) {
    const times = story.filter((event) => event.type === type).length
    if (times > 1) faults.push(`it was ${type} ${times} times`)
  }
  return faults
}

interface Standing {
  readonly status: string
  readonly team: string | undefined
  readonly assignee: string | undefined
}

/** Follows the history with a few lines of its own and compares; two people in a row may not both have got it. */
function ownerFaults(ticket: TicketRow, story: readonly EventRow[]): string[] {
  const faults: string[] = []
  let now: Standing = { status: 'received', team: undefined, assignee: undefined }
  for (const { type, detail } of story) {
    const said = JSON.parse(detail) as EventDetail
    if (type === 'accepted' && now.status === 'accepted')
      faults.push(`${said.person} accepted it while ${now.assignee} had it`)
    if (type === 'resolved' && now.status === 'resolved') faults.push('it was resolved twice')
    now = after(now, type, said)
  }
  if (now.status !== ticket.status) faults.push(`it is ${ticket.status}, its history says ${now.status}`)
  if (now.team !== (ticket.team ?? undefined)) faults.push(`it is with ${ticket.team}, its history says ${now.team}`)
  if (now.assignee !== (ticket.assignee ?? undefined))
    faults.push(`it belongs to ${ticket.assignee}, its history says ${now.assignee}`)
  return faults
}

interface EventDetail {
  readonly person?: string
  readonly team?: string
  readonly decision?: {
    readonly destination: { readonly kind: string; readonly team?: string; readonly person?: string }
  }
  readonly restored?: { readonly status: string; readonly team?: string; readonly assignee?: string }
}

function after(now: Standing, type: string, said: EventDetail): Standing {
  switch (type) {
    case 'routed': {
      const { kind, team, person } = said.decision?.destination ?? { kind: 'nowhere' }
      const status = kind === 'offer' ? 'offered' : kind === 'queue' ? 'queued' : kind
      return { status, team, assignee: person }
    }
    case 'accepted':
      return { ...now, status: 'accepted', assignee: said.person }
    case 'handedBack':
    case 'reopened':
      return { ...now, status: now.team ? 'queued' : 'triage', assignee: undefined }
    case 'reassigned':
      return { status: said.person ? 'offered' : 'queued', team: said.team, assignee: said.person }
    case 'resolved':
      return { ...now, status: 'resolved', assignee: now.assignee ?? said.person }
    case 'undone': {
      const { status = '', team, assignee } = said.restored ?? {}
      return { status, team, assignee }
    }
    default:
      return now
  }
}

const EVENT_OF: Readonly<Record<Deed['kind'], string>> = {
  accept: 'accepted',
  resolve: 'resolved',
  escalate: 'escalated',
  reassign: 'reassigned',
  acknowledge: 'acknowledged',
  'hand-back': 'handedBack',
  undo: 'undone',
}

/**
 * Each click that was acknowledged took effect once, or somebody else's stood in its way. One that was not acknowledged may have
 * taken effect all the same, but no click does so twice.
 */
function clickFaults(field: Field, { deeds }: Input, story: readonly EventRow[]): string[] {
  const faults: string[] = []
  for (const [who, ofOne] of Map.groupBy(deeds, ({ kind, person }) => `${kind} by ${person}`)) {
    const { kind, person } = ofOne[0]!
    const type = EVENT_OF[kind]
    const effects = story.filter((event) => event.type === type && event.by === person).length
    const attempts = ofOne.reduce((sum, deed) => sum + deed.attempts, 0)
    const wanted = ofOne.filter(({ acked, refused }) => acked && !refused).length
    if (effects > attempts) faults.push(`${who} took effect ${effects} times in ${attempts} clicks`)
    if (effects >= wanted) continue
    const inTheWay = story.some((event) => event.by !== person && (event.type === type || event.type === 'resolved'))
    if (!inTheWay && !wasTold(field, person)) faults.push(`${who} was acknowledged and nothing came of it`)
  }
  for (const { type, by } of story) {
    const meant = deeds.some((deed) => EVENT_OF[deed.kind] === type && deed.person === by)
    if (Object.values(EVENT_OF).includes(type) && !meant) faults.push(`${by} never asked for ${type}`)
  }
  return faults
}

const wasTold = (field: Field, person: string): boolean => {
  const slackUser = WORKERS.find(({ id }) => id === person)?.slack ?? person
  return field.board.whispers(slackUser).some((words) => !words.includes('/waybill'))
}

/** One card that can be worked with, where the ticket belongs, showing how it stands. */
function cardFaults(field: Field, token: string, ticket: TicketRow): Finding[] {
  const cards = field.board.cards(token)
  const channel = ticket.team ? TEAMS[ticket.team as TeamName].channel : TRIAGE_CHANNEL
  const [card] = cards
  if (!card || cards.length !== 1) {
    const where = cards.map((one) => `${one.channel}/${one.ts}`).join(', ')
    return [{ check: 'cards', what: `${cards.length} cards${where && ` (${where})`}, ${channel} should have one` }]
  }
  if (card.channel !== channel) return [{ check: 'cards', what: `its card is in ${card.channel}, not in ${channel}` }]
  return pictureFaults(card, ticket).map((what) => ({ check: 'picture', what }))
}

/** What the outbox and Slack remember of the cards of a ticket, to see how it came to that. */
async function traceOf(field: Field, token: string, { id }: TicketRow): Promise<string> {
  const posts = await field.sql.rows<object>(`select * from slack_posts where ticket_id = '${id}'`)
  const calls = field.slack.ledger
    .calls()
    .filter(({ method, args }) => /^chat\.(post|update)/.test(method) && JSON.stringify(args).includes(token))
    .map(({ method, at, ok, error, fault, args }) => {
      const version = /"v\\*":(\d+)/.exec(JSON.stringify(args.metadata ?? ''))?.[1] ?? '?'
      return `${new Date(at).toISOString()} ${method} of version ${version} ${error ?? ok} ${fault ?? ''}`
    })
  const deleted = field.slack.ledger.calls('chat.delete').map(({ at, args, ok, fault }) => ({ at, args, ok, fault }))
  const standing = field.board.cards(token).map(({ ts }) => ts)
  const aimed = deleted.filter(({ args }) => standing.includes(String(args.ts)))
  return `\n  rows: ${JSON.stringify(posts)}\n  calls: ${calls.join('; ')}\n  attempts to delete one: ${JSON.stringify(aimed)}`
}

function pictureFaults({ shows, controls }: Shown, { id, version, number, status, assignee }: TicketRow): string[] {
  const faults: string[] = []
  const name = WORKERS.find((worker) => worker.id === assignee)?.name ?? 'somebody'
  const words: Readonly<Record<string, string>> = {
    triage: 'Waiting for people to decide',
    queued: 'Waiting for somebody in',
    offered: `Offered to ${name}`,
    accepted: `${name} is on it`,
    resolved: 'Resolved by',
  }
  if (!shows.includes(words[status] ?? status)) faults.push(`it is ${status} and its card says ${shows.slice(0, 300)}`)
  if (!shows.includes(`#${number}`)) faults.push(`its card does not name #${number}`)
  const values = controls.map(({ value }) => value)
  if (status !== 'resolved' && controls.length === 0) faults.push('its card cannot be worked with')
  for (const value of new Set(values))
    if (value !== `${id}:${version}`) faults.push(`buttons of its card carry ${value}, the ticket is ${id}:${version}`)
  return faults
}

/** Whoever was called was called once, and somebody was. */
function pageFaults(field: Field, token: string, story: readonly EventRow[]): string[] {
  const pages = field.board.of(token).filter(({ channel }) => isDirect(channel))
  const faults = [...Map.groupBy(pages, ({ channel }) => channel)]
    .filter(([, ofOne]) => ofOne.length > 1)
    .map(([channel, ofOne]) => `${ofOne.length} calls in ${channel}`)
  const alarms = story.filter(({ type, detail }) => {
    const { decision } = JSON.parse(detail) as { readonly decision?: { readonly page: boolean } }
    return type === 'escalated' || (type === 'routed' && decision?.page === true)
  })
  const answered = story.some(({ type }) => type === 'acknowledged' || type === 'resolved')
  if (alarms.length > 0 && !answered && pages.length === 0) faults.push('nobody was called')
  return faults
}
