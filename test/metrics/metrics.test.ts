import { describe, expect, onTestFinished, test } from 'vitest'
import { buildApp, Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import type { Census } from '../../src/core/census.ts'
import { plusMs, SECOND } from '../../src/core/time.ts'
import { GAUGES } from '../../src/metrics/gauges/index.ts'
import { meter } from '../../src/metrics/meter.ts'
import { fakeClock } from '../support/clock.ts'
import { DATABASES, freshLocation } from '../support/databases.ts'
import { openHouse } from '../support/house.ts'
import { recordingLog, silentLog } from '../support/log.ts'
import { trainOnce } from '../support/trained.ts'
import { policyDocument, WORKERS } from '../support/workplace.ts'

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text format of Prometheus (version 0.0.4) line by line; throws at whatever is none. */
function parse(text: string): readonly Sample[] {
  const typed = new Set<string>()
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      if (line === '') return []
      const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line)
      if (type) typed.add(type[1]!)
      if (type || /^# HELP \S+ \S/.test(line)) return []
      const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/.exec(line)
      if (!found) throw new Error(`This is no line of the text format: ${line}`)
      const [, name = '', inside = '', value = ''] = found
      const family = name.replace(/_(bucket|sum|count)$/, '')
      if (!typed.has(name) && !typed.has(family)) throw new Error(`${name} has no type`)
      const labels = Object.fromEntries(
        [...inside.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g)].map(([, label, said]) => [
          label,
          said,
        ]),
      )
      return [{ name, labels, value: Number(value.replace('Inf', 'Infinity')) }]
    })
}

const sampleOf = (samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}) =>
  samples
    .filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0)

const readFrom = async (url: string) => parse(await (await fetch(`${url}/metrics`)).text())

describe.each(DATABASES)('GET /metrics on %s', (kind) => {
  test('tells what happened and how things stand, and nothing a customer wrote', async () => {
    const house = await openHouse(kind)
    const ticket = await house.arrives(
      'Charged twice',
      'Our card was charged twice for the same invoice in October, please refund one payment.',
      'secret-person@customer.example',
    )
    const person = house.slack.as(WORKERS.find(({ id }) => id === ticket.assignee)?.slack ?? 'nobody')
    await person.click(await house.card(ticket), 'waybill:accept')
    await house.becomes(ticket, ({ status }) => status === 'accepted')

    const response = await fetch(`${house.url}/metrics`)
    const text = await response.text()
    const samples = parse(text)

    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(sampleOf(samples, 'waybill_messages_received_total', { source: 'generic', outcome: 'created' })).toBe(1)
    expect(sampleOf(samples, 'waybill_tickets_open', { status: 'accepted', team: 'money' })).toBe(1)
    expect(sampleOf(samples, 'waybill_ticket_events_total', { type: 'routed', by: 'waybill' })).toBe(1)
    expect(sampleOf(samples, 'waybill_ticket_events_total', { type: 'accepted', by: 'person' })).toBe(1)
    expect(sampleOf(samples, 'waybill_routed_confidence_count', { topic: 'billing' })).toBe(1)
    expect(sampleOf(samples, 'waybill_time_to_card_seconds_count')).toBe(1)
    expect(sampleOf(samples, 'waybill_slack_calls_total', { method: 'chat.postMessage', outcome: 'ok' })).toBe(1)
    expect(sampleOf(samples, 'waybill_voice_answers_total', { voice: 'learned', outcome: 'spoke' })).toBe(1)
    expect(sampleOf(samples, 'waybill_outbox_posts')).toBe(0)
    expect(sampleOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    expect(text).not.toMatch(/secret-person|customer\.example|Charged|invoice/)
    expect(new Set(samples.map(({ name }) => name)).size).toBeLessThan(100)
    expect(samples.length).toBeLessThan(400)
  })
})

test('is shown only to who has the token, when there is one', async () => {
  const METRICS_TOKEN = 'a-token-for-metrics-only'
  const settings = readSettings({ DATABASE_URL: await freshLocation('sqlite'), PORT: '0', METRICS_TOKEN }, Settings)
  const app = await buildApp(settings, { log: silentLog, sweepSeconds: 0, train: trainOnce })
  onTestFinished(() => app.stop())
  const { url } = await app.serve()
  const ask = (authorization?: string) =>
    fetch(`${url}/metrics`, authorization === undefined ? {} : { headers: { authorization } })

  expect((await ask()).status).toBe(401)
  expect((await ask('Bearer something-else-entirely')).status).toBe(401)
  expect((await ask(`Bearer ${METRICS_TOKEN}`)).status).toBe(200)
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405)
})

test('is ready only with a policy', async () => {
  const settings = readSettings({ DATABASE_URL: await freshLocation('sqlite'), PORT: '0' }, Settings)
  const app = await buildApp(settings, { log: silentLog, sweepSeconds: 0, train: trainOnce })
  onTestFinished(() => app.stop())
  const { url } = await app.serve()

  const before = await fetch(`${url}/readyz`)
  await app.policies.importDocument(policyDocument(), { author: 'test', reason: 'test', at: app.clock.now() })
  const after = await fetch(`${url}/readyz`)

  expect([before.status, await before.json()]).toEqual([
    503,
    { ready: false, error: 'There is no policy yet: import one.' },
  ])
  expect([after.status, await after.json()]).toEqual([200, { ready: true }])
})

test('is not ready while Slack is away, and is again when it is back', async () => {
  const house = await openHouse('sqlite', 'Socket Mode')
  const status = async () => (await fetch(`${house.url}/readyz`)).status
  await house.slack.until(async () => (await status()) === 200)

  house.slack.down(true)
  await house.slack.until(async () => (await status()) === 503)
  const alive = await fetch(`${house.url}/healthz`)
  house.slack.down(false)

  expect(alive.status).toBe(200)
  await house.slack.until(async () => (await status()) === 200, 20_000)
  expect(sampleOf(await readFrom(house.url), 'waybill_slack_socket_connections')).toBeGreaterThan(0)
})

describe('the gauges', () => {
  const clock = fakeClock()
  const census: Census = {
    at: clock.now(),
    openTickets: [{ status: 'offered', priority: 'P2', team: undefined, count: 3 }],
    jobs: { ready: 1, delayed: 2, running: 3, dead: 4, oldestReadyAt: plusMs(clock.now(), -90 * SECOND) },
    posts: [
      { state: 'pending', count: 5, oldestAt: plusMs(clock.now(), -30 * SECOND) },
      { state: 'dead', count: 1, oldestAt: plusMs(clock.now(), -900 * SECOND) },
    ],
    inbox: { unfinished: 2, setAside: 1, oldestAt: undefined },
    lessons: 7,
    socketConnections: undefined,
  }

  test('are named for what they count, and each has its labels', () => {
    for (const gauge of GAUGES) {
      expect(gauge.id).toMatch(/^waybill_[a-z_]+$/)
      for (const { labels } of gauge.read(census)) expect(Object.keys(labels).sort()).toEqual([...gauge.labels].sort())
    }
    expect(new Set(GAUGES.map(({ id }) => id)).size).toBe(GAUGES.length)
  })

  test('say ages in seconds, and what was given up is not waiting', async () => {
    const samples = parse(await meter({ clock, log: silentLog, census: async () => census }).text())

    expect(sampleOf(samples, 'waybill_jobs_oldest_ready_seconds')).toBe(90)
    expect(sampleOf(samples, 'waybill_outbox_oldest_seconds')).toBe(30)
    expect(sampleOf(samples, 'waybill_outbox_posts', { state: 'dead' })).toBe(1)
    expect(sampleOf(samples, 'waybill_tickets_open', { team: 'none', priority: 'P2' })).toBe(3)
    expect(samples.some(({ name }) => name === 'waybill_slack_socket_connections')).toBe(false)
  })

  test('are counted once for all who ask within five seconds, and again after a failure', async () => {
    const log = recordingLog()
    let asked = 0
    const counted = meter({
      clock,
      log,
      census: async () => {
        asked += 1
        if (asked === 2) throw new Error('the database is away')
        return { ...census, lessons: asked }
      },
    })

    await Promise.all([counted.text(), counted.text()])
    expect(asked).toBe(1)
    clock.advance(6 * SECOND)
    expect(await counted.text()).not.toMatch(/^waybill_lessons \d/m)
    expect(log.lines.map(({ message }) => message)).toEqual(['gauges could not be read'])
    expect(await counted.text()).toContain('waybill_lessons 3')
  })

  test('belong to one app: another one starts from nothing', async () => {
    const [one, other] = [0, 1].map(() => meter({ clock, log: silentLog, census: async () => census }))
    one!.received('email', 'created')

    expect(await other!.text()).not.toContain('waybill_messages_received_total{')
  })
})
