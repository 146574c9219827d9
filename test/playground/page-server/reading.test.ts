import { expect, test } from 'vitest'
import { RejectedError } from '../../../src/errors.ts'
import type { Journey, PageMessage } from '../../../src/playground/page-contract.ts'
import { aWorkspace, clientOf } from '../workspace/support.ts'
import { anApp, aStage, servedPage } from './support.ts'

async function aPage() {
  const slack = await aWorkspace()
  const { stage } = aStage(slack, await anApp())
  return { slack, bot: clientOf(slack), page: await servedPage(stage) }
}

const texts = (messages: readonly PageMessage[]) => messages.map(({ text }) => text)

test('a channel is read page by page, the newest first, with whispers where they were said', async () => {
  const { slack, bot, page } = await aPage()
  const grace = slack.as('grace')
  for (let said = 1; said <= 25; said += 1) {
    await grace.say('billing', `message ${said}`)
    if (said === 3) await bot.chat.postEphemeral({ channel: 'C0BILLING', user: 'U0GRACE', text: 'early whisper' })
    if (said === 22) await bot.chat.postEphemeral({ channel: 'C0BILLING', user: 'U0GRACE', text: 'late whisper' })
  }

  const newest = await page.messages('U0GRACE', 'C0BILLING', '&limit=10')
  const older = await page.messages('U0GRACE', 'C0BILLING', `&limit=10&before=${newest[0]!.ts}`)
  const oldest = await page.messages('U0GRACE', 'C0BILLING', `&limit=10&before=${older[0]!.ts}`)

  expect(texts(newest)).toEqual([
    ...[16, 17, 18, 19, 20, 21, 22].map((said) => `message ${said}`),
    'late whisper',
    ...[23, 24, 25].map((said) => `message ${said}`),
  ])
  expect(texts(older)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((said) => `message ${said}`))
  expect(texts(oldest)).toEqual(['message 1', 'message 2', 'message 3', 'early whisper', 'message 4', 'message 5'])
  expect(await page.messages('U0GRACE', 'C0BILLING', `&limit=10&before=${oldest[0]!.ts}`)).toEqual([])
  expect(texts(await page.messages('U0OMAR', 'billing', '&limit=1'))).toEqual(['message 25'])
})

test('answers are read with the message they answer, and what was deleted is gone', async () => {
  const { slack, bot, page } = await aPage()
  const { ts } = await bot.chat.postMessage({ channel: 'C0BILLING', text: 'a card' })
  const first = await slack.as('grace').say('billing', 'first', { thread: ts! })
  await slack.as('omar').say('billing', 'second', { thread: ts! })
  await bot.chat.postMessage({ channel: 'C0BILLING', text: 'third', thread_ts: ts!, reply_broadcast: true })
  await bot.chat.postEphemeral({ channel: 'C0BILLING', user: 'U0GRACE', text: 'a whisper', thread_ts: ts! })
  const asked = (as: string) => page.get(`thread?as=${as}&channel=C0BILLING&ts=${ts}`)
  const thread = async (as: string) => (await asked(as)).body as PageMessage[]

  expect(texts(await page.messages('U0GRACE', 'C0BILLING'))).toEqual(['a card', 'third'])
  expect(texts(await thread('U0GRACE'))).toEqual(['a card', 'first', 'second', 'third', 'a whisper'])
  expect(texts(await thread('U0OMAR'))).toEqual(['a card', 'first', 'second', 'third'])
  expect((await thread('U0OMAR'))[0]).toMatchObject({ replyCount: 3, ticket: null })

  await slack.as('grace').unsay(first)
  expect((await thread('U0OMAR'))[0]).toMatchObject({ replyCount: 2 })
  await bot.chat.delete({ channel: 'C0BILLING', ts: ts! })
  expect(await asked('U0OMAR')).toMatchObject({
    status: 404,
    error: `The message ${ts} is not in C0BILLING any more.`,
  })
})

test('a journey is told by its number', async () => {
  const journey: Journey = {
    ticket: {
      number: 7,
      subject: 'x',
      status: 'offered',
      priority: 'P2',
      team: null,
      assignee: null,
      receivedAt: '2026-01-05T09:00:00Z',
    },
    chapters: [],
  }
  const journeyOf = async (_: unknown, number: number) => {
    if (number !== 7) throw new RejectedError(`There is no ticket #${number}.`, { status: 404 })
    return journey
  }
  const page = await servedPage(aStage(await aWorkspace(), await anApp()).stage, { journeyOf })

  expect(await page.get('journey/7')).toMatchObject({ status: 200, body: journey })
  expect(await page.get('journey/8')).toMatchObject({ status: 404, error: 'There is no ticket #8.' })
})

test('what is asked wrongly is refused with what is wrong', async () => {
  const { page } = await aPage()
  const asked = async (path: string) => {
    const { status, error } = await page.get(path)
    return `${status} ${error}`
  }

  expect(await asked('messages?as=U0GRACE&channel=C0NOWHERE')).toBe('404 grace sees no channel C0NOWHERE.')
  expect(await asked('messages?as=nobody&channel=C0BILLING')).toBe('404 Nobody here is called "nobody".')
  expect(await asked('messages?as=waybill&channel=C0BILLING')).toMatch(/^404 The bot acts by itself/)
  expect(await asked('messages?as=U0GRACE&channel=C0BILLING&limit=0')).toMatch(/^400 Ask for 1 to 500 messages/)
  expect(await asked('messages?as=U0GRACE')).toMatch(/^400 .*channel/s)
  expect(await asked('stream?as=nobody')).toBe('404 Nobody here is called "nobody".')
  expect(await asked('journey/x')).toMatch(/^400/)
  expect(await asked('nothing')).toBe('404 There is nothing to read at this address.')
})
