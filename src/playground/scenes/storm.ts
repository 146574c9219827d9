import type { Ticket } from '../../core/ticket.ts'
import { watchCards } from '../card-watch.ts'
import { arrives, decided, eventually, hold, inShort, isUrgent, type Say, type Scene, seconds } from '../scene.ts'
import type { Stage } from '../stage/contract.ts'

/** A storm of this many tickets, one an emergency. */
export const stormOf = (count: number): Scene => ({
  name: 'storm',
  title: 'A storm',
  about: `${count} tickets in a few seconds while Slack takes one post per second and channel: the emergency goes first, nothing is lost or doubled.`,

  async run(stage, say) {
    const asBefore = stage.slack.limitRates(AS_SLACK_DOES)
    try {
      await storm(stage, say, count)
    } finally {
      asBefore()
    }
  },
})

export const storm60: Scene = stormOf(60)

/** https://docs.slack.dev/apis/web-api/rate-limits: one message per second and channel, short bursts allowed. */
const AS_SLACK_DOES = { postsPerSecond: 1, burst: 2 }

/** The first of them are all for one team, whose channel is full when the emergency comes for it. */
const OF_ONE_TEAM = 0.4

/** Cards of that channel that may still come before the emergency: those under way, and what two refusals cost. */
const MOST_AHEAD = 3

type Text = readonly [subject: string, body: string]

const SAME_TEAM: readonly Text[] = [
  [
    'Wrong total on the report',
    'The report shows the wrong total since the update, the error message says 17. Steps to reproduce: open any report.',
  ],
  [
    'Export crashes the app',
    'The app crashes after the update when I export a PDF. It worked before. Error message 402.',
  ],
]

const OTHERS: readonly Text[] = [
  [
    'Invoice shows the wrong amount',
    'Our invoice shows the wrong amount, please send a credit note and a new invoice.',
  ],
  ['Cannot log in', 'A colleague cannot log in, his two-factor code is refused. Please reset his password.'],
  [
    'How do I print the planning board?',
    'How do I print the planning board? Is there a guide or a video for the template?',
  ],
]

const EMERGENCY = {
  subject: 'Whole platform unreachable at all sites',
  body: 'Nothing loads for anyone at any of our sites, gateway timeout since 20 minutes. Production is down, nobody can work.',
}

async function storm(stage: Stage, say: Say, count: number): Promise<void> {
  const watch = watchCards(stage)
  const startedAt = performance.now()
  const from = { name: 'Storm Desk', email: 'desk@weather-proof.example' }
  const mails = (kinds: readonly Text[], howMany: number) =>
    Array.from({ length: howMany }, (_, nth) => {
      const [subject, body] = kinds[nth % kinds.length]!
      return { from, subject: `${subject} (${nth + 1})`, body }
    })
  const ofOneTeam = Math.floor(count * OF_ONE_TEAM)
  const refusedBefore = refusals(stage)
  const arrived: Ticket[] = []
  for (const mail of mails(SAME_TEAM, ofOneTeam)) arrived.push(await arrives(stage, mail))
  await eventually(
    stage,
    () => refusals(stage) > refusedBefore,
    'Slack never said “slow down”, so nothing is in the way.',
  )

  const urgentAt = Date.now()
  const emergency = await arrives(stage, { from, ...EMERGENCY })
  for (const mail of mails(OTHERS, count - ofOneTeam - 1)) arrived.push(await arrives(stage, mail))
  say(
    `${count} tickets arrived within ${seconds(performance.now() - startedAt)}; #${emergency.number} is the emergency.`,
  )

  await eventually(stage, () => watch.of(emergency.id).length > 0, `The emergency #${emergency.number} has no card.`)
  const urgent = await decided(stage, emergency)
  hold(isUrgent(urgent), `Ticket ${inShort(urgent)} was not taken for an emergency.`)
  const { channel, postedAt: shownAt } = watch.of(urgent.id)[0]!
  await eventually(stage, () => watch.calls(urgent.id).length > 0, 'Nobody was called for the emergency.')
  say(
    `${inShort(urgent)} had its card after ${seconds(shownAt - urgentAt)}, and the person on call was called.`,
    'good',
  )

  await eventually(
    stage,
    () => [emergency, ...arrived].every(({ id }) => watch.of(id).length > 0),
    'Not every ticket has its card.',
    LONGEST_MS,
  )
  const tickets = await Promise.all([...arrived, emergency].map(({ id }) => stage.app.tickets.get(id)))
  for (const ticket of tickets)
    hold(watch.most(ticket.id) === 1, `Ticket ${inShort(ticket)} had ${watch.most(ticket.id)} cards.`)
  const waited = tickets
    .slice(0, ofOneTeam)
    .flatMap(({ id }) => watch.of(id))
    .filter((card) => card.channel === channel && card.postedAt >= urgentAt)
  const overtaken = waited.filter(({ postedAt }) => postedAt >= shownAt).length
  const ahead = waited.length - overtaken
  hold(overtaken > 0, 'The emergency overtook nobody in its channel.')
  hold(ahead <= MOST_AHEAD, `${ahead} cards were put into its channel before that of the emergency.`)
  say(`It overtook ${overtaken} of the ${waited.length} tickets that waited for the same channel.`, 'good')
  const limited = refusals(stage) - refusedBefore
  say(
    `All ${count} have exactly one card ${seconds(performance.now() - startedAt)} after the first arrived; Slack said “slow down” ${limited} times.`,
    'good',
  )
}

const refusals = ({ slack }: Stage): number =>
  slack.ledger.calls('chat.postMessage').filter(({ error }) => error === 'ratelimited').length

/** Twenty-four cards in one channel take 22 s at least. */
const LONGEST_MS = 90_000
