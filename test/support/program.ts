import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface Program {
  readonly pid: number
  stdout(): string
  stderr(): string
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
}

/** Runs one of our programs in a process and an empty folder of its own, which do not outlive the test. */
export function startProgram(
  [script = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-program-'))
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, DATABASE_URL: `sqlite:${join(folder, 'waybill.db')}`, ...environment },
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  return { pid: child.pid ?? 0, stdout: () => said.stdout, stderr: () => said.stderr, ended }
}
