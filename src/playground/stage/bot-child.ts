import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { UnavailableError } from '../../errors.ts'
import type { Bot, BotState } from './contract.ts'

export interface BotOrders {
  /** Everything it knows: nothing of our own environment gets in. PORT and HOST say where it will serve. */
  readonly environment: Readonly<Record<string, string>>
  /** Its working directory, where it would read `.env`. */
  readonly folder: string
  /** After each change of state. */
  changed(): void
}

const LAUNCHER = fileURLToPath(new URL('../../launch.mjs', import.meta.url))
/** Loaded before the bot: it ends with whoever started it, even when that one was killed. The bot knows nothing of it. */
const LEASH = 'data:text/javascript,process.once("disconnect",()=>process.exit());process.channel?.unref()'
const KEPT_LINES = 400
const LAST_WORDS = 12
const START_MS = 60_000
const STOP_MS = 12_000

/** `npm start` in a process of its own, on the same port at every start. Ended by its id, never by name. */
export function botChild({ environment, folder, changed }: BotOrders): Bot {
  const url = `http://${environment.HOST}:${environment.PORT}`
  const lines: string[] = []
  let state: BotState = { state: 'down', pid: null, starts: 0 }
  let child: ChildProcess | undefined
  let starting: Promise<void> | undefined

  const become = (next: Partial<BotState>) => {
    state = { ...state, ...next }
    changed()
  }
  const hear = (line: string) => {
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
  }

  function launch(): ChildProcess {
    const started = spawn(process.execPath, ['--import', LEASH, LAUNCHER, 'main'], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [started.stdout, started.stderr])
      if (stream) createInterface({ input: stream }).on('line', hear)
    started.once('error', (error) => hear(error.message))
    started.once('exit', (code, signal) => {
      hear(signal ? `The process ${started.pid} ended by ${signal}.` : `The process ${started.pid} ended with ${code}.`)
      if (child === started) child = undefined
      become({ state: 'down', pid: null })
    })
    return started
  }

  async function start(): Promise<void> {
    const mine = launch()
    child = mine
    become({ state: 'starting', pid: mine.pid ?? null, starts: state.starts + 1 })
    const giveUpAt = performance.now() + START_MS
    const isMine = () => child === mine
    while (isMine() && performance.now() < giveUpAt) {
      if (await answers(url)) {
        if (isMine()) become({ state: 'up' })
        return
      }
      await sleep(100)
    }
    if (isMine()) await end('SIGKILL')
    throw new UnavailableError(`The bot did not start. It said last:\n${lines.slice(-LAST_WORDS).join('\n')}`)
  }

  /** Resolves when it is gone. */
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = once(ending, 'exit')
    ending.kill(signal)
    const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }

  return {
    get state() {
      return state
    },
    url,
    start() {
      if (state.state === 'up') return Promise.resolve()
      if (state.state === 'stopping') return Promise.reject(new Error('The bot is stopping; start it once it is down.'))
      starting ??= start().finally(() => {
        starting = undefined
      })
      return starting
    },
    kill: () => end('SIGKILL'),
    async stop() {
      const askedAt = performance.now()
      if (child) become({ state: 'stopping' })
      await end('SIGTERM')
      return performance.now() - askedAt
    },
    log: () => [...lines],
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })
    return ok
  } catch {
    return false
  }
}
