import { createServer } from 'node:net'
import { ConfigError, RejectedError } from '../errors.ts'
import { journeyOf } from './journey/journey.ts'
import { buildPage } from './page-server/build-page.ts'
import { startPageServer } from './page-server/server.ts'
import { SCENES } from './scenes/index.ts'
import type { Stage } from './stage/contract.ts'
import { type StageOptions, startStage } from './stage/stage.ts'

export interface PlaygroundOptions extends StageOptions {
  /** Of the page; when it is taken, the next free one. 0 takes any. */
  readonly port: number
  /** A scene to begin with, instead of the stream. */
  readonly scene?: string | undefined
  /** Feeds at once, though nobody may ever open the page; otherwise the stream begins with the first page. */
  readonly unwatched?: boolean | undefined
}

export interface Playground {
  readonly url: string
  readonly stage: Stage
  /** Ends page, people, bot and Slack. */
  stop(): Promise<void>
}

/** So many tickets come at once, so that the page is not empty. */
const AT_ONCE = 3
const PORTS_TRIED = 50
const FIRST_CARDS_MS = 5_000

/** A stage, the page that shows it, and the first tickets on their way. Errors are for people: RejectedError, ConfigError. */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const [built, started] = await Promise.allSettled([
    buildPage(),
    startStage({ ...options, sparesPeople: !options.unwatched }),
  ])
  if (started.status === 'rejected') throw started.reason
  const stage = started.value
  try {
    if (built.status === 'rejected') throw built.reason
    const port = await freePortFrom(options.port)
    if (port !== options.port) options.say?.(`Port ${options.port} is taken, so the page is on ${port}.`)
    const { promise: watched, resolve: onWatched } = Promise.withResolvers<void>()
    const page = await startPageServer({ stage, port, page: built.value, journeyOf, scenes: SCENES, onWatched })
    const stop = async () => {
      await page.stop()
      await stage.stop()
    }
    try {
      if (options.scene === undefined)
        await begin(stage, options.unwatched || options.peopleWork ? Promise.resolve() : watched)
      else await playScene(page.url, options.scene)
    } catch (error) {
      await stop()
      throw error
    }
    return { url: page.url, stage, stop }
  } catch (error) {
    await stage.stop()
    throw error
  }
}

/** The first cards at once, the rest of the stream once somebody watches. */
async function begin({ feeder, slack }: Stage, watched: Promise<void>): Promise<void> {
  const { total } = feeder.state
  const first = Math.min(AT_ONCE, total ?? AT_ONCE)
  for (let sent = 0; sent < first; sent += 1) await feeder.wish({ do: 'next' })
  // Who opens the page sees them; should they take longer, they come while somebody watches.
  await slack.until(() => slack.ledger.visible().length >= first, FIRST_CARDS_MS).catch(() => undefined)
  if (total !== null && total <= AT_ONCE) return
  // Whoever ends the playground meanwhile ends its stream too.
  void watched.then(() => feeder.wish({ do: 'play' })).catch(() => undefined)
}

/** As the button on the page does it. */
async function playScene(url: string, name: string): Promise<void> {
  const answer = await fetch(`${url}/api/scene`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name }),
  })
  const { error } = (await answer.json()) as { readonly error?: string }
  if (error !== undefined) throw new RejectedError(error)
}

async function freePortFrom(port: number): Promise<number> {
  if (port === 0) return 0
  for (let tried = port; tried < Math.min(port + PORTS_TRIED, 65_536); tried += 1) if (await isFree(tried)) return tried
  throw new ConfigError(`Port ${port} and those after it are taken. Choose another one with --port.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((found) => {
    const probe = createServer()
    probe.once('error', () => found(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => found(true)))
  })
}
