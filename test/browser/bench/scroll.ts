import type { Browser, Page } from 'playwright-core'
import type { SlackWorkspace } from '../../../src/playground/workspace/contract.ts'
import { WIDE } from '../served-stage.ts'
import { type Frames, recordFrames } from './frames.ts'

export interface Scroll extends Frames {
  readonly messages: number
  readonly seconds: number
  readonly heapMbBefore: number
  readonly heapMbAfter: number
  /** Nodes of the document at the end; only rows on the screen should exist. */
  readonly nodes: number
}

/** How far one notch of the wheel goes, pixels; faster than people turn it. */
const NOTCH = 1_200

/** From the newest message of a channel up to its first, through all pages of history. */
export async function scrollThrough(
  browser: Browser,
  url: string,
  { channel, messages, first }: { readonly channel: string; readonly messages: number; readonly first: string },
): Promise<Scroll> {
  const context = await browser.newContext({ viewport: { ...WIDE } })
  const page = await context.newPage()
  await page.goto(url)
  await page
    .getByRole('navigation', { name: 'Workspace' })
    .getByRole('button', { name: new RegExp(`^${channel}\\b`) })
    .click()
  const list = page.getByRole('log', { name: `Messages in ${channel}` })
  await list.getByRole('article').last().waitFor()
  await list.hover()
  const heapMbBefore = await heapMb(page)

  const read = await recordFrames(page)
  const begun = performance.now()
  const top = list.locator(`article[data-ts="${first}"]`)
  while ((await top.count()) === 0) {
    await page.mouse.wheel(0, -NOTCH)
    await nextFrame(page)
  }
  const seconds = Math.round((performance.now() - begun) / 100) / 10
  const frames = await read()
  const scroll = {
    messages,
    seconds,
    ...frames,
    heapMbBefore,
    heapMbAfter: await heapMb(page),
    nodes: await page.evaluate(() => document.querySelectorAll('*').length),
  }
  await context.close()
  return scroll
}

const nextFrame = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => done())))

async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return Math.round(usedSize / 1_000_00) / 10
}

/** Posts cards the bot has made into a channel until it holds so many messages; the timestamp of the first. */
export async function fillChannel(slack: SlackWorkspace, channel: string, messages: number): Promise<string> {
  const cards = slack.ledger.visible().filter(({ blocks }) => blocks.some(({ type }) => type === 'actions'))
  if (cards.length === 0) throw new Error('The bot has posted no card that could be shown.')
  const { slackApiUrl, botToken } = slack.app
  const missing = messages - slack.ledger.visible(channel).length
  for (let posted = 0; posted < missing; posted += 1) {
    const { text, blocks, attachments } = cards[posted % cards.length] ?? {}
    const response = await fetch(`${slackApiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${botToken}` },
      body: JSON.stringify({ channel, text, blocks, attachments }),
    })
    const { ok, error } = (await response.json()) as { readonly ok: boolean; readonly error?: string }
    if (!ok) throw new Error(`Our Slack refused a card: ${error}`)
  }
  const first = slack.ledger.visible(channel).toSorted((a, b) => Number(a.ts) - Number(b.ts))[0]
  if (!first) throw new Error(`There is nothing in ${channel}.`)
  return first.ts
}
