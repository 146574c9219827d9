import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { InboundTicket } from '../../core/ticket.ts'
import { SECOND } from '../../core/time.ts'
import { UnavailableError } from '../../errors.ts'
import type { ParsedMail } from '../../lib/mail/parse-mail.ts'
import type { Clock } from '../../ports.ts'
import { degradedInbound, KEPT_OF_GIANT_BYTES, mailInbound } from './inbound.ts'

export type MailAnswer = { readonly mail: ParsedMail } | { readonly why: string }

export interface MailReader {
  /** Never rejects because of the mail: what cannot be parsed becomes a degraded ticket that says why. */
  read(raw: Uint8Array): Promise<InboundTicket>
  /** Ends the workers; reads still under way reject with UnavailableError, so that nothing half-read is stored. */
  close(): Promise<void>
}

export interface MailReaderOptions {
  readonly clock: Clock
  /** A mail that takes longer costs its worker. 10 s when left out. */
  readonly timeoutMs?: number
  /** Heap of a worker in MiB; 256 when left out. */
  readonly memoryMb?: number
  /** Larger mails are not parsed; 25 MiB when left out. */
  readonly longestMailBytes?: number
  readonly workers?: number
  /** Another worker script, for tests. */
  readonly script?: URL
}

/** Larger mails are not parsed. */
export const LONGEST_MAIL_BYTES = 25 * 1024 * 1024

const CLOSED = 'The mail reader was closed; the mail was not read.'

/**
 * Reads mails in processes of their own that are reused, and replaced when a mail hangs or crashes them. They see none of our
 * environment. Processes, not threads: a thread that allocates fast takes the whole process with it, limits or not.
 */
export function mailReader({
  clock,
  timeoutMs = 10 * SECOND,
  memoryMb = 256,
  longestMailBytes = LONGEST_MAIL_BYTES,
  workers = 2,
  script = new URL('./mail-worker.ts', import.meta.url),
}: MailReaderOptions): MailReader {
  const idle: ChildProcess[] = []
  const waiting: ((worker: ChildProcess | undefined) => void)[] = []
  const alive = new Set<ChildProcess>()
  let closed = false

  const start = (): ChildProcess => {
    const worker = fork(script, [String(memoryMb)], {
      execArgv: [`--max-old-space-size=${memoryMb}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    alive.add(worker)
    worker.on('error', () => worker.kill('SIGKILL')) // such as a pipe that broke while a mail was on its way
    worker.once('exit', () => {
      alive.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      const next = closed ? undefined : waiting.shift()
      next?.(start())
    })
    return worker
  }

  const borrow = (): ChildProcess | Promise<ChildProcess | undefined> => {
    const free = idle.pop()
    if (free) return free
    if (alive.size < workers) return start()
    return new Promise((resolve) => waiting.push(resolve))
  }

  const giveBack = (worker: ChildProcess): void => {
    const next = waiting.shift()
    if (next) {
      next(worker)
    } else {
      letProcessEnd(worker)
      idle.push(worker)
    }
  }

  return {
    async read(raw) {
      if (raw.length > longestMailBytes) {
        const limit = Math.round(longestMailBytes / 1024 / 1024)
        const why = `The mail is larger than ${limit} MiB; its first ${KEPT_OF_GIANT_BYTES / 1024} KiB are kept.`
        return degradedInbound(raw.subarray(0, KEPT_OF_GIANT_BYTES), why, clock.now())
      }
      const worker = closed ? undefined : await borrow()
      if (!worker) throw new UnavailableError(CLOSED)

      const answer = await ask(worker, raw, timeoutMs)
      if (answer.isAlive) giveBack(worker)
      else worker.kill('SIGKILL')

      if (closed && !answer.isAlive) throw new UnavailableError(CLOSED)
      if ('mail' in answer) return mailInbound(answer.mail, raw, clock.now())
      return degradedInbound(raw, `The mail could not be read: ${answer.why}.`, clock.now())
    },

    async close() {
      closed = true
      for (const next of waiting.splice(0)) next(undefined)
      await Promise.all([...alive].map(end))
    },
  }
}

/** One mail to one worker. A worker that said nothing in time, or ended, is not alive. */
function ask(
  worker: ChildProcess,
  raw: Uint8Array,
  timeoutMs: number,
): Promise<MailAnswer & { readonly isAlive: boolean }> {
  return new Promise((resolve) => {
    const settle = (answer: MailAnswer, isAlive: boolean) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('exit', onExit)
      resolve({ ...answer, isAlive })
    }
    const onMessage = (answer: unknown) => settle(answer as MailAnswer, true)
    const onExit = (code: number | null, signal: string | null) =>
      settle({ why: `it made the parser run out of memory or crash (${signal ?? `exit code ${code}`})` }, false)
    const timer = setTimeout(() => settle({ why: `it took longer than ${timeoutMs / SECOND} s` }, false), timeoutMs)

    worker.on('message', onMessage).on('exit', onExit)
    worker.ref()
    worker.channel?.ref()
    worker.send(raw, () => {}) // a pipe that broke shows as 'exit'
  })
}

/** An idle worker must not keep us from ending. */
function letProcessEnd(worker: ChildProcess): void {
  worker.unref()
  worker.channel?.unref()
}

async function end(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit')
  worker.ref()
  worker.kill('SIGKILL')
  await ended
}
