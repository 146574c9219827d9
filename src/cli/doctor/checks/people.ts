import type { Person } from '../../../core/person.ts'
import type { Inspection } from '../../../slack/inspect.ts'
import { type Check, type Finding, fault, ok, unknown } from '../check.ts'
import { inParallel } from '../in-parallel.ts'
import { meaningOf } from '../slack-errors.ts'

/** Everybody of the policy is in Slack and may be offered a ticket there. */
export const people: Check = {
  id: 'people',
  needs: ['bot-token', 'policy'],
  async look(around) {
    const [slack, bot, known] = await Promise.all([around.slack(), around.bot(), around.policy()])
    if (!known || !bot.ok) return [unknown('there is no policy to take people from')]
    if (bot.scopes && !bot.scopes.includes('users:read'))
      return [unknown('without the scope users:read nobody can tell who was deactivated')]
    const found = await inParallel(known.people, (person) => lookAt(slack, person))
    const faults = found.filter((finding) => finding !== undefined)
    return faults.length > 0 ? faults : [ok(`all ${found.length} people are in Slack`)]
  },
}

async function lookAt(slack: Inspection, { id, name, slackUser }: Person): Promise<Finding | undefined> {
  const answer = await slack.member(slackUser)
  if (answer.ok) {
    if (answer.isDeactivated)
      return fault(`${name} (${id}) was deactivated in Slack`, `Take ${id} out of the policy file and import it again.`)
    if (answer.isBot)
      return fault(`${name} (${id}) is a bot in Slack`, `Put the member id of a person into people.${id}.slack.`)
    return undefined
  }
  if (answer.error === 'user_not_found' || answer.error === 'user_not_visible')
    return fault(
      `nobody in Slack has the member id ${slackUser} (${id})`,
      `Copy it from the profile (three dots, "Copy member ID") into people.${id}.slack and import the policy again.`,
    )
  const { says, fix } = meaningOf(answer.error)
  return unknown(`${name} (${id}): ${says}`, fix)
}
