import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { ConfigError } from '../../errors.ts'
import type { PageStatus } from '../page-contract.ts'
import type { Stage } from '../stage/contract.ts'
import { buildPage } from './build-page.ts'
import { cardTickets } from './card-tickets.ts'
import { commandHints, shortcutHints } from './hints.ts'
import type { House } from './house.ts'
import type { PageFiles } from './page-files.ts'
import { readMarks } from './read-marks.ts'
import { type JourneyOf, routes } from './routes.ts'
import { type PlayableScene, sceneBoard } from './scenes.ts'
import type { StreamOptions } from './stream.ts'
import { streams } from './streams.ts'
import { ticketWatch } from './ticket-watch.ts'

export interface PageServerOptions extends StreamOptions {
  readonly stage: Stage
  /** 0 takes a free one. */
  readonly port: number
  /** What `buildPage` resolved with; built now when left out. */
  readonly page?: PageFiles
  readonly journeyOf: JourneyOf
  readonly scenes: readonly PlayableScene[]
  /** Called each time a page begins to listen while no other does. */
  onWatched?(): void
}

export interface PageServer {
  readonly url: string
  stop(): Promise<void>
}

const HANG_UP_MS = 1_000

/** Serves the playground's page on 127.0.0.1. ConfigError when the port cannot be had or the page cannot be built. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { stage, port, journeyOf, scenes, page, onWatched, ...limits } = options
  const files = page ?? (await buildPage())

  const listening = streams((isWatched) => {
    if (!isWatched) return tickets.pause()
    tickets.start()
    onWatched?.()
  })
  const tickets = ticketWatch({
    app: stage.app,
    people: stage.people,
    onTicket: (number) => listening.tell({ kind: 'ticket', number }),
    onCounts: () => listening.tell({ kind: 'status' }),
  })
  const house: House = {
    stage,
    teamName: nameOf(stage.slack.app.teamDomain),
    cards: cardTickets(stage.app),
    marks: readMarks(),
    tickets,
    scenes: sceneBoard(scenes, stage, (name) => listening.tell({ kind: 'scene', name })),
    commands: commandHints(),
    shortcuts: shortcutHints(),
    status: () => statusOf(stage, tickets.counts),
  }

  const server = createAdaptorServer({
    fetch: routes({ house, streams: listening, journeyOf, files, ...limits }).fetch,
    overrideGlobalObjects: false,
  }) as Server
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch((error: unknown) => {
    throw cannotListen(error, port)
  })

  let stopping: Promise<void> | undefined
  const deaf = [
    stage.slack.onChange((change) => {
      listening.happened(change)
      tickets.nudge()
    }),
    stage.onChange(() => listening.tell({ kind: 'status' })),
  ]
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      stopping ??= (async () => {
        for (const stop of deaf) stop()
        listening.close()
        tickets.pause()
        await hangUp(server)
      })()
      return stopping
    },
  }
}

/** Lets answers under way and streams that were told to end come to their end, but not for long. */
async function hangUp(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const late = setTimeout(() => server.closeAllConnections(), HANG_UP_MS)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}

function statusOf({ bot, feeder, breaks, model }: Stage, counts: PageStatus['counts']): PageStatus {
  return { bot: bot.state, feed: feeder.state, broken: breaks.on, model, counts }
}

/** `waybill-demo` is "Waybill demo". */
const nameOf = (domain: string): string => domain.charAt(0).toUpperCase() + domain.slice(1).replaceAll('-', ' ')

function cannotListen(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new ConfigError(`Port ${port} is taken by another program. Choose another one with --port.`)
  if (code === 'EACCES') return new ConfigError(`Port ${port} needs more rights. Choose one above 1023 with --port.`)
  return error
}
