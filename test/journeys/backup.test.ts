import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Ticket } from '../../src/core/ticket.ts'
import type { VisibleMessage } from '../../src/playground/workspace/ledger.ts'
import { restoreBackup, takeBackup } from '../../src/storage/backup/index.ts'
import { DATABASES } from '../support/databases.ts'
import { type House, openHouse } from '../support/house.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { sampleTickets, WEBHOOK_SECRET, WORKERS } from '../support/workplace.ts'

const SAMPLES = sampleTickets()

function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-backup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'waybill.backup')
}

const now = () => new Date().toISOString()

const backUp = (house: House, file: string) =>
  takeBackup({ url: house.location, file, force: false, waybill: 'test', now, onPart: () => {} })

const putBack = (house: House, file: string) => async () => {
  await restoreBackup({
    file,
    url: house.location,
    workspace: 'default',
    replace: true,
    now,
    onPart: () => {},
  })
}

/** Sends one; resolves with its subject once it was acknowledged. */
async function sends(house: House, name: string, place: number): Promise<string> {
  const { subject, body } = SAMPLES[place % SAMPLES.length]!
  const named = `${name} ${subject}`
  const message = { id: name, delivery: name, secret: WEBHOOK_SECRET, subject: named, body, from: 'a@customer.example' }
  while (!(await sendWebhook(house.url, message)));
  return named
}

const reconciled = (house: House) =>
  house.slack.until(async () => {
    const row = await house.app.database.read.selectFrom('restores').selectAll().executeTakeFirst()
    return row?.reconciled_at ?? undefined
  }, 20_000)

const idle = (house: House) =>
  house.slack.until(async () => {
    const { ready, running } = await house.app.queue.counts()
    const open = await house.app.tickets.open()
    const posts = await Promise.all(open.map(({ id }) => house.app.posts.ofTicket(id)))
    const isShown = posts.every((of, place) =>
      of.some(({ state, sentVersion }) => state === 'posted' && sentVersion === open[place]?.version),
    )
    return ready + running === 0 && open.length > 0 && isShown
  }, 25_000)

/** How often the bot posted anything, ever. */
const posted = ({ slack }: House) =>
  slack.ledger.postings.filter(({ kind, user }) => kind === 'posted' && user === slack.app.botUserId).length

const cardOf = (house: House, words: string): VisibleMessage | undefined =>
  house.slack.ledger.visible().find(({ shows, channel }) => shows.includes(words) && !channel.startsWith('D'))

const isClickable = (message: VisibleMessage | undefined) => JSON.stringify(message?.blocks ?? []).includes('"actions"')

const slackOf = (ticket: Ticket) => WORKERS.find(({ id }) => id === ticket.assignee)?.slack ?? 'adele'

describe.each(DATABASES)('a backup of a Waybill at work on %s', (kind) => {
  test('misses nothing that was acknowledged before it began; restored, no card is posted twice', async () => {
    const house = await openHouse(kind)
    const file = freshFile()
    const before: string[] = []
    for (let place = 0; place < 8; place += 1) before.push(await sends(house, `early-${place}`, place))
    const enough = new AbortController()
    const meanwhile: string[] = []
    const pouring = (async () => {
      while (!enough.signal.aborted) meanwhile.push(await sends(house, `while-${meanwhile.length}`, meanwhile.length))
    })()
    await house.slack.until(() => meanwhile.length > 2)

    const backup = await backUp(house, file)
    enough.abort()
    await pouring
    const lost = [await sends(house, 'late-1', 20), await sends(house, 'late-2', 21)]
    await idle(house)
    const cards = posted(house)

    await house.restart(putBack(house, file))
    await reconciled(house)
    await idle(house)

    expect(backup.rows.messages).toBeGreaterThanOrEqual(before.length)
    const subjects = (await house.app.tickets.open()).map(({ subject }) => subject)
    expect(subjects).toEqual(expect.arrayContaining(before))
    // A webhook that was stored but not yet a ticket when the backup began becomes one now: its old card is marked, it gets a new one.
    const marked = house.slack.ledger
      .visible()
      .filter(({ shows }) => shows.includes('does not know this ticket any more'))
    const reborn = subjects.filter((subject) => marked.some(({ shows }) => shows.includes(`${subject.split(' ')[0]} `)))
    expect(posted(house)).toBe(cards + reborn.length)
    for (const subject of subjects) {
      const name = `${subject.split(' ')[0]} `
      const cardsOf = house.slack.ledger
        .visible()
        .filter(({ shows, channel }) => shows.includes(name) && channel.startsWith('C'))
      expect(cardsOf.filter(isClickable)).toHaveLength(1)
    }
    for (const subject of lost) {
      const card = cardOf(house, subject.slice(0, 12))
      expect(card?.shows).toContain('does not know this ticket any more')
      expect(isClickable(card)).toBe(false)
    }
    for (const subject of before) expect(isClickable(cardOf(house, subject.slice(0, 12)))).toBe(true)
  })

  test('knows less than Slack: cards are drawn as the backup remembers them, and still work', async () => {
    const house = await openHouse(kind)
    const file = freshFile()
    const ticket = await house.arrives(
      'Charged twice',
      'Our card was charged twice for the same invoice, please refund.',
    )
    const person = house.slack.as(slackOf(ticket))
    await backUp(house, file)
    await person.click(await house.card(ticket), 'waybill:accept')
    await house.becomes(ticket, ({ status }) => status === 'accepted')
    await idle(house)
    const cards = posted(house)

    await house.restart(putBack(house, file))
    await reconciled(house)
    const again = await house.becomes(ticket, ({ status }) => status === 'offered')

    await person.click(await house.card(again), 'waybill:accept')
    await house.becomes(ticket, ({ status }) => status === 'accepted')
    expect(posted(house)).toBe(cards)
  })

  test('adopts the card of a ticket it knows though it remembers no post of it', async () => {
    const house = await openHouse(kind)
    const file = freshFile()
    house.slack.setFaults({ seed: 1, rate: 1, methods: ['chat.postMessage'], kinds: ['429'], retryAfterS: 1 })
    const subject = await sends(house, 'unposted', 0)
    await house.slack.until(async () => (await house.app.tickets.open()).some(({ status }) => status !== 'received'))
    await backUp(house, file)
    house.slack.setFaults(undefined)
    await idle(house)
    const cards = posted(house)

    await house.restart(putBack(house, file))
    await reconciled(house)
    await idle(house)

    expect(posted(house)).toBe(cards)
    expect(isClickable(cardOf(house, subject.slice(0, 8)))).toBe(true)
    const [ticket] = await house.app.tickets.open()
    expect((await house.app.posts.ofTicket(ticket!.id)).map(({ state }) => state)).toEqual(['posted'])
  })

  test('posts nothing while Slack cannot be compared with, and gives lost numbers to nobody', async () => {
    const house = await openHouse(kind)
    const file = freshFile()
    const known = await house.arrives('SSO', 'Nobody can sign in with single sign-on since this morning.')
    await backUp(house, file)
    const lost = await house.arrives('Charged twice', 'Our card was charged twice for the same invoice, please refund.')
    const cards = posted(house)

    await house.restart(async () => {
      await putBack(house, file)()
      house.slack.down(true)
    })
    const subject = await sends(house, 'newcomer', 4)
    const newcomer = await house.slack.until(async () =>
      (await house.app.tickets.open()).find((ticket) => ticket.subject === subject && ticket.status !== 'received'),
    )
    await house.slack.until(async () => (await house.app.posts.ofTicket(newcomer.id)).length === 1)
    expect((await house.app.posts.ofTicket(newcomer.id))[0]).toMatchObject({ state: 'pending', attempt: 0 })
    house.slack.down(false)
    await reconciled(house)
    await idle(house)

    expect(newcomer.number).toBeGreaterThan(lost.number)
    expect(known.number).toBe(1)
    expect(posted(house)).toBe(cards + 1)
  })
})
