import { parseArgs } from 'node:util'
import { openBrowser } from '../chromium.ts'
import { PATIENCE_MS, serveStage } from '../served-stage.ts'
import { firstPaint } from './first-paint.ts'
import { fillChannel, scrollThrough } from './scroll.ts'
import { pageWeight } from './weight.ts'

/** How fast the page is there, what it weighs, and how a long channel scrolls. Says figures, asserts nothing. */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '5000' },
    loads: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
})

const CARDS = 30
const CHANNEL = { id: 'C0PLAT', name: 'platform' }

const say = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`)
}

const served = await serveStage({ perMinute: 1_200 })
try {
  const { stage, url } = served
  for (let sent = 0; sent < CARDS; sent += 1) await stage.feeder.wish({ do: 'next' })
  const cards = () =>
    stage.slack.ledger.visible().filter(({ channelName, blocks }) => channelName && blocks.some(isActions))
  await stage.slack.until(() => cards().length >= CARDS, PATIENCE_MS * 3)
  // The bot has nothing to do with the rest.
  stage.slack.deliverTo(undefined)
  await stage.bot.stop()

  const browser = await openBrowser()
  try {
    const paint = await firstPaint(browser, url, Number(values.loads))
    say(
      `first paint ${paint.firstPaintMs} ms, messages after ${paint.messagesMs} ms (medians of ${paint.loads} loads with an empty cache; slowest paint ${paint.slowestFirstPaintMs} ms)`,
    )
    const weight = await pageWeight(browser, url)
    for (const { type, files, br, gzip, plain } of weight)
      say(
        `${type}: ${files} file${files === 1 ? '' : 's'}, ${kb(br)} kB br, ${kb(gzip)} kB gzip, ${kb(plain)} kB unpacked`,
      )
    say(`all: ${kb(weight.reduce((sum, { br }) => sum + br, 0))} kB br`)

    const messages = Number(values.messages)
    const first = await fillChannel(stage.slack, CHANNEL.id, messages)
    const scroll = await scrollThrough(browser, url, { channel: CHANNEL.name, messages, first })
    say(
      `${messages} messages scrolled in ${scroll.seconds} s: frames p50 ${scroll.p50Ms} ms, p95 ${scroll.p95Ms} ms, p99 ${scroll.p99Ms} ms, longest ${scroll.longestMs} ms; ` +
        `${scroll.over50Ms} of ${scroll.frames} over 50 ms, ${scroll.dropped} dropped, ${scroll.longTasks} long tasks (longest ${scroll.longestTaskMs} ms), ${scroll.blank} blank`,
    )
    say(`heap ${scroll.heapMbBefore} MB before, ${scroll.heapMbAfter} MB after; ${scroll.nodes} nodes at the end`)
    if (values.json) process.stdout.write(`${JSON.stringify({ paint, weight, scroll })}\n`)
  } finally {
    await browser.close()
  }
} finally {
  await served.stop()
}

function isActions({ type }: { readonly type: string }): boolean {
  return type === 'actions'
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
