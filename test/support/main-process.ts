import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Where a program of ours is started, and as whom. */
export interface Place {
  /** The folder with package.json. */
  readonly tree: string
  /** Where it runs: no .env of a checkout is read there. */
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  /** User and group id; our own when left out. */
  readonly runAs?: number | undefined
}

export interface MainProcess {
  readonly url: string
  /** Lines of its log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  /** Waits for a line of this message. */
  says(message: string, timeoutMs?: number): Promise<Readonly<Record<string, unknown>>>
  /** SIGTERM: how long it took, and its exit code. SIGKILL after twenty seconds. */
  stop(): Promise<{ readonly ms: number; readonly code: number | null }>
  kill(): void
}

const LONGEST_STOP_MS = 20_000

/** Exactly what the container runs: `node src/launch.mjs main`. Resolves when it serves. */
export async function startMain(place: Place): Promise<MainProcess> {
  const child = start(place, ['main'])
  const log: Readonly<Record<string, unknown>>[] = []
  const waiting = new Set<() => void>()
  const other: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => {
    try {
      log.push(JSON.parse(line) as Readonly<Record<string, unknown>>)
    } catch {
      other.push(line)
    }
    for (const look of waiting) look()
  })
  const ended = new Promise<number | null>((resolve) => void child.once('close', (code) => resolve(code)))

  const says: MainProcess['says'] = (message, timeoutMs = 60_000) =>
    new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        waiting.delete(look)
        clearTimeout(timer)
        done()
      }
      const look = () => {
        const line = log.find(({ msg }) => msg === message)
        if (line) settle(() => resolve(line))
      }
      const fail = (why: string) =>
        settle(() => reject(new Error(`${why} before it said "${message}":\n${other.join('\n')}`)))
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs)
      void ended.then((code) => fail(`It ended with ${String(code)}`))
      waiting.add(look)
      look()
    })

  const { url } = await says('waybill serves')
  return {
    url: String(url),
    log,
    says,
    async stop() {
      const from = performance.now()
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS)
      const code = await ended
      clearTimeout(timer)
      return { ms: Math.round(performance.now() - from), code }
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** A command such as `backup file --json`; resolves with what it wrote to standard output, rejects when it failed. */
export async function runCommand(place: Place, args: readonly string[]): Promise<string> {
  const child = start(place, ['cli', ...args])
  const said = { out: '', err: '' }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve))
  if (code !== 0) throw new Error(`waybill ${args.join(' ')} ended with ${String(code)}: ${said.err}`)
  return said.out
}

function start({ tree, cwd, environment, runAs }: Place, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [`${tree}/src/launch.mjs`, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
    ...(runAs === undefined ? {} : { uid: runAs, gid: runAs }),
  })
}
