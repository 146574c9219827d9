import type { BotState, BreakName, PageStatus } from '../../page-contract.ts'

export interface BreakWords {
  readonly what: BreakName
  readonly title: string
  /** The fact while it is on. */
  readonly isSo: string
  readonly see: string
  readonly promise: string
}

export const BREAKS: readonly BreakWords[] = [
  {
    what: 'rate-limit',
    title: 'Slack says “too many requests”',
    isSo: 'Slack answers “too many requests”',
    see: 'Slack answers 429 with a time to wait; cards come in bursts and later.',
    promise: 'Waybill waits exactly as long as it was told, urgent cards go first, and none is missing in the end.',
  },
  {
    what: 'slack-down',
    title: 'Slack is down',
    isSo: 'Slack is down',
    see: 'No card appears and no button answers, while tickets go on arriving.',
    promise: 'Every ticket is stored and decided; when Slack is back each gets its card, and each just one.',
  },
  {
    what: 'model-down',
    title: 'The language model is down',
    isSo: 'the language model is down',
    see: 'In the journey one voice is missing, and the card says which.',
    promise: 'Rules and the learner decide without it. A P1 never waits for it anyway.',
  },
  {
    what: 'bot-down',
    title: 'Kill the bot (kill -9)',
    isSo: 'the bot is down',
    see: 'The process dies in the middle of whatever it does. Switch off again to start a new one.',
    promise: 'It takes up where the old one died: nothing acknowledged is lost, no card is posted twice.',
  },
]

/** A bot that died by itself counts as killed. */
export const isOn = (what: BreakName, { broken, bot }: Pick<PageStatus, 'broken' | 'bot'>): boolean =>
  broken[what] || (what === 'bot-down' && bot.state === 'down')

export function botWords({ state, pid, starts }: BotState): string {
  const started = starts === 1 ? 'started once' : `started ${starts} times`
  switch (state) {
    case 'up':
      return `The bot is up (process ${pid ?? 'unknown'}, ${started})`
    case 'starting':
      return `The bot is starting (${started})`
    case 'stopping':
      return 'The bot is stopping: it finishes what it holds'
    case 'down':
      return `The bot is down (${started})`
  }
}

/** What is broken right now, as a sentence; undefined when nothing is. */
export function brokenWords(status: Pick<PageStatus, 'broken' | 'bot'>): string | undefined {
  const said = BREAKS.filter(({ what }) => isOn(what, status)).map(({ isSo }) => isSo)
  if (said.length === 0) return undefined
  const sentence = said.length === 1 ? said.join('') : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`
}
