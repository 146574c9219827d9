import type { Bot, Channel, Inspection } from '../../../slack/inspect.ts'
import { meaningOf } from '../../doctor/slack-errors.ts'
import { type Asker, andNow } from '../asker.ts'

/** A channel that exists, is in use, and has the bot in it; by name, id or link. */
export async function askChannel(
  asker: Asker,
  slack: Inspection,
  bot: Bot,
  question: string,
  initial?: string,
): Promise<Channel> {
  let channel: Channel | undefined
  for (;;) {
    channel ??= await existing(asker, slack, bot, question, initial)
    if (channel.isMember) {
      asker.done(`#${channel.name}: @${bot.name} is in it`)
      return channel
    }
    asker.wrong(`@${bot.name} is not in #${channel.name}.`, `Write there: /invite @${bot.name}`)
    const next = await andNow(asker, [
      { value: 'again', label: 'I invited it: check again' },
      { value: 'other', label: 'Take another channel' },
    ])
    const looked = next === 'again' ? await slack.channel(channel.id) : undefined
    channel = looked?.ok ? looked : undefined
  }
}

async function existing(
  asker: Asker,
  slack: Inspection,
  bot: Bot,
  question: string,
  initial: string | undefined,
): Promise<Channel> {
  for (;;) {
    const said = await asker.text(question, {
      ...(initial !== undefined && { initial }),
      refuses: (answer) => (answer === '' ? 'Give the name of a channel, such as #support, or its id.' : undefined),
    })
    const id = /^[CG][A-Z0-9]{3,}$/.exec(said)?.[0] ?? /\/archives\/([CG][A-Z0-9]+)/.exec(said)?.[1]
    const answer = id ? await slack.channel(id) : await slack.channelNamed(said)
    const found = !answer.ok ? undefined : 'found' in answer ? answer.found : answer
    if (found && !found.isArchived) return found
    if (found) asker.wrong(`#${found.name} is archived.`, 'Unarchive it in Slack, or take another one.')
    else if (answer.ok || answer.error === 'channel_not_found')
      asker.wrong(
        `There is no channel ${id ?? `#${said.replace(/^#/, '')}`} that @${bot.name} can see.`,
        `Check the spelling. Is it private? Write there first: /invite @${bot.name}`,
      )
    else if (answer.error === 'missing_scope')
      asker.wrong(
        'Channels cannot be looked up: the scope channels:read is missing.',
        'Reinstall the app with the scopes of manifest.yml.',
      )
    else asker.wrong(meaningOf(answer.error).says, meaningOf(answer.error).fix)
  }
}
