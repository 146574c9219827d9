import type { Inspection } from '../../../slack/inspect.ts'
import { type Check, type Finding, fault, type KnownPolicy, ok, unknown } from '../check.ts'
import { inParallel } from '../in-parallel.ts'
import { meaningOf } from '../slack-errors.ts'

/** Each channel of the policy exists and has the bot in it. */
export const channels: Check = {
  id: 'channels',
  needs: ['bot-token', 'policy'],
  async look(around) {
    const [slack, bot, known] = await Promise.all([around.slack(), around.bot(), around.policy()])
    if (!known || !bot.ok) return [unknown('there is no policy to take channels from')]
    if (bot.scopes && !bot.scopes.includes('channels:read'))
      return [unknown('without the scope channels:read nobody can tell whether the channels exist')]
    const found = await inParallel(channelsOf(known), (place) => lookAt(slack, bot.name, place))
    const faults = found.filter((finding) => finding !== undefined)
    return faults.length > 0 ? faults : [ok(`the bot is in all ${found.length} channels`)]
  },
}

interface Place {
  readonly channel: string
  readonly what: string
}

function channelsOf({ policy, teams }: KnownPolicy): readonly Place[] {
  const named = [
    ...teams.map(({ name, channel }) => ({ channel, what: `the team ${name}` })),
    { channel: policy.triageChannel, what: 'triage' },
  ]
  return named.filter(({ channel }, index) => named.findIndex((other) => other.channel === channel) === index)
}

async function lookAt(slack: Inspection, bot: string, { channel, what }: Place): Promise<Finding | undefined> {
  const answer = await slack.channel(channel)
  if (answer.ok) {
    const name = `#${answer.name}`
    if (answer.isArchived)
      return fault(
        `${name}, the channel of ${what}, is archived`,
        `Unarchive it, or name another channel in the policy.`,
      )
    if (!answer.isMember)
      return fault(`the bot is not in ${name}, the channel of ${what}`, `Write there: /invite @${bot}`)
    return undefined
  }
  if (answer.error === 'channel_not_found')
    return fault(
      `there is no channel ${channel} (${what}) that the bot can see`,
      `Is it private? Write there: /invite @${bot}. Otherwise correct its id in the policy (channel details, at the very bottom).`,
    )
  const { says, fix } = meaningOf(answer.error)
  return answer.fate === 'token'
    ? fault(`${channel} (${what}): ${says}`, fix)
    : unknown(`${channel} (${what}): ${says}`, fix)
}
