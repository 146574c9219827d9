import { expect, onTestFinished, test } from 'vitest'
import { apiMail, billingMail, outageMail, replyTo } from './mails.ts'
import {
  actAs,
  aTicket,
  browserOfFile,
  cardOf,
  cardsInSlack,
  channelLink,
  dialog,
  memberOf,
  openChannel,
  openTab,
  soon,
  stageOfFile,
  visit,
  writeMail,
} from './support.ts'

const browser = browserOfFile()
const served = stageOfFile()

test('an own e-mail becomes a card; it is accepted, talked about in its thread and resolved', async () => {
  const { stage, url } = served()
  const page = await visit(browser(), url)
  const mail = apiMail('/v2/jobs')

  const number = await writeMail(page, mail)
  await openChannel(page, 'platform')
  const card = cardOf(page, number)
  await card.getByText('Offered to Alan Turing').waitFor()
  await card.getByRole('button', { name: 'Accept' }).click()
  await card.getByText('Alan Turing is on it.').waitFor()
  expect(await card.getByRole('button', { name: 'Accept' }).count()).toBe(0)

  const ticket = await stage.app.tickets.byNumber(number)
  if (!ticket) throw new Error(`Ticket #${number} is not in the database.`)
  const [first] = await stage.app.tickets.messages(ticket.id)
  const answer = replyTo(first?.externalId ?? '', mail, 'It is worse now: even GET /v2/jobs answers 429.')
  const feed = await openTab(page, 'Feed')
  await feed.getByLabel('E-mail files').setInputFiles({ name: 'reply.eml', mimeType: 'message/rfc822', buffer: answer })
  await card.getByText('Customer wrote again').waitFor()
  await card.getByText('even GET /v2/jobs answers 429').waitFor()

  await card.hover()
  await card.getByRole('button', { name: 'Reply in thread' }).click()
  const thread = page.getByRole('region', { name: 'Thread' })
  await thread.getByRole('textbox').fill('I raised the limit & told the customer.')
  await thread.getByRole('textbox').press('Enter')
  await thread.getByText('I raised the limit & told the customer.').waitFor()
  await thread.getByRole('button', { name: 'Close thread' }).click()
  await card.getByRole('button', { name: /repl(y|ies)/ }).waitFor()

  await card.getByRole('button', { name: 'Resolve' }).click()
  await card.getByText('Resolved by Alan Turing.').waitFor()
  expect(cardsInSlack(stage, number)).toHaveLength(1)
  expect(stage.slack.ledger.failures).toEqual([])
})

test('a wrong one is reassigned by a form that says what is missing, and the journey tells what that taught', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), billingMail(7001))
  const page = await visit(browser(), url, { as: memberOf(stage, 'lead') })

  await openChannel(page, 'billing-desk')
  await cardOf(page, number).getByRole('button', { name: 'Reassign' }).click()
  const form = dialog(page, `Reassign #${number}`)
  const choose = async (label: RegExp, option: string | RegExp) => {
    await form.getByRole('button', { name: label }).click()
    await page.getByRole('listbox').getByRole('option', { name: option }).click()
  }
  const send = () => form.getByRole('button', { name: 'Reassign', exact: true }).click()
  await send()
  await form.getByText('Please complete this required field.').waitFor()
  await choose(/^Team/, 'Platform')
  await choose(/^What was wrong\?/, /The topic/)
  await send()
  await form.getByText('Which topic is right? Several lead to this team.').waitFor()
  await choose(/^Right topic/, /API/)
  await form.getByRole('textbox', { name: /^Note/ }).fill('It is about the API of our shop.')
  await send()
  await form.waitFor({ state: 'detached' })

  await cardOf(page, number).getByText(`#${number} moved to Platform`).waitFor()
  await openChannel(page, 'platform')
  await cardOf(page, number).getByText('API').first().waitFor()
  const journey = await openTab(page, 'Journey')
  await journey.getByText(/It is about the API of our shop/).waitFor()
  expect(cardsInSlack(stage, number).map(({ channelName }) => channelName)).toEqual(['platform'])
})

test('a guest sees one channel and is refused where only the guest reads it', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), billingMail(7003))
  const page = await visit(browser(), url, { as: memberOf(stage, 'guest') })
  const colleague = await visit(browser(), url, { as: memberOf(stage, 'agent') })
  await openChannel(colleague, 'billing-desk')

  const channels = page.getByRole('navigation', { name: 'Workspace' }).getByRole('region', { name: 'Channels' })
  expect(await channels.getByRole('button').allInnerTexts()).toEqual([expect.stringMatching(/^billing-desk/)])
  await cardOf(page, number).getByRole('button', { name: 'Accept' }).click()
  const whisper = page.getByRole('article').filter({ hasText: 'Only visible to you' })
  await whisper.getByText('You are not on the support rota yet.').waitFor()

  expect(await colleague.getByText('Only visible to you').count()).toBe(0)
  expect(await cardOf(colleague, number).getByText('not accepted yet').count()).toBe(1)
  await whisper.getByRole('button', { name: 'Dismiss message' }).click()
  await whisper.waitFor({ state: 'detached' })
})

test('what one person clicks, another one sees without reloading; so do people of all parts', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), apiMail('/v2/routes'))
  const page = await visit(browser(), url)
  const watching = await visit(browser(), url, { as: memberOf(stage, 'lead') })
  await openChannel(page, 'platform')
  await openChannel(watching, 'platform')
  await cardOf(watching, number).getByText('not accepted yet').waitFor()

  await cardOf(page, number).getByRole('button', { name: 'Accept' }).click()
  await cardOf(watching, number).getByText('Alan Turing is on it.').waitFor()

  for (const part of ['on-call', 'lead', 'admin'] as const) {
    await actAs(page, served(), part)
    await openChannel(page, 'platform')
    await cardOf(page, number).getByText('Alan Turing is on it.').waitFor()
  }
  await page.reload()
  await page.getByRole('button', { name: new RegExp(`Act as.*${memberOf(stage, 'admin').name}`) }).waitFor()
})

test('commands complete themselves, answer in a whisper, and are refused to those who may not', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), apiMail('/v2/visits'))
  const page = await visit(browser(), url, { as: memberOf(stage, 'agent') })
  await openChannel(page, 'platform')
  const composer = page.getByRole('textbox', { name: 'Message #platform' })
  const whispers = page.getByRole('article').filter({ hasText: 'Only visible to you' })

  await composer.pressSequentially('/way')
  const hints = page.getByRole('listbox', { name: 'Slash commands' })
  await hints.getByRole('option', { name: /^\/waybill why/ }).waitFor()
  await composer.pressSequentially('bill why')
  await composer.press('Tab')
  await soon(() => composer.inputValue()).toMatch(/^\/waybill why $/)
  await composer.pressSequentially(`${number}`)
  await composer.press('Enter')
  await whispers.filter({ hasText: 'API answers 429 on POST /v2/visits' }).waitFor()

  await composer.fill('/waybill why 99999')
  await composer.press('Enter')
  await whispers.getByText('There is no ticket #99999.').waitFor()
  await composer.fill('/waybill skills add @ada outage 2')
  await composer.press('Enter')
  await whispers.getByText(/Only admins/).waitFor()
})

test('“Why is it here?” explains a card in a window, and says what is no card', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), apiMail('/v2/sites'))
  const page = await visit(browser(), url, { as: memberOf(stage, 'admin') })
  await openChannel(page, 'platform')
  const ask = async (message: ReturnType<typeof cardOf>) => {
    await message.hover()
    await message.getByRole('toolbar').getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: /Why is it here\?/ }).click()
  }

  await ask(cardOf(page, number))
  const window = dialog(page, `Why #${number} is here`)
  await window
    .getByText(/Alan Turing/)
    .first()
    .waitFor()
  await window.getByRole('button', { name: 'Close' }).last().click()
  await window.waitFor({ state: 'detached' })

  const composer = page.getByRole('textbox', { name: 'Message #platform' })
  await composer.fill('Lunch?')
  await composer.press('Enter')
  await ask(page.getByRole('article').filter({ hasText: 'Lunch?' }))
  await page.getByRole('article').getByText('This message is no card of a ticket.').waitFor()
})

test('the Home tab shows each part what is theirs, and its buttons work', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), apiMail('/v2/crews'))
  const page = await visit(browser(), url, { as: memberOf(stage, 'agent') })
  const home = page.getByRole('region', { name: 'Home' })
  const openHome = async () => {
    await openChannel(page, 'waybill')
    await page.getByRole('button', { name: 'Home', exact: true }).click()
  }

  await openHome()
  await home.getByRole('heading', { name: 'Hello Alan Turing' }).waitFor()
  const own = home.getByText(`#${number}`)
  await own.waitFor()
  await home.getByRole('button', { name: 'Accept' }).last().click()
  await soon(async () => (await stage.app.tickets.byNumber(number))?.status).toBe('accepted')

  await actAs(page, served(), 'lead')
  await openHome()
  await home.getByRole('heading', { name: `Hello ${memberOf(stage, 'lead').name}` }).waitFor()
  await home.getByRole('heading', { name: 'The queue of your teams' }).waitFor()
  await actAs(page, served(), 'admin')
  await openHome()
  await home.getByRole('heading', { name: `Hello ${memberOf(stage, 'admin').name}` }).waitFor()
  await home.getByText('Policy').first().waitFor()
  await actAs(page, served(), 'guest')
  await openHome()
  await home.getByText(/You are not on the support rota yet/).waitFor()
})

test('who is on call is called by a direct message that counts as unread, and acknowledges', async () => {
  const { stage, url } = served()
  const page = await visit(browser(), url, { as: memberOf(stage, 'on-call') })
  await openChannel(page, 'triage')
  const number = await aTicket(served(), outageMail('every region'))

  await soon(() => channelLink(page, 'waybill').textContent()).toMatch(/1\s+unread/)
  await channelLink(page, 'waybill').click()
  const call = cardOf(page, number)
  await call.getByText('You are first on call for Platform.').waitFor()
  await soon(() => channelLink(page, 'waybill').textContent()).not.toMatch(/unread/)
  await call.getByRole('button', { name: 'Acknowledge' }).click()
  await call.getByText('Linus Torvalds acknowledged the call.').waitFor()
  await openChannel(page, 'platform')
  await cardOf(page, number).getByText('Linus Torvalds acknowledged the call.').waitFor()
})

test('killed and started again the bot loses nothing and doubles nothing', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), apiMail('/v2/parts'))
  const page = await visit(browser(), url, { as: memberOf(stage, 'agent') })
  await openChannel(page, 'platform')
  const card = cardOf(page, number)
  const breaks = await openTab(page, 'Break')
  onTestFinished(async () => {
    if (stage.breaks.on['bot-down']) await stage.breaks.set('bot-down', false)
  })

  await breaks.getByRole('switch', { name: /^Kill the bot/ }).click()
  await page.getByText(/Waybill is not running/).waitFor()
  await card.getByRole('button', { name: 'Accept' }).click()
  await card
    .getByRole('alert')
    .getByText(/did not answer/)
    .waitFor()
  const meanwhile = await writeMail(page, apiMail('/v2/tools'))
  await openTab(page, 'Break')
  await breaks.getByRole('switch', { name: /^Kill the bot/ }).click()
  await breaks.getByText(/The bot is up/).waitFor()

  await card.getByRole('button', { name: 'Accept' }).click()
  await card.getByText('Alan Turing is on it.').waitFor()
  await cardOf(page, meanwhile).getByRole('button', { name: 'Accept' }).waitFor()
  expect(cardsInSlack(stage, number)).toHaveLength(1)
  expect(cardsInSlack(stage, meanwhile)).toHaveLength(1)
  expect(stage.bot.state.starts).toBe(2)
})

test('everything can be done with the keyboard alone', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), apiMail('/v2/keys'))
  const page = await visit(browser(), url, { as: memberOf(stage, 'agent') })
  const { keyboard } = page
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  const press = async (key: string, until: () => Promise<boolean>) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await until()) return
      await keyboard.press(key)
    }
    throw new Error(`60 times ${key} led to “${await focused()}”.`)
  }

  await keyboard.press('Control+k')
  await dialog(page, 'Jump to').getByRole('combobox').waitFor()
  await keyboard.type('platf')
  await keyboard.press('Enter')
  await page.getByRole('main').getByRole('heading', { name: 'platform' }).waitFor()
  await cardOf(page, number).getByRole('button', { name: 'Accept' }).waitFor()

  await page.getByRole('log', { name: 'Messages in platform' }).focus()
  await press('ArrowUp', () => cardOf(page, number).evaluate((node) => node === document.activeElement))
  await press('Tab', async () => (await focused()) === 'Accept')
  await keyboard.press('Enter')
  await cardOf(page, number).getByText('Alan Turing is on it.').waitFor()

  await page.getByRole('log', { name: 'Messages in platform' }).focus()
  await keyboard.press('?')
  await dialog(page, 'Keys').waitFor()
  await keyboard.press('Escape')
  await dialog(page, 'Keys').waitFor({ state: 'detached' })
})

test('colours are chosen once and remembered', async () => {
  const { url } = served()
  const page = await visit(browser(), url, { theme: 'light' })
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()

  await page.getByRole('button', { name: 'Use dark colours' }).click()
  await soon(background).not.toBe(light)
  const dark = await background()
  await page.reload()
  await page.getByRole('button', { name: 'Use light colours' }).waitFor()

  expect(await background()).toBe(dark)
})

test('each line of a journey shows what made it', async () => {
  const { stage, url } = served()
  const number = await aTicket(served(), billingMail(7002))
  const page = await visit(browser(), url, { as: memberOf(stage, 'admin') })
  const journey = await openTab(page, 'Journey')
  await journey.getByRole('heading', { name: new RegExp(`#${number}\\b`) }).waitFor()

  for (const [link, shows] of [
    [/^event 1\b/, '"received"'],
    [/^decision\b/, '"ranking"'],
    [/^[\w-]+\.ts\b/, 'export'],
  ] as const) {
    await journey.getByRole('button', { name: link }).first().click()
    const source = dialog(page, /^Source: /)
    await source
      .getByRole('region', { name: /^Text of/ })
      .getByText(shows)
      .first()
      .waitFor()
    await source.getByRole('button', { name: 'Close the source' }).click()
    await source.waitFor({ state: 'detached' })
  }
})
