import type { Outcome } from './delivery.ts'
import { announce, hears, messageEvent } from './events.ts'
import { close, command, type Submission, send, submit, suggested, use } from './gestures.ts'
import { toVisible, type VisibleMessage } from './ledger.ts'
import { react } from './methods/reactions.ts'
import type { Channel, Ephemeral, Fields, Message, Person, View } from './model.ts'
import { globalShortcut, messageShortcut, type Place } from './payloads.ts'
import { edit, land, remove } from './posting.ts'
import { controls, findControl, labelOf, readBlocks } from './reading.ts'
import type { Site } from './site.ts'
import { viewOnWire } from './views.ts'
import { channelNamed, directChannel, findMessage, findPerson, messagesOf } from './world.ts'

/** A modal or Home tab as its person sees it. */
export interface SeenView extends View {
  readonly shows: string
}

/** Text that the message shows, a pattern of it, or a question about it. */
export type Matcher = string | RegExp | ((message: VisibleMessage) => boolean)

/** Where a control stands: a message, something to find one by, an open view, or `'modal'` and `'home'` for those of now. */
type Target = VisibleMessage | SeenView | Matcher

/** One person's Slack. Gestures resolve once the app has acknowledged, and throw when Slack would not let them happen. */
export interface UserView {
  readonly id: string
  readonly name: string
  /** What this person sees in a channel, oldest first; `'@waybill'` is the direct message with the bot. */
  sees(channel: string): VisibleMessage[]
  /** The newest message there that matches. */
  card(channel: string, matcher: Matcher): VisibleMessage | undefined
  /** Ephemerals still on this person's screen. */
  whispers(channel?: string): VisibleMessage[]
  modal(): SeenView | undefined
  home(): SeenView | undefined
  /** By action_id or label; menus need `value`, an option's value or label. `asShown` clicks an outdated screen. */
  click(target: Target, control: string, value?: unknown, how?: { readonly asShown?: boolean }): Promise<Outcome>
  select(target: Target, control: string, value: unknown): Promise<Outcome>
  /** What an external menu offers for a query, as values and labels. */
  offered(target: Target, control: string, query: string): Promise<{ readonly value: string; readonly label: string }[]>
  submit(values?: Fields): Promise<Submission>
  close(): Promise<Outcome>
  command(line: string, channel?: string): Promise<Outcome>
  shortcut(callbackId: string, on?: VisibleMessage | Matcher): Promise<Outcome>
  openHome(): Promise<Outcome>
  say(channel: string, text: string, where?: { readonly thread?: string }): Promise<VisibleMessage>
  react(on: VisibleMessage | Matcher, name: string): Promise<void>
  /** Changes or takes back what this person said. */
  edit(own: VisibleMessage | Matcher, text: string): Promise<void>
  unsay(own: VisibleMessage | Matcher): Promise<void>
}

export function userView(site: Site, who: string): UserView {
  const { world } = site
  const found = findPerson(world, who)
  if (!found) throw new Error(`Nobody here is called "${who}".`)
  const { id, name } = found

  const acting = (): Person => {
    const person = world.people.get(id)
    if (!person || person.deactivated) throw new Error(`${name} is deactivated and cannot do anything in Slack.`)
    if (site.faults.down) throw new Error(`Slack is down: ${name} cannot do anything.`)
    return person
  }

  const channelSeen = (wanted: string): Channel => {
    const channel = wanted.startsWith('@')
      ? dmWith(wanted)
      : (world.channels.get(wanted) ?? channelNamed(world, wanted))
    if (!channel) throw new Error(`There is no channel "${wanted}".`)
    return channel
  }
  const dmWith = (wanted: string) => {
    const other = findPerson(world, wanted)
    if (!other) throw new Error(`Nobody here is called "${wanted}".`)
    return directChannel(world, [id, other.id])
  }

  const whispers = (channel?: string) =>
    site.record.ledger.ephemerals(id).filter((one) => channel === undefined || one.channel === channelSeen(channel).id)

  const sees = (wanted: string) => {
    const channel = channelSeen(wanted)
    if (!maySee(world.people.get(id), channel)) return []
    const messages = [...messagesOf(world, channel.id).values()].filter(({ deletedAt }) => deletedAt === undefined)
    const own = world.ephemerals.filter(
      (one) => one.to === id && one.channel === channel.id && one.deletedAt === undefined,
    )
    return [...messages, ...own].sort((a, b) => Number(a.ts) - Number(b.ts)).map((message) => toVisible(world, message))
  }

  const newest = (matcher: Matcher): VisibleMessage => {
    const mine = [...world.channels.values()].filter((channel) => maySee(world.people.get(id), channel))
    const all = mine.flatMap((channel) => sees(channel.id)).sort((a, b) => Number(a.ts) - Number(b.ts))
    const match = all.findLast((message) => fits(message, matcher))
    if (match) return match
    throw new Error(
      `${name} sees no message that matches ${String(matcher)}; the last ones: ${
        all
          .slice(-3)
          .map(({ shows }) => JSON.stringify(shows.slice(0, 80)))
          .join(', ') || 'none'
      }.`,
    )
  }

  const seen = (view: View | undefined): SeenView | undefined =>
    view && { ...view, shows: [labelOf({ text: view.title }), readBlocks(view.blocks)].filter(Boolean).join('\n') }
  const modal = () => seen(world.views.get(world.modals.get(id)?.at(-1) ?? ''))
  const home = () => seen(world.views.get(world.homes.get(id) ?? ''))

  const modalOpen = (gesture: string): SeenView => {
    const view = modal()
    if (!view) throw new Error(`${name} has no modal open to ${gesture}.`)
    return view
  }

  const placeOf = (target: Target, asShown: boolean): Place => {
    if (target === 'modal') return { kind: 'view', view: modalOpen('click in') }
    if (target === 'home') return { kind: 'view', view: home() ?? nothingPublished(name) }
    if (typeof target === 'object' && 'rootViewId' in target) {
      return { kind: 'view', view: (asShown ? undefined : world.views.get(target.id)) ?? target }
    }
    const message = isMessage(target) ? target : newest(target)
    const own = world.ephemerals.find((one) => one.ts === message.ts && one.to === id)
    if (own) return { kind: 'ephemeral', message: asShown ? { ...own, ...message } : own }

    const current = asShown
      ? messagesOf(world, message.channel).get(message.ts)
      : findMessage(world, message.channel, message.ts)
    if (!current || !maySee(world.people.get(id), world.channels.get(message.channel))) {
      throw new Error(
        `${name} cannot see the message ${message.ts} in ${message.channel}${message.ephemeral ? ', a whisper to somebody else' : ''}.`,
      )
    }
    return { kind: 'message', message: asShown ? shownBefore(current, message) : current }
  }

  const ownMessage = (target: VisibleMessage | Matcher): Message => {
    const place = placeOf(target, false)
    if (place.kind === 'message' && place.message.user === acting().id) return place.message
    throw new Error(`${name} can change only what ${name} said.`)
  }

  const controlIn = (place: Place, wanted: string) => {
    const all = controls(place.kind === 'view' ? place.view : place.message)
    const control = findControl(all, wanted)
    if (control) return control
    const there = all.map(({ label, actionId }) => `"${label}" (${actionId})`).join(', ')
    throw new Error(`${name} sees no "${wanted}" to use; there is ${there || 'nothing to click'}.`)
  }

  const click: UserView['click'] = async (target, wanted, value, how) => {
    const person = acting()
    const place = placeOf(target, how?.asShown ?? false)
    return use(site, person, place, controlIn(place, wanted), wanted, value)
  }

  return {
    id,
    name,
    sees,
    card: (channel, matcher) => sees(channel).findLast((message) => fits(message, matcher)),
    whispers,
    modal,
    home,
    click,
    select: (target, wanted, value) => click(target, wanted, value),

    async offered(target, wanted, query) {
      const place = placeOf(target, false)
      const options = await suggested(site, acting(), place, controlIn(place, wanted), query)
      return options.map((option) => ({ value: String(option.value), label: labelOf(option) }))
    },

    submit: async (values = {}) => submit(site, acting(), modalOpen('submit'), values),
    close: async () => close(site, acting(), modalOpen('close')),

    async command(line, channel) {
      const person = acting()
      const first = [...world.channels.values()].find(({ members, kind }) => kind !== 'im' && members.has(id))
      return command(site, person, channel ? channelSeen(channel) : (first ?? dmWith(world.self.botName)), line)
    },

    async shortcut(callbackId, on) {
      const person = acting()
      if (on === undefined)
        return send(site, person, callbackId, site.delivery.interaction(globalShortcut(site, person, callbackId)))
      const place = placeOf(on, false)
      if (place.kind !== 'message') throw new Error('Message shortcuts exist on ordinary messages only.')
      return send(
        site,
        person,
        callbackId,
        site.delivery.interaction(messageShortcut(site, person, callbackId, place.message)),
      )
    },

    async openHome() {
      const { id: user } = acting()
      const view = home()
      return announce(site, {
        type: 'app_home_opened',
        user,
        channel: dmWith(world.self.botName).id,
        tab: 'home',
        ...(view ? { view: viewOnWire(world, view) } : {}),
        event_ts: world.nextTs(),
      })
    },

    async say(wanted, text, where) {
      const { id: user } = acting()
      const channel = channelSeen(wanted)
      if (!channel.members.has(user)) throw new Error(`${name} is not in ${wanted} and cannot write there.`)
      if (channel.archived) throw new Error(`${wanted} is archived; nobody can write there.`)
      const message = land(site, {
        channel: channel.id,
        user,
        text,
        clientMsgId: world.nextId('msg-'),
        ...(where?.thread ? { threadTs: where.thread } : {}),
      })
      await heard(site, channel, message)
      return toVisible(world, message)
    },

    async react(on, reaction) {
      const { id: user } = acting()
      const place = placeOf(on, false)
      if (place.kind !== 'message') throw new Error('Only ordinary messages take reactions.')
      await react(site, place.message, user, reaction.replaceAll(':', ''), 'added')
    },

    edit: async (own, text) => edit(site, ownMessage(own), { text }).heard,
    unsay: async (own) => remove(site, ownMessage(own)),
  }
}

/** Full members read every public channel; guests, and everybody in private ones, only where they are members. */
function maySee(person: Person | undefined, channel: Channel | undefined): boolean {
  if (!person || !channel || person.deactivated) return false
  return channel.members.has(person.id) || (channel.kind === 'public' && !person.guest)
}

function fits(message: VisibleMessage, matcher: Matcher): boolean {
  if (typeof matcher === 'function') return matcher(message)
  return typeof matcher === 'string' ? message.shows.includes(matcher) : matcher.test(message.shows)
}

function isMessage(target: Matcher | VisibleMessage | SeenView): target is VisibleMessage {
  return typeof target === 'object' && 'channelName' in target
}

function shownBefore(
  current: Message,
  { text, blocks, attachments }: Pick<VisibleMessage, keyof Ephemeral & ('text' | 'blocks' | 'attachments')>,
): Message {
  return { ...current, text, blocks: blocks ?? [], attachments: attachments ?? [] }
}

function nothingPublished(name: string): never {
  throw new Error(`Nothing was published to the Home tab of ${name} yet.`)
}

/** The app hears what people say where its bot is, and a mention of it besides. */
async function heard(site: Site, channel: Channel, message: Message): Promise<void> {
  const { world } = site
  if (!hears(world, channel.id)) return
  const event = messageEvent(world, message)
  const mentioned = message.text.includes(`<@${world.self.botUserId}>`) && channel.kind !== 'im'
  await Promise.all([announce(site, event), ...(mentioned ? [announce(site, { ...event, type: 'app_mention' })] : [])])
}
