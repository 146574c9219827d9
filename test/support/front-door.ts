import { createServer, request as forward, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One click as it passed the door. Times from `performance.now()`. */
export interface Passage {
  readonly to: number
  readonly from: number
  /** Undefined while the bot has not answered. */
  until: number | undefined
}

/** What a load balancer does: one address for several bots. Clicks go to each in turn, so that two at once meet different ones. */
export interface FrontDoor {
  readonly url: string
  /** Clicks and forms so far, oldest first. */
  readonly clicks: readonly Passage[]
  close(): Promise<void>
}

export async function frontDoor(bots: readonly string[]): Promise<FrontDoor> {
  const clicks: Passage[] = []
  let turn = 0
  let clickTurn = 0

  const server = createServer((request, response) => {
    void bytesOf(request).then((body) => {
      const isClick = body.subarray(0, 8).toString() === 'payload='
      const to = isClick ? clickTurn++ % bots.length : turn++ % bots.length
      const passage: Passage = { to, from: performance.now(), until: undefined }
      if (isClick) clicks.push(passage)
      const { hostname, port } = new URL(bots[to]!)
      const { method, headers, url: path } = request
      const onward = forward(
        { hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } },
        (answer) => {
          passage.until = performance.now()
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      onward.once('error', () => response.destroy())
      onward.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clicks,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
