import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface Child {
  /** What it printed so far. */
  readonly lines: readonly string[]
  /** Ends it at once, the way a power cut would. */
  kill(): Promise<void>
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
}

/** Runs a script in a process of its own, which does not outlive the test. */
export function startChild(script: string, ...args: string[]): Child {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  return { lines, kill, ended }
}
