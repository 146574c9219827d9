import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind } from '../../src/playground/workspace/faults.ts'
import { shuffled } from '../../src/text-model/random.ts'
import type { BotProcess } from '../support/bot-process.ts'
import type { CrashPoint } from './crash-points.ts'
import type { Field } from './field.ts'
import { one, type Random, STORIES, STORY_NAMES, type StoryName } from './stories.ts'

/** What helps to reach the points of a name: ordinary life comes to most of them by itself. */
interface Help {
  readonly points: RegExp
  /** Faults the next calls of a method meet for certain. */
  readonly faults?: readonly (readonly [method: string, kind: FaultKind])[]
  readonly stories?: readonly StoryName[]
  /** Somebody was killed here just before, so that there is something to be taken up again. */
  readonly after?: string
  /** Slack tells the bot nothing of its own posts meanwhile. */
  readonly deaf?: boolean
  /** The database has no policy, so that jobs fail. */
  readonly withoutPolicy?: boolean
}

const POST = 'chat.postMessage'
const every = (kind: FaultKind) => Array.from({ length: 4 }, () => [POST, kind] as const)

const HELP: readonly Help[] = [
  { points: /^queue\.(fail|postpone)/, withoutPolicy: true },
  { points: /^slack\.replay/, after: 'slack.receive.after-store', stories: ['race', 'race', 'race'] },
  { points: /^http\.replay/, after: 'http.webhook.after-store' },
  { points: /^outbox\.(before|after)-(adopt|reconcile)/, faults: every('accept-then-reset'), deaf: true },
  { points: /echo/, faults: every('accept-then-reset') },
  { points: /^outbox\.(before|after)-release/, faults: every('before-reset') },
  { points: /^outbox\.(before|after)-(delete|sweep|doubt)/, faults: every('late-landing') },
  {
    points: /stub/,
    faults: every('late-landing'),
    stories: ['ask', 'ask', 'ask', 'ask'],
  },
  { points: /learn/, stories: ['race', 'reassign'] },
  { points: /page/, stories: ['escalate', 'alarm'] },
  { points: /submit/, stories: ['reassign', 'reassign'] },
  { points: /command/, stories: ['ask', 'race'] },
]

export interface LaneOptions {
  readonly points: readonly CrashPoint[]
  readonly random: Random
  /** Which time the point is passed kills; the first when this is 1. */
  readonly latestPass: number
  readonly log: (line: string) => void
}

export interface LaneResult {
  /** Points nobody could get a bot to reach. */
  readonly missed: readonly string[]
  readonly stuck: readonly string[]
}

const TRIES = 6
const STORIES_PER_LIFE = 2
const MOST_OPEN_STORIES = 12
/** How long a bot may live without reaching its point. */
const LIFE_MS = 9_000
const DRAIN_MS = 60_000
const STORIES_END_MS = 90_000

/** Kills a bot at every point, one life after another, while people go on sending and clicking; then lets it come to rest. */
export async function runLane(field: Field, { points, random, latestPass, log }: LaneOptions): Promise<LaneResult> {
  const open = new Set<Promise<void>>()
  const stuck: string[] = []
  const missed: string[] = []

  const begin = (name: StoryName) => {
    const story = STORIES[name](field, random)
      .catch((error: unknown) => void stuck.push(`${name}: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => open.delete(story))
    open.add(story)
    return story
  }

  // Jobs fail only while there is no policy, so those points come first.
  const order = shuffled(points, random).sort((a, b) => Number(needsNoPolicy(b)) - Number(needsNoPolicy(a)))
  for (const { name: point } of order) {
    // A bot that cannot even start would fail at every point; it is said once.
    if (field.accidents.length > 2)
      return { missed, stuck: [...stuck, 'bots end by themselves; the rest was not tried'] }
    const help = HELP.filter(({ points: names }) => names.test(point))
    if (await reach(point, help)) continue
    missed.push(point)
    log(`${field.name}: ${point} was never reached`)
  }

  log(`${field.name}: every point was tried, coming to rest`)
  const last = await field.start()
  await endOfStories()
  const left = await field.rest(DRAIN_MS)
  if (left !== undefined) stuck.push(`it never came to rest: ${left}\n${last.complaints()}`)
  return { missed, stuck }

  async function reach(point: string, help: readonly Help[]): Promise<boolean> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const pass = attempt === 1 ? 1 + Math.floor(random() * latestPass) : 1
      const before = help.find(({ after }) => after)?.after
      if (before) await dieAt(before, 1, help)
      if (await dieAt(point, pass, help)) return true
    }
    return false
  }

  /** One life: true when the bot died where it was meant to. */
  async function dieAt(point: string, pass: number, help: readonly Help[]): Promise<boolean> {
    const kills = field.counts.kills
    const policy = !help.some(({ withoutPolicy }) => withoutPolicy)
    const bot = await field.start({ crashAt: { point, pass }, policy })
    const died = () => !bot.running && field.counts.kills > kills
    const stories: Promise<void>[] = []
    for (const { faults = [] } of help)
      for (const [method, kind] of faults) field.slack.failNext(method, kind, { lateMs: 900 })
    const { faults: plan } = field
    if (plan && help.some(({ deaf }) => deaf)) field.slack.setFaults({ ...plan, droppedEvents: 1 })
    const wanted = help.flatMap(({ stories: names = [] }) => names)
    while (wanted.length < STORIES_PER_LIFE) wanted.push(one(STORY_NAMES, random))
    const room = open.size < MOST_OPEN_STORIES ? wanted.length : 1
    if (bot.running) for (const name of wanted.slice(0, room)) stories.push(begin(name))

    const listeningAt = performance.now()
    await ended(bot, stories)
    const livedMs = Math.round(performance.now() - listeningAt)
    if (bot.running) await field.killAtRandom(bot)
    field.slack.setFaults(plan)
    const end = died() ? 'killed it' : 'not reached'
    log(`${field.name}: ${point} ${end} after ${livedMs} ms, ${open.size} stories open`)
    return died()
  }

  async function ended(bot: BotProcess, stories: readonly Promise<void>[]): Promise<void> {
    const told = Promise.all(stories).then(() => sleep(2_500, undefined, { ref: false }))
    const longest = sleep(LIFE_MS, undefined, { ref: false })
    await Promise.race([bot.exited, longest, stories.length > 0 ? told : longest])
  }

  async function endOfStories(): Promise<void> {
    const giveUp = sleep(STORIES_END_MS, 'late' as const, { ref: false })
    while (open.size > 0) {
      if ((await Promise.race([giveUp, ...open])) !== 'late') continue
      stuck.push(`${open.size} stories did not end within ${STORIES_END_MS} ms`)
      return
    }
  }
}

const needsNoPolicy = ({ name }: CrashPoint): boolean =>
  HELP.some(({ points, withoutPolicy }) => withoutPolicy === true && points.test(name))
