import { setTimeout as sleep } from 'node:timers/promises'
import type { Ticket } from '../../core/ticket.ts'
import { arrives, cardOf, decided, hold, inShort, type Say, type Scene } from '../scene.ts'
import type { Stage } from '../stage/contract.ts'

export const modelDown: Scene = {
  name: 'model-down',
  title: 'The language model dies',
  about:
    'Tickets are routed all the same and their cards say who was not heard; once the model is back it is heard again.',

  async run(stage, say) {
    hold(stage.model.kind !== 'none', 'This bot asks no language model, so none can die.')
    hold(!stage.breaks.on['model-down'], 'The language model is down already; bring it back first.')
    await stage.breaks.set('model-down', true)
    try {
      say('The language model is gone: every connection to it is cut.', 'bad')
      const ticket = await shown(stage, 1)
      const missing = ticket.classification?.missing.join('; ') ?? ''
      hold(!isHeard(ticket), 'The language model was heard though it is down.')
      hold(missing.includes('the language model'), `The ticket does not say that it was not heard, but: “${missing}”.`)
      const card = await cardOf(stage, ticket)
      hold(
        /language model[^.]*; decided without/i.test(card.shows),
        'The card does not say that the model was not heard.',
      )
      say(`${inShort(ticket)} was decided by rules and learner, and its card says: “${missing}”.`, 'good')
    } finally {
      await stage.breaks.set('model-down', false)
    }
    await heardAgain(stage, say)
  },
}

/** After five failures in a row, of other tickets too, the bot leaves a model alone for a minute. */
const ALONE_MS = 65_000
const LOOK_MS = 8_000

async function heardAgain(stage: Stage, say: Say): Promise<void> {
  say('The language model is back.')
  const giveUpAt = performance.now() + ALONE_MS
  for (let nth = 2; ; nth += 1) {
    const ticket = await shown(stage, nth)
    if (isHeard(ticket)) {
      const card = await cardOf(stage, ticket)
      hold(!card.shows.includes('decided without'), 'The card says that somebody was not heard.')
      return say(`${inShort(ticket)}: the language model is heard again.`, 'good')
    }
    const missing = ticket.classification?.missing.join('; ') ?? ''
    hold(performance.now() < giveUpAt, `The language model is not heard again: ${missing}.`)
    say(`${inShort(ticket)}: ${missing}.`)
    await sleep(LOOK_MS)
  }
}

async function shown(stage: Stage, nth: number): Promise<Ticket> {
  const ticket = await arrives(stage, {
    from: { name: 'Ilse Brandt', email: 'ilse.brandt@alpen-aufzug.example' },
    subject: `How do I share a checklist template? (${nth})`,
    body: 'How do I share a checklist template with another depot? I looked in the guide for the setting. Thank you!',
  })
  return decided(stage, ticket)
}

const isHeard = ({ classification }: Ticket): boolean =>
  classification?.voices.some(({ id }) => id === 'language-model') ?? false
