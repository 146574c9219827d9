import type { Account } from '../core/customer.ts'
import { isAlarming, isCalling } from '../core/on-call.ts'
import type { Ticket } from '../core/ticket.ts'
import type { AccountStore, Clock, Directory, PolicyStore, PostStore, SlackPost, TicketStore } from '../ports.ts'
import { callsFor } from './calls.ts'
import { cardAddress } from './card-address.ts'
import { context } from './cards/blocks.ts'
import { renderCard, renderMoved, renderPage } from './cards/card.ts'
import type { CardView } from './cards/card-view.ts'
import { renderStoodDown } from './cards/stood-down.ts'
import type { Draw } from './edits.ts'
import { type Home, homeOf } from './home.ts'
import { blockIdOf } from './post-key.ts'
import type { Message, SlackWeb } from './web.ts'

/** Chooses and draws the picture of a ticket for one post, from what is true now. */
export function pictures(parts: {
  readonly posts: Pick<PostStore, 'ofTicket'>
  readonly tickets: Pick<TicketStore, 'events' | 'openOfAccount'>
  readonly directory: Directory
  readonly policies: Pick<PolicyStore, 'current'>
  readonly accounts: Pick<AccountStore, 'byEmail'>
  readonly web: Pick<SlackWeb, 'identity'>
  readonly clock: Clock
}): Draw {
  const { posts, tickets, directory, policies, accounts, web, clock } = parts

  return async (post, ticket) => {
    const all = await posts.ofTicket(ticket.id)
    const home = await homeFor(ticket, all)
    if (post.kind === 'card' && post.state !== 'posted' && post.target !== home.channel) return undefined

    const view = await viewFor(post, ticket)
    const card = await cardAddress(all, home.channel, web)
    if (post.kind === 'page') return pageFor(post, ticket, { view, card, all })
    return post.target === home.channel ? withReason(renderCard(ticket, view), home) : renderMoved(ticket, view, card)
  }

  async function homeFor(ticket: Ticket, all: readonly SlackPost[]): Promise<Home> {
    const policy = await policies.current()
    const team = ticket.team ? await directory.team(ticket.team) : undefined
    return homeOf(team, policy ?? { triageChannel: '' }, all)
  }

  async function pageFor(
    post: SlackPost,
    ticket: Ticket,
    {
      view,
      card,
      all,
    }: { readonly view: CardView; readonly card: string | undefined; readonly all: readonly SlackPost[] },
  ): Promise<Message | undefined> {
    const call = (await callsFor(ticket, all, parts)).find(({ keys }) => keys.includes(post.key))
    if (post.state !== 'posted' && !(call && isCalling(ticket))) return undefined
    if (!call || !isAlarming(ticket)) return renderStoodDown(ticket, view, card)
    return renderPage(ticket, view, { because: call.because, card })
  }

  async function viewFor({ key }: SlackPost, ticket: Ticket): Promise<CardView> {
    const [people, teams, policy, known] = await Promise.all([
      directory.people(),
      directory.teams(),
      policies.current(),
      ticket.requester.email ? accounts.byEmail(ticket.requester.email) : undefined,
    ])
    const account = known?.account ?? accountAsDecided(ticket)
    const openTickets = account ? await tickets.openOfAccount(account.id) : 0
    const counted = account && ticket.accountId === account.id && ticket.status !== 'resolved' ? 1 : 0
    return {
      blockId: blockIdOf(key),
      now: clock.now(),
      account,
      openTickets: Math.max(0, openTickets - counted),
      nameOf: (id) => people.find((person) => person.id === id)?.name ?? id,
      slackUserOf: (id) => people.find((person) => person.id === id)?.slackUser,
      topicName: (id) => policy?.topics.find((topic) => topic.id === id)?.name ?? id,
      teamName: (id) => teams.find((team) => team.id === id)?.name ?? id,
    }
  }
}

/** The account as it was when the ticket was decided, for one that stands in no table of ours: another source knew it. */
function accountAsDecided({ accountId: id, decision }: Ticket): Account | undefined {
  const { account: name, tier } = decision?.facts ?? {}
  return id && name && tier ? { id, name, tier, domains: [], owner: undefined, value: undefined } : undefined
}

function withReason(card: Message, { insteadOf }: Home): Message {
  if (!insteadOf) return card
  const { channel, error } = insteadOf
  const why = WHY[error] ?? `Slack says ${error}`
  return {
    ...card,
    blocks: [...(card.blocks ?? []), ...context([`⚠️ Shown here because <#${channel}> cannot be used: ${why}.`])],
  }
}

const WHY: Readonly<Record<string, string>> = {
  channel_not_found: 'it does not exist, or Waybill may not see it',
  is_archived: 'it is archived',
  not_in_channel: 'Waybill is not a member of it; invite it',
  restricted_action: 'Waybill may not write in it',
}
