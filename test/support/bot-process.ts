import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PlantedBug } from '../../src/lib/fault-injection.ts'
import type { OutboxTimings } from '../../src/slack/outbox.ts'

/** What a bot in a process of its own is told on its command line. */
export interface Orders {
  readonly environment: Readonly<Record<string, string>>
  readonly timings?: Partial<OutboxTimings>
  /** How often it looks for what was left undone. */
  readonly sweepSeconds?: number
  readonly unfinishedMs?: number
  /** Imported when the database has none. */
  readonly policy?: string
  readonly crashAt?: Place
  readonly pauseAt?: Place
  readonly bugs?: readonly PlantedBug[]
  /** Several of them on one SQLite file, which a serving process otherwise refuses. */
  readonly shared?: boolean
}

interface Place {
  readonly point: string
  readonly pass: number
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A running bot. Its process is ended by its id, never by name. */
export interface BotProcess {
  readonly pid: number
  /** Where it listens; `undefined` when it ended before it did. */
  readonly url: Promise<string | undefined>
  readonly exited: Promise<Exit>
  readonly running: boolean
  /** The last lines it wrote to stderr. */
  complaints(): string
  /** Resident memory in MB as the bot reports it. */
  memory(): Promise<number>
  signal(name: NodeJS.Signals): void
  /** SIGKILL, and gone when this resolves. */
  kill(): Promise<Exit>
  /** SIGTERM; SIGKILL when it is still there after `timeoutMs`. */
  stop(timeoutMs?: number): Promise<Exit>
}

const ENTRY = new URL('bot.ts', import.meta.url).pathname
const KEPT_LINES = 60

/** Starts the real app in a child process of this Node. */
export function startBot(orders: Orders): BotProcess {
  const child = spawn(process.execPath, [ENTRY], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: compileCache() },
  })
  child.stdin.on('error', () => {}) // it may be killed while it is being told
  child.stdin.write(`${JSON.stringify(orders)}\n`)

  const lines: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
  })
  const waiting: ((value: number) => void)[] = []
  let exit: Exit | undefined
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => lines.push(String(error)))
    child.once('close', (code, signal) => {
      exit = { code, signal }
      resolve(exit)
    })
  })
  const url = new Promise<string | undefined>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { readonly url?: string; readonly memory?: number }
      if (said.url !== undefined) resolve(said.url)
      if (said.memory !== undefined) waiting.shift()?.(said.memory)
    })
    void exited.then(() => resolve(undefined))
  })

  const send = (name: NodeJS.Signals) => void (exit ?? child.kill(name))
  return {
    pid: pidOf(child),
    url,
    exited,
    get running() {
      return exit === undefined
    },
    complaints: () => lines.join('\n'),
    memory: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        child.stdin.write('memory\n')
      }),
    signal: send,
    async kill() {
      send('SIGKILL')
      return exited
    },
    async stop(timeoutMs = 12_000) {
      send('SIGTERM')
      const timer = setTimeout(() => send('SIGKILL'), timeoutMs)
      const result = await exited
      clearTimeout(timer)
      return result
    },
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The bot could not be started.')
  return pid
}

/** Children share what Node compiled before, so that a start costs little. */
function compileCache(): string {
  const folder = join(tmpdir(), 'waybill-compile-cache')
  mkdirSync(folder, { recursive: true })
  return folder
}
