import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { type App, buildApp, type Settings } from '../../app.ts'
import { taught } from '../../core/explain.ts'
import type { Person } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import type { Ticket } from '../../core/ticket.ts'
import { type DemoTicket, demoTickets } from '../stage/demo-tickets.ts'
import { temporaryFolder } from '../stage/temporary-folder.ts'
import { townOf } from '../stage/town.ts'
import { type SlackWorkspace, slackWorkspace } from '../workspace/workspace.ts'
import { type Deed, deedsFor } from './behaviour.ts'
import { cardText, type Names, stateText } from './card-text.ts'

export interface DemoOptions {
  readonly tickets: number
  /** One line per ticket instead of the card. */
  readonly headless: boolean
  /** Pause between tickets, milliseconds. */
  readonly paceMs: number
  /** Settings that differ from the demo's own, such as a language model. */
  readonly settings: Settings
  say(line: string): void
}

export interface DemoReport {
  readonly tickets: number
  readonly cards: number
  readonly accepted: number
  readonly reassigned: number
  readonly escalated: number
  /** Lessons that corrected something. */
  readonly corrected: number
  /** Arrival of the webhook to card in the channel, milliseconds. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Demo {
  run(): Promise<DemoReport>
  stop(): Promise<void>
}

const SECRET = `whsec_${Buffer.from('waybill-demo-secret-0123456789ab').toString('base64')}`
const POLICY = new URL('../../../db/seeds/starter.yml', import.meta.url)

/** The bot itself with a real database in a temporary folder, and our own Slack with the people of the starter policy. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { settings, say } = options
  const folder = await temporaryFolder('waybill-demo-')
  const yaml = await readFile(POLICY, 'utf8')
  const signingSecret = 'demo-signing-secret-0123456789'
  const identity = { signingSecret, botToken: 'xoxb-demo', appToken: 'xapp-demo' }
  const database = `sqlite:${join(folder, 'waybill.db')}`
  const house = { ...settings, DATABASE_URL: database, WEBHOOK_SECRET: [SECRET], PORT: 0, HOST: '127.0.0.1' }

  // The workspace is peopled from the policy, so the policy is read first, by an app without Slack.
  const planner = await buildApp(house)
  const policy = await planner.policies.importDocument(yaml, {
    author: 'demo',
    reason: 'the starter policy',
    at: planner.clock.now(),
  })
  const [people, teams] = await Promise.all([planner.directory.people(), planner.directory.teams()])
  await planner.stop()

  const slack = await slackWorkspace({ ...identity, ...townOf(people, teams, policy.triageChannel) })
  const app = await buildApp(
    {
      ...house,
      SLACK_BOT_TOKEN: slack.app.botToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: slack.app.slackApiUrl,
    },
    // Nobody reads along without a terminal, so cards need not spare their readers edits.
    options.headless ? { timings: { coalesceMs: 50 } } : {},
  )
  const { url } = await app.serve()
  slack.deliverTo(`${url}/slack/events`)
  say(`Waybill with a Slack of our own: ${people.length} people, ${teams.length} teams, ${options.tickets} tickets.`)
  const asksModel = settings.OPENAI_API_KEY !== undefined || settings.OPENAI_BASE_URL !== undefined
  say(asksModel ? 'Tickets go to the language model you have set, and nowhere else.' : 'Nothing leaves this machine.')
  say(`Waybill ${url}, Slack ${slack.url}, database ${database.slice('sqlite:'.length)}`)

  return {
    run: () => play({ app, slack, url, people, policy, options }),
    async stop() {
      await app.stop()
      await slack.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Stage {
  readonly app: App
  readonly slack: SlackWorkspace
  readonly url: string
  readonly people: readonly Person[]
  readonly policy: Policy
  readonly options: DemoOptions
}

async function play(stage: Stage): Promise<DemoReport> {
  const { app, slack, people, policy, options } = stage
  const { say, headless, paceMs } = options
  const delays: number[] = []
  const counts = { accepted: 0, reassigned: 0, escalated: 0 }

  for (const [index, truth] of demoTickets(options.tickets).entries()) {
    const sentAt = performance.now()
    await send(stage, truth, index)
    const { ticket, ts, channel } = await cardOf(stage, index + 1)
    delays.push(performance.now() - sentAt)

    const card = slack.ledger.visible(channel).find((message) => message.ts === ts)
    if (headless) say(headlineOf(ticket, people))
    else if (card) say(`\n${styleText('bold', `#${card.channelName}`)}\n${cardText(card, namesOf(people))}`)
    if (!headless) say(`  ${decidedInWords(ticket)}`)

    const account = truth.from.email ? (await app.accounts.byEmail(truth.from.email)).account : undefined
    if (ticket.decision?.page) await acknowledge(stage, ticket)
    for (const deed of deedsFor(ticket, truth, index, { people, policy, tier: account?.tier })) {
      await perform(stage, deed, ticket, { channel, ts })
      if (deed.does === 'escalate') await acknowledge(stage, ticket)
      if (deed.does === 'accept') counts.accepted += 1
      if (deed.does === 'reassign') counts.reassigned += 1
      if (deed.does === 'escalate') counts.escalated += 1
      say(`  ● ${inWords(deed)} → ${await standingOf(stage, ticket)}`)
    }
    const lessons = await taughtBy(stage, ticket)
    if (lessons.length > 0) say(styleText('cyan', `  ↳ learned: ${lessons.join('; ')}`))
    if (paceMs > 0) await new Promise((resolve) => setTimeout(resolve, paceMs))
  }

  const corrected = await corrections(stage)
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  const cards = await Promise.all(
    Array.from({ length: options.tickets }, async (_, index) => {
      const ticket = await app.tickets.byNumber(index + 1)
      return ticket
        ? (await app.posts.ofTicket(ticket.id)).some(({ kind, state }) => kind === 'card' && state === 'posted')
        : false
    }),
  )
  return {
    tickets: options.tickets,
    cards: cards.filter(Boolean).length,
    ...counts,
    corrected,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

/** Lessons that events other than a resolution taught. */
async function corrections({ app }: Stage): Promise<number> {
  const lessons = await app.lessons.list(100_000)
  const teachers = await Promise.all(
    lessons.map(async ({ ticketId, eventVersion }) =>
      (await app.tickets.events(ticketId)).find(({ version }) => version === eventVersion),
    ),
  )
  return teachers.filter((event) => event && event.type !== 'resolved').length
}

async function send({ url }: Stage, truth: DemoTicket, index: number): Promise<void> {
  const id = `demo-${index + 1}`
  const now = new Date()
  const body = JSON.stringify({ id, subject: truth.subject, body: truth.body, from: truth.from })
  const answer = await fetch(`${url}/webhooks/generic`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign(id, now, body),
    },
  })
  if (!answer.ok) throw new Error(`The webhook was answered with ${answer.status}: ${await answer.text()}`)
}

async function cardOf({ app, slack }: Stage, number: number) {
  return slack.until(async () => {
    const ticket = await app.tickets.byNumber(number)
    if (!ticket || ticket.status === 'received') return undefined
    const posted = (await app.posts.ofTicket(ticket.id)).find(
      ({ kind, state }) => kind === 'card' && state === 'posted',
    )
    return posted?.ts && posted.channel ? { ticket, ts: posted.ts, channel: posted.channel } : undefined
  }, 30_000)
}

async function acknowledge({ slack, people, options, app }: Stage, ticket: Ticket): Promise<void> {
  const team = ticket.team ? await app.directory.team(ticket.team) : undefined
  const onCall = people.find(({ id }) => id === team?.onCall[0])
  if (!onCall) return
  const person = slack.as(onCall.slackUser)
  const isPage = (shows: string) => shows.includes(`#${ticket.number}`)
  const page = await slack.until(() => person.sees('@waybill').findLast(({ shows }) => isPage(shows)), 30_000)
  await person.click(page, 'waybill:acknowledge')
  options.say(`  ☎ ${onCall.name} was called by direct message and clicked Acknowledge`)
}

async function perform(
  { app, slack }: Stage,
  deed: Deed,
  { id }: Ticket,
  card: { readonly channel: string; readonly ts: string },
): Promise<void> {
  const { version } = await app.tickets.get(id)
  const person = slack.as(deed.who.slackUser)
  const message = slack.ledger.visible(card.channel).find(({ ts }) => ts === card.ts)
  if (!message) throw new Error(`The card ${card.ts} is not in ${card.channel} any more.`)
  await slack.until(async () => isCurrent(app, id, version), 30_000)
  await person.click(
    slack.ledger.visible(card.channel).find(({ ts }) => ts === card.ts) ?? message,
    `waybill:${deed.does}`,
  )
  if (deed.does === 'reassign') {
    await slack.until(() => person.modal(), 10_000)
    const { team, topic, priority, wrong } = deed
    const { errors } = await person.submit({ team, wrong, topic, priority })
    if (Object.keys(errors ?? {}).length > 0) throw new Error(`The form was refused: ${JSON.stringify(errors)}`)
  }
  await slack.until(async () => (await app.tickets.get(id)).version > version, 10_000)
  await slack.until(async () => isCurrent(app, id, (await app.tickets.get(id)).version), 30_000)
}

const isCurrent = async (app: App, id: Ticket['id'], version: number): Promise<boolean> =>
  (await app.posts.ofTicket(id)).some(({ kind, sentVersion }) => kind === 'card' && (sentVersion ?? -1) >= version)

async function taughtBy({ app, slack, people }: Stage, { id }: Ticket): Promise<readonly string[]> {
  await slack.until(async () => (await app.queue.counts()).ready === 0, 30_000)
  const lessons = (await app.lessons.list(20)).filter((lesson) => lesson.ticketId === id)
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? id
  return lessons.map(({ teaching }) => taught(teaching, nameOf))
}

/** The state line of the card that shows this ticket now, wherever it has gone. */
async function standingOf({ app, slack, people }: Stage, { id }: Ticket): Promise<string> {
  const { version } = await app.tickets.get(id)
  const shown = await slack.until(async () => {
    const posts = (await app.posts.ofTicket(id)).filter(
      ({ kind, sentVersion }) => kind === 'card' && sentVersion === version,
    )
    return posts
      .flatMap(({ channel, ts }) => slack.ledger.visible(channel).filter((message) => message.ts === ts))
      .find(({ attachments }) => attachments.length > 0)
  }, 30_000)
  return stateText(shown, namesOf(people))
}

function headlineOf(
  { number, priority, topic, team, assignee, subject, ...rest }: Ticket,
  people: readonly Person[],
): string {
  const person = people.find(({ id }) => id === assignee)?.name ?? 'nobody yet'
  const sure = rest.classification ? ` ${Math.round(rest.classification.confidence * 100)} %` : ''
  const where = team ? `${team}, ${person}` : 'triage'
  return `#${number} ${priority ?? '–'} ${topic ?? 'no topic'}${sure} → ${where}: ${subject.slice(0, 60)}`
}

function decidedInWords({ decision, classification }: Ticket): string {
  if (!decision || !classification) return 'Not decided yet.'
  const row = decision.row ? `by the matrix row ${decision.row}` : decision.because.join(' ')
  return `Decided ${row}; urgency: ${classification.priorityBecause}.`
}

function inWords(deed: Deed): string {
  const { name } = deed.who
  switch (deed.does) {
    case 'reassign': {
      const why = deed.wrong === 'full' ? 'no room' : `this is ${deed.wrong === 'topic' ? deed.topic : deed.priority}`
      return `${name} clicks Reassign, to ${deed.team}: ${why}`
    }
    case 'accept':
      return `${name} clicks Accept`
    case 'resolve':
      return `${name} clicks Resolve`
    case 'hand-back':
      return `${name} clicks Hand back`
    case 'undo':
      return `${name} clicks Undo`
    case 'escalate':
      return `${name} clicks Escalate, for this is an emergency`
  }
}

const namesOf = (people: readonly Person[]): Names => ({
  personOf: (slackUser) => people.find((person) => person.slackUser === slackUser)?.name,
})
