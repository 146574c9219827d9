import type { Browser } from 'playwright-core'
import { WIDE } from '../served-stage.ts'
import { tenths } from './frames.ts'

export interface FirstPaint {
  readonly loads: number
  /** First Contentful Paint (W3C Paint Timing), medians over the loads. */
  readonly firstPaintMs: number
  readonly slowestFirstPaintMs: number
  /** Until the messages of the first channel are drawn. */
  readonly messagesMs: number
}

/** Loads the page with nothing in the browser's cache, again and again, in a window of its own each time. */
export async function firstPaint(browser: Browser, url: string, loads: number): Promise<FirstPaint> {
  const paints: number[] = []
  const messages: number[] = []
  for (let load = 0; load < loads; load += 1) {
    const context = await browser.newContext({ viewport: { ...WIDE } })
    const page = await context.newPage()
    await page.goto(url)
    await page.getByRole('main').getByRole('article').first().waitFor()
    messages.push(await page.evaluate(() => performance.now()))
    paints.push(
      await page.evaluate(
        () =>
          new Promise<number>((found) => {
            new PerformanceObserver((entries) => {
              const [paint] = entries.getEntriesByName('first-contentful-paint')
              if (paint) found(paint.startTime)
            }).observe({ type: 'paint', buffered: true })
          }),
      ),
    )
    await context.close()
  }
  return {
    loads,
    firstPaintMs: tenths(median(paints)),
    slowestFirstPaintMs: tenths(Math.max(...paints)),
    messagesMs: tenths(median(messages)),
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
