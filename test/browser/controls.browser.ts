import type { Locator, Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { buildPage } from '../../src/playground/page-server/build-page.ts'
import type { Block, Fields } from '../../src/playground/workspace/model.ts'
import { slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { anApp, aStage, servedPage } from '../playground/page-server/support.ts'
import { BUTTONS, CHOOSERS, elementOf, FIELDS, offeredFor } from './elements.ts'
import { type LittleApp, littleApp } from './little-app.ts'
import { browserOfFile, dialog, soon, visit } from './support.ts'

const browser = browserOfFile()
const SECRET = 'the-signing-secret-of-the-controls'
const CHANNEL = 'C0BILLING'
const plain = (text: string) => ({ type: 'plain_text', text, emoji: true })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })

test.each(['beside a section', 'in a row of actions'])('every control sends what Slack sends: %s', async (where) => {
  const { page, app } = await aDesk()
  const cases = { ...BUTTONS, ...CHOOSERS }
  const elements = Object.entries(cases).map(([name, one]) => elementOf(name, one))
  await post(
    app,
    where === 'in a row of actions'
      ? [{ type: 'actions', block_id: 'row', elements }]
      : elements.map((accessory) => ({
          type: 'section',
          block_id: `with-${String(accessory.action_id)}`,
          text: mrkdwn(String(accessory.action_id)),
          accessory,
        })),
  )

  for (const [name, { use, sent, element }] of Object.entries(cases)) {
    const block = where === 'in a row of actions' ? 'row' : `with-${name}`
    await use(controlOf(page, `${block}/${name}`), page)
    const expected = { type: element.type ?? name, action_id: name, block_id: block, action_ts: TS, ...sent }
    await soon(() => lastAction(app)).toEqual(expected)
  }
  const [first] = app.heard.filter(({ type }) => type === 'block_actions')
  expect(first).toMatchObject({
    user: { id: 'U0GRACE', username: 'grace' },
    channel: { id: CHANNEL, name: 'billing' },
    container: { type: 'message', channel_id: CHANNEL, is_ephemeral: false },
    message: { text: 'Controls' },
    response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
    trigger_id: expect.stringMatching(/^\d+\./),
  })
})

test('cards, carousels, judgements and fields of messages send what Slack sends', async () => {
  const { page, app } = await aDesk()
  const button = (id: string) => ({ type: 'button', action_id: id, text: plain(id), value: `of ${id}` })
  await post(app, [
    {
      type: 'card',
      block_id: 'card',
      title: plain('One card'),
      body: mrkdwn('with *words*'),
      actions: [button('Buy')],
    },
    {
      type: 'carousel',
      block_id: 'carousel',
      elements: [
        { type: 'card', title: plain('First'), actions: [button('Take the first')] },
        { type: 'card', title: plain('Second'), actions: [button('Take the second')] },
      ],
    },
    {
      type: 'context_actions',
      block_id: 'judge',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: 'feedback',
          positive_button: { text: plain('Good'), value: 'good' },
          negative_button: { text: plain('Bad'), value: 'bad' },
        },
        { type: 'icon_button', action_id: 'delete', icon: 'trash', text: plain('Delete'), value: 'of it' },
      ],
    },
    {
      type: 'input',
      block_id: 'field',
      dispatch_action: true,
      label: plain('Say it'),
      element: { type: 'plain_text_input', action_id: 'said' },
    },
  ])
  const clicked = async (name: string, sent: Fields) => {
    await page.getByRole('button', { name, exact: true }).click()
    await soon(() => lastAction(app)).toEqual({ action_ts: TS, ...sent })
  }

  const ofButton = (id: string) => ({ type: 'button', action_id: id, text: plain(id), value: `of ${id}` })
  await clicked('Buy', { ...ofButton('Buy'), block_id: 'card' })
  await clicked('Take the second', { ...ofButton('Take the second'), block_id: 'carousel' })
  await clicked('Bad', { type: 'feedback_buttons', action_id: 'feedback', block_id: 'judge', value: 'bad' })
  await clicked('Good', { type: 'feedback_buttons', action_id: 'feedback', block_id: 'judge', value: 'good' })
  await clicked('Delete', {
    type: 'icon_button',
    action_id: 'delete',
    block_id: 'judge',
    text: plain('Delete'),
    value: 'of it',
  })
  const field = page.getByRole('textbox', { name: 'Say it' })
  await field.fill('Now')
  await field.press('Enter')
  await soon(() => lastAction(app)).toEqual({
    type: 'plain_text_input',
    action_id: 'said',
    block_id: 'field',
    action_ts: TS,
    value: 'Now',
  })
})

test('a button that asks first sends nothing until the answer is yes; a lost app is seen', async () => {
  const { page, app, slack } = await aDesk()
  const confirm = {
    title: plain('Really refund?'),
    text: mrkdwn('It *cannot* be undone.'),
    confirm: plain('Refund'),
    deny: plain('Keep it'),
    style: 'danger',
  }
  const refund = { type: 'button', action_id: 'refund', text: plain('Pay back'), value: '1', confirm }
  await post(app, [{ type: 'actions', block_id: 'row', elements: [refund] }])
  const button = page.getByRole('button', { name: 'Pay back' })
  const question = dialog(page, 'Really refund?')

  await button.click()
  await question.getByText('cannot').waitFor()
  await question.getByRole('button', { name: 'Keep it' }).click()
  await question.waitFor({ state: 'detached' })
  expect(actionsOf(app)).toEqual([])
  await button.click()
  await question.getByRole('button', { name: 'Refund' }).click()
  await soon(() => lastAction(app)).toMatchObject({ action_id: 'refund', value: '1' })

  slack.deliverTo(undefined)
  await button.click()
  await question.getByRole('button', { name: 'Refund' }).click()
  await page
    .getByRole('article')
    .getByRole('alert')
    .getByText(/did not answer/)
    .waitFor()
})

test('a form with every kind of field holds and sends what was entered', async () => {
  const { page, app } = await aDesk()
  const cases = { ...FIELDS, ...CHOOSERS }
  await openForm(page, app, {
    callback_id: 'everything',
    blocks: Object.entries(cases).map(([name, one]) => ({
      type: 'input',
      block_id: `b-${name}`,
      label: plain(`The ${name}`),
      element: elementOf(name, one),
    })),
  })
  const form = dialog(page, 'A form')

  await form.getByRole('button', { name: 'Send it' }).click()
  await form.getByText('Please complete this required field.').first().waitFor()
  expect(app.heard.filter(({ type }) => type === 'view_submission')).toEqual([])
  for (const [name, { use }] of Object.entries(cases)) await use(controlOf(page, `b-${name}/${name}`), page)
  await form.getByRole('button', { name: 'Send it' }).click()
  await form.waitFor({ state: 'detached' })

  const submitted = app.heard.find(({ type }) => type === 'view_submission')
  const values = Object.fromEntries(
    Object.entries(cases).map(([name, { element, sent }]) => [
      `b-${name}`,
      { [name]: { type: element.type ?? name, ...sent } },
    ]),
  )
  expect(submitted).toMatchObject({ user: { id: 'U0GRACE' }, view: { callback_id: 'everything' } })
  expect(submitted).toHaveProperty('view.state', { values })
})

test('a form says what is wrong, is replaced, puts another one on top, and goes', async () => {
  const { page, app } = await aDesk()
  const block = {
    type: 'input',
    block_id: 'name',
    label: plain('Name'),
    element: { type: 'plain_text_input', action_id: 'name' },
  }
  const view = (title: string) => ({
    type: 'modal',
    title: plain(title),
    submit: plain('Send it'),
    close: plain('Leave'),
    notify_on_close: true,
    blocks: [block],
  })
  await openForm(page, app, { blocks: [block] })
  const submit = async (title: string, name: string) => {
    await dialog(page, title).getByRole('textbox', { name: 'Name' }).fill(name)
    await dialog(page, title).getByRole('button', { name: 'Send it' }).click()
  }

  app.answer(() => ({ response_action: 'errors', errors: { name: 'Nobody is called that.' } }))
  await submit('A form', 'x')
  await dialog(page, 'A form').getByText('Nobody is called that.').waitFor()
  app.answer(() => ({ response_action: 'update', view: view('Second') }))
  await submit('A form', 'y')
  await dialog(page, 'Second').waitFor()
  app.answer(() => ({ response_action: 'push', view: view('On top') }))
  await submit('Second', 'z')
  await dialog(page, 'On top').waitFor()
  app.answer(() => undefined)
  await page.keyboard.press('Escape')
  await dialog(page, 'Second').waitFor()
  await soon(() => app.heard.at(-1)?.type).toBe('view_closed')
  app.answer(() => ({ response_action: 'push', view: view('On top') }))
  await submit('Second', 'z')
  app.answer(() => ({ response_action: 'clear' }))
  await submit('On top', 'q')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  const entered = app.heard
    .filter(({ type }) => type === 'view_submission')
    .map(({ view }) => ((view as Fields).state as { values: Record<string, Record<string, Fields>> }).values.name?.name)
  expect(entered.map((value) => value?.value)).toEqual(['x', 'y', 'z', 'z', 'q'])
})

test('the Home tab and what only one person sees have controls too', async () => {
  const { page, app, slack } = await aDesk()
  const publish = (blocks: readonly Block[]) =>
    app.web.apiCall('views.publish', { user_id: 'U0GRACE', view: { type: 'home', blocks } })
  app.answer(async ({ event }) => {
    if ((event as Fields | undefined)?.type !== 'app_home_opened') return
    await publish([
      { type: 'header', text: plain('At home') },
      {
        type: 'actions',
        block_id: 'row',
        elements: Object.entries({ ...BUTTONS, ...CHOOSERS }).map(([name, one]) => elementOf(name, one)),
      },
    ])
  })
  await page
    .getByRole('navigation', { name: 'Workspace' })
    .getByRole('button', { name: /^waybill/i })
    .click()
  await page.getByRole('button', { name: 'Home', exact: true }).click()
  await page.getByRole('region', { name: 'Home' }).getByRole('heading', { name: 'At home' }).waitFor()

  for (const name of ['button', 'overflow', 'static_select', 'checkboxes', 'datepicker'] as const) {
    const { use, sent } = { ...BUTTONS, ...CHOOSERS }[name]!
    await use(controlOf(page, `row/${name}`), page)
    await soon(() => lastAction(app)).toEqual({ type: name, action_id: name, block_id: 'row', action_ts: TS, ...sent })
  }
  expect(app.heard.at(-1)).toMatchObject({ container: { type: 'view' }, view: { type: 'home' } })

  await page
    .getByRole('navigation', { name: 'Workspace' })
    .getByRole('button', { name: /^billing/ })
    .click()
  await app.web.chat.postEphemeral({
    channel: CHANNEL,
    user: 'U0GRACE',
    text: 'Psst',
    blocks: [
      {
        type: 'actions',
        block_id: 'whispered',
        elements: [{ type: 'button', action_id: 'hush', text: { type: 'plain_text', text: 'Hush' } }],
      },
    ],
  })
  await page
    .getByRole('article')
    .filter({ hasText: 'Only visible to you' })
    .getByRole('button', { name: 'Hush' })
    .click()
  await soon(() => lastAction(app)?.action_id).toBe('hush')
  const { container, response_url: responseUrl, message } = app.heard.at(-1) ?? {}
  expect(container).toMatchObject({ type: 'message', is_ephemeral: true, channel_id: CHANNEL })
  expect(message).toBeUndefined()
  const headers = { 'content-type': 'application/json' }
  await fetch(String(responseUrl), { method: 'POST', headers, body: JSON.stringify({ delete_original: true }) })
  await page.getByRole('button', { name: 'Hush' }).waitFor({ state: 'detached' })
  expect(slack.ledger.failures).toEqual([])
})

const TS = expect.stringMatching(/^\d+\.\d+$/) as unknown as string

/** A workspace with an app of the test, and a window of Grace's on it. */
async function aDesk() {
  const slack = await slackWorkspace({
    signingSecret: SECRET,
    people: [
      { id: 'U0GRACE', name: 'grace', realName: 'Grace Hopper', email: 'grace@example.com' },
      { id: 'U0OMAR', name: 'omar', realName: 'Omar Said', email: 'omar@example.com' },
    ],
    channels: [
      { id: CHANNEL, name: 'billing', members: ['U0GRACE', 'U0OMAR'] },
      { id: 'C0ELSEWHERE', name: 'elsewhere', members: ['U0GRACE'] },
    ],
  })
  onTestFinished(() => slack.close())
  const app = await littleApp(slack, SECRET)
  app.answer(({ type, value }) => (type === 'block_suggestion' ? suggestions(value) : undefined))
  const { stage } = aStage(slack, await anApp(), [{ id: 'U0GRACE', part: 'agent', about: 'Tries everything.' }])
  const { url } = await servedPage(stage, { page: await buildPage() })
  const page = await visit(browser(), url)
  return { slack, app, page }
}

/** External menus may answer in groups. */
const suggestions = (query: unknown) => ({
  option_groups: [{ label: plain('Customers'), options: offeredFor(query) }],
})

async function post(app: LittleApp, blocks: readonly Block[]): Promise<void> {
  await app.web.apiCall('chat.postMessage', { channel: CHANNEL, text: 'Controls', blocks })
}

/** By a button of a message, as apps do. */
async function openForm(page: Page, app: LittleApp, view: Fields): Promise<void> {
  await post(app, [
    { type: 'actions', elements: [{ type: 'button', action_id: 'open', text: plain('Open the form') }] },
  ])
  app.answer(async ({ type, value, trigger_id: trigger }) => {
    if (type === 'block_suggestion') return suggestions(value)
    if (type !== 'block_actions') return undefined
    const shown = { type: 'modal', title: plain('A form'), submit: plain('Send it'), ...view }
    await app.web.apiCall('views.open', { trigger_id: trigger, view: shown })
    return undefined
  })
  await page.getByRole('button', { name: 'Open the form' }).click()
  await dialog(page, 'A form').waitFor()
}

const controlOf = (page: Page, control: string): Locator => page.locator(`[data-control="${control}"]`)

const actionsOf = ({ heard }: LittleApp): readonly Fields[] =>
  heard.flatMap(({ type, actions }) => (type === 'block_actions' ? (actions as readonly Fields[]) : []))

const lastAction = (app: LittleApp): Fields | undefined => actionsOf(app).at(-1)
