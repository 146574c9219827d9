import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { PageChannel } from '../../../src/playground/page-contract.ts'
import { openHouse } from '../../support/house.ts'
import { aWorkspace, clientOf, section } from '../workspace/support.ts'
import { anApp, aStage, servedPage } from './support.ts'

async function aPage(more: Parameters<typeof servedPage>[1] = {}) {
  const slack = await aWorkspace()
  const { stage } = aStage(slack, await anApp())
  return { slack, stage, bot: clientOf(slack), page: await servedPage(stage, more) }
}

const unreadIn = (channels: readonly PageChannel[], name: string) => channels.find((one) => one.name === name)?.unread

test('a card is a message about its ticket, and the ticket moves as people click', async () => {
  const house = await openHouse('sqlite')
  const { stage } = aStage(house.slack, house.app)
  const page = await servedPage(stage)
  const stream = await page.listen('U0ADELE')
  expect(stream.snapshot).toMatchObject({ me: 'U0ADELE', tickets: [], status: { counts: { tickets: 0, open: 0 } } })

  const ticket = await house.arrives('Invoice', 'We were charged twice on our last invoice.')
  const { message: card } = await stream.until(() =>
    stream.heard('message').find(({ message }) => message.ticket === 1),
  )
  expect(await page.messages('U0ADELE', card.channel)).toMatchObject([{ ts: card.ts, ticket: 1, replyCount: 0 }])
  await stream.until(() => stream.heard('status').find(({ status: { counts } }) => counts.open === 1))

  const { ts, channel } = await house.card(ticket)
  const clicked = await page.post('gesture/click', {
    as: 'U0ADELE',
    target: { channel, ts },
    control: 'waybill:accept',
  })
  expect(clicked).toMatchObject({ status: 200, result: { acked: true } })
  const { ticket: line } = await stream.until(() =>
    stream.heard('ticket').find((one) => one.ticket.status === 'accepted'),
  )
  expect(line).toMatchObject({ number: 1, subject: 'Invoice', team: expect.stringMatching(/^[A-Z]/) })
  await stream.until(() =>
    stream.heard('status').find(({ status: { counts } }) => counts.waiting === 0 && counts.open === 1),
  )
  await stream.until(() => stream.heard('message').find(({ message }) => message.ts === ts && message.edited))
})

test('nothing is lost or told twice as another while a page connects and reads', async () => {
  const { slack, page } = await aPage()
  const grace = slack.as('grace')
  let said = 0
  const speak = async () => {
    said += 1
    await grace.say('billing', `message ${said}`)
  }
  for (let before = 0; before < 30; before += 1) await speak()

  const connecting = page.listen('U0OMAR')
  for (let during = 0; during < 30; during += 1) await speak()
  const stream = await connecting
  const reading = page.messages('U0OMAR', 'C0BILLING', '&limit=500')
  for (let after = 0; after < 30; after += 1) await speak()
  const known = new Map((await reading).map(({ ts, text }) => [ts, text]))
  await stream.until(() => {
    for (const { message } of stream.heard('message')) known.set(message.ts, message.text)
    return [...known.values()].includes(`message ${said}`)
  })

  expect([...known.values()].toSorted()).toEqual(
    Array.from({ length: 90 }, (_, index) => `message ${index + 1}`).toSorted(),
  )
})

test('edits, answers, reactions and deletions arrive as they happen', async () => {
  const { slack, bot, page } = await aPage()
  const stream = await page.listen('U0OMAR')
  const { ts } = await bot.chat.postMessage({ channel: 'C0BILLING', text: 'one' })
  const newest = () => stream.heard('message').findLast(({ message }) => message.ts === ts)?.message

  await stream.until(() => newest()?.text === 'one')
  await bot.chat.update({ channel: 'C0BILLING', ts: ts!, text: 'two' })
  await stream.until(() => newest()?.edited && newest()?.text === 'two')
  await slack.as('grace').say('billing', 'an answer', { thread: ts! })
  const parent = await stream.until(() => (newest()?.replyCount === 1 ? newest() : undefined))
  const reply = await stream.until(() => stream.heard('message').find(({ message }) => message.threadTs === ts))
  expect(parent.lastReplyTs).toBe(reply.message.ts)
  await slack.as('grace').react('two', 'eyes')
  await stream.until(() => newest()?.reactions.eyes?.includes('U0GRACE'))
  await bot.chat.delete({ channel: 'C0BILLING', ts: ts! })
  await stream.until(() => stream.heard('gone').find((one) => one.channel === 'C0BILLING' && one.ts === ts))
})

test('everybody hears what they would see in Slack, and of nothing else', async () => {
  const { slack, bot, page } = await aPage()
  const [grace, omar, gina] = await Promise.all(['U0GRACE', 'U0OMAR', 'U0GUEST'].map((one) => page.listen(one)))
  const names = (channels: readonly PageChannel[]) => channels.map(({ name, kind }) => `${kind} ${name}`)
  expect(names(grace!.snapshot.channels)).toEqual(['public billing', 'public old', 'public elsewhere', 'dm waybill'])
  expect(names(omar!.snapshot.channels)).toEqual([
    'public billing',
    'public old',
    'public elsewhere',
    'private secret',
    'dm waybill',
  ])
  expect(names(gina!.snapshot.channels)).toEqual(['dm waybill'])

  await slack.as('omar').say('secret', 'between us')
  const { ts: dm } = await bot.chat.postMessage({ channel: 'U0GRACE', text: 'only for grace' })
  await bot.chat.postEphemeral({ channel: 'C0BILLING', user: 'U0OMAR', text: 'only for omar' })
  const { ts: gone } = await bot.chat.postMessage({ channel: 'C0BILLING', text: 'short' })
  await bot.chat.delete({ channel: 'C0BILLING', ts: gone! })
  await bot.chat.postMessage({ channel: 'C0BILLING', text: 'for all' })
  await bot.chat.postMessage({ channel: 'U0GUEST', text: 'last' })
  // Whether what stood there for a moment is heard of depends on how soon it went.
  const texts = (stream: typeof grace) =>
    stream!
      .heard('message')
      .map(({ message }) => message.text)
      .filter((text) => text !== 'short')
  await grace!.until(() => texts(grace).includes('for all'))
  await omar!.until(() => texts(omar).includes('for all'))
  await gina!.until(() => texts(gina).includes('last'))

  expect(new Set(texts(grace))).toEqual(new Set(['only for grace', 'for all']))
  expect(new Set(texts(omar))).toEqual(new Set(['between us', 'only for omar', 'for all']))
  expect(texts(gina)).toEqual(['last'])
  expect(JSON.stringify(gina!.events.slice(1))).not.toContain('C0')
  expect((await page.get(`messages?as=U0GRACE&channel=C0SECRET`)).error).toBe('grace sees no channel C0SECRET.')
  const own = grace!.heard('message').find(({ message }) => message.ts === dm)!.message.channel
  expect((await page.get(`messages?as=U0OMAR&channel=${own}`)).status).toBe(404)
  expect((await page.messages('U0OMAR', 'C0BILLING')).map(({ text }) => text)).toEqual(['only for omar', 'for all'])
  expect((await page.messages('U0GRACE', 'C0BILLING')).map(({ text }) => text)).toEqual(['for all'])

  slack.invite('gina', 'billing')
  await gina!.until(() =>
    gina!
      .heard('channels')
      .at(-1)
      ?.channels.some(({ name }) => name === 'billing'),
  )
  slack.kick('gina', 'billing')
  await gina!.until(
    () =>
      !gina!
        .heard('channels')
        .at(-1)
        ?.channels.some(({ name }) => name === 'billing'),
  )
  slack.deactivate('grace')
  const last = await grace!.until(() => grace!.heard('snapshot')[1])
  expect(last.snapshot.channels).toEqual([])
})

test('modals, the Home tab and failures reach the person they are for', async () => {
  const { slack, bot, page } = await aPage()
  const [grace, omar] = [await page.listen('U0GRACE'), await page.listen('U0OMAR')]

  await bot.views.publish({ user_id: 'U0GRACE', view: { type: 'home', blocks: [section('Your tickets')] as never } })
  const { home } = await grace.until(() => grace.heard('home')[0])
  expect(home).toMatchObject({ title: '', submit: null, blocks: [{ type: 'section' }] })

  const opening = page.post('gesture/command', { as: 'U0GRACE', line: '/waybill help', channel: 'C0BILLING' })
  const failure = await grace.until(() => grace.heard('failure')[0])
  expect(failure).toMatchObject({ gesture: '/waybill' })
  expect((await opening).result).toMatchObject({ acked: false })
  expect(slack.ledger.failures).toHaveLength(1)
  expect([...omar.heard('home'), ...omar.heard('failure'), ...omar.heard('modal')]).toEqual([])
})

test('unread marks are kept for each person', async () => {
  const { bot, slack, page } = await aPage()
  await bot.chat.postMessage({ channel: 'C0BILLING', text: 'one' })
  const { ts } = await bot.chat.postMessage({ channel: 'C0BILLING', text: 'two' })
  const [grace, omar] = [await page.listen('U0GRACE'), await page.listen('U0OMAR')]
  expect(unreadIn(grace.snapshot.channels, 'billing')).toBe(2)
  expect(unreadIn(grace.snapshot.channels, 'elsewhere')).toBe(0)

  await page.post('read', { as: 'U0GRACE', channel: 'C0BILLING', ts })
  await grace.until(() => unreadIn(grace.heard('channels').at(-1)?.channels ?? [], 'billing') === 0)
  await bot.chat.postMessage({ channel: 'C0BILLING', text: 'three' })
  await slack.as('omar').say('billing', 'an answer', { thread: ts! })
  await grace.until(() => unreadIn(grace.heard('channels').at(-1)?.channels ?? [], 'billing') === 1)
  await omar.until(() => unreadIn(omar.heard('channels').at(-1)?.channels ?? [], 'billing') === 3)
  await page.post('gesture/say', { as: 'U0OMAR', channel: 'C0BILLING', text: 'mine' })
  await omar.until(() => unreadIn(omar.heard('channels').at(-1)?.channels ?? [], 'billing') === 0)
  await grace.until(() => unreadIn(grace.heard('channels').at(-1)?.channels ?? [], 'billing') === 2)
  const refused = await page.post('read', { as: 'U0GRACE', channel: 'C0SECRET', ts })

  expect(refused).toMatchObject({ status: 404, error: 'grace sees no channel C0SECRET.' })
})

test('a page that does not read is cut off before its mail grows without limit', async () => {
  const { slack, bot, page } = await aPage({ mostWaiting: 50 })
  const { hostname, port } = new URL(page.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => resolve()))
  socket.pause()
  socket.write(`GET /api/stream?as=U0GRACE HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
  const reader = await page.listen('U0GRACE')

  const { ts } = await bot.chat.postMessage({ channel: 'C0BILLING', text: 'edited again and again' })
  for (let edit = 0; edit < 120; edit += 1)
    await bot.chat.update({ channel: 'C0BILLING', ts: ts!, text: `edit ${edit}` })
  await reader.until(() => reader.heard('message').some(({ message }) => message.text === 'edit 119'))

  // More than the buffers of both ends of a connection, and then more than may wait.
  const long = 'x'.repeat(200_000)
  const grace = slack.as('grace')
  for (let said = 1; said <= 160; said += 1) {
    await grace.say('billing', `${said} ${long}`)
    if (said % 20 === 0)
      await reader.until(() => reader.heard('message').some(({ message }) => message.text.startsWith(`${said} `)))
  }
  // A connection that is still open would go on telling what waits, and never close.
  socket.resume()
  await closed

  expect(socket.destroyed).toBe(true)
  expect(reader.ended).toBe(false)
})

test('a quiet stream says that it is still there, and ends with the server', async () => {
  const { page } = await aPage({ heartbeatMs: 20 })
  const stream = await page.listen('U0GRACE')
  await stream.until(() => stream.comments.filter((one) => one === ': still here').length > 1)
  expect(stream.comments[0]).toBe('retry: 500')

  await page.stop()
  await stream.until(() => stream.ended)
  await page.stop()

  expect(stream.comments.filter((one) => one.startsWith('broke'))).toEqual([])
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
  await expect(fetch(page.url)).rejects.toThrow('fetch failed')
})
