import type { Ticket } from '../../core/ticket.ts'
import { watchCards } from '../card-watch.ts'
import { arrives, eventually, hold, inShort, type Say, type Scene, seconds } from '../scene.ts'
import type { Stage } from '../stage/contract.ts'

export const botKilled: Scene = {
  name: 'bot-killed',
  title: 'Kill the bot',
  about:
    'The bot is killed (SIGKILL) in the middle of a burst, mail keeps coming, it starts again: nothing is lost or doubled.',

  async run(stage, say) {
    hold(stage.bot.state.state === 'up', 'The bot does not run; start it first.')
    try {
      await killed(stage, say)
    } finally {
      if (stage.breaks.on['bot-down']) await stage.breaks.set('bot-down', false)
    }
  },
}

const BEFORE = 10
const WHILE_DOWN = 4

/** A post nobody saw the answer of is looked for after 15 s of lease and 20 s of quarantine. */
const LONGEST_MS = 75_000

async function killed(stage: Stage, say: Say): Promise<void> {
  const { bot, breaks } = stage
  const watch = watchCards(stage)
  const tickets: Ticket[] = []
  const mail = async () => {
    const nth = tickets.length + 1
    tickets.push(
      await arrives(stage, {
        from: { name: 'Noor Haddad', email: 'noor.haddad@cedar-cooling.example' },
        subject: `Credit note for invoice ${7_000 + nth}`,
        body: `Invoice ${7_000 + nth} lists a wrong amount. Please send a credit note and a corrected invoice.`,
      }),
    )
  }
  const hasCard = ({ id }: Ticket) => watch.of(id).length > 0

  for (let nth = 0; nth < BEFORE; nth += 1) await mail()
  await eventually(stage, () => tickets.some(hasCard), 'No ticket of the burst got a card.')
  const { pid } = bot.state
  await breaks.set('bot-down', true)
  hold(bot.state.state === 'down', 'The bot survived.')
  say(`${BEFORE} tickets came, ${tickets.filter(hasCard).length} had a card when process ${pid} was killed.`, 'bad')

  for (let nth = 0; nth < WHILE_DOWN; nth += 1) await mail()
  say(`${WHILE_DOWN} more came while nobody was there.`)
  const startedAt = performance.now()
  await breaks.set('bot-down', false)
  say(`The bot is back as process ${bot.state.pid}.`)

  await eventually(stage, () => tickets.every(hasCard), 'Not every ticket has its card.', LONGEST_MS)
  for (const ticket of await Promise.all(tickets.map(({ id }) => stage.app.tickets.get(id))))
    hold(watch.most(ticket.id) === 1, `Ticket ${inShort(ticket)} had ${watch.most(ticket.id)} cards.`)
  say(
    `All ${tickets.length} have exactly one card ${seconds(performance.now() - startedAt)} after it was started.`,
    'good',
  )
}
