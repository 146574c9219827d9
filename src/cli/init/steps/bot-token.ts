import { type Bot, inspectSlack } from '../../../slack/inspect.ts'
import { manifestScopes } from '../../doctor/manifest.ts'
import { meaningOf } from '../../doctor/slack-errors.ts'
import { andNow } from '../asker.ts'
import type { Setup } from '../setup.ts'

/** The bot's token, known to Slack and with the scopes of the manifest. Resolves with the bot it speaks for. */
export async function askBotToken(setup: Setup): Promise<Bot> {
  const { asker, given, keep, slack } = setup
  const wanted = await manifestScopes()
  const before = given('SLACK_BOT_TOKEN')
  let entered: string | undefined = before

  for (;;) {
    const token = entered ?? (await ask(setup))
    entered = token
    const bot = await inspectSlack(token, slack()).bot()
    if (!bot.ok) {
      const { says, fix } = meaningOf(bot.error)
      asker.wrong(says, fix)
      if (bot.fate === 'token' || !(await tryAgain(setup))) entered = undefined
      continue
    }
    const missing = wanted.filter((scope) => bot.scopes && !bot.scopes.includes(scope))
    if (missing.length > 0) {
      asker.wrong(
        `The bot @${bot.name} lacks scopes: ${missing.join(', ')}`,
        'Paste manifest.yml into App Manifest of your Slack app, save, then reinstall the app to the workspace.',
      )
      const next = await andNow(asker, [
        { value: 'again', label: 'I reinstalled it: check again' },
        { value: 'other', label: 'Enter another token' },
        { value: 'without', label: 'Go on without', hint: 'what needs them will not work' },
      ])
      if (next === 'other') entered = undefined
      if (next !== 'without') continue
    }
    if (token !== before) await keep({ SLACK_BOT_TOKEN: token })
    asker.done(`bot token: workspace ${bot.team}, bot @${bot.name}`)
    return bot
  }
}

const ask = ({ asker, refuses }: Setup): Promise<string> =>
  asker.secret('Bot token (OAuth & Permissions > Bot User OAuth Token, xoxb-…)', (answer) =>
    refuses('SLACK_BOT_TOKEN', answer),
  )

async function tryAgain({ asker }: Setup): Promise<boolean> {
  const next = await andNow(asker, [
    { value: 'again', label: 'Try again' },
    { value: 'other', label: 'Enter another token' },
  ])
  return next === 'again'
}
