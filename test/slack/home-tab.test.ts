import { WebClient } from '@slack/web-api'
import { afterEach, describe, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import { timestamp } from '../../src/core/time.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import { homeTabs, type PublishHome } from '../../src/slack/home-tab.ts'
import { type Office, office } from './office.ts'

const CARD = 'I was charged twice'

/** Opens the Home tab and waits until what it leads to is done. */
async function opens({ slack, app }: Office, who: string): Promise<string> {
  await slack.as(who).openHome()
  await app.idle()
  return slack.as(who).home()?.shows ?? ''
}

const published = ({ slack }: Office): number => slack.ledger.calls('views.publish').length

describe('the Home tab', () => {
  test('shows who one is and what is theirs, with a link to the card', async () => {
    const at = await office()
    await at.offered()

    const said = await opens(at, 'grace')

    expect(said).toContain('Hello Grace Hopper')
    expect(said).toContain('1 of')
    expect(said).toMatch(/archives\/C0BILLING\/p\d+\|#1 I was charged twice>/)
    expect(said).toContain('/waybill why 4711')
    expect(said).not.toContain('skills add')
  })

  test('welcomes once', async () => {
    const at = await office()

    expect(await opens(at, 'grace')).toContain('*Welcome.*')
    expect(await opens(at, 'grace')).not.toContain('Welcome')
  })

  test.each(['mallory', 'gus'])('tells %s, a stranger or guest, nothing about tickets and people', async (who) => {
    const at = await office()
    await at.offered()

    const said = await opens(at, who)

    expect(said).toContain('You are not on the support rota yet. Ask an admin to add you.')
    for (const secret of [CARD, 'Ada', '#1', 'Billing', 'Grace', 'Policy']) expect(said).not.toContain(secret)
  })

  test('shows a lead the queue, an admin the set-up, and an agent neither', async () => {
    const at = await office()
    await at.offered()

    expect(await opens(at, 'omar')).toMatch(/\*Billing\* <#C0BILLING>: 1 ticket waiting\n.*offered to Grace Hopper/)
    const admin = await opens(at, 'lea')
    expect(admin).toContain('*Policy version 1*: 3 topics, 3 matrix rows, 0 rules, 2 teams, 3 people.')
    expect(admin).not.toContain(CARD)
    expect(await opens(at, 'grace')).not.toMatch(/Policy version|queue of your teams/)
  })

  test('asks Slack for nothing when the messages are opened instead', async () => {
    const at = await office()

    await at.slack.announce({
      type: 'app_home_opened',
      user: 'U0GRACE',
      tab: 'messages',
      channel: 'D1',
      event_ts: '1.1',
    })
    await at.app.idle()

    expect(published(at)).toBe(0)
  })
})

describe('a click on the Home tab', () => {
  test('takes effect as on the card, and the page shows it', async () => {
    const at = await office()
    const { id } = await at.offered()
    await opens(at, 'grace')

    await at.slack.as('grace').click('home', 'Accept')
    await at.app.idle()

    expect(await at.tickets.get(id)).toMatchObject({ status: 'accepted', assignee: 'grace' })
    const home = at.slack.as('grace').home()
    expect(home?.shows).toContain('You are on it')
    expect(JSON.stringify(home?.blocks)).not.toContain('waybill:accept')
    expect(at.slack.ledger.failures).toEqual([])
  })

  test('that comes too late is refused in a window, and the page is drawn anew', async () => {
    const at = await office()
    const ticket = await at.offered()
    await opens(at, 'grace')
    const omar = personId('omar')
    await at.tickets.record(ticket, [{ type: 'resolved', person: omar, at: ticket.receivedAt, by: omar }])

    await at.slack.as('grace').click('home', 'Accept')
    await at.app.idle()

    expect(at.slack.as('grace').modal()?.shows).toContain('This ticket is already resolved.')
    expect(at.slack.as('grace').home()?.shows).not.toContain(CARD)
  })

  test('is answered near the ticket when no window can be opened', async () => {
    const at = await office()
    const ticket = await at.offered()
    await opens(at, 'grace')
    const omar = personId('omar')
    await at.tickets.record(ticket, [{ type: 'resolved', person: omar, at: ticket.receivedAt, by: omar }])
    at.slack.failNext('views.open', 'not-ok-internal-error')

    await at.slack.as('grace').click('home', 'Accept')
    await at.app.idle()

    expect(at.slack.as('grace').whispers('billing')).toMatchObject([{ text: 'This ticket is already resolved.' }])
  })

  test.each(['Why here', 'Read all'])('%s opens a window and publishes nothing', async (label) => {
    const at = await office()
    await at.offered()
    await opens(at, 'grace')

    await at.slack.as('grace').click('home', label)
    await at.app.idle()

    expect(at.slack.as('grace').modal()?.shows).toContain(CARD)
    expect(published(at)).toBe(1)
  })

  test('on a page of before a restart is answered and drawn anew', async () => {
    const first = await office()
    await first.offered()
    await opens(first, 'grace')
    const second = await office({ deps: first.deps })
    const home = first.slack.as('grace').home()
    const value = JSON.stringify(home?.blocks).match(/"value":"([^"]+)"/)?.[1] ?? ''

    await second.app.accept({
      type: 'block_actions',
      team: { id: 'T0WAYBILL' },
      user: { id: 'U0GRACE' },
      view: { id: home?.id, type: 'home', hash: home?.hash, private_metadata: home?.privateMetadata, state: {} },
      trigger_id: 'trigger-1',
      actions: [{ type: 'button', action_id: 'waybill:accept', block_id: 'b', action_ts: '1.1', value }],
    })
    await second.app.idle()

    expect(first.slack.as('grace').home()?.shows).toContain('You are on it')
    expect(first.slack.as('grace').home()?.shows).not.toContain('Welcome')
  })
})

describe('a click elsewhere', () => {
  test('redraws the page of whoever opened one, a form too, and of nobody else', async () => {
    const at = await office()
    await at.offered()
    await opens(at, 'grace')

    await at.slack.as('grace').click(CARD, 'Reassign')
    await at.app.idle()
    await at.slack.as('grace').submit({ Team: 'login', 'What was wrong?': 'full' })
    await at.app.idle()
    expect(at.slack.as('grace').home()?.shows).not.toContain(CARD)

    const before = published(at)
    await at.redraw((await at.tickets.byNumber(1))!.id)
    await at.slack.as('omar').click(CARD, 'Accept')
    await at.app.idle()
    expect(published(at)).toBe(before)
    expect(await at.statusOf((await at.tickets.byNumber(1))!.id)).toBe('accepted')
  })
})

describe('a page that cannot be published', () => {
  afterEach(() => armFaults({}))

  test('is logged by its code, holds up nothing, and is drawn at the next opening', async () => {
    const at = await office()
    await at.offered()
    at.slack.failNext('views.publish', 'not-ok-internal-error')

    expect(await opens(at, 'grace')).toBe('')
    expect(at.log.lines).toContainEqual(
      expect.objectContaining({
        message: 'a home tab could not be published',
        details: { code: 'internal_error' },
      }),
    )
    expect(await at.app.replayUnfinished(-60_000)).toBe(0)
    expect(await opens(at, 'grace')).toContain(CARD)
  })

  test('because somebody published another meanwhile is drawn anew over it', async () => {
    const at = await office()
    await at.offered()
    await opens(at, 'grace')
    const other = new WebClient(at.slack.app.botToken, { slackApiUrl: at.slack.app.slackApiUrl })
    const text = { type: 'mrkdwn', text: 'an older page' } as const
    await other.views.publish({ user_id: 'U0GRACE', view: { type: 'home', blocks: [{ type: 'section', text }] } })

    await at.slack.as('grace').click(CARD, 'Accept')
    await at.app.idle()

    expect(at.slack.as('grace').home()?.shows).toContain('You are on it')
  })

  test('because the process died is drawn by the replay', async () => {
    const at = await office()
    await at.offered()
    armFaults({
      crashAt: { point: 'slack.receive.after-ack', pass: 1 },
      die: () => {
        throw new Error('killed')
      },
    })
    expect(await opens(at, 'grace')).toBe('')
    armFaults({})

    await at.app.replayUnfinished(-60_000)
    await at.app.idle()

    expect(at.slack.as('grace').home()?.shows).toContain(CARD)
  })

  test('is not waited for: the delivery is done, whatever becomes of the page', async () => {
    let goOn: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const { deps } = await office()
    const ofTicket: typeof deps.posts.ofTicket = async () => {
      await held
      return []
    }
    const at = await office({ deps: { posts: { ...deps.posts, ofTicket } } })
    await at.offered()

    await at.slack.as('grace').openHome()
    const finished = async () => (await at.inbox.forgetFinished(timestamp('2999-01-01T00:00:00Z'))) > 0

    await at.slack.until(finished)
    expect(at.slack.as('grace').home()).toBeUndefined()
    goOn()
    await at.app.idle()
    expect(at.slack.as('grace').home()?.shows).toContain(CARD)
  })
})

test('however often somebody clicks, one page is under way and one more follows', async () => {
  const { deps } = await office()
  const hashes: (string | undefined)[] = []
  let answer: (() => void) | undefined
  const publish: PublishHome = (_user, _view, hash) => {
    hashes.push(hash)
    return new Promise((resolve) => {
      answer = () => resolve(`hash ${hashes.length}`)
    })
  }
  const answered = async (count: number) => {
    await expect.poll(() => hashes.length).toBe(count)
    answer?.()
  }
  const homes = homeTabs({ ...deps, publish })

  homes.touched('U0GRACE')
  homes.opened('U0GRACE', { hash: 'hash 0' })
  for (let click = 0; click < 10; click += 1) homes.touched('U0GRACE')
  await answered(1)
  await answered(2)
  await homes.idle()
  homes.touched('U0GRACE')
  await answered(3)
  await homes.idle()

  expect(hashes).toEqual(['hash 0', 'hash 1', 'hash 2'])
})
