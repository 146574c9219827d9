import { RejectedError } from '../../errors.ts'
import type { PageChannel, PageEvent, PageMessage, Snapshot } from '../page-contract.ts'
import type { UserView } from '../workspace/user-view.ts'
import type { House } from './house.ts'
import type { News } from './mailbox.ts'
import { pageView } from './page-views.ts'
import { startAt } from './start-at.ts'

/** What one person's page shows, with that person's eyes. */
export interface OnePage {
  readonly user: string
  /** What is to be told about these news as things are now; what this person cannot see is not told. */
  render(news: readonly News[]): Promise<readonly PageEvent[]>
  messages(
    channel: string,
    part: { readonly before?: string | undefined; readonly limit: number },
  ): Promise<PageMessage[]>
  thread(channel: string, ts: string): Promise<PageMessage[]>
  /** RejectedError 404 when this person sees no such channel. True when something was unread. */
  read(channel: string, ts: string): boolean
}

/** RejectedError 404 when nobody here is called that, or it is the bot. */
export function onePage(house: House, as: string): OnePage {
  const { slack } = house.stage
  const person = personOf(house, as)
  const { screen, id: user } = person
  /** Sent last, to leave out what is the same again. */
  const told = { channels: '', status: '' }

  const channels = (): readonly PageChannel[] =>
    screen.channels().map(({ kind, lastTs, ...channel }) => ({
      ...channel,
      kind: kind === 'im' || kind === 'mpim' ? 'dm' : kind,
      unread: channel.joined ? screen.countAfter(channel.id, house.marks.of(user, channel.id)) : 0,
      lastTs,
    }))

  const withTickets = async (look: () => readonly Shown[]): Promise<PageMessage[]> => {
    await house.cards.learn(look())
    // Looked at once more, so that what happened while the database was asked is in it.
    return look().map((message) => house.cards.withTicket(message))
  }

  const snapshot = async (): Promise<Snapshot> => {
    await house.tickets.look()
    const start = startAt({
      person: house.stage.people.find(({ slackUser }) => slackUser === user),
      teams: await house.stage.app.directory.teams(),
      tickets: house.tickets.lines,
      channels: channels(),
    })
    told.channels = JSON.stringify(channels())
    told.status = JSON.stringify(house.status())
    return {
      team: { name: house.teamName, domain: slack.app.teamDomain },
      me: user,
      people: slack.people.map(({ id, name, realName, bot, guest, deactivated }) => ({
        id,
        name,
        realName,
        isBot: bot,
        guest,
        deactivated,
      })),
      cast: house.stage.cast,
      channels: channels(),
      ...(start === undefined ? {} : { startAt: start }),
      commands: house.commands,
      shortcuts: house.shortcuts,
      modal: pageView(person.modal()),
      home: pageView(person.home()),
      status: house.status(),
      scenes: house.scenes.states,
      tickets: house.tickets.lines,
    }
  }

  const message = (channel: string, ts: string): PageEvent[] => {
    if (!screen.maySee(channel)) return []
    const found = screen.message(channel, ts)
    return [found ? { kind: 'message', message: house.cards.withTicket(found) } : { kind: 'gone', channel, ts }]
  }

  const unlessSame = (what: keyof typeof told, value: unknown, event: PageEvent): PageEvent[] => {
    const now = JSON.stringify(value)
    if (told[what] === now) return []
    told[what] = now
    return [event]
  }

  const tell = async (news: News): Promise<PageEvent[]> => {
    switch (news.kind) {
      case 'snapshot':
        return [{ kind: 'snapshot', snapshot: await snapshot() }]
      case 'message':
        return message(news.channel, news.ts)
      case 'channels': {
        const now = channels()
        return unlessSame('channels', now, { kind: 'channels', channels: now })
      }
      case 'status': {
        const status = house.status()
        return unlessSame('status', status, { kind: 'status', status })
      }
      case 'modal':
        return [{ kind: 'modal', modal: pageView(person.modal()) }]
      case 'home':
        return [{ kind: 'home', home: pageView(person.home()) }]
      case 'ticket': {
        const ticket = house.tickets.line(news.number)
        return ticket ? [{ kind: 'ticket', ticket }] : []
      }
      case 'scene': {
        const scene = house.scenes.state(news.name)
        return scene ? [{ kind: 'scene', scene }] : []
      }
      case 'failure':
        return [{ kind: 'failure', gesture: news.gesture, error: news.error }]
    }
  }

  return {
    user,

    async render(news) {
      const cards = news.flatMap((one) => (one.kind === 'message' ? (screen.message(one.channel, one.ts) ?? []) : []))
      await house.cards.learn(cards)
      const events: PageEvent[] = []
      for (const one of news) events.push(...(await tell(one)))
      return events
    },

    messages: (channel, part) => withTickets(() => inWords(() => screen.window(channel, part))),
    thread: (channel, ts) => withTickets(() => inWords(() => screen.thread(channel, ts))),

    read(channel, ts) {
      if (!screen.maySee(channel))
        throw new RejectedError(`${person.name} sees no channel ${channel}.`, { status: 404 })
      return house.marks.advance(user, channel, ts)
    },
  }
}

type Shown = ReturnType<UserView['screen']['window']>[number]

function personOf({ stage }: House, as: string): UserView {
  const person = inWords(() => stage.slack.as(as))
  if (person.id !== stage.slack.app.botUserId) return person
  throw new RejectedError('The bot acts by itself; choose one of the people.', { status: 404 })
}

/** The workspace says in plain errors what is not there. */
function inWords<T>(look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw new RejectedError(error instanceof Error ? error.message : String(error), { cause: error, status: 404 })
  }
}
