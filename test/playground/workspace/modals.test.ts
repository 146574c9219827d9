import { expect, test } from 'vitest'
import { anApp, answered, aWorkspace, button, clientOf, input, modal, type Received, section } from './support.ts'

type Asked = (received: Received) => Record<string, unknown> | undefined

/** A workspace and an app that answers form submissions and menu look-ups as told. */
async function stage(answer: Asked = () => undefined, options: Parameters<typeof aWorkspace>[0] = {}) {
  const app = await anApp((received) => {
    const body = answer(received)
    return body === undefined ? {} : { body }
  })
  const workspace = await aWorkspace({ eventsUrl: app.url, ...options })
  const client = clientOf(workspace)
  const grace = workspace.as('grace')
  /** A fresh trigger, from the gesture that Slack makes one for. */
  const trigger = async () => {
    await grace.shortcut('anywhere')
    return String(app.received.at(-1)?.payload.trigger_id)
  }
  const open = async (view: Record<string, unknown>) =>
    client.apiCall('views.open', { trigger_id: await trigger(), view })
  const last = () => app.received.at(-1)?.payload as { readonly view: { readonly state: { readonly values: unknown } } }
  return { app, workspace, client, grace, trigger, open, last }
}

const text = { type: 'plain_text_input' }
const option = (value: string, label: string) => ({ value, text: { type: 'plain_text', text: label } })

test('a trigger opens one modal within three seconds', async () => {
  let at = 1_800_000_000_000
  const { client, grace, trigger } = await stage(() => undefined, { now: () => at })
  const open = (id: string) =>
    answered(client.apiCall('views.open', { trigger_id: id, view: modal([section('hello')]) }))

  const inTime = await trigger()
  at += 3000
  expect(await open(inTime)).toMatchObject({
    ok: true,
    view: { type: 'modal', callback_id: 'form', hash: expect.any(String) },
  })
  expect(await open(inTime)).toMatchObject({ error: 'exchanged_trigger_id' })
  await grace.close()

  const late = await trigger()
  at += 3001
  expect(await open(late)).toMatchObject({ error: 'expired_trigger_id' })
  expect(await open('invented')).toMatchObject({ error: 'invalid_trigger_id' })
  expect(grace.modal()).toBeUndefined()
})

test('says where a view is wrong', async () => {
  const { client, trigger } = await stage()
  const view = modal([section('a')], { title: { type: 'plain_text', text: 'x'.repeat(25) } })

  const refused = await answered(client.apiCall('views.open', { trigger_id: await trigger(), view }))

  const messages = ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]']
  expect(refused).toMatchObject({ error: 'invalid_arguments', response_metadata: { messages } })
})

test('sends what was entered, each kind of field in its own shape', async () => {
  const { grace, open, last, workspace } = await stage()
  await open(
    modal(
      [
        input('subject', 'Subject', text),
        input('note', 'Note', text, { optional: true }),
        input('part', 'What was wrong', {
          type: 'static_select',
          options: [option('topic', 'Topic'), option('skill', 'Skill')],
        }),
        input('who', 'Who', { type: 'users_select' }),
        input('others', 'Others', { type: 'multi_users_select' }, { optional: true }),
        input('where', 'Where', { type: 'conversations_select' }),
        input('tags', 'Tags', {
          type: 'checkboxes',
          options: [option('a', 'Alpha'), option('b', 'Beta')],
          initial_options: [option('a', 'Alpha')],
        }),
        input('day', 'Day', { type: 'datepicker', initial_date: '2026-11-22' }),
        input('count', 'Count', { type: 'number_input', is_decimal_allowed: false }),
      ],
      { private_metadata: 'ticket 4711' },
    ),
  )

  const sent = await grace.submit({
    Subject: 'SSO',
    part: 'Skill',
    who_value: 'omar',
    others: ['grace', 'U0OMAR'],
    Where: '#billing',
    tags: ['Beta', 'a'],
    Count: 3,
  })

  expect(sent).toMatchObject({ status: 'closed', errors: {} })
  expect(last()).toMatchObject({
    type: 'view_submission',
    view: { private_metadata: 'ticket 4711', callback_id: 'form' },
  })
  expect(last().view.state.values).toEqual({
    subject: { subject_value: { type: 'plain_text_input', value: 'SSO' } },
    note: { note_value: { type: 'plain_text_input', value: null } },
    part: { part_value: { type: 'static_select', selected_option: option('skill', 'Skill') } },
    who: { who_value: { type: 'users_select', selected_user: 'U0OMAR' } },
    others: { others_value: { type: 'multi_users_select', selected_users: ['U0GRACE', 'U0OMAR'] } },
    where: { where_value: { type: 'conversations_select', selected_conversation: 'C0BILLING' } },
    tags: { tags_value: { type: 'checkboxes', selected_options: [option('b', 'Beta'), option('a', 'Alpha')] } },
    day: { day_value: { type: 'datepicker', selected_date: '2026-11-22' } },
    count: { count_value: { type: 'number_input', value: '3' } },
  })
  expect(workspace.ledger.failures).toEqual([])
})

test("does not let go of a form that Slack's own client would keep", async () => {
  const { app, grace, open } = await stage()
  await open(modal([input('subject', 'Subject', { ...text, min_length: 3, max_length: 5 })]))
  const before = app.received.length

  await expect(grace.submit({})).rejects.toThrow('"Subject" must be filled in')
  await expect(grace.submit({ Subject: 'ab' })).rejects.toThrow('shorter than 3')
  await expect(grace.submit({ Subject: 'abcdef' })).rejects.toThrow('longer than 5')
  await expect(grace.submit({ Colour: 'red' })).rejects.toThrow('no field "Colour"; it has "Subject"')
  expect(app.received).toHaveLength(before)
})

test('keeps the form open on errors, and what was entered in it', async () => {
  const answers: Record<string, unknown>[] = [{ response_action: 'errors', errors: { subject: 'Say more' } }]
  const { grace, open } = await stage(({ payload }) =>
    payload.type === 'view_submission' ? answers.shift() : undefined,
  )
  await open(modal([input('subject', 'Subject', text), input('note', 'Note', text)]))

  expect(await grace.submit({ Subject: 'x', Note: 'kept' })).toMatchObject({
    status: 'errors',
    errors: { subject: 'Say more' },
  })
  expect(await grace.submit({ Subject: 'longer' })).toMatchObject({ status: 'closed' })
  expect(grace.modal()).toBeUndefined()
})

test('errors that name no input break the modal, as they do in Slack', async () => {
  const { grace, open, workspace } = await stage(({ payload }) =>
    payload.type === 'view_submission' ? { response_action: 'errors', errors: { nowhere: 'wrong' } } : undefined,
  )
  await open(modal([input('subject', 'Subject', text)]))

  expect(await grace.submit({ Subject: 'x' })).toMatchObject({ status: 'failed' })
  expect(workspace.ledger.failures).toMatchObject([{ error: expect.stringContaining('nowhere') }])
})

test('updates, pushes and clears by the answer to a submission', async () => {
  const actions = [
    { response_action: 'update', view: modal([section('second step')]) },
    { response_action: 'push', view: modal([section('on top')]) },
    undefined,
    { response_action: 'clear' },
  ]
  const { grace, open } = await stage(({ payload }) =>
    payload.type === 'view_submission' ? actions.shift() : undefined,
  )
  await open(modal([section('first step')]))
  const root = grace.modal()?.id

  expect(await grace.submit()).toMatchObject({ status: 'updated' })
  expect(grace.modal()).toMatchObject({ id: root, shows: 'A form\nsecond step' })
  expect(await grace.submit()).toMatchObject({ status: 'pushed' })
  expect(grace.modal()).toMatchObject({ shows: 'A form\non top', rootViewId: root, previousViewId: root })
  expect(await grace.submit()).toMatchObject({ status: 'closed' })
  expect(grace.modal()?.id).toBe(root)
  expect(await grace.submit()).toMatchObject({ status: 'closed' })
  expect(grace.modal()).toBeUndefined()
})

test('stacks three views and no more, and tells of a close when asked', async () => {
  const { client, grace, open, trigger, app } = await stage()
  const push = async () =>
    answered(client.apiCall('views.push', { trigger_id: await trigger(), view: modal([section('more')]) }))
  await open(modal([section('first')], { notify_on_close: true, callback_id: 'watched' }))

  expect(await push()).toMatchObject({ ok: true })
  expect(await push()).toMatchObject({ ok: true })
  expect(await push()).toMatchObject({ error: 'push_limit_reached' })
  const before = app.received.length
  for (const _ of [1, 2, 3]) await grace.close()

  expect(app.received.slice(before).map(({ payload }) => payload)).toMatchObject([
    { type: 'view_closed', is_cleared: false, view: { callback_id: 'watched' } },
  ])
  await expect(grace.close()).rejects.toThrow('grace has no modal open to close')
})

test('updates an open view by id or external id, refuses an outdated hash and a closed view', async () => {
  const { client, grace, open } = await stage()
  const opened = (await open(modal([section('old')], { external_id: 'mine' }))) as unknown as {
    readonly view: { readonly id: string; readonly hash: string }
  }
  const { id, hash } = opened.view
  const update = (more: Record<string, unknown>) =>
    answered(client.apiCall('views.update', { view: modal([section('new')]), ...more }))

  expect(await update({ view_id: id, hash })).toMatchObject({ ok: true, view: { id } })
  expect(await update({ view_id: id, hash })).toMatchObject({ error: 'hash_conflict' })
  expect(grace.modal()?.shows).toContain('new')
  await grace.close()
  expect(await update({ view_id: id })).toMatchObject({ error: 'not_found' })
})

test('an external menu asks the app for its options', async () => {
  const { grace, open, last, app } = await stage(({ payload }) =>
    payload.type === 'block_suggestion'
      ? { options: [option('U0OMAR', `Omar (${String(payload.value)})`)] }
      : undefined,
  )
  await open(modal([input('who', 'Who', { type: 'external_select', min_query_length: 1 })]))

  expect(await grace.offered('modal', 'Who', 'om')).toEqual([{ value: 'U0OMAR', label: 'Omar (om)' }])
  expect(app.received.at(-1)?.payload).toMatchObject({
    type: 'block_suggestion',
    action_id: 'who_value',
    block_id: 'who',
    container: { type: 'view' },
  })
  await grace.submit({ Who: 'U0OMAR' })
  expect(last().view.state.values).toMatchObject({ who: { who_value: { selected_option: { value: 'U0OMAR' } } } })
})

test('buttons and menus work inside modals and on the Home tab', async () => {
  const { client, grace, open, app, trigger } = await stage()
  const blocks = [
    { type: 'actions', block_id: 'acts', elements: [button('refresh', 'Refresh')] },
    {
      ...section('Availability'),
      accessory: { type: 'static_select', action_id: 'away', options: [option('on', 'Here'), option('off', 'Away')] },
    },
  ]
  await client.apiCall('views.publish', { user_id: 'U0GRACE', view: { type: 'home', blocks } })

  await grace.click('home', 'Refresh')
  expect(app.received.at(-1)?.payload).toMatchObject({
    container: { type: 'view' },
    view: { type: 'home' },
    actions: [{ action_id: 'refresh' }],
  })
  await grace.select('home', 'away', 'Away')
  expect(app.received.at(-1)?.payload).toMatchObject({
    actions: [{ type: 'static_select', selected_option: { value: 'off' } }],
  })

  await open(modal(blocks))
  await grace.click('modal', 'refresh')
  const { trigger_id: again } = app.received.at(-1)?.payload ?? {}
  expect(
    await answered(client.apiCall('views.push', { trigger_id: again, view: modal([section('top')]) })),
  ).toMatchObject({ ok: true })
  expect(grace.modal()?.shows).toContain('top')
  expect(await trigger()).not.toBe(again)
})
