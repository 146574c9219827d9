import { watchCards } from '../card-watch.ts'
import {
  arrives,
  decided,
  eventually,
  freePeople,
  hold,
  inShort,
  isUrgent,
  type Say,
  type Scene,
  seconds,
} from '../scene.ts'
import type { Stage } from '../stage/contract.ts'

export const slackOutage: Scene = {
  name: 'slack-outage',
  title: 'Slack is down',
  about: 'Tickets arrive while Slack answers nobody; once it is back each has exactly one card, the emergency first.',

  async run(stage, say) {
    hold(!stage.breaks.on['slack-down'], 'Slack is down already; bring it back first.')
    await stage.breaks.set('slack-down', true)
    try {
      await outage(stage, say)
    } finally {
      await stage.breaks.set('slack-down', false)
    }
  },
}

const MAILS = [
  [
    'How do I copy a checklist?',
    'How do I copy a checklist from one template to another? I could not find the setting in the guide.',
  ],
  ['Invoice with the wrong address', 'Our invoice shows the old billing address. Please send a corrected invoice.'],
  [
    'Password reset mail does not arrive',
    'A colleague cannot log in, the password reset mail does not arrive. Please help him to sign in.',
  ],
  [
    'Whole platform unreachable for everyone',
    'Nothing loads for anyone at any of our sites, gateway timeout for 20 minutes. Production is down, nobody can work.',
  ],
] as const

async function outage(stage: Stage, say: Say): Promise<void> {
  const { slack, breaks } = stage
  const watch = watchCards(stage)
  say('Slack is down: it answers every call with 503.', 'bad')
  const arrived = []
  for (const [subject, body] of MAILS)
    arrived.push(
      await arrives(stage, { from: { name: 'Teo Marsh', email: 'teo.marsh@harbour-cranes.example' }, subject, body }),
    )
  const tickets = await Promise.all(arrived.map((ticket) => decided(stage, ticket)))
  const urgent = tickets.find(isUrgent)
  hold(urgent !== undefined, 'None of the tickets was taken for an emergency.')
  say(`${tickets.length} tickets arrived and were decided all the same: ${tickets.map(inShort).join(', ')}.`)

  await eventually(
    stage,
    async () => {
      const posts = await Promise.all(tickets.map(({ id }) => stage.app.posts.ofTicket(id)))
      return posts.every((ofOne) => ofOne.some(({ kind, lastError }) => kind === 'card' && lastError !== undefined))
    },
    'The bot did not even try to show them.',
  )
  const [waiting] = freePeople(stage)
  hold(waiting !== undefined, 'Everybody has a form open.')
  const refused = await slack
    .as(waiting.slackUser)
    .command('/waybill help')
    .then(
      () => undefined,
      (error: unknown) => String(error),
    )
  hold(refused?.includes('Slack is down') ?? false, `${waiting.name} could use Slack though it is down.`)
  hold(
    tickets.every(({ id }) => watch.of(id).length === 0),
    'A card was shown while Slack was down.',
  )
  say(`The bot tried to show each of them. ${waiting.name} cannot do anything in Slack either.`, 'bad')

  await breaks.set('slack-down', false)
  const backAt = Date.now()
  say('Slack is back. What it may have taken unseen is looked for before anything ordinary is posted again: 20 s.')
  await eventually(stage, () => watch.of(urgent.id).length > 0, `The emergency ${inShort(urgent)} has no card.`)
  say(`The emergency ${inShort(urgent)} has its card after ${seconds(Date.now() - backAt)}.`, 'good')

  await eventually(stage, () => tickets.every(({ id }) => watch.of(id).length > 0), 'Not every ticket has its card.')
  const ofUrgent = watch.of(urgent.id)[0]!
  for (const ticket of tickets) {
    const cards = watch.of(ticket.id)
    hold(watch.most(ticket.id) === 1, `Ticket ${inShort(ticket)} had ${watch.most(ticket.id)} cards.`)
    hold(
      ticket === urgent || cards[0]!.postedAt >= ofUrgent.postedAt,
      `${inShort(ticket)} was shown before the emergency.`,
    )
  }
  say(`All ${tickets.length} have exactly one card ${seconds(Date.now() - backAt)} after Slack came back.`, 'good')
}
