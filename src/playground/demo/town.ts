import type { Person, Team } from '../../core/person.ts'
import type { ChannelSeed, PersonSeed } from '../workspace/model.ts'

/** The Slack workspace that fits a policy: its people, and a channel per team plus triage. */
export function townOf(
  people: readonly Person[],
  teams: readonly Team[],
  triageChannel: string,
): { readonly people: readonly PersonSeed[]; readonly channels: readonly ChannelSeed[] } {
  const everyone = people.map(({ slackUser }) => slackUser)
  return {
    people: people.map(({ id, name, email, slackUser, timeZone, role }) => ({
      id: slackUser,
      name: id,
      realName: name,
      email,
      tz: timeZone,
      isAdmin: role === 'admin',
    })),
    channels: [
      ...teams.map(({ id, channel }) => ({ id: channel, name: id, members: everyone })),
      { id: triageChannel, name: 'triage', members: everyone },
    ],
  }
}
