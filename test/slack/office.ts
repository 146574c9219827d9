import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import { personId, type TicketId, teamId } from '../../src/core/ids.ts'
import type { Job } from '../../src/core/jobs.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { type Timestamp, timestamp } from '../../src/core/time.ts'
import { type SlackWorkspace, slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import type { Clock, Directory, Inbox, LessonStore, PolicyStore, TicketStore } from '../../src/ports.ts'
import { type SlackApp, type SlackAppDeps, slackApp } from '../../src/slack/bolt.ts'
import { renderCard } from '../../src/slack/cards/card.ts'
import { blockIdOf, postKey } from '../../src/slack/post-key.ts'
import { slackWeb } from '../../src/slack/web.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { directory as directoryOf } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { postStore } from '../../src/storage/slack-posts.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { freshDatabase } from '../support/databases.ts'
import { recordingLog } from '../support/log.ts'
import { anInboundTicket } from '../support/tickets.ts'
import { aClassification, aDecision, aView } from './support.ts'

const SECRET = 'a-signing-secret-for-tests-only'

const POLICY = `
topics:
  billing: { name: Billing, description: invoices and cards }
  login: { name: Login, description: passwords, skill: sso }
  sso: { name: Single sign-on, description: SAML }
teams:
  billing: { name: Billing, channel: C0BILLING, on-call: [omar] }
  login: { name: Login, channel: C0LOGIN, on-call: [lea] }
people:
  grace: { name: Grace Hopper, email: grace@example.com, slack: U0GRACE, teams: [billing], time-zone: UTC, hours: always, skills: { billing: 3 } }
  omar: { name: Omar Said, email: omar@example.com, slack: U0OMAR, role: lead, teams: [billing], time-zone: UTC, hours: always, skills: { billing: 2 } }
  lea: { name: Lea Lang, email: lea@example.com, slack: U0LEA, role: admin, teams: [login], time-zone: UTC, hours: always, skills: { sso: 3 } }
matrix:
  - { topic: billing, team: billing, first-response: 4h, resolution: 3d }
  - { topic: login, team: login, first-response: 4h, resolution: 3d }
  - { topic: sso, team: login, first-response: 4h, resolution: 3d }
rules: []
triage: { channel: C0TRIAGE }
min-confidence: 0.5
`

const PEOPLE = ['grace', 'omar', 'lea', 'mallory', 'gus'].map((name) => ({
  id: `U0${name.toUpperCase()}`,
  name,
  realName: name,
  email: `${name}@example.com`,
  guest: name === 'gus',
}))
const MEMBERS = PEOPLE.map(({ id }) => id)

export interface Office {
  readonly slack: SlackWorkspace
  readonly app: SlackApp
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly lessons: LessonStore
  readonly inbox: Inbox
  readonly log: ReturnType<typeof recordingLog>
  readonly jobs: readonly Job[]
  readonly deps: SlackAppDeps
  /** A ticket that was offered to Grace, with its card in the billing channel. */
  readonly offered: (given?: { readonly subject?: string; readonly page?: boolean }) => Promise<Ticket>
  readonly redraw: (id: TicketId) => Promise<void>
  readonly slackIsAheadBy: (ms: number) => void
  readonly statusOf: (id: TicketId) => Promise<string>
}

/** Slack, our Bolt app and a real database, joined by real HTTP. */
export async function office(
  options: {
    readonly viaHttp?: boolean
    readonly deps?: Partial<SlackAppDeps>
    /** Called when a form asks who there is. */
    readonly onAgents?: () => void
  } = {},
): Promise<Office> {
  const database = await freshDatabase('sqlite')
  const jobs: Job[] = []
  const tickets = ticketStore(database, async (_tx, job) => void jobs.push(job))
  const policies = policyStore(database)
  const people = directoryOf(database)
  const directory: Directory = {
    ...people,
    agents() {
      options.onAgents?.()
      return people.agents()
    },
  }
  const inbox = inboxStore(database)
  const posts = postStore(database, async (_tx, job) => void jobs.push(job))
  const lessons = lessonStore(database)
  const log = recordingLog()
  const clock: Clock = { now: () => timestamp(new Date().toISOString()) }
  await policies.importDocument(POLICY, { author: 'test', reason: 'test', at: clock.now() })

  let ahead = 0
  const slack = await slackWorkspace({
    now: () => Date.now() + ahead,
    signingSecret: SECRET,
    people: PEOPLE,
    channels: ['billing', 'login', 'triage'].map((name) => ({
      id: `C0${name.toUpperCase()}`,
      name,
      members: MEMBERS,
    })),
  })
  const { botToken, slackApiUrl } = slack.app
  const deps: SlackAppDeps = {
    tickets,
    directory,
    policies,
    lessons,
    inbox,
    posts,
    web: slackWeb({ token: botToken, log, apiUrl: slackApiUrl }),
    clock,
    log,
    botToken,
    signingSecret: SECRET,
    apiUrl: slackApiUrl,
    ...options.deps,
  }
  const app = slackApp(deps)
  const server = createServer((request, response) => {
    void text(request)
      .then((rawBody) =>
        app.handle({ method: request.method ?? '', headers: request.headers as Record<string, string>, rawBody }),
      )
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  if (options.viaHttp !== false)
    slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
  onTestFinished(async () => {
    await app.stop()
    await slack.close()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  })

  const web = new WebClient(botToken, { slackApiUrl, retryConfig: { retries: 0 } })
  const cards = new Map<TicketId, string>()
  const keyFor = ({ id: ticketId }: Ticket) =>
    postKey({ kind: 'card', ticketId, target: 'C0BILLING', purpose: 'main', generation: 0 })
  const drawn = (ticket: Ticket, now: Timestamp) => {
    const { text, blocks, attachments } = renderCard(ticket, aView({ now, blockId: blockIdOf(keyFor(ticket)) }))
    return { channel: 'C0BILLING', text, blocks, attachments, unfurl_links: false, unfurl_media: false }
  }

  return {
    slack,
    app,
    tickets,
    directory,
    policies,
    lessons,
    inbox,
    log,
    jobs,
    deps,

    async offered({ subject = 'I was charged twice', page = false } = {}) {
      const inbound = anInboundTicket({ subject, externalId: `message-${cards.size + 1}` })
      const { ticket } = await tickets.receive(inbound)
      const decision = aDecision({
        page,
        destination: { kind: 'offer', team: teamId('billing'), person: personId('grace') },
      })
      const routed = {
        type: 'routed',
        classification: aClassification(page ? { priority: 'P1' } : {}),
        decision,
        customerId: undefined,
        accountId: undefined,
        at: clock.now(),
        by: 'router',
      } as const
      const offered = await tickets.record(ticket, [routed])
      if (!offered) throw new Error('The ticket could not be routed.')
      const { ts = '' } = await web.chat.postMessage(drawn(offered, clock.now()))
      cards.set(offered.id, ts)
      const intent = {
        key: keyFor(offered),
        kind: 'card',
        ticketId: offered.id,
        target: 'C0BILLING',
        urgent: page,
      } as const
      await posts.intend(intent, clock.now())
      await posts.adopt(intent.key, { ts, channel: 'C0BILLING' })
      return offered
    },

    async redraw(id) {
      const ticket = await tickets.get(id)
      await web.chat.update({ ...drawn(ticket, clock.now()), ts: cards.get(id) ?? '' })
    },

    slackIsAheadBy(ms) {
      ahead = ms
    },
    statusOf: async (id) => (await tickets.get(id)).status,
  }
}
