import { once } from 'node:events'
import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { buildApp, Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import type { Orders } from './bot-process.ts'
import { trainOnce } from './trained.ts'

/**
 * The real app in a process of its own, for runs that kill it. The first line of stdin says what to do; `memory` asks for the
 * memory in use. Started by `startBot`.
 */
flushCompileCache() // one that is killed would leave nothing for the next

const input = createInterface({ input: process.stdin })
const [line] = (await once(input, 'line')) as [string]
const { environment, timings, policy, crashAt, pauseAt, bugs, shared, sweepSeconds, unfinishedMs } = JSON.parse(
  line,
) as Orders

armFaults({ ...(crashAt && { crashAt }), ...(pauseAt && { pauseAt }), ...(bugs && { bugs }) })

const app = await buildApp(readSettings(environment, Settings), {
  ...(timings && { timings }),
  ...(shared && { withoutServingLock: true }),
  ...(sweepSeconds !== undefined && { sweepSeconds }),
  ...(unfinishedMs !== undefined && { unfinishedMs }),
  train: trainOnce,
})
if (policy !== undefined && !(await app.policies.current())) {
  await app.policies.importDocument(policy, { author: 'test', reason: 'a test needs one', at: app.clock.now() })
}
const { url } = await app.serve()
say({ url })

input.on('line', (asked) => {
  if (asked === 'memory') say({ memory: process.memoryUsage.rss() / 2 ** 20 })
})
// Whoever started this process is gone.
input.once('close', () => process.exit(0))
process.once('SIGTERM', () => {
  void app.stop().then(() => process.exit(0))
})

function say(fact: { readonly url: string } | { readonly memory: number }): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`)
}
