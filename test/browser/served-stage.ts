import type { Browser, Page } from 'playwright-core'
import { Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import { journeyOf } from '../../src/playground/journey/journey.ts'
import { startPageServer } from '../../src/playground/page-server/server.ts'
import { SCENES } from '../../src/playground/scenes/index.ts'
import type { Stage } from '../../src/playground/stage/contract.ts'
import { type StageOptions, startStage } from '../../src/playground/stage/stage.ts'

export interface ServedStage {
  readonly stage: Stage
  readonly url: string
}

/** The stage of `npm run demo` and its page, with the stream paused. */
export async function serveStage(
  options: Partial<StageOptions> = {},
): Promise<ServedStage & { readonly stop: () => Promise<void> }> {
  const settings = readSettings({ LOG_LEVEL: 'error' }, Settings)
  const stage = await startStage({ settings, haste: { thinkMs: 1 }, ...options })
  try {
    const server = await startPageServer({ stage, port: 0, journeyOf, scenes: SCENES })
    return {
      stage,
      url: server.url,
      async stop() {
        await server.stop()
        await stage.stop()
      },
    }
  } catch (error) {
    await stage.stop()
    throw error
  }
}

export const WIDE = { width: 1440, height: 900 }
export const LAPTOP = { width: 1024, height: 700 }
export const PHONE = { width: 390, height: 844 }

export interface Visit {
  /** The page's own choice when left out. */
  readonly as?: { readonly id: string } | undefined
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly theme?: 'light' | 'dark'
}

/** The page once it is drawn; closing resolves with what the browser found wrong. */
export async function openWindow(
  browser: Browser,
  url: string,
  { as, viewport = WIDE, theme = 'light' }: Visit = {},
): Promise<{ readonly page: Page; readonly close: () => Promise<readonly string[]> }> {
  const context = await browser.newContext({
    viewport: { ...viewport },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const faults = faultsOf(page)
  await page.goto(as === undefined ? url : `${url}/?as=${as.id}`)
  await page.getByRole('main').getByRole('heading', { level: 2 }).waitFor()
  return {
    page,
    async close() {
      const found = [...faults]
      await context.close()
      return found
    },
  }
}

/** How long anything that should happen may take; nothing is ever waited for that has happened. */
export const PATIENCE_MS = 20_000

function faultsOf(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText
    // A person's stream is hung up when somebody else is acted as, and when the page is left.
    if (why === 'net::ERR_ABORTED' && new URL(request.url()).pathname === '/api/stream') return
    faults.push(`${why}: ${request.method()} ${request.url()}`)
  })
  return faults
}
