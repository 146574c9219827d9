import type { Outcome } from './delivery.ts'
import { announce, hears, messageEvent } from './events.ts'
import { type Eyes, eyesOf, fits, type Matcher, type SeenView, type Target } from './eyes.ts'
import { close, command, type Submission, send, submit, suggested, use } from './gestures.ts'
import { toVisible, type VisibleMessage } from './ledger.ts'
import { react } from './methods/reactions.ts'
import type { Channel, Fields, Message, Person } from './model.ts'
import { globalShortcut, messageShortcut } from './payloads.ts'
import { edit, land, remove } from './posting.ts'
import { labelOf } from './reading.ts'
import { type Screen, screenOf } from './screen.ts'
import type { Site } from './site.ts'
import { viewOnWire } from './views.ts'
import { findPerson } from './world.ts'

/** One person's Slack. Gestures resolve once the app has acknowledged, and throw when Slack would not let them happen. */
export interface UserView {
  readonly id: string
  readonly name: string
  /** The same sight for a client that reads piece by piece. */
  readonly screen: Screen
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
  /** The same again takes it away. */
  react(on: VisibleMessage | Matcher, name: string): Promise<void>
  /** Changes or takes back what this person said. */
  edit(own: VisibleMessage | Matcher, text: string): Promise<void>
  unsay(own: VisibleMessage | Matcher): Promise<void>
}

export function userView(site: Site, who: string): UserView {
  const { world } = site
  const found = findPerson(world, who)
  if (!found) throw new Error(`Nobody here is called "${who}".`)
  const { id, name, realName } = found
  const eyes = eyesOf(site, found)

  const acting = (): Person => {
    const person = world.people.get(id)
    if (!person || person.deactivated) throw new Error(`${realName} is deactivated and cannot do anything in Slack.`)
    if (site.faults.down) throw new Error(`Slack is down: ${realName} cannot do anything.`)
    return person
  }
  const ownMessage = (target: VisibleMessage | Matcher): Message => {
    const message = eyes.message(target)
    if (message.user !== acting().id) throw new Error(`${realName} can change only what ${realName} said.`)
    return message
  }
  const click: UserView['click'] = async (target, wanted, value, how) => {
    const person = acting()
    const place = eyes.place(target, how?.asShown ?? false)
    return use(site, person, place, eyes.control(place, wanted), wanted, value)
  }

  return {
    id,
    name,
    screen: screenOf(site, found, eyes),
    sees: (channel) => eyes.sees(channel),
    card: (channel, matcher) => eyes.sees(channel).findLast((message) => fits(message, matcher)),
    whispers: (channel) => eyes.whispers(channel),
    modal: () => eyes.modal(),
    home: () => eyes.home(),

    click,
    select: (target, wanted, value) => click(target, wanted, value),
    async offered(target, wanted, query) {
      const place = eyes.place(target, false)
      const options = await suggested(site, acting(), place, eyes.control(place, wanted), query)
      return options.map((option) => ({ value: String(option.value), label: labelOf(option) }))
    },
    submit: async (values = {}) => submit(site, acting(), eyes.openModal('submit'), values),
    close: async () => close(site, acting(), eyes.openModal('close')),

    async command(line, channel) {
      const person = acting()
      const first = [...world.channels.values()].find(({ members, kind }) => kind !== 'im' && members.has(id))
      const where = channel ? eyes.channel(channel) : (first ?? eyes.dmWith(world.self.botName))
      return command(site, person, where, line)
    },
    async shortcut(callbackId, on) {
      const person = acting()
      const payload = on
        ? messageShortcut(site, person, callbackId, eyes.message(on))
        : globalShortcut(site, person, callbackId)
      return send(site, person, callbackId, site.delivery.interaction(payload))
    },
    openHome: async () => openHome(site, acting(), eyes),

    async say(wanted, text, where) {
      const { id: user } = acting()
      const channel = eyes.channel(wanted)
      if (!channel.members.has(user)) throw new Error(`${realName} is not in ${wanted} and cannot write there.`)
      if (channel.archived) throw new Error(`${wanted} is archived; nobody can write there.`)
      const thread = where?.thread ? { threadTs: where.thread } : {}
      const message = land(site, { channel: channel.id, user, text, clientMsgId: world.nextId('msg-'), ...thread })
      await heard(site, channel, message)
      return toVisible(world, message)
    },
    async react(on, reaction) {
      const [message, { id: user }, wanted] = [eyes.message(on), acting(), reaction.replaceAll(':', '')]
      const has = message.reactions[wanted]?.includes(user)
      await react(site, message, user, wanted, has ? 'removed' : 'added')
    },
    edit: async (own, text) => edit(site, ownMessage(own), { text }).heard,
    unsay: async (own) => remove(site, ownMessage(own)),
  }
}

function openHome(site: Site, { id }: Person, eyes: Eyes): Promise<Outcome> {
  const { world } = site
  const view = eyes.home()
  return announce(site, {
    type: 'app_home_opened',
    user: id,
    channel: eyes.dmWith(world.self.botName).id,
    tab: 'home',
    ...(view ? { view: viewOnWire(world, view) } : {}),
    event_ts: world.nextTs(),
  })
}

/** The app hears what people say where its bot is, and a mention of it besides. */
async function heard(site: Site, channel: Channel, message: Message): Promise<void> {
  const { world } = site
  if (!hears(world, channel.id)) return
  const event = messageEvent(world, message)
  const mentioned = message.text.includes(`<@${world.self.botUserId}>`) && channel.kind !== 'im'
  await Promise.all([announce(site, event), ...(mentioned ? [announce(site, { ...event, type: 'app_mention' })] : [])])
}
