import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Asked =
  | { readonly deliverTo: string }
  /** Answer once so many cards were posted, or after `timeoutMs` with how many there are. */
  | { readonly cards: number; readonly timeoutMs: number }
  | { readonly click: readonly string[]; readonly everyMs: number }

export interface Told {
  readonly apiUrl?: string
  readonly botToken?: string
  readonly cards?: number
  /** Milliseconds since 1970. */
  readonly atMs?: number
  readonly ackMs?: readonly number[]
}

export interface SlackProcess {
  readonly apiUrl: string
  readonly botToken: string
  deliverTo(url: string): void
  cards(count: number, timeoutMs: number): Promise<{ readonly cards: number; readonly atMs: number }>
  /** Milliseconds from each click to its acknowledgement; infinite when there was none. */
  click(tokens: readonly string[], everyMs: number): Promise<readonly number[]>
  stop(): void
}

export async function startSlack(): Promise<SlackProcess> {
  const child = spawn(process.execPath, [new URL('slack.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting: { readonly wants: (told: Told) => boolean; readonly resolve: (told: Told) => void }[] = []
  const answer = (wants: (told: Told) => boolean) =>
    new Promise<Told>((resolve, reject) => {
      waiting.push({ wants, resolve })
      child.once('exit', () => reject(new Error('The Slack of the benchmark ended.')))
    })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as Told
    const index = waiting.findIndex(({ wants }) => wants(told))
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(told)
  })
  const ask = (asked: Asked) => void child.stdin.write(`${JSON.stringify(asked)}\n`)

  const { apiUrl = '', botToken = '' } = await answer(({ apiUrl }) => apiUrl !== undefined)
  return {
    apiUrl,
    botToken,
    deliverTo: (url) => ask({ deliverTo: url }),
    async cards(count, timeoutMs) {
      ask({ cards: count, timeoutMs })
      const { cards = 0, atMs = 0 } = await answer((told) => told.cards !== undefined)
      return { cards, atMs }
    },
    async click(tokens, everyMs) {
      ask({ click: tokens, everyMs })
      return (await answer((told) => told.ackMs !== undefined)).ackMs ?? []
    },
    stop: () => void child.stdin.end(),
  }
}
