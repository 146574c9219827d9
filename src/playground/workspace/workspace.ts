import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerAdmin } from './admin.ts'
import { changes } from './changes.ts'
import type { SlackWorkspace, WorkspaceOptions } from './contract.ts'
import { delivery } from './delivery.ts'
import { announce } from './events.ts'
import { faults } from './faults.ts'
import { recorder } from './ledger.ts'
import { addMember } from './methods/conversations.ts'
import { rateLimiter } from './rate-limits.ts'
import { readSent } from './read-sent.ts'
import { respond } from './response-url.ts'
import { DEFAULT_SCOPES } from './scopes.ts'
import type { Site } from './site.ts'
import { socketMode } from './socket-mode.ts'
import { userView } from './user-view.ts'
import { answerCall, type WebApi } from './web-api.ts'
import { channelNamed, findPerson, type Identity, newWorld } from './world.ts'

export type { SlackWorkspace, WorkspaceOptions } from './contract.ts'

/** Starts a Slack workspace on 127.0.0.1. It keeps nothing on disk. */
export async function slackWorkspace(options: WorkspaceOptions): Promise<SlackWorkspace> {
  const server = createServer()
  const timers = laterTimers()
  const site = newSite(options, server, timers)
  const { world, record, faults: fate, socket, url } = site
  let limiter = rateLimiter(options.rateLimits, world.now)

  const workspace: SlackWorkspace = {
    get url() {
      return url()
    },
    get app() {
      return { ...world.self, slackApiUrl: `${url()}/api/` }
    },
    ledger: record.ledger,
    get people() {
      return [...world.people.values()]
    },
    socket,
    get pendingDeliveries() {
      return site.delivery.pending
    },
    as: (who) => userView(site, who),
    until: (condition, timeoutMs) => site.changes.until(condition, timeoutMs),
    onChange: (listener) => site.changes.subscribe(listener),
    deliverTo(to) {
      site.delivery.url = to
    },
    announce: (event, envelope) => announce(site, event, envelope),
    get faults() {
      return { plan: fate.plan, down: fate.down }
    },
    setFaults(plan) {
      fate.plan = plan
    },
    limitRates(limits) {
      const before = limiter
      limiter = rateLimiter(limits, world.now)
      return () => {
        limiter = before
      }
    },
    failNext: (method, kind, detail) => fate.failNext(method, kind, detail),
    down(isDown) {
      fate.down = isDown
      if (isDown) socket.cut()
    },
    revoke(error) {
      fate.revoked = error
    },
    ...underfoot(site),
    reset() {
      timers.clear()
      fate.clear()
      world.reset()
      record.forget()
      site.changes.changed({ kind: 'reset' })
    },
    async close() {
      timers.clear()
      site.delivery.close()
      socket.close()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }

  const api: WebApi = { site, limit: (method, channel) => limiter(method, channel) }
  server.on('request', (request, response) => {
    answer(api, workspace, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(`The workspace itself failed: ${String(error)}`)
    })
  })
  await listen(server, options.port ?? 0)
  return workspace
}

function newSite(options: WorkspaceOptions, server: Server, { later }: LaterTimers): Site {
  const { people, channels, userGroups = [], now = Date.now } = options
  const self = identity(options)
  const world = newWorld({ self, now, people, channels, userGroups })
  const record = recorder(world)
  const waiting = changes()
  const fate = faults(options.faults)
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const socket = socketMode(server, self.appId, url, waiting.changed)
  return {
    world,
    record,
    changes: waiting,
    faults: fate,
    socket,
    url,
    later,
    scopes: options.scopes ?? DEFAULT_SCOPES,
    historyLagMs: options.historyLagMs ?? 0,
    echo: options.echo ?? true,
    delivery: delivery({
      world,
      record,
      faults: fate,
      socket,
      url: options.eventsUrl,
      ackTimeoutMs: options.ackTimeoutMs ?? 3000,
      eventRetryDelaysMs: options.eventRetryDelaysMs ?? [0, 100, 1000],
      changed: waiting.changed,
    }),
  }
}

/** What administrators of a real workspace do while the app is not looking. */
function underfoot(site: Site): Pick<SlackWorkspace, 'deactivate' | 'archive' | 'kick' | 'invite'> {
  const { world, changes } = site
  const theChannel = (named: string) => {
    const channel = world.channels.get(named) ?? channelNamed(world, named)
    if (!channel) throw new Error(`There is no channel "${named}".`)
    return channel
  }
  const thePerson = (who: string) => {
    const person = findPerson(world, who)
    if (!person) throw new Error(`Nobody here is called "${who}".`)
    return person
  }
  return {
    deactivate(who) {
      const person = thePerson(who)
      world.people.set(person.id, { ...person, deactivated: true })
      changes.changed({ kind: 'people' })
    },
    archive(channel) {
      theChannel(channel).archived = true
      changes.changed({ kind: 'channels' })
    },
    kick(who, channel) {
      theChannel(channel).members.delete(thePerson(who).id)
      changes.changed({ kind: 'channels' })
    },
    invite: (who, channel) => addMember(site, theChannel(channel), thePerson(who).id),
  }
}

interface LaterTimers {
  readonly later: Site['later']
  readonly clear: () => void
}

function laterTimers(): LaterTimers {
  const timers = new Set<NodeJS.Timeout>()
  return {
    later(delayMs, work) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        work()
      }, delayMs)
      timer.unref()
      timers.add(timer)
    },
    clear() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

async function answer(
  api: WebApi,
  workspace: SlackWorkspace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const [, place, name = '', id = ''] = pathname.split('/')
  if (place === 'api') return answerCall(api, name, request, response, await readSent(request))
  if (place === '_workspace') return answerAdmin(api.site, workspace, name, request, response)
  if (place === 'actions') {
    const { status, body } = respond(api.site, id, await readSent(request))
    return void response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }
  if (place === 'upload') return upload(api.site, id, request, response)
  response.writeHead(404).end('Not found.')
}

async function upload({ world }: Site, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let received = 0
  for await (const chunk of request) received += (chunk as Buffer).length
  const file = world.files.get(id)
  if (file) world.files.set(id, { ...file, received })
  response.writeHead(file ? 200 : 404).end(file ? `OK - ${received}` : 'file_not_found')
}

function identity(options: WorkspaceOptions): Identity {
  return {
    appId: options.appId ?? 'A0WAYBILL',
    teamId: options.teamId ?? 'T0WAYBILL',
    teamDomain: options.teamDomain ?? 'waybill-demo',
    botName: options.botName ?? 'waybill',
    botUserId: options.botUserId ?? 'U0WAYBILL',
    botId: options.botId ?? 'B0WAYBILL',
    botToken: options.botToken ?? 'xoxb-waybill-workspace',
    appToken: options.appToken ?? 'xapp-waybill-workspace',
    signingSecret: options.signingSecret,
    verificationToken: 'verification-token',
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}
