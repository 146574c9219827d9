import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Fields } from './model.ts'

interface Envelope {
  readonly type: 'events_api' | 'interactive' | 'slash_commands'
  readonly payload: Fields
  readonly retry?: { readonly attempt: number; readonly reason: string }
}

export interface SocketMode {
  /** Open connections that said hello and were not asked to leave. */
  readonly connections: number
  /** A new address for apps.connections.open; good for one connection. */
  ticket(): string
  /** Resolves with the payload of the acknowledgement; rejects when none comes in time or the connection breaks. */
  send(envelope: Envelope, timeoutMs: number): Promise<unknown>
  /** As Slack does every few hours: asks each connection to reconnect, and closes it. */
  refresh(): void
  /** Cuts every connection without a word. */
  cut(): void
  /** Makes the connections of now half-dead: open, but nothing comes through any more, not even pings and pongs. */
  freeze(): void
  close(): void
}

const PING_EVERY_MS = 5_000

export function socketMode(server: Server, appId: string, address: () => string, changed: () => void): SocketMode {
  const sockets = new WebSocketServer({ noServer: true, autoPong: false })
  const tickets = new Set<string>()
  const ready: WebSocket[] = []
  const waiting = new Map<string, { ack: (payload: unknown) => void; fail: (error: Error) => void; on: WebSocket }>()
  const frozen = new WeakSet<WebSocket>()

  const leave = (socket: WebSocket) => {
    const at = ready.indexOf(socket)
    if (at >= 0) ready.splice(at, 1)
  }

  server.on('upgrade', (request, stream, head) => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? ''
    if (tickets.delete(ticket)) sockets.handleUpgrade(request, stream, head, welcome)
    else stream.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
  })

  const welcome = (socket: WebSocket) => {
    const pings = setInterval(() => {
      if (!frozen.has(socket)) socket.ping('Ping from slack')
    }, PING_EVERY_MS)
    pings.unref()
    socket.on('ping', (sent) => {
      if (!frozen.has(socket)) socket.pong(sent)
    })

    socket.on('message', (text) => {
      if (frozen.has(socket)) return
      const { envelope_id: id, payload } = parsed((text as Buffer).toString('utf8'))
      waiting.get(id ?? '')?.ack(payload)
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearInterval(pings)
      leave(socket)
      for (const { on, fail } of waiting.values()) if (on === socket) fail(new Error('The connection broke.'))
      changed()
    })

    ready.push(socket)
    const hello = {
      type: 'hello',
      num_connections: ready.length,
      debug_info: { host: 'workspace', approximate_connection_time: 18_060 },
      connection_info: { app_id: appId },
    }
    socket.send(JSON.stringify(hello))
    changed()
  }

  return {
    get connections() {
      return ready.length
    },

    ticket() {
      const ticket = randomUUID()
      tickets.add(ticket)
      return `${address().replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${appId}`
    },

    send({ type, payload, retry }, timeoutMs) {
      const socket = ready.shift()
      if (!socket) return Promise.reject(new Error('No connection is open.'))
      ready.push(socket)

      const id = randomUUID()
      const envelope = {
        envelope_id: id,
        type,
        accepts_response_payload: type !== 'events_api',
        payload,
        ...(type === 'events_api' ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' } : {}),
      }
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => settle(() => reject(new Error(`No ack within ${timeoutMs} ms.`))), timeoutMs)
        const settle = (how: () => void) => {
          clearTimeout(limit)
          waiting.delete(id)
          how()
        }
        waiting.set(id, {
          on: socket,
          ack: (answer) => settle(() => resolve(answer)),
          fail: (error) => settle(() => reject(error)),
        })
        if (!frozen.has(socket)) socket.send(JSON.stringify(envelope))
      })
    },

    refresh() {
      for (const socket of ready.splice(0)) {
        socket.send(
          JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'workspace' } }),
        )
        socket.close()
      }
    },

    cut() {
      for (const socket of sockets.clients) socket.terminate()
    },

    freeze() {
      for (const socket of sockets.clients) frozen.add(socket)
    },

    close() {
      for (const socket of sockets.clients) {
        socket.close(1001)
        setTimeout(() => socket.terminate(), 200).unref()
      }
      sockets.close()
    },
  }
}

/** What a client says that is no JSON acknowledges nothing. */
function parsed(text: string): { readonly envelope_id?: string; readonly payload?: unknown } {
  try {
    return JSON.parse(text) as { readonly envelope_id?: string; readonly payload?: unknown }
  } catch {
    return {}
  }
}
