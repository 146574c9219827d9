import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../../app.ts'
import type { Person } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import type { Ticket } from '../../core/ticket.ts'
import { inTurn } from '../../lib/in-turn.ts'
import { type Deed, deedsFor } from '../demo/behaviour.ts'
import type { SlackWorkspace } from '../workspace/contract.ts'
import type { VisibleMessage } from '../workspace/ledger.ts'
import type { StreamTicket } from './stream.ts'

export interface PeopleAtWork {
  /** A ticket of the stream; while people work, somebody will see to its card. */
  saw(truth: StreamTicket, externalId: string, index: number): void
  /** Off: nobody begins anything more. On again: they begin with what came meanwhile. */
  work(isOn: boolean): void
  close(): void
}

export interface Hands {
  readonly app: Pick<App, 'tickets' | 'posts' | 'accounts'>
  readonly slack: SlackWorkspace
  readonly people: readonly Person[]
  readonly policy: Policy
  readonly seed: number
  /** Between two things one person does, milliseconds; two to six seconds when left out. */
  readonly handsMs?: number
}

/** So many cards are seen to at the same time. */
const AT_ONCE = 8
/** How long somebody looks for a card, and how often they try a click that failed. */
const PATIENCE_MS = 10 * 60_000
const LOOK_MS = 300
const TRIES = 8
const TRY_AGAIN_MS = 3_000

/**
 * The people of the town, doing with the cards of the stream what `deedsFor` says. Nothing they do ever throws: what they
 * cannot do now they try again, then leave.
 */
export function peopleAtWork(hands: Hands): PeopleAtWork {
  const { app, slack, people, policy, seed } = hands
  const closing = new AbortController()
  const { signal } = closing
  const numberOf = numbering(app)
  const waiting: (() => Promise<void>)[] = []
  let isOn = false
  let busy = 0
  const wait = (ms: number) => sleep(ms, undefined, { signal, ref: false })
  const asPeopleDo = (name: string) => wait(hands.handsMs ?? 2_000 + chance(`${seed}/${name}`) * 4_000)

  async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    const giveUpAt = performance.now() + PATIENCE_MS
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (performance.now() > giveUpAt) throw new Error('There is nothing to see to.')
      await wait(LOOK_MS)
    }
  }

  async function seeTo(truth: StreamTicket, externalId: string, index: number): Promise<void> {
    const ticket = await until(() => decided(externalId))
    if (!UNTOUCHED.has(ticket.status)) return
    const deeds = await deedsOn(ticket, truth, index)
    if (ticket.decision?.page) await acknowledge(ticket, externalId)
    for (const [place, deed] of deeds.entries()) {
      await asPeopleDo(`${externalId}/${place}`)
      if (!isOn) return
      await stubbornly(() => perform(deed, ticket.id))
    }
  }

  async function decided(externalId: string): Promise<Ticket | undefined> {
    const number = await numberOf(externalId)
    const ticket = number === undefined ? undefined : await app.tickets.byNumber(number)
    return ticket && ticket.status !== 'received' ? ticket : undefined
  }

  /** What nobody knows the truth about is taken as Waybill reads it; in triage it stays for the people at the screen. */
  async function deedsOn(ticket: Ticket, truth: StreamTicket, index: number): Promise<readonly Deed[]> {
    const isTopic = policy.topics.some(({ id }) => id === truth.topic)
    const topic = isTopic ? truth.topic : ticket.topic
    if (topic === undefined || (!isTopic && ticket.status === 'triage')) return []
    const { account } = await app.accounts.byEmail(truth.from.email)
    const known = { ...truth, topic, priority: truth.priority ?? ticket.priority ?? 'P3' }
    return deedsFor(ticket, known, index, { people, policy, tier: account?.tier })
  }

  /** Whoever was called answers. */
  async function acknowledge({ id }: Ticket, name: string): Promise<void> {
    await asPeopleDo(`${name}/page`)
    await stubbornly(async () => {
      const call = await until(async () =>
        (await app.posts.ofTicket(id)).find(({ kind, state }) => kind === 'page' && state === 'posted'),
      )
      const person = slack.as(call.target)
      const page = person.sees('@waybill').find(({ ts }) => ts === call.ts)
      if (!page) throw new Error('The call is gone.')
      await person.click(page, 'waybill:acknowledge')
    })
  }

  async function perform(deed: Deed, id: Ticket['id']): Promise<void> {
    const person = slack.as(deed.who.slackUser)
    // A form somebody has open is theirs; another one on top would be in their way.
    await until(async () => (person.modal() ? undefined : true))
    const { version } = await app.tickets.get(id)
    const card = await until(() => cardOf(id, version))
    await person.click(card, `waybill:${deed.does}`)
    if (deed.does === 'reassign') {
      await slack.until(() => person.modal(), 5_000)
      const { team, topic, priority, wrong } = deed
      const { status } = await person.submit({ team, wrong, topic, priority })
      if (person.modal()) await person.close()
      if (status !== 'closed') throw new Error('The form was not taken.')
    }
    await slack.until(async () => (await app.tickets.get(id)).version > version, 10_000)
  }

  /** The card as it stands in a channel now, once it shows this version of the ticket. */
  async function cardOf(id: Ticket['id'], version: number): Promise<VisibleMessage | undefined> {
    const post = (await app.posts.ofTicket(id)).find(
      ({ kind, state, sentVersion }) => kind === 'card' && state === 'posted' && (sentVersion ?? -1) >= version,
    )
    if (!post?.channel || !post.ts) return undefined
    return slack.ledger.visible(post.channel).find(({ ts }) => ts === post.ts)
  }

  async function stubbornly(deed: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await deed()
      } catch (error) {
        if (tries === TRIES || signal.aborted) throw error
        await wait(TRY_AGAIN_MS)
      }
    }
  }

  function takeNext(): void {
    while (busy < AT_ONCE) {
      const work = isOn ? waiting.shift() : undefined
      if (!work) return
      busy += 1
      // Somebody else was quicker, Slack or the bot stayed away: people shrug and take the next card.
      void work()
        .catch(() => undefined)
        .finally(() => {
          busy -= 1
          takeNext()
        })
    }
  }

  return {
    saw(truth, externalId, index) {
      waiting.push(() => seeTo(truth, externalId, index))
      takeNext()
    },
    work(wanted) {
      isOn = wanted
      takeNext()
    },
    close() {
      isOn = false
      closing.abort()
    },
  }
}

const UNTOUCHED: ReadonlySet<Ticket['status']> = new Set(['triage', 'queued', 'offered'])

/** The numbers of tickets by the id of their first message; looks only at those that came since it was last asked. */
function numbering({ tickets }: Hands['app']): (externalId: string) => Promise<number | undefined> {
  const numbers = new Map<string, number>()
  const turn = inTurn()
  let seen = 0
  return (externalId) =>
    turn('look', async () => {
      while (!numbers.has(externalId)) {
        const ticket = await tickets.byNumber(seen + 1)
        if (!ticket) return undefined
        seen += 1
        const [first] = await tickets.messages(ticket.id)
        if (first) numbers.set(first.externalId, ticket.number)
      }
      return numbers.get(externalId)
    })
}

/** 0 ≤ x < 1, the same for the same text. */
const chance = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
