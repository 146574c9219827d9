import { describe, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import { UnavailableError } from '../../src/errors.ts'
import type { Classifier } from '../../src/ports.ts'
import { DATABASES } from '../support/databases.ts'
import { routingHouse, saying } from '../support/routing-house.ts'
import { anInboundTicket } from '../support/tickets.ts'

describe.each(DATABASES)('routing on %s', (kind) => {
  test('offers a ticket to the best person of the team its row names, and keeps everything it knew', async () => {
    const { receive, route, tickets } = await routingHouse(kind)

    const ticket = await route(await receive({ requester: { email: 'x@acme.example', name: undefined } }))

    expect(ticket).toMatchObject({
      status: 'offered',
      team: 'billing-desk',
      assignee: 'grace',
      topic: 'billing',
      priority: 'P3',
      accountId: 'acme',
      respondBy: '2026-01-05T13:00:00.000Z',
    })
    expect(ticket.decision).toMatchObject({
      policyVersion: 1,
      modelVersion: 'base.0@0',
      row: 'billing · any tier · any priority',
      skill: 'billing',
      facts: { tier: 'enterprise', account: 'Acme', missing: [] },
    })
    expect(ticket.decision?.ranking.candidates.map(({ person }) => person)).toEqual(['grace', 'alan'])
    expect((await tickets.events(ticket.id)).map(({ type, by }) => [type, by])).toEqual([
      ['received', 'generic'],
      ['routed', 'router'],
    ])
  })

  test('asks people below the confidence of the policy', async () => {
    const { receive, route } = await routingHouse(kind)

    const ticket = await route(await receive(), {
      classifiers: [saying({ topics: { billing: 0.4, login: 0.35, bug: 0.25 }, priorities: { P3: 1 } })],
    })

    expect(ticket).toMatchObject({ status: 'triage', team: undefined, assignee: undefined, respondBy: undefined })
    expect(ticket.decision?.ranking).toEqual({ candidates: [], excluded: [] })
  })

  test('leaves a ticket to the team when nobody there can take it, with the reason for each', async () => {
    const { receive, route } = await routingHouse(kind)

    const ticket = await route(await receive(), {
      classifiers: [saying({ topics: { login: 1 }, priorities: { P1: 1 } })],
    })

    expect(ticket).toMatchObject({ status: 'queued', team: 'platform', priority: 'P1' })
    expect(ticket.decision).toMatchObject({ page: true })
    expect(ticket.decision?.ranking.excluded).toEqual([
      { person: 'alan', reason: 'is not in team platform' },
      { person: 'grace', reason: 'login ≥ 2 is needed, has 1' },
    ])
  })

  test('routes a ticket once, however often the job runs', async () => {
    const { receive, route, tickets } = await routingHouse(kind)
    const id = await receive()

    await Promise.all([route(id), route(id)])
    await route(id)

    expect((await tickets.events(id)).filter(({ type }) => type === 'routed')).toHaveLength(1)
  })

  test('reads a ticket again to which another mail came while it was being routed', async () => {
    const { receive, route, tickets } = await routingHouse(kind)
    const id = await receive({ externalId: 'first' })
    let read = 0
    const interrupted: Classifier = {
      ...saying({ topics: { billing: 1 }, priorities: { P3: 1 } }),
      async classify() {
        read += 1
        if (read === 1) await tickets.receive(anInboundTicket({ externalId: 'second', references: ['first'] }))
        return { topics: { billing: 1 }, priorities: { P3: 1 }, because: [] }
      },
    }

    const ticket = await route(id, { classifiers: [interrupted] })

    expect(read).toBe(2)
    expect(ticket).toMatchObject({ status: 'offered', messages: 2 })
  })

  test('leaves a ticket alone that somebody has taken, moved or given back meanwhile', async () => {
    const { receive, route, tickets, clock } = await routingHouse(kind)
    const routed = await route(await receive())
    const person = personId('alan')
    const at = clock.now()
    const accepted = (await tickets.record(routed, [{ type: 'accepted', person, at, by: person }]))!

    expect(await route(accepted.id)).toEqual(accepted)

    const handedBack = (await tickets.record(accepted, [{ type: 'handedBack', person, at, by: person }]))!
    expect(await route(handedBack.id)).toEqual(handedBack)
  })

  test('tries again later while there is no policy', async () => {
    const { receive, route, tickets, policies } = await routingHouse(kind, '')
    const id = await receive()
    expect(await policies.current()).toBeUndefined()

    await expect(route(id)).rejects.toBeInstanceOf(UnavailableError)

    expect((await tickets.get(id)).status).toBe('received')
  })

  test('spreads tickets over people as they fill up', async () => {
    const { receive, route } = await routingHouse(kind)

    const assignees: (string | undefined)[] = []
    for (let number = 1; number <= 15; number++)
      assignees.push((await route(await receive({ externalId: `m${number}` }))).assignee)

    expect(assignees.filter((name) => name === 'grace')).toHaveLength(8)
    expect(assignees.filter((name) => name === 'alan')).toHaveLength(6)
    expect(assignees.at(-1)).toBeUndefined()
  })
})
