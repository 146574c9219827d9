import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import type { CastMember } from '../../../src/playground/stage/contract.ts'
import { openBrowser } from '../chromium.ts'
import { openWindow, PATIENCE_MS, PHONE, type ServedStage, serveStage, type Visit } from '../served-stage.ts'
import { palettePng } from './palette-png.ts'

/** Takes the pictures of the documentation from the stage of `npm run demo`, with the stream paused after a few tickets. */
const { values } = parseArgs({
  options: { to: { type: 'string', default: resolve(import.meta.dirname, '../../../docs/images') } },
})

interface Picture extends Omit<Visit, 'as'> {
  /** Without `.png`. */
  readonly name: string
  /** Whose screen it is; an agent's when left out. */
  readonly part?: CastMember['part']
  /** Brings the page to where the picture is taken. */
  show(page: Page, served: ServedStage): Promise<void>
}

/** The first of the demo; the third is a P1 for the team of the person one begins as. */
const TICKETS = 5
const URGENT = 3
const MOST_BYTES = 250_000

const PICTURES: readonly Picture[] = [
  { name: 'playground', show: showUrgent },
  { name: 'playground-dark', theme: 'dark', show: showUrgent },
  { name: 'phone', viewport: PHONE, show: showUrgent },
  { name: 'phone-dark', viewport: PHONE, theme: 'dark', show: showJourneyOnPhone },
  { name: 'reassign', part: 'on-call', show: showReassign },
  { name: 'home', show: showHome },
  { name: 'source', show: showSource },
  { name: 'scene', show: showScene },
]

const served = await serveStage()
try {
  await mkdir(values.to, { recursive: true })
  const { stage } = served
  for (let sent = 0; sent < TICKETS; sent += 1) await stage.feeder.wish({ do: 'next' })
  await stage.slack.until(async () => (await cardsInChannels(served)) >= TICKETS, PATIENCE_MS * 2)
  const browser = await openBrowser()
  try {
    for (const picture of PICTURES) await take(browser, picture)
  } finally {
    await browser.close()
  }
} finally {
  await served.stop()
}

async function take(browser: Browser, { name, part = 'agent', show, ...visit }: Picture): Promise<void> {
  const as = served.stage.cast.find((one) => one.part === part)
  const { page, close } = await openWindow(browser, served.url, { ...visit, as })
  await show(page, served)
  // Nothing is said to be new, and nothing is under the pointer.
  await page.mouse.move(0, 0)
  await page.locator('[data-fresh="true"], .changed').first().waitFor({ state: 'detached' })
  const path = join(values.to, `${name}.png`)
  const picture = palettePng(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
  const faults = await close()
  if (faults.length > 0) throw new Error(`${name}: ${faults.join('\n')}`)
  await writeFile(path, picture)
  const { length: size } = picture
  process.stdout.write(`${relative(process.cwd(), path)}  ${Math.ceil(size / 1000)} kB\n`)
  if (size > MOST_BYTES) throw new Error(`${name} has ${size} bytes; a picture of the documentation has ${MOST_BYTES}.`)
}

async function cardsInChannels({ stage }: ServedStage): Promise<number> {
  const posts = await Promise.all(
    Array.from({ length: TICKETS }, async (_, index) => {
      const ticket = await stage.app.tickets.byNumber(index + 1)
      const posted = ticket ? await stage.app.posts.ofTicket(ticket.id) : []
      return posted.filter(
        ({ kind, state, sentVersion }) => kind === 'card' && state === 'posted' && sentVersion === ticket?.version,
      )
    }),
  )
  return posts.filter((cards) => cards.length > 0).length
}

function cardOf(page: Page, ticket: number): Locator {
  return page.getByRole('main').locator(`article[data-ticket="${ticket}"]`)
}

/** The card, and its journey beside it. */
async function showUrgent(page: Page): Promise<void> {
  await cardOf(page, URGENT).getByRole('button', { name: 'Accept' }).waitFor()
  await cardOf(page, URGENT).focus()
  await page.locator(':focus').blur()
  const tour = page.getByRole('button', { name: 'Close these hints' })
  if (await tour.isVisible()) await tour.click()
  await journeyOf(page, URGENT).waitFor({ state: 'attached' })
}

function journeyOf(page: Page, ticket: number): Locator {
  return page
    .getByRole('tabpanel', { name: /^Journey/, includeHidden: true })
    .getByRole('heading', { name: new RegExp(`^#${ticket}\\b`), includeHidden: true })
}

async function showJourneyOnPhone(page: Page): Promise<void> {
  await showUrgent(page)
  await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name: 'Journey' }).click()
  await page.getByRole('button', { name: 'Close these hints' }).click()
}

async function showReassign(page: Page): Promise<void> {
  await showUrgent(page)
  await cardOf(page, URGENT).getByRole('button', { name: 'Reassign' }).click()
  await page.getByRole('dialog').getByText('What was wrong?').waitFor()
}

async function showHome(page: Page): Promise<void> {
  await showUrgent(page)
  await page
    .getByRole('navigation', { name: 'Workspace' })
    .getByRole('button', { name: /^waybill/ })
    .click()
  await page.getByRole('button', { name: 'Home', exact: true }).click()
  await page
    .getByRole('region', { name: 'Home' })
    .getByRole('heading', { name: /^Hello/ })
    .waitFor()
}

async function showSource(page: Page): Promise<void> {
  await showUrgent(page)
  await page
    .getByRole('tabpanel', { name: /^Journey/ })
    .getByRole('button', { name: /^decision\b/ })
    .first()
    .click()
  await page
    .getByRole('dialog', { name: /^Source: / })
    .getByRole('region')
    .waitFor()
}

async function showScene(page: Page): Promise<void> {
  await showUrgent(page)
  await page.getByRole('tab', { name: /^Scenes/ }).click()
  const scene = page.getByRole('region', { name: 'Two people, one card' })
  await scene.getByRole('button', { name: /^Run/ }).click()
  await scene.getByText('went as promised').waitFor()
  await scene.getByRole('list').scrollIntoViewIfNeeded()
}
