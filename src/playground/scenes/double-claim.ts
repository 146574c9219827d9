import {
  arrives,
  becomes,
  cardOf,
  decided,
  eventually,
  freePeople,
  hold,
  inShort,
  nameIn,
  type Scene,
} from '../scene.ts'

export const doubleClaim: Scene = {
  name: 'double-claim',
  title: 'Two people, one card',
  about:
    'Two people click Accept in the same instant: one gets the ticket, the other is told by whom, and nobody else hears of it.',

  async run(stage, say) {
    const { app, slack } = stage
    const arrived = await arrives(stage, {
      from: { name: 'Mirela Stan', email: 'mirela.stan@dacia-lifts.example' },
      subject: 'Invoice lists a technician who left',
      body: 'Hello, our invoice for this month lists a technician who left in spring. Please send a credit note and a corrected invoice.\n\nMirela Stan',
    })
    const ticket = await decided(stage, arrived)
    const card = await cardOf(stage, ticket)
    const [one, other] = freePeople(stage, ticket.team)
    hold(one !== undefined && other !== undefined, 'It takes two people without an open form to click at once.')
    const both = [one, other]
    const heard = new Map(both.map(({ id, slackUser }) => [id, slack.as(slackUser).whispers().length]))
    say(`${inShort(ticket)} has its card in #${card.channelName}. ${one.name} and ${other.name} click Accept at once.`)

    const outcomes = await Promise.all(both.map(({ slackUser }) => slack.as(slackUser).click(card, 'waybill:accept')))
    hold(
      outcomes.every(({ acked }) => acked),
      'One of the clicks was not acknowledged.',
    )
    const taken = await becomes(stage, ticket, ({ status }) => status === 'accepted', 'accepted')
    const winner = both.find(({ id }) => id === taken.assignee)
    const loser = both.find(({ id }) => id !== taken.assignee)
    hold(
      winner !== undefined && loser !== undefined,
      `${nameIn(stage, taken.assignee)} has the ticket, who did not click.`,
    )
    say(`${winner.name} has it.`, 'good')

    const whisper = await eventually(
      stage,
      () =>
        slack
          .as(loser.slackUser)
          .whispers()
          .slice(heard.get(loser.id))
          .find(({ shows }) => shows.includes(`${winner.name} took this`)),
      `${loser.name} was not told who has it.`,
    )
    say(`${loser.name} alone was told: “${whisper.shows}”`, 'good')

    const accepted = (await app.tickets.events(ticket.id)).filter(({ type }) => type === 'accepted')
    hold(accepted.length === 1, `It was accepted ${accepted.length} times.`)
    const ownWhispers = slack.as(winner.slackUser).whispers().slice(heard.get(winner.id))
    hold(!ownWhispers.some(({ shows }) => shows.includes(' took this ')), `${winner.name} was told too.`)
    say('It was accepted once.', 'good')
  },
}
