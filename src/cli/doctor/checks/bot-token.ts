import { type Check, fault, ok } from '../check.ts'
import { meaningOf } from '../slack-errors.ts'

/** Slack knows the bot's token. */
export const botToken: Check = {
  id: 'bot-token',
  needs: ['settings', 'modules'],
  async look(around) {
    const { SLACK_BOT_TOKEN } = await around.settings()
    if (!SLACK_BOT_TOKEN)
      return [
        fault(
          'SLACK_BOT_TOKEN is not set',
          'npm run waybill -- init, or copy it from OAuth & Permissions of your Slack app.',
        ),
      ]
    const bot = await around.bot()
    if (!bot.ok) {
      const { says, fix } = meaningOf(bot.error)
      return [fault(`Slack does not take SLACK_BOT_TOKEN: ${says}`, fix)]
    }
    return [ok(`workspace ${bot.team}, bot @${bot.name}`)]
  },
}
