import { messageOnWire } from './events.ts'
import type { Channel, Ephemeral, Fields, Message, Person, View } from './model.ts'
import type { Control } from './reading.ts'
import { newResponseUrl } from './response-url.ts'
import type { Site } from './site.ts'
import { newTrigger, viewOnWire } from './views.ts'
import type { World } from './world.ts'

/** Where a person uses a control. */
export type Place =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'ephemeral'; readonly message: Ephemeral }
  | { readonly kind: 'view'; readonly view: View }

/** What every interactive payload begins with. */
function gestureOf({ self }: World, type: string, person: Person): Fields {
  return {
    type,
    token: self.verificationToken,
    api_app_id: self.appId,
    team: { id: self.teamId, domain: self.teamDomain },
    user: { id: person.id, username: person.name, name: person.name, team_id: self.teamId },
    enterprise: null,
    is_enterprise_install: false,
  }
}

export function blockActions(
  site: Site,
  person: Person,
  place: Place,
  control: Control,
  action: Fields,
  values: Fields,
): Fields {
  const { world } = site
  const viewId = place.kind === 'view' ? place.view.id : undefined
  return {
    ...gestureOf(world, 'block_actions', person),
    ...placeOnWire(site, person, place, control),
    trigger_id: newTrigger(world, person.id, viewId),
    ...(place.kind === 'view' ? {} : { state: { values } }),
    actions: [{ ...action, action_id: control.actionId, block_id: control.blockId, action_ts: world.nextTs() }],
  }
}

export function blockSuggestion(site: Site, person: Person, place: Place, control: Control, query: string): Fields {
  const { response_url: _, ...where } = placeOnWire(site, person, place, control)
  return {
    ...gestureOf(site.world, 'block_suggestion', person),
    ...where,
    action_id: control.actionId,
    block_id: control.blockId,
    value: query,
  }
}

function placeOnWire(site: Site, person: Person, place: Place, control: Control): Fields {
  const { world } = site
  if (place.kind === 'view') {
    return { container: { type: 'view', view_id: place.view.id }, view: viewOnWire(world, place.view) }
  }

  const { message } = place
  const { channel, ts, threadTs } = message
  const ephemeral = place.kind === 'ephemeral'
  return {
    container: {
      type: control.attachment === undefined ? 'message' : 'message_attachment',
      message_ts: ts,
      ...(control.attachment === undefined ? {} : { attachment_id: control.attachment, is_app_unfurl: false }),
      channel_id: channel,
      is_ephemeral: ephemeral,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    },
    channel: channelOnWire(world.channels.get(channel), channel),
    // Slack leaves the message out of clicks on ephemerals.
    ...(place.kind === 'message' ? { message: messageOnWire(world, place.message) } : {}),
    response_url: newResponseUrl(site, {
      channel,
      user: person.id,
      source: { ts, ephemeral, ...(threadTs ? { threadTs } : {}) },
    }),
  }
}

export function viewSubmission(site: Site, person: Person, view: View): Fields {
  const { world } = site
  return {
    ...gestureOf(world, 'view_submission', person),
    trigger_id: newTrigger(world, person.id, view.id),
    view: viewOnWire(world, view),
    response_urls: [],
  }
}

export function viewClosed(site: Site, person: Person, view: View, cleared: boolean): Fields {
  return { ...gestureOf(site.world, 'view_closed', person), view: viewOnWire(site.world, view), is_cleared: cleared }
}

export function globalShortcut(site: Site, person: Person, callbackId: string): Fields {
  const { world } = site
  return {
    ...gestureOf(world, 'shortcut', person),
    action_ts: world.nextTs(),
    callback_id: callbackId,
    trigger_id: newTrigger(world, person.id),
  }
}

export function messageShortcut(site: Site, person: Person, callbackId: string, message: Message): Fields {
  const { world } = site
  const { channel, ts } = message
  return {
    ...globalShortcut(site, person, callbackId),
    type: 'message_action',
    channel: channelOnWire(world.channels.get(channel), channel),
    message_ts: ts,
    message: messageOnWire(world, message),
    response_url: newResponseUrl(site, { channel, user: person.id, source: { ts, ephemeral: false } }),
  }
}

export function slashCommand(
  site: Site,
  person: Person,
  channel: Channel,
  command: string,
  text: string,
): Record<string, string> {
  const { world } = site
  const { self } = world
  return {
    token: self.verificationToken,
    team_id: self.teamId,
    team_domain: self.teamDomain,
    channel_id: channel.id,
    channel_name: channelOnWire(channel, channel.id).name,
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: self.appId,
    is_enterprise_install: 'false',
    response_url: newResponseUrl(site, { channel: channel.id, user: person.id, source: undefined }),
    trigger_id: newTrigger(world, person.id),
  }
}

function channelOnWire(channel: Channel | undefined, id: string) {
  return { id, name: channel?.kind === 'im' ? 'directmessage' : (channel?.name ?? '') }
}
