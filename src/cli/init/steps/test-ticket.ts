import { setTimeout as sleep } from 'node:timers/promises'
import { type App, buildApp } from '../../../app.ts'
import type { TicketId } from '../../../core/ids.ts'
import type { InboundTicket, Ticket } from '../../../core/ticket.ts'
import { SECOND } from '../../../core/time.ts'
import { UnavailableError } from '../../../errors.ts'
import { type Bot, inspectSlack } from '../../../slack/inspect.ts'
import type { Setup } from '../setup.ts'

const CARD_MS = 60 * SECOND
const LOOK_MS = 50
/** The same message comes in once, however often this is run. */
const EXTERNAL_ID = 'test-ticket'

/** A ticket from end to end: received, routed, its card in the channel. False when no card appeared in time. */
export async function postTestTicket(setup: Setup, bot: Bot): Promise<boolean> {
  const { asker, settings } = setup
  if (!(await asker.confirm('Post a test ticket, so that you see a card?', true))) return true
  const app = await buildApp(settings())
  try {
    const inbound = await testTicket(app)
    const card = await asker.busy(
      'A test ticket is received, routed and shown; this takes a few seconds.',
      async () => {
        await app.work()
        const { ticket } = await app.receive(inbound)
        await app.settled(ticket.id)
        const { channel, ts } = await cardOf(app, ticket.id)
        return { channel, ts, ticket: await app.tickets.get(ticket.id) }
      },
    )
    const slack = inspectSlack(settings().SLACK_BOT_TOKEN ?? '', setup.slack())
    const place = await slack.channel(card.channel)
    asker.done(
      `ticket ${card.ticket.number}: ${wentTo(card.ticket)}; its card is in ${place.ok ? `#${place.name}` : card.channel}`,
    )
    asker.show(slack.link(bot, card.channel, card.ts), 'Look at it (its buttons work once Waybill runs):')
    return true
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    asker.wrong(error.message, 'See what stands in the way: npm run waybill -- doctor')
    return false
  } finally {
    await app.stop()
  }
}

/** Words the topic is known by, so that it is routed as a customer's would be. */
async function testTicket(app: App): Promise<InboundTicket> {
  const [policy, [person]] = await Promise.all([app.policies.current(), app.directory.people()])
  const topic = policy?.topics.find(({ skill }) => person?.skills[skill]) ?? policy?.topics[0]
  const words = topic?.description.split(/,\s*/).slice(0, 8).join(', ') ?? ''
  const body = `This is a test by "waybill init"; nobody has to answer it.\n\nIt reads like: ${words}.`
  return {
    source: 'init',
    externalId: EXTERNAL_ID,
    references: [],
    subject: `Test ticket: ${topic?.name ?? 'anything'}`,
    body,
    visible: body,
    requester: { email: person?.email, name: person?.name },
    receivedAt: app.clock.now(),
    fields: {},
    automatic: false,
    attachments: [],
    degraded: undefined,
    raw: undefined,
  }
}

async function cardOf(app: App, id: TicketId): Promise<{ readonly channel: string; readonly ts: string }> {
  const giveUp = AbortSignal.timeout(CARD_MS)
  for (;;) {
    const cards = (await app.posts.ofTicket(id)).filter(({ kind }) => kind === 'card')
    const posted = cards.find(({ state, ts }) => state === 'posted' && ts !== undefined)
    if (posted?.ts) return { channel: posted.channel ?? posted.target, ts: posted.ts }
    if (giveUp.aborted) {
      const why = cards.find(({ lastError }) => lastError)?.lastError ?? 'nobody said why'
      throw new UnavailableError(
        `No card appeared within ${CARD_MS / SECOND} s (${why}). Ask: npm run waybill -- doctor`,
      )
    }
    await sleep(LOOK_MS)
  }
}

const wentTo = ({ topic, priority, team, decision }: Ticket): string =>
  team
    ? `${topic} ${priority}, for the team ${team}${decision?.destination.kind === 'offer' ? `, offered to ${decision.destination.person}` : ''}`
    : 'nobody was sure enough, so people are asked'
