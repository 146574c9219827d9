import { describe, expect, onTestFinished, test } from 'vitest'
import { DATABASES } from '../support/databases.ts'
import { outboxStage } from './outbox-stage.ts'

describe.each(DATABASES)('announcing on %s', (kind) => {
  test('side by side means one card and is no fault', async () => {
    const stage = await outboxStage({ kind })
    onTestFinished(() => stage.stop())
    const ticket = await stage.routed({ team: 'money' })

    await Promise.all(Array.from({ length: 8 }, () => stage.announcer.announce(ticket.id)))

    expect(await stage.postsOf(ticket.id)).toMatchObject([{ kind: 'card', state: 'pending' }])
    expect(stage.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('says loudly when every channel that could show it is lost', async () => {
    const stage = await outboxStage({ kind })
    onTestFinished(() => stage.stop())
    const ticket = await stage.routed()
    await stage.announcer.announce(ticket.id)
    const [post] = await stage.postsOf(ticket.id)
    const claim = await stage.posts.claim(post!.key, ticket.receivedAt, ticket.receivedAt)
    await stage.posts.settle(claim!.key, claim!.fence, { state: 'dead', error: 'channel_not_found' })

    await stage.announcer.announce(ticket.id)

    expect(stage.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'a ticket has no channel that can show it',
    ])
  })
})
