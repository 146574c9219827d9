import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { apiMail, billingMail, outageMail } from './mails.ts'
import { LAPTOP, PHONE, WIDE } from './served-stage.ts'
import {
  aTicket,
  browserOfFile,
  cardOf,
  dialog,
  memberOf,
  openChannel,
  openTab,
  stageOfFile,
  visit,
} from './support.ts'

const browser = browserOfFile()
const served = stageOfFile()
let ticket = 0

beforeAll(async () => {
  await aTicket(served(), billingMail(8001))
  await aTicket(served(), outageMail('the north'))
  ticket = await aTicket(served(), apiMail('/v2/looks'))
  const { stage } = served()
  const [message] = stage.slack.ledger.visible('platform').filter(({ shows }) => shows.includes(`#${ticket}`))
  await stage.slack.as('linus').say('platform', 'Who knows the limits of this one?', { thread: message?.ts ?? '' })
})

for (const theme of ['light', 'dark'] as const) {
  for (const [name, viewport] of [
    ['wide', WIDE],
    ['laptop', LAPTOP],
  ] as const) {
    test(`axe finds no serious fault, ${theme} and ${name}`, async () => {
      const page = await visit(browser(), served().url, { as: memberOf(served().stage, 'agent'), theme, viewport })
      const faults = faultsIn(page)
      await openChannel(page, 'platform')
      await cardOf(page, ticket).getByRole('button', { name: 'Accept' }).waitFor()
      await faults('workspace')

      await cardOf(page, ticket)
        .getByRole('button', { name: /1 reply/ })
        .click()
      await page.getByRole('region', { name: 'Thread' }).getByText('Who knows the limits').waitFor()
      await faults('thread')
      await page.getByRole('button', { name: 'Close thread' }).click()

      await cardOf(page, ticket).getByRole('button', { name: 'Reassign' }).click()
      await dialog(page, `Reassign #${ticket}`).getByText('What was wrong?').waitFor()
      await faults('modal')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })

      await lookAtStrip(page, faults)
      await lookAtHome(page, faults)
      expect(await overflowing(page)).toEqual([])
    })
  }

  test(`axe finds no serious fault, ${theme} and on a phone`, async () => {
    const page = await visit(browser(), served().url, { as: memberOf(served().stage, 'agent'), theme, viewport: PHONE })
    const faults = faultsIn(page)
    const show = (pane: string) =>
      page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name: pane }).click()

    await show('Channels')
    await faults('sidebar')
    await openChannel(page, 'platform')
    await cardOf(page, ticket).getByRole('button', { name: 'Accept' }).waitFor()
    await faults('messages')
    expect(await overflowing(page)).toEqual([])
    await cardOf(page, ticket).getByRole('button', { name: 'Reassign' }).click()
    await dialog(page, `Reassign #${ticket}`).getByText('What was wrong?').waitFor()
    await faults('modal')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await show('Journey')
    await lookAtStrip(page, faults)
    await show('Channels')
    await lookAtHome(page, faults)
    expect(await overflowing(page)).toEqual([])
  })
}

type Look = (place: string) => Promise<void>

async function lookAtStrip(page: Page, faults: Look): Promise<void> {
  for (const tab of ['Feed', 'Scenes', 'Break', 'Journey'] as const) {
    await openTab(page, tab)
    await faults(`strip: ${tab}`)
  }
  const journey = page.getByRole('tabpanel', { name: /^Journey/ })
  await journey
    .getByRole('button', { name: /^event 1\b/ })
    .first()
    .click()
  await dialog(page, /^Source: /)
    .getByRole('region')
    .waitFor()
  await faults('source drawer')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  const feed = await openTab(page, 'Feed')
  await feed.getByRole('button', { name: 'Write your own e-mail' }).click()
  await dialog(page, 'Write your own e-mail').getByRole('button', { name: 'Send', exact: true }).click()
  await faults('mail dialog with errors')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

async function lookAtHome(page: Page, faults: Look): Promise<void> {
  await openChannel(page, 'waybill')
  await page.getByRole('button', { name: 'Home', exact: true }).click()
  await page
    .getByRole('region', { name: 'Home' })
    .getByRole('heading', { name: /^Hello/ })
    .waitFor()
  await faults('Home')
}

/** Fails with what axe calls serious or critical, by the place where it was found. */
const faultsIn =
  (page: Page): Look =>
  async (place) => {
    await page.evaluate(axe.source)
    await stillness(page)
    const faults = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { readonly axe: typeof import('axe-core') }
      const { violations, passes } = await axe.run(document)
      if (passes.length < 10) throw new Error(`Only ${passes.length} rules were tried: the page is not there.`)
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`))
    })
    expect(faults, place).toEqual([])
  }

/** What fades in has its colours once it is there; what turns for ever is not waited for. */
const stillness = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })

/** What sticks out of the window to the right, so that a person would have to scroll sideways. */
const overflowing = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    document.documentElement.scrollWidth <= innerWidth
      ? []
      : [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .slice(0, 5)
          .map((element) => element.outerHTML.slice(0, 200)),
  )
