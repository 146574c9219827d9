import { setTimeout as sleep } from 'node:timers/promises'
import { inTurn } from '../../src/lib/in-turn.ts'
import type { Shown } from '../support/board.ts'
import {
  ALARM_WORD,
  FEW_TOPICS,
  membersOf,
  sampleTickets,
  TEAMS,
  type TeamName,
  TOPIC_TEAMS,
  WORKERS,
  type Worker,
} from '../support/workplace.ts'
import type { Deed, Field, Input } from './field.ts'

/** Uniform, 0 ≤ x < 1. */
export type Random = () => number

/** What people do with one ticket, from its sending to the last click. Resolves when they are done with it. */
export type Story = (field: Field, random: Random) => Promise<void>

/** People do not give up while bots die under them; the end of the run says when it has taken too long. */
const STEP_MS = 300_000
const FORM_MS = 1_500
const PAUSE_MS = 60

const samples = sampleTickets().filter(({ topic }) => FEW_TOPICS.some((few) => few === topic))
/** Only one form at a time is open on somebody's screen. */
const atTheirDesk = inTurn()

export const STORIES = {
  /** Two people want it, one gets it and resolves it. */
  async race(field, random) {
    const input = await send(field, random)
    const [first, second] = two(WORKERS, random)
    await Promise.all([press(field, input, 'accept', first), press(field, input, 'accept', second)])
    const winner = await holder(field, input, [first, second])
    if (winner) await press(field, input, 'resolve', winner)
  },

  /** It went to the wrong team: the form is filled in, and somebody there takes it and resolves it. */
  async reassign(field, random) {
    const input = await send(field, random)
    const card = await cardWith(field, input, 'reassign')
    let [topic, team] = elsewhere(card, random)
    // The form says no when the ticket has that topic already, though nobody was sure enough to send it there.
    while ((await reassign(field, input, one(WORKERS, random), { team, topic })).refused)
      [topic, team] = elsewhere(card, random)
    await field.slack.until(
      () => field.board.cards(input.token).some(({ channel }) => channel === TEAMS[team].channel),
      STEP_MS,
    )
    const next = one(membersOf(team), random)
    await press(field, input, 'accept', next)
    if (random() < 0.5) await press(field, input, 'resolve', next)
  },

  async escalate(field, random) {
    const input = await send(field, random)
    const [caller, called] = two(WORKERS, random)
    await press(field, input, 'escalate', caller)
    await press(field, input, 'acknowledge', called)
    await press(field, input, 'resolve', called)
  },

  /** P1 from the first moment: somebody is called at once. */
  async alarm(field, random) {
    const input = await send(field, random, ALARM_WORD)
    const called = one(WORKERS, random)
    await press(field, input, 'acknowledge', called)
    await press(field, input, 'accept', called)
  },

  async handBack(field, random) {
    const input = await send(field, random)
    const [first, second] = two(WORKERS, random)
    await press(field, input, 'accept', first)
    await press(field, input, 'hand-back', first)
    await press(field, input, 'accept', second)
  },

  async undo(field, random) {
    const input = await send(field, random)
    const person = one(WORKERS, random)
    await press(field, input, 'accept', person)
    await press(field, input, 'undo', person)
  },

  /** Nobody does anything, which must end well too. */
  async leave(field, random) {
    await send(field, random)
  },

  /** Somebody asks about a ticket; if two copies of its card are ever to be seen, they answer to the second one. */
  async ask(field, random) {
    const input = await send(field, random)
    const person = one(WORKERS, random)
    await field.slack.as(person.id).command('/waybill help', TEAMS[person.team].channel)
    const [, second] = await field.slack.until(() => lookedFor(field, input, 2), 4_000).catch(() => [])
    if (second) await field.slack.as(person.id).say(second.channel, 'I am looking at this', { thread: second.ts })
  },
} satisfies Record<string, Story>

export type StoryName = keyof typeof STORIES
export const STORY_NAMES = Object.keys(STORIES) as readonly StoryName[]

const lookedFor = (field: Field, { token }: Input, count: number): readonly Shown[] | undefined => {
  const cards = field.board.cards(token)
  return cards.length >= count ? cards : undefined
}

export function send(field: Field, random: Random, word = ''): Promise<Input> {
  const token = field.newToken()
  const { subject, body } = one(samples, random)
  return field.send({ token, subject: `[${token}] ${word} ${subject}`.slice(0, 150), body }, Math.floor(random() * 3))
}

/** Waits for a card of this ticket that offers the action. */
export async function cardWith(field: Field, { token }: Input, action: string): Promise<Shown> {
  const offers = (card: Shown) => card.controls.some(({ actionId }) => actionId === `waybill:${action}`)
  return field.slack.until(() => field.board.cards(token).find(offers), STEP_MS)
}

/** Clicks until Slack says it went through, or until the card no longer offers it after a click nobody heard back from. */
export async function press(field: Field, input: Input, kind: Deed['kind'], person: Worker): Promise<Deed> {
  const deed: Deed = { kind, person: person.id, attempts: 0, acked: false, refused: false }
  input.deeds.push(deed)
  while (!deed.acked) {
    const card = await cardWith(field, input, kind).catch((error: unknown) => {
      if (deed.attempts > 0) return undefined
      throw new Error(`${input.token}: nobody could ${kind}; ${stateOf(field, input)}`, { cause: error })
    })
    if (!card) return deed
    deed.attempts += 1
    deed.acked = await click(field, person, card, kind)
    if (deed.acked) return deed
    await sleep(PAUSE_MS)
    await field.awake()
    if (!offered(field, input, kind)) return deed
  }
  return deed
}

const offered = (field: Field, { token }: Input, kind: Deed['kind']): boolean =>
  field.board.cards(token).some((card) => card.controls.some(({ actionId }) => actionId === `waybill:${kind}`))

async function click(field: Field, person: Worker, card: Shown, kind: string): Promise<boolean> {
  const where = ({ channel, ts }: { readonly channel: string; readonly ts: string }) =>
    channel === card.channel && ts === card.ts
  try {
    const { acked } = await field.slack.as(person.id).click(where, `waybill:${kind}`)
    return acked
  } catch {
    return false // the card changed under their finger
  }
}

interface Target {
  readonly team: TeamName
  readonly topic: string
}

function reassign(field: Field, input: Input, person: Worker, { team, topic }: Target): Promise<Deed> {
  const deed: Deed = { kind: 'reassign', person: person.id, attempts: 0, acked: false, refused: false }
  input.deeds.push(deed)
  const view = field.slack.as(person.id)
  return atTheirDesk(`${field.name}/${person.id}`, async () => {
    const giveUpAt = Date.now() + STEP_MS
    while (!deed.acked) {
      if (Date.now() > giveUpAt)
        throw new Error(`${input.token}: the form could not be submitted; ${stateOf(field, input)}`)
      if (field.board.cards(input.token).some(({ channel }) => channel === TEAMS[team].channel)) return deed
      const card = await cardWith(field, input, 'reassign')
      const opened = (await click(field, person, card, 'reassign')) && (await formOpen())
      if (!opened) {
        await sleep(PAUSE_MS)
        await field.awake()
        continue
      }
      deed.attempts += 1
      const { status } = await view.submit({ team, wrong: 'topic', topic })
      deed.acked = status === 'closed' || status === 'errors'
      deed.refused = status === 'errors'
      if (status !== 'closed') await view.close()
    }
    return deed
  })

  async function formOpen(): Promise<boolean> {
    const { slack } = field
    return slack.until(() => view.modal()?.callbackId === 'waybill:reassign', FORM_MS).catch(() => false)
  }
}

/** Who of these the card says is on it. Undefined when neither click was ever acknowledged and none took effect. */
async function holder(field: Field, { token }: Input, people: readonly Worker[]): Promise<Worker | undefined> {
  const named = () =>
    people.find(({ name }) => field.board.cards(token).some(({ shows }) => shows.includes(`${name} is on it`)))
  return field.slack.until(named, STEP_MS).catch(() => undefined)
}

/** A topic of another team than the one whose channel the card hangs in. */
function elsewhere({ channel }: Shown, random: Random): readonly [string, TeamName] {
  const others = FEW_TOPICS.map((topic) => [topic, TOPIC_TEAMS[topic]!] as const)
  return one(
    others.filter(([, team]) => TEAMS[team].channel !== channel),
    random,
  )
}

const stateOf = (field: Field, { token }: Input): string => {
  const cards = field.board.cards(token)
  const shown = cards.map(({ channel, shows }) => `${channel}: ${shows.slice(0, 300)}`).join(' | ')
  return cards.length === 0 ? 'it has no card' : `its cards say ${shown}`
}

export function one<Thing>(things: readonly Thing[], random: Random): Thing {
  return things[Math.floor(random() * things.length)]!
}

function two<Thing>(things: readonly Thing[], random: Random): readonly [Thing, Thing] {
  const first = one(things, random)
  return [
    first,
    one(
      things.filter((thing) => thing !== first),
      random,
    ),
  ]
}
