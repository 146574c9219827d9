import type { Fields, Person } from '../model.ts'
import type { Call, MethodEntry } from '../site.ts'
import { SlackError } from '../slack-error.ts'
import { findPerson } from '../world.ts'
import { onWire } from './conversations.ts'
import { page } from './paging.ts'

export const users: Readonly<Record<string, MethodEntry>> = {
  'users.info': { run: show, scopes: ['users:read'] },
  'users.list': { run: list, scopes: ['users:read'] },
  'users.lookupByEmail': { run: lookupByEmail, scopes: ['users:read.email'] },
  'users.conversations': { run: conversationsOf, scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'] },
  'usergroups.list': { run: groups, scopes: ['usergroups:read'] },
  'usergroups.users.list': { run: groupMembers, scopes: ['usergroups:read'] },
}

function show({ site, args }: Call): Fields {
  const person = site.world.people.get(args.required('user'))
  if (!person) throw new SlackError('user_not_found')
  return { user: personOnWire(site.world.self.teamId, person, site.scopes) }
}

function list({ site, args }: Call): Fields {
  const { items, next } = page([...site.world.people.values()], args)
  return {
    members: items.map((person) => personOnWire(site.world.self.teamId, person, site.scopes)),
    cache_ts: Math.floor(site.world.now() / 1000),
    response_metadata: { next_cursor: next },
  }
}

/** Deactivated people are not found by their address, as in Slack. */
function lookupByEmail({ site, args }: Call): Fields {
  const email = args.required('email')
  const person = email.includes('@') ? findPerson(site.world, email) : undefined
  if (!person || person.deactivated) throw new SlackError('users_not_found')
  return { user: personOnWire(site.world.self.teamId, person, site.scopes) }
}

function conversationsOf({ site, args }: Call): Fields {
  const { world } = site
  const user = args.text('user') ?? world.self.botUserId
  if (!world.people.has(user)) throw new SlackError('user_not_found')

  const wanted = new Set(
    (args.text('types') ?? 'public_channel').split(',').map((type) => type.replace('_channel', '')),
  )
  const shown = [...world.channels.values()]
    .filter(({ kind, members }) => wanted.has(kind) && members.has(user))
    .filter(({ kind, members }) => kind === 'public' || members.has(world.self.botUserId))
    .filter(({ archived }) => !(archived && args.flag('exclude_archived')))
  const { items, next } = page(shown, args)
  return { channels: items.map((channel) => onWire(world, channel)), response_metadata: { next_cursor: next } }
}

function groups({ site }: Call): Fields {
  return {
    usergroups: site.world.userGroups.map(({ id, handle, name, users: members }) => ({
      id,
      handle,
      name,
      team_id: site.world.self.teamId,
      is_usergroup: true,
      date_delete: 0,
      user_count: members.length,
      users: members,
    })),
  }
}

function groupMembers({ site, args }: Call): Fields {
  const group = site.world.userGroups.find(({ id }) => id === args.required('usergroup'))
  if (!group) throw new SlackError('no_such_subteam')
  return { users: group.users }
}

function personOnWire(teamId: string, person: Person, scopes: readonly string[]): Fields {
  const { id, name, realName, email, tz, deactivated, guest, isAdmin, bot } = person
  return {
    id,
    team_id: teamId,
    name,
    deleted: deactivated,
    real_name: realName,
    tz,
    tz_label: tz,
    tz_offset: 0,
    profile: {
      real_name: realName,
      real_name_normalized: realName,
      display_name: name,
      display_name_normalized: name,
      team: teamId,
      ...(email && scopes.includes('users:read.email') ? { email } : {}),
    },
    is_admin: isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    is_bot: bot,
    is_app_user: false,
    updated: 0,
  }
}
