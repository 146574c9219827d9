import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { again } from '../../../src/playground/stage/demo-tickets.ts'
import { type StreamFeederOptions, streamFeeder } from '../../../src/playground/stage/feeder.ts'
import { type WebhookSender, webhookSender } from '../../../src/playground/stage/webhook-sender.ts'

const SECRET = `whsec_${Buffer.from('a-secret-of-the-tests-0123456789').toString('base64')}`

const tickets = [1, 2, 3].map((number) => ({
  from: { name: 'Ada', email: 'ada@acme-gmbh.example' },
  subject: `Ticket ${number}`,
  body: 'Hello',
}))

function aFeeder(send: WebhookSender['send'], more: Partial<StreamFeederOptions> = {}) {
  const accepted: string[] = []
  const said: string[] = []
  const feeder = streamFeeder({
    stream: { source: 'tests', tickets },
    sender: { send, close() {} },
    perMinute: 60,
    peopleWork: false,
    run: 'r1',
    changed() {},
    accepted: (_, externalId) => accepted.push(externalId),
    say: (line) => said.push(line),
    ...more,
  })
  onTestFinished(() => feeder.close())
  return { feeder, accepted, said }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

test('begins paused, plays at its pace, can be hurried, and stops at the end', async () => {
  const { feeder, accepted } = aFeeder(async () => {})
  await vi.advanceTimersByTimeAsync(10_000)
  expect(feeder.state).toMatchObject({ playing: false, sent: 0, total: 3 })

  await feeder.wish({ do: 'play' })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(feeder.state).toMatchObject({ playing: true, sent: 1 })
  await feeder.wish({ do: 'speed', perMinute: 600 })
  await vi.advanceTimersByTimeAsync(200)

  expect(feeder.state).toMatchObject({ playing: false, sent: 3, waiting: 0, perMinute: 600 })
  expect(accepted).toEqual(['playground-r1-1', 'playground-r1-2', 'playground-r1-3'])
  await expect(feeder.wish({ do: 'next' })).rejects.toThrow('All 3 tickets of the stream were sent.')
  await expect(feeder.wish({ do: 'play' })).rejects.toThrow('All 3 tickets of the stream were sent.')
})

test('a pause is one, and one step goes further', async () => {
  const { feeder } = aFeeder(async () => {})
  await feeder.wish({ do: 'play' })
  await feeder.wish({ do: 'pause' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(feeder.state.sent).toBe(0)

  await feeder.wish({ do: 'next' })
  await vi.advanceTimersByTimeAsync(0)

  expect(feeder.state).toMatchObject({ playing: false, sent: 1 })
})

test('what the bot has not accepted yet is waiting; what it refuses is said', async () => {
  const refuse: (() => void)[] = []
  const { feeder, said } = aFeeder(
    () => new Promise((_, reject) => refuse.push(() => reject(new Error('Waybill refused it.')))),
  )
  await feeder.wish({ do: 'next' })
  expect(feeder.state).toMatchObject({ sent: 0, waiting: 1 })

  refuse[0]?.()
  await vi.advanceTimersByTimeAsync(0)

  expect(said).toEqual(['Waybill refused it.'])
  expect(feeder.state).toMatchObject({ sent: 0, waiting: 0, refused: 1 })
})

test('a stream that goes on for ever pauses after each round, and the same customers write again', async () => {
  const subjects: string[] = []
  const { feeder } = aFeeder(async () => {}, {
    stream: { source: 'tests', tickets, again },
    accepted: ({ subject }) => subjects.push(subject),
  })
  await feeder.wish({ do: 'play' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(feeder.state).toMatchObject({ playing: false, sent: 3, total: null })
  expect(feeder.state.says).toBe('All 3 are sent. Press Play, and the same customers write again.')

  await feeder.wish({ do: 'next' })
  await vi.advanceTimersByTimeAsync(0)
  expect(feeder.state).toMatchObject({ playing: false, sent: 4 })
  expect(feeder.state.says).toBeUndefined()
  await feeder.wish({ do: 'play' })
  await vi.advanceTimersByTimeAsync(60_000)

  expect(feeder.state).toMatchObject({ playing: false, sent: 6 })
  expect(subjects.slice(2, 5)).toEqual(['Ticket 3', 'Ticket 1 (again, 2)', 'Ticket 2 (again, 2)'])
})

test('pauses by itself while nobody clicks, goes on when told to, and with others at work', async () => {
  let untouched = 3
  const arrives = async () => {
    untouched += 1
  }
  const { feeder } = aFeeder(arrives, {
    stream: { source: 'tests', tickets: Array.from({ length: 100 }, () => tickets[0]!), again },
    untouched: async () => untouched,
  })
  await feeder.wish({ do: 'play' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(feeder.state).toMatchObject({ playing: false, sent: 9 })
  expect(feeder.state.says).toBe('12 tickets wait: click some and press Play, or let others work too.')

  await feeder.wish({ do: 'play' })
  expect(feeder.state.says).toBeUndefined()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(feeder.state).toMatchObject({ playing: false, sent: 21 })
  await feeder.wish({ do: 'peopleWork', on: true })
  await vi.advanceTimersByTimeAsync(30_000)

  expect(feeder.state).toMatchObject({ playing: true, sent: 51 })
})

test('a pace nobody can mean is refused', async () => {
  const { feeder } = aFeeder(async () => {})

  await expect(feeder.wish({ do: 'speed', perMinute: 0 })).rejects.toThrow('Choose 1 to 1200 tickets a minute.')
  await expect(feeder.wish({ do: 'speed', perMinute: Number.NaN })).rejects.toThrow('Choose 1 to 1200')
})

test('a sender signs each attempt and tries until it is accepted, but not what is refused', async () => {
  const answers = [503, 429, 202, 400]
  const got: { id: string; body: string; verified: boolean }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const id = String(request.headers['webhook-id'])
      const signed = () => new Webhook(SECRET).verify(body, request.headers as Record<string, string>)
      got.push({ id, body, verified: signed() !== undefined })
      const status = answers[got.length - 1] ?? 500
      if (status === 503) request.socket.destroy()
      else response.writeHead(status).end('said no')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const sender = webhookSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, SECRET)

  await sender.send('m1', { text: 'grün' })
  await expect(sender.send('m2', {})).rejects.toThrow('Waybill refused the message m2 with 400: said no')

  expect(got.map(({ id, verified }) => [id, verified])).toEqual([
    ['m1', true],
    ['m1', true],
    ['m1', true],
    ['m2', true],
  ])
  expect(got[0]?.body).toBe('{"text":"grün"}')
})

test('a sender that is closed gives up what waits', async () => {
  const sender = webhookSender('http://127.0.0.1:1/', SECRET)
  const waiting = sender.send('m1', {})

  sender.close()

  await expect(waiting).rejects.toThrow()
})
