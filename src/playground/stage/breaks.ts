import { RejectedError } from '../../errors.ts'
import type { SlackWorkspace } from '../workspace/contract.ts'
import type { Bot, BreakName, Breaks } from './contract.ts'
import type { ModelRelay } from './model-relay.ts'

/** Half of the calls that write are answered with 429 and "come back in two seconds". */
const RATE_LIMIT = {
  seed: 429,
  rate: 0.5,
  methods: ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'chat.delete'],
  kinds: ['429'],
  retryAfterS: 2,
} as const

/** What can be broken around the bot, and the bot itself, one switch each. */
export function breaksOf(parts: {
  readonly slack: SlackWorkspace
  readonly bot: Bot
  readonly relay: ModelRelay | undefined
  changed(): void
}): Breaks {
  const { slack, bot, relay, changed } = parts
  return {
    get on() {
      // As things are, not as they were set: a scene and a reset change them too.
      return {
        'rate-limit': slack.faults.plan === RATE_LIMIT,
        'slack-down': slack.faults.down,
        'model-down': relay?.down ?? false,
        'bot-down': bot.state.state === 'down',
      }
    },

    async set(what: BreakName, isOn: boolean) {
      switch (what) {
        case 'rate-limit':
          slack.setFaults(isOn ? RATE_LIMIT : undefined)
          break
        case 'slack-down':
          slack.down(isOn)
          break
        case 'model-down':
          if (!relay) throw new RejectedError('The bot asks no language model, so there is none to take away.')
          relay.down = isOn
          break
        case 'bot-down':
          await (isOn ? bot.kill() : bot.start())
          break
      }
      changed()
    },
  }
}
