import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'

/** Keys as terminals send them. */
export const KEYS = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  space: ' ',
  interrupt: '\u0003',
  endOfInput: '\u0004',
} as const

export interface PseudoTerminal {
  /** Every byte that reached the screen. */
  raw(): string
  /** What can be read of it, without the strokes that draw it. */
  text(): string
  /** Resolves once `words` stand on the screen after what was waited for before; rejects after `timeoutMs`. */
  sees(words: string, timeoutMs?: number): Promise<void>
  type(keys: string): void
  readonly ended: Promise<number | null>
  /** Takes the terminal away, which ends whatever runs in it. */
  close(): Promise<void>
}

/**
 * Runs a command at a terminal of its own: `script` of util-linux (part of every Debian) makes one and hands on what is typed.
 * Fails with what to install when there is none.
 */
export function pseudoTerminal(
  command: readonly string[],
  { folder, environment }: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): PseudoTerminal {
  const line = `stty cols 110 rows 50; exec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, SHELL: '/bin/sh', TERM: 'xterm-256color', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const missing = once(child, 'error').then(([error]) => {
    throw new Error('There is no "script" here; it belongs to util-linux (Debian: bsdutils).', { cause: error })
  })
  missing.catch(() => undefined)
  let shown = ''
  let seenTo = 0
  const waiting = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (const look of waiting) look()
  })
  const ended = Promise.race([once(child, 'close').then(([code]) => code as number | null), missing])
  const text = () => stripVTControlCharacters(shown)

  return {
    raw: () => shown,
    text,

    sees: (words, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        // The frame of a question may break a line between any two words.
        const pattern = new RegExp(words.split(' ').map(literally).join('[│\\s]+'))
        const settle = (done: () => void) => {
          clearTimeout(timer)
          waiting.delete(look)
          done()
        }
        const fail = (why: string) =>
          settle(() =>
            reject(new Error(`${why} without "${words}" on the screen. The end of it:\n${text().slice(-1_500)}`)),
          )
        const look = () => {
          const found = pattern.exec(text().slice(seenTo))
          if (!found) return
          seenTo += found.index + found[0].length
          settle(resolve)
        }
        const timer = setTimeout(() => fail(`${timeoutMs} ms went by`), timeoutMs)
        waiting.add(look)
        ended.then(
          () => {
            look()
            fail('It ended')
          },
          (error: Error) => settle(() => reject(error)),
        )
        look()
      }),

    type: (keys) => void child.stdin.write(keys),
    ended,

    async close() {
      child.kill('SIGKILL')
      await ended.catch(() => undefined)
    },
  }
}

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
