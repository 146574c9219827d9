import { createInterface } from 'node:readline'
import { slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { board } from '../support/board.ts'
import { CHANNELS, PEOPLE, SIGNING_SECRET, WORKERS } from '../support/workplace.ts'
import type { Asked, Told } from './slack-process.ts'

/** Slack in a process of its own, so that it takes no time from the bot's. Lines of JSON in and out. */
const slack = await slackWorkspace({ people: PEOPLE, channels: CHANNELS, signingSecret: SIGNING_SECRET, echo: true })
const shown = board(() => slack.ledger, slack.app.botUserId)
const tell = (told: Told) => void process.stdout.write(`${JSON.stringify(told)}\n`)
tell({ apiUrl: slack.app.slackApiUrl, botToken: slack.app.botToken })

let counted = 0
let cards = 0

/** Cards posted so far, each ticket's once. */
function cardsPosted(): number {
  const { postings } = slack.ledger
  for (; counted < postings.length; counted += 1) {
    const { kind, channel, user } = postings[counted]!
    if (kind === 'posted' && user === slack.app.botUserId && channel.startsWith('C')) cards += 1
  }
  return cards
}

/** Each of these tickets is accepted by somebody, `everyMs` apart; how long each click waited for its acknowledgement. */
async function clickEvery(tokens: readonly string[], everyMs: number): Promise<readonly number[]> {
  const clicks: Promise<number>[] = []
  for (const [index, token] of tokens.entries()) {
    await new Promise((resolve) => setTimeout(resolve, everyMs))
    const [card] = shown.cards(token)
    if (!card) continue
    const isCard = ({ channel, ts }: { readonly channel: string; readonly ts: string }) =>
      channel === card.channel && ts === card.ts
    const { id } = WORKERS[index % WORKERS.length]!
    clicks.push(
      slack
        .as(id)
        .click(isCard, 'waybill:accept')
        .then(({ acked, ackMs }) => (acked ? ackMs : Number.POSITIVE_INFINITY)),
    )
  }
  return Promise.all(clicks)
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const asked = JSON.parse(line) as Asked
    if ('deliverTo' in asked) slack.deliverTo(asked.deliverTo)
    else if ('cards' in asked) {
      slack
        .until(() => cardsPosted() >= asked.cards, asked.timeoutMs)
        .then(
          () => tell({ cards: cardsPosted(), atMs: Date.now() }),
          () => tell({ cards: cardsPosted(), atMs: Date.now() }),
        )
    } else void clickEvery(asked.click, asked.everyMs).then((ackMs) => tell({ ackMs }))
  })
  .once('close', () => process.exit(0))
