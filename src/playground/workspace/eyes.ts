import { toVisible, type VisibleMessage } from './ledger.ts'
import type { Channel, Message, Person, View } from './model.ts'
import type { Place } from './payloads.ts'
import { type Control, controls, findControl, labelOf, readBlocks } from './reading.ts'
import type { Site } from './site.ts'
import { channelNamed, directChannel, findMessage, findPerson, messagesOf } from './world.ts'

/** A modal or Home tab as its person sees it. */
export interface SeenView extends View {
  readonly shows: string
}

/** Text that the message shows, a pattern of it, or a question about it. */
export type Matcher = string | RegExp | ((message: VisibleMessage) => boolean)

/** Where a control stands: a message, something to find one by, an open view, or `'modal'` and `'home'` for those of now. */
export type Target = VisibleMessage | SeenView | Matcher

/** What one person sees, and where things stand on that screen. What is not there is an error that says what is. */
export interface Eyes {
  channel(named: string): Channel
  dmWith(who: string): Channel
  maySee(channel: Channel | undefined): boolean
  sees(channel: string): VisibleMessage[]
  whispers(channel?: string): VisibleMessage[]
  modal(): SeenView | undefined
  home(): SeenView | undefined
  openModal(gesture: string): SeenView
  /** Where a target is now, or with `asShown` as it was when this person looked. */
  place(target: Target, asShown: boolean): Place
  message(target: VisibleMessage | Matcher): Message
  control(place: Place, wanted: string): Control
}

export function eyesOf(site: Site, { id, name }: Person): Eyes {
  const { world } = site
  const mayLookInto = (channel: Channel | undefined) => maySee(world.people.get(id), channel)

  const dmWith = (who: string) => {
    const other = findPerson(world, who)
    if (!other) throw new Error(`Nobody here is called "${who}".`)
    return directChannel(world, [id, other.id])
  }
  const theChannel = (named: string) => {
    if (named.startsWith('@')) return dmWith(named)
    const channel = world.channels.get(named) ?? channelNamed(world, named)
    if (!channel) throw new Error(`There is no channel "${named}".`)
    return channel
  }

  const sees = (named: string) => {
    const channel = theChannel(named)
    if (!mayLookInto(channel)) return []
    const messages = [...messagesOf(world, channel.id).values()].filter(({ deletedAt }) => deletedAt === undefined)
    const all = messages.map((message) => toVisible(world, message))
    return [...all, ...whispers(channel.id)].sort(byTime)
  }
  const whispers = (named?: string) => {
    const channel = named === undefined ? undefined : theChannel(named).id
    return site.record.ledger.ephemerals(id).filter((one) => channel === undefined || one.channel === channel)
  }
  const newest = (matcher: Matcher) => {
    const channels = [...world.channels.values()].filter(mayLookInto)
    const all = channels.flatMap((channel) => sees(channel.id)).sort(byTime)
    const match = all.findLast((message) => fits(message, matcher))
    if (match) return match
    const last = all.slice(-3).map(({ shows }) => JSON.stringify(shows.slice(0, 80)))
    throw new Error(
      `${name} sees no message that matches ${String(matcher)}; the last ones: ${last.join(', ') || 'none'}.`,
    )
  }

  const modal = () => asSeen(world.views.get(world.modals.get(id)?.at(-1) ?? ''))
  const home = () => asSeen(world.views.get(world.homes.get(id) ?? ''))
  const openModal = (gesture: string) => modal() ?? fail(`${name} has no modal open to ${gesture}.`)

  const viewPlace = (target: SeenView, asShown: boolean): Place => {
    const isOpen = world.homes.get(id) === target.id || world.modals.get(id)?.includes(target.id)
    if (!isOpen && !asShown) throw new Error(`${name} does not see the view ${target.id} any more.`)
    return { kind: 'view', view: (asShown ? undefined : world.views.get(target.id)) ?? target }
  }
  const messagePlace = (shown: VisibleMessage, asShown: boolean): Place => {
    const { channel, ts, text, blocks, attachments } = shown
    const before = asShown ? { text, blocks, attachments } : {}
    const own = world.ephemerals.find((one) => one.ts === ts && one.to === id)
    if (own) return { kind: 'ephemeral', message: { ...own, ...before } }

    const current = asShown ? messagesOf(world, channel).get(ts) : findMessage(world, channel, ts)
    if (current && mayLookInto(world.channels.get(channel))) {
      return { kind: 'message', message: { ...current, ...before } }
    }
    const why = shown.ephemeral ? ', a whisper to somebody else' : ''
    throw new Error(`${name} cannot see the message ${ts} in ${channel}${why}.`)
  }
  const place = (target: Target, asShown: boolean): Place => {
    if (target === 'modal') return { kind: 'view', view: openModal('click in') }
    if (target === 'home') {
      return { kind: 'view', view: home() ?? fail(`Nothing was published to the Home tab of ${name} yet.`) }
    }
    if (isView(target)) return viewPlace(target, asShown)
    return messagePlace(isMessage(target) ? target : newest(target), asShown)
  }

  return {
    channel: theChannel,
    dmWith,
    maySee: mayLookInto,
    sees,
    whispers,
    modal,
    home,
    openModal,
    place,

    message(target) {
      const found = place(target, false)
      return found.kind === 'message' ? found.message : fail('That is not an ordinary message.')
    },

    control(where, wanted) {
      const all = controls(where.kind === 'view' ? where.view : where.message)
      const there = () => all.map(({ label, actionId }) => `"${label}" (${actionId})`).join(', ') || 'nothing to click'
      return findControl(all, wanted) ?? fail(`${name} sees no "${wanted}" to use; there is ${there()}.`)
    },
  }
}

export function fits(message: VisibleMessage, matcher: Matcher): boolean {
  if (typeof matcher === 'function') return matcher(message)
  return typeof matcher === 'string' ? message.shows.includes(matcher) : matcher.test(message.shows)
}

/** Full members read every public channel; guests, and everybody in private ones, only where they are members. */
function maySee(person: Person | undefined, channel: Channel | undefined): boolean {
  if (!person || !channel || person.deactivated) return false
  return channel.members.has(person.id) || (channel.kind === 'public' && !person.guest)
}

function asSeen(view: View | undefined): SeenView | undefined {
  return view && { ...view, shows: [labelOf({ text: view.title }), readBlocks(view.blocks)].filter(Boolean).join('\n') }
}

function byTime(a: VisibleMessage, b: VisibleMessage): number {
  return Number(a.ts) - Number(b.ts)
}

function isView(target: Target): target is SeenView {
  return typeof target === 'object' && 'rootViewId' in target
}

function isMessage(target: Target): target is VisibleMessage {
  return typeof target === 'object' && 'channelName' in target
}

function fail(why: string): never {
  throw new Error(why)
}
