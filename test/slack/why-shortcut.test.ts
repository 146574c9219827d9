import { describe, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import { checkView } from '../../src/playground/workspace/block-kit.ts'
import { answerCommand } from '../../src/slack/answer-command.ts'
import { whyView } from '../../src/slack/modals/why.ts'
import { office } from './office.ts'
import { anOfferedTicket } from './support.ts'

const CARD = 'I was charged twice'
const WHY = 'waybill:why'

describe('“Why is it here?” on a message', () => {
  test('says in a window what `/waybill why` says', async () => {
    const { slack, app, deps, offered } = await office()
    await offered()
    const grace = slack.as('grace')

    await grace.shortcut(WHY, CARD)
    await app.idle()

    const { blocks } = await answerCommand('why 1', 'U0GRACE', deps)
    const shown = grace.modal()
    expect(shown?.shows).toContain('Why #1 is here')
    expect(shown?.blocks.map(({ text }) => text)).toEqual(
      blocks?.map((block) => ('text' in block ? block.text : block)),
    )
    expect(grace.whispers()).toEqual([])
  })

  test('knows a card that has no buttons any more', async () => {
    const { slack, app, tickets, offered, redraw } = await office()
    const ticket = await offered()
    const grace = personId('grace')
    await tickets.record(ticket, [{ type: 'resolved', person: grace, at: ticket.receivedAt, by: grace }])
    await redraw(ticket.id)

    await slack.as('omar').shortcut(WHY, CARD)
    await app.idle()

    expect(slack.as('omar').modal()?.shows).toContain('Grace Hopper resolved it')
  })

  test('refuses a message that is no card, whatever it says', async () => {
    const { slack, app, offered } = await office()
    await offered()
    await slack.as('omar').say('billing', 'why is #1 here? waybill:accept')

    await slack.as('grace').shortcut(WHY, 'why is #1 here?')
    await app.idle()

    expect(slack.as('grace').modal()).toBeUndefined()
    expect(slack.as('grace').whispers('billing')).toMatchObject([
      { text: 'This message is no card of a ticket. Use this on a card, or type `/waybill why` and a number.' },
    ])
  })

  test.each(['mallory', 'gus'])('tells %s, a stranger or guest, nothing', async (who) => {
    const { slack, app, offered } = await office()
    await offered()

    await slack.as(who).shortcut(WHY, CARD)
    await app.idle()

    expect(slack.as(who).modal()).toBeUndefined()
    expect(slack.as(who).whispers('billing')).toMatchObject([
      { text: 'You are not on the support rota yet. Ask an admin to add you.' },
    ])
  })

  test('asks for another try when the trigger expired', async () => {
    const { deps } = await office()
    const { slack, app, offered, slackIsAheadBy } = await office({
      deps: {
        lessons: {
          async ofTicket(id) {
            slackIsAheadBy(4_000)
            return deps.lessons.ofTicket(id)
          },
        },
      },
    })
    await offered()

    await slack.as('grace').shortcut(WHY, CARD)
    await app.idle()

    expect(slack.as('grace').whispers('billing')).toMatchObject([
      {
        text: 'That took too long for Slack to open the form. Please click Why is it here? again.',
      },
    ])
  })
})

test('the window stays within the limits whatever the ticket is called', () => {
  const ticket = anOfferedTicket({ number: 999_999_999, subject: '<!channel> '.repeat(500) })
  const view = whyView(ticket, { events: [], lessons: [] }, (person) => `<@U0BOSS>${person}`)

  expect(checkView(view)).toEqual([])
  expect(JSON.stringify(view)).not.toMatch(/<!channel|<@U0BOSS/)
})
