import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import { journeyOf } from '../../src/playground/journey/journey.ts'
import { startPageServer } from '../../src/playground/page-server/server.ts'
import { SCENES } from '../../src/playground/scenes/index.ts'
import type { CastMember, OwnMail, Stage } from '../../src/playground/stage/contract.ts'
import { type StageOptions, startStage } from '../../src/playground/stage/stage.ts'
import { openBrowser } from './chromium.ts'

/** One browser for all tests of a file. */
export function browserOfFile(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  return () => {
    if (!browser) throw new Error('The browser opens before the first test.')
    return browser
  }
}

export interface ServedStage {
  readonly stage: Stage
  readonly url: string
}

/** The stage of `npm run demo` and its page, with the stream paused; one for all tests of a file. */
export function stageOfFile(options: Partial<StageOptions> = {}): () => ServedStage {
  let served: (ServedStage & { stop(): Promise<void> }) | undefined
  beforeAll(async () => {
    served = await serveStage(options)
  })
  afterAll(() => served?.stop())
  return () => {
    if (!served) throw new Error('The stage starts before the first test.')
    return served
  }
}

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

/** A window of its own. Whatever the browser finds wrong while it is open fails the test. */
export async function visit(browser: Browser, url: string, how: Visit = {}): Promise<Page> {
  const { page, close } = await openWindow(browser, url, how)
  onTestFinished(async () => {
    expect(await close(), 'what the browser found wrong').toEqual([])
  })
  return page
}

/** The page once it is drawn; closing resolves with what the browser found wrong. */
export async function openWindow(
  browser: Browser,
  url: string,
  { as, viewport = WIDE, theme = 'light' }: Visit = {},
): Promise<{ readonly page: Page; readonly close: () => Promise<readonly string[]> }> {
  const options: BrowserContextOptions = {
    viewport: { ...viewport },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  }
  const context = await browser.newContext(options)
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

/** Polls until the assertion holds. */
export const soon = <T>(look: () => T | Promise<T>) =>
  expect.poll(look, { timeout: PATIENCE_MS, interval: 50 }) as ReturnType<typeof expect.poll<T>>

export interface Member {
  /** Slack's id. */
  readonly id: string
  readonly name: string
}

export function memberOf({ cast, slack }: Stage, part: CastMember['part']): Member {
  const id = cast.find((one) => one.part === part)?.id
  const person = slack.people.find((one) => one.id === id)
  if (!person) throw new Error(`Nobody in the cast is ${part}.`)
  return { id: person.id, name: person.realName }
}

/** By the menu in the sidebar, as people do. */
export async function actAs(page: Page, { stage }: ServedStage, part: CastMember['part']): Promise<void> {
  const { name } = memberOf(stage, part)
  const workspace = page.getByRole('navigation', { name: 'Workspace' })
  await workspace.getByRole('button', { name: /^.*Act as/ }).click()
  await page.getByRole('list', { name: 'Act as' }).locator(`[data-act-as="${part}"]`).click()
  await workspace.getByRole('button', { name: new RegExp(`Act as.*${name}`) }).waitFor()
}

export const channelLink = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Workspace' }).getByRole('button', { name: new RegExp(`^${name}\\b`) })

export async function openChannel(page: Page, name: string): Promise<void> {
  await channelLink(page, name).click()
  await page.getByRole('main').getByRole('heading', { level: 2, name }).waitFor()
}

/** The messages about a ticket in the channel that is open. */
export const cardOf = (page: Page, ticket: number): Locator =>
  page.getByRole('main').locator(`article[data-ticket="${ticket}"]`)

export const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole('dialog', { name })

/** Opens the tab of the strip. */
export async function openTab(page: Page, name: 'Journey' | 'Feed' | 'Scenes' | 'Break'): Promise<Locator> {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  return page.getByRole('tabpanel', { name: new RegExp(`^${name}`) })
}

/** Written in the strip, and sent; the number of its ticket as the strip then shows it. */
export async function writeMail(page: Page, { from, subject, body }: OwnMail): Promise<number> {
  const feed = await openTab(page, 'Feed')
  await feed.getByRole('button', { name: 'Write your own e-mail' }).click()
  const form = dialog(page, 'Write your own e-mail')
  await form.getByLabel('From: name').fill(from.name)
  await form.getByLabel('From: address').fill(from.email)
  await form.getByLabel('Subject').fill(subject)
  await form.getByLabel('Text').fill(body)
  await form.getByRole('button', { name: 'Send', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  const head = page.getByRole('tabpanel', { name: /^Journey/ }).getByRole('heading', { name: subject })
  return Number(/#(\d+)/.exec((await head.textContent()) ?? '')?.[1])
}

/** A ticket that came by mail, decided and with its card in Slack. */
export async function aTicket({ stage }: ServedStage, mail: OwnMail): Promise<number> {
  const { number } = await stage.feeder.mail(mail)
  await stage.slack.until(() => cardsInSlack(stage, number).length > 0, PATIENCE_MS)
  return number
}

/** The cards of a ticket that stand in channels, which should be one: no stubs, no direct messages. */
export const cardsInSlack = ({ slack }: Stage, ticket: number) =>
  slack.ledger
    .visible()
    .filter(
      ({ channelName, threadTs, shows, blocks }) =>
        channelName !== '' &&
        threadTs === undefined &&
        blocks.some(({ type }) => type === 'actions') &&
        new RegExp(`#${ticket}\\b`).test(shows),
    )
