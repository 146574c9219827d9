import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import type { CastMember, OwnMail, Stage } from '../../src/playground/stage/contract.ts'
import type { StageOptions } from '../../src/playground/stage/stage.ts'
import { openBrowser } from './chromium.ts'
import { openWindow, PATIENCE_MS, type ServedStage, serveStage, type Visit } from './served-stage.ts'

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

/** A window of its own. Whatever the browser finds wrong while it is open fails the test. */
export async function visit(browser: Browser, url: string, how: Visit = {}): Promise<Page> {
  const { page, close } = await openWindow(browser, url, how)
  onTestFinished(async () => {
    expect(await close(), 'what the browser found wrong').toEqual([])
  })
  return page
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
