import type { SlackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { type Board, board } from '../support/board.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { sampleTickets, WEBHOOK_SECRET, WORKERS } from '../support/workplace.ts'

const SAMPLES = sampleTickets()

export interface Load {
  readonly shown: Board
  /** Sends so many, some at a time; resolves with the tokens in their subjects once each was acknowledged. */
  send(url: string, name: string, count: number): Promise<readonly string[]>
  /** Sends without pause until the signal aborts or the bot is gone; resolves with the tokens that were acknowledged. */
  pour(url: string, name: string, signal: AbortSignal): Promise<readonly string[]>
  /** Somebody accepts each of these tickets. */
  accept(tokens: readonly string[]): Promise<void>
  /** Waits until each of these has a card. */
  haveCards(tokens: readonly string[]): Promise<void>
  /** Messages the bot posted in channels, ever. */
  posted(): number
}

const AT_ONCE = 16

export function loadOn(slack: SlackWorkspace): Load {
  const shown = board(() => slack.ledger, slack.app.botUserId)
  let sent = 0

  const one = async (url: string, name: string): Promise<string | undefined> => {
    const number = sent++
    const { subject, body } = SAMPLES[number % SAMPLES.length]!
    const token = `T-${name}-${number}`
    const message = { id: token, delivery: token, secret: WEBHOOK_SECRET, subject: `${token} ${subject}`, body }
    return (await sendWebhook(url, { ...message, from: `${token}@customer.example` })) ? token : undefined
  }

  return {
    shown,

    async send(url, name, count) {
      const tokens: string[] = []
      let left = count
      const worker = async () => {
        while (left-- > 0) {
          const token = await one(url, name)
          if (token === undefined) throw new Error('A webhook was not accepted.')
          tokens.push(token)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      return tokens
    },

    async pour(url, name, signal) {
      const tokens: string[] = []
      const worker = async () => {
        while (!signal.aborted) {
          const token = await one(url, name)
          if (token === undefined) return
          tokens.push(token)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE / 4 }, worker))
      return tokens
    },

    async accept(tokens) {
      for (const [place, token] of tokens.entries()) {
        const [card] = shown.cards(token)
        if (!card) throw new Error(`${token} has no card to accept.`)
        const { id } = WORKERS[place % WORKERS.length]!
        await slack.as(id).click(({ channel, ts }) => channel === card.channel && ts === card.ts, 'waybill:accept')
      }
      await slack.until(() => tokens.every((token) => !isOffered(shown, token)), 60_000)
    },

    haveCards: async (tokens) => {
      await slack.until(() => tokens.every((token) => shown.cards(token).length > 0), 240_000)
    },

    posted: () =>
      slack.ledger.postings.filter(
        ({ kind, user, channel }) => kind === 'posted' && user === slack.app.botUserId && channel.startsWith('C'),
      ).length,
  }
}

/** Whether its card asks somebody to accept it. */
export const isOffered = (shown: Board, token: string): boolean =>
  shown.cards(token).some(({ controls }) => JSON.stringify(controls).includes('waybill:accept'))
