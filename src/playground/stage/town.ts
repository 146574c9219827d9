import type { Person, Team } from '../../core/person.ts'
import type { ChannelSeed, PersonSeed } from '../workspace/model.ts'

export interface Town {
  readonly people: readonly PersonSeed[]
  readonly channels: readonly ChannelSeed[]
}

/** The Slack workspace that fits a policy: its people, and a channel per team plus triage. */
export function townOf(people: readonly Person[], teams: readonly Team[], triageChannel: string): Town {
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

/** A single-channel guest, whom the policy does not know. */
export const GUEST: PersonSeed = {
  id: 'U0GUEST',
  name: 'robin',
  realName: 'Robin Vale',
  email: 'robin@partner.example',
  tz: 'Europe/Berlin',
  guest: true,
}

/** The same town with the guest in its first channel. */
export function withGuest({ people, channels }: Town): Town {
  return {
    people: [...people, GUEST],
    channels: channels.map((channel, place) =>
      place === 0 ? { ...channel, members: [...channel.members, GUEST.id] } : channel,
    ),
  }
}
