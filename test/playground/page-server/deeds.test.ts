import { request } from 'node:http'
import { expect, test } from 'vitest'
import { RejectedError } from '../../../src/errors.ts'
import type { PlayableScene } from '../../../src/playground/page-server/scenes.ts'
import { anApp as anAppAt, aWorkspace, button, clientOf, section } from '../workspace/support.ts'
import { anApp, aStage, servedPage } from './support.ts'

async function aPage(scenes: readonly PlayableScene[] = []) {
  const slack = await aWorkspace({ eventsUrl: (await anAppAt()).url })
  const { stage, told } = aStage(slack, await anApp())
  return { slack, stage, told, bot: clientOf(slack), page: await servedPage(stage, { scenes }) }
}

test('people click, write, change and take back what they said', async () => {
  const { slack, bot, page } = await aPage()
  const actions = { type: 'actions', elements: [button('accept', 'Accept')] }
  const { ts } = await bot.chat.postMessage({
    channel: 'C0BILLING',
    text: 'a card',
    blocks: [section('x'), actions] as never,
  })
  const card = { channel: 'C0BILLING', ts }
  const as = 'U0GRACE'

  expect(await page.post('gesture/click', { as, target: card, control: 'accept' })).toMatchObject({
    status: 200,
    result: { acked: true },
  })
  const { result } = await page.post('gesture/say', { as, channel: 'C0BILLING', text: 'hello', thread: ts })
  const own = { channel: 'C0BILLING', ts: (result as { readonly ts: string }).ts }
  expect(await page.post('gesture/edit', { as, target: own, text: 'hello all' })).toMatchObject({ status: 200 })
  expect(await page.post('gesture/react', { as, target: card, name: 'eyes' })).toMatchObject({ status: 200 })
  expect(slack.ledger.visible().map(({ text }) => text)).toEqual(['a card', 'hello all'])
  expect(slack.ledger.visible()[0]?.reactions).toEqual({ eyes: ['U0GRACE'] })
  await page.post('gesture/react', { as, target: card, name: 'eyes' })
  expect(slack.ledger.visible()[0]?.reactions).toEqual({})
  expect(await page.post('gesture/react', { as, target: card, name: 'No Emoji' })).toMatchObject({
    status: 400,
    error: 'Slack refuses that: invalid_name.',
  })
  expect(await page.post('gesture/unsay', { as, target: own })).toMatchObject({ status: 200 })
  expect(slack.ledger.visible()).toHaveLength(1)
})

test('what Slack would not let happen is refused in words', async () => {
  const { slack, bot, page } = await aPage()
  const { ts } = await bot.chat.postMessage({ channel: 'C0BILLING', text: 'a card' })
  const card = { channel: 'C0BILLING', ts }
  const refused = async (path: string, body: object) => {
    const { status, error } = await page.post(path, body)
    return `${status} ${error}`
  }

  expect(await refused('gesture/click', { as: 'U0GRACE', target: card, control: 'accept' })).toBe(
    '400 grace sees no "accept" to use; there is nothing to click.',
  )
  expect(await refused('gesture/click', { as: 'U0GUEST', target: card, control: 'accept' })).toBe(
    `400 gina sees no message ${ts} in C0BILLING.`,
  )
  expect(await refused('gesture/edit', { as: 'U0GRACE', target: card, text: 'mine' })).toBe(
    '400 Grace Hopper can change only what Grace Hopper said.',
  )
  expect(await refused('gesture/say', { as: 'U0GRACE', channel: 'C0ELSEWHERE', text: 'hi' })).toBe(
    '400 Grace Hopper is not in C0ELSEWHERE and cannot write there.',
  )
  expect(await refused('gesture/say', { as: 'U0GRACE', channel: 'C0BILLING' })).toMatch(/^400 .*text/s)
  expect(await refused('gesture/say', { as: 'waybill', channel: 'C0BILLING', text: 'hi' })).toMatch(/^404 The bot acts/)
  expect(await refused('gesture/submit', { as: 'U0GRACE' })).toBe('400 grace has no modal open to submit.')
  expect(await refused('gesture/dance', { as: 'U0GRACE' })).toMatch(/^404 There is no "gesture\/dance" to ask for/)
  slack.down(true)
  expect(await refused('gesture/openHome', { as: 'U0GRACE' })).toBe(
    '400 Slack is down: Grace Hopper cannot do anything.',
  )
})

test('tickets are fed, mail is written and things are broken', async () => {
  const { stage, told, page } = await aPage()
  const stream = await page.listen('U0GRACE')
  const from = { name: 'Ada', email: 'ada@example.com' }

  expect(await page.post('feed', { do: 'speed', perMinute: 30 })).toMatchObject({
    status: 200,
    result: { perMinute: 30 },
  })
  await stream.until(() => stream.heard('status').some(({ status }) => status.feed.perMinute === 30))
  expect(await page.post('mail', { from, subject: 'Hi', body: 'there' })).toEqual({
    status: 200,
    result: { number: 1 },
  })
  const raw = Buffer.from('Subject: x\r\n\r\ny').toString('base64')
  expect(await page.post('eml', { name: 'a.eml', raw })).toEqual({ status: 200, result: { number: 2 } })
  expect(told).toEqual([
    { from, subject: 'Hi', body: 'there' },
    { name: 'a.eml', raw: 'Subject: x\r\n\r\ny' },
  ])
  await page.post('break', { what: 'rate-limit', on: true })
  await stream.until(() => stream.heard('status').some(({ status }) => status.broken['rate-limit']))
  expect(stage.breaks.on['rate-limit']).toBe(true)

  expect(await page.post('feed', { do: 'speed', perMinute: 0 })).toMatchObject({ status: 400 })
  expect(await page.post('feed', { do: 'explode' })).toMatchObject({ status: 400 })
  expect(await page.post('break', { what: 'everything', on: true })).toMatchObject({ status: 400 })
  expect(await page.post('eml', { name: 'a.eml', raw: '' })).toMatchObject({ status: 400, error: 'a.eml is empty.' })
  expect(await page.post('eml', { name: 'a.eml', raw: '%%%' })).toMatchObject({ status: 400 })
  const wrong = { from: { name: 'Ada', email: 'ada' }, subject: 'Hi', body: 'there' }
  expect(await page.post('mail', wrong)).toMatchObject({ status: 400, error: '"ada" is not an address.' })
})

test.each([
  ['mail', { body: 'x'.repeat(300_000) }, 'The text has 300,000 characters; 200,000 is the most.'],
  ['mail', { subject: 'x'.repeat(1_001) }, 'The subject has 1,001 characters; 1,000 is the most.'],
  [
    'mail',
    { from: { name: 'x'.repeat(201), email: '' } },
    'The name of the sender has 201 characters; 200 is the most. Give the address of the sender.',
  ],
  [
    'mail',
    { from: { name: '', email: 'x'.repeat(321) } },
    'The address of the sender has 321 characters; 320 is the most.',
  ],
  ['mail', { from: null }, 'Say from whom the mail is.'],
  ['eml', { name: 'x'.repeat(301), raw: '' }, 'The name of the file has 301 characters; 300 is the most.'],
  ['eml', { name: 'a.eml', raw: '%%%' }, 'The file must come as base64.'],
  ['feed', { do: 'speed', perMinute: 0 }, 'Choose a number of tickets a minute between 0 and 6,000.'],
  [
    'feed',
    { do: 'explode' },
    'The stream can play, pause, send the next, change its speed and let people work; nothing else.',
  ],
  ['break', { what: 'everything', on: true }, 'What can be broken is rate-limit, slack-down, model-down or bot-down.'],
  ['read', { as: 'U0GRACE', channel: 'C0BILLING', ts: 'now' }, 'A message is named by a timestamp of Slack.'],
  ['scene', {}, 'Say which scene.'],
  ['gesture/say', { as: 'U0GRACE', channel: 'C0BILLING' }, 'text: Invalid input: expected string, received undefined.'],
])('what is wrong with a %s is said in words for people: %#', async (path, wrong, error) => {
  const { page } = await aPage()
  const mail = { from: { name: 'Ada', email: 'ada@example.com' }, subject: 'Hi', body: 'there' }

  expect(await page.post(path, { ...(path === 'mail' ? mail : {}), ...wrong })).toEqual({ status: 400, error })
})

test('scenes play one at a time and say what happens', async () => {
  const end = Promise.withResolvers<void>()
  const scene = (name: string, run: PlayableScene['run']): PlayableScene => ({
    name,
    title: `The ${name}`,
    about: name,
    run,
  })
  const { page } = await aPage([
    scene('good', async (_, say) => {
      say('it begins')
      await end.promise
      say('it ends', 'good')
    }),
    scene('bad', async () => {
      throw new RejectedError('two cards for one ticket')
    }),
  ])
  const stream = await page.listen('U0GRACE')
  const state = (name: string) => stream.heard('scene').findLast(({ scene }) => scene.name === name)?.scene
  expect(stream.snapshot.scenes).toMatchObject([{ name: 'good', state: 'idle' }, { name: 'bad' }])

  expect(await page.post('scene', { name: 'good' })).toMatchObject({ status: 200, result: { state: 'running' } })
  expect(await page.post('scene', { name: 'bad' })).toMatchObject({
    status: 409,
    error: '"The good" plays now. Scenes play one at a time; wait until it has ended.',
  })
  await stream.until(() => state('good')?.says.length === 1)
  end.resolve()
  await stream.until(() => state('good')?.state === 'passed')
  expect(state('good')?.says).toMatchObject([{ text: 'it begins' }, { text: 'it ends', tone: 'good' }])
  await page.post('scene', { name: 'bad' })
  await stream.until(() => state('bad')?.state === 'failed')
  expect(state('bad')?.says).toMatchObject([{ text: 'two cards for one ticket', tone: 'bad' }])
  expect(await page.post('scene', { name: 'none' })).toMatchObject({
    status: 404,
    error: 'There is no scene "none"; there are: good, bad.',
  })
})

test('only this machine and this page are let in', async () => {
  const { page } = await aPage()
  const { port } = new URL(page.url)
  const answered = (method: string, path: string, headers: Record<string, string>, body = '') =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve(`${response.statusCode} ${text}`))
      })
      asked.on('error', reject).end(body)
    })
  const json = { host: `localhost:${port}`, 'content-type': 'application/json' }

  expect(await answered('GET', '/api/messages?as=U0GRACE&channel=C0BILLING', { host: `localhost:${port}` })).toBe(
    '200 []',
  )
  expect(await answered('GET', '/api/stream?as=U0GRACE', { host: `evil.example:${port}` })).toMatch(
    /^421 .*127\.0\.0\.1/,
  )
  expect(await answered('GET', '/', { host: '127.0.0.1.evil.example' })).toMatch(/^421/)
  expect(await answered('POST', '/api/feed', { ...json, 'content-type': 'text/plain' }, '{"do":"play"}')).toBe(
    '415 {"error":"POST JSON, please."}',
  )
  expect(await answered('POST', '/api/feed', { ...json, origin: 'http://localhost:1' }, '{"do":"play"}')).toMatch(
    /^403/,
  )
  expect(await answered('POST', '/api/feed', { ...json, origin: 'null' }, '{"do":"play"}')).toMatch(/^403/)
  expect(await answered('POST', '/api/feed', { ...json, origin: `http://localhost:${port}` }, '{"do":"play"}')).toMatch(
    /^200/,
  )
  expect(await answered('POST', '/api/feed', json, 'not json')).toBe('400 {"error":"The body is not JSON."}')
  expect(await answered('POST', '/api/feed', json, '[]')).toBe('400 {"error":"The body must be a JSON object."}')
  expect(await answered('DELETE', '/api/feed', json)).toMatch(/^405/)
  expect(await answered('OPTIONS', '/api/feed', json)).toMatch(/^405/)
})
