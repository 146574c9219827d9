import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { parseMail } from '../../lib/mail/parse-mail.ts'
import type { MailAnswer } from './mail-reader.ts'

/*
 * The process mailReader starts. Its main thread stays free, so that it ends when its parent is gone even while a mail keeps
 * the other thread busy for ever. Its argument is the heap of that thread in MiB.
 */
if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: Number(process.argv[2]) },
  })
  process.on('message', (raw: Uint8Array) => thread.postMessage(raw, []))
  process.on('disconnect', () => process.exit())
  thread.on('message', (answer: MailAnswer) => process.send?.(answer))
} else {
  parentPort?.on('message', (raw: Uint8Array) => {
    void answerFor(raw).then((answer) => parentPort?.postMessage(answer, []))
  })
}

async function answerFor(raw: Uint8Array): Promise<MailAnswer> {
  try {
    return { mail: await parseMail(raw) }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}
