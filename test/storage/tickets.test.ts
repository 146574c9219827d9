import { beforeEach, describe, expect, test } from 'vitest'
import { personId, teamId } from '../../src/core/ids.ts'
import type { Job } from '../../src/core/jobs.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { timestamp } from '../../src/core/time.ts'
import { RejectedError, StaleTicketError } from '../../src/errors.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import type { TicketStore } from '../../src/ports.ts'
import type { Database } from '../../src/storage/database.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { postStore } from '../../src/storage/slack-posts.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { aClassification, aDecision } from '../slack/support.ts'
import { DATABASES, freshDatabase, reopen } from '../support/databases.ts'
import { anInboundTicket } from '../support/tickets.ts'

const at = timestamp('2026-01-05T09:01:00Z')
const accepted = (name: string) => ({ type: 'accepted', person: personId(name), at, by: name }) as const

describe.each(DATABASES)('ticket store on %s', (kind) => {
  let database: Database
  let tickets: TicketStore

  beforeEach(async () => {
    database = await freshDatabase(kind)
    tickets = ticketStore(database, addJob)
  })

  /** Jobs as rows, so that they stand or fall with the transaction. */
  async function addJob(tx: Database['read'], job: Job): Promise<void> {
    const row = { workspace_id: database.workspace, version: Date.now() + Math.floor(Math.random() * 1e6) }
    const version = Number(`${row.version}`.slice(-9))
    const values = { ...row, version, document: JSON.stringify(job), author: '', reason: '', created_at: at }
    await tx.insertInto('policies').values(values).execute()
  }

  const jobs = async (): Promise<Job[]> =>
    (await database.read.selectFrom('policies').select('document').execute()).map(
      ({ document }) => JSON.parse(document) as Job,
    )

  test('creates a ticket once, however often it is delivered', async () => {
    const first = await tickets.receive(anInboundTicket())
    const again = await tickets.receive(anInboundTicket())

    expect(first).toMatchObject({ outcome: 'created', ticket: { number: 1, version: 1, status: 'received' } })
    expect(again).toEqual({ outcome: 'duplicate', ticket: first.ticket })
    expect(await tickets.open()).toEqual([first.ticket])
    expect(await tickets.get(first.ticket.id)).toEqual(first.ticket)
    expect(await jobs()).toEqual([{ kind: 'route', ticketId: first.ticket.id }])
  })

  test('creates a ticket once when it is delivered many times at the same moment', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => tickets.receive(anInboundTicket())))

    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(new Set(outcomes.map(({ ticket }) => ticket.id)).size).toBe(1)
    expect(await tickets.open()).toHaveLength(1)
  })

  test('keeps both of two messages that share an id and say different things, each once', async () => {
    const first = await tickets.receive(anInboundTicket({ source: 'email', externalId: '<same@x>' }))
    const down = { source: 'email', externalId: '<same@x>', subject: 'production is down', body: 'Nothing works.' }
    const [one, two] = await Promise.all([
      tickets.receive(anInboundTicket(down)),
      tickets.receive(anInboundTicket(down)),
    ])
    const again = await tickets.receive(anInboundTicket({ ...down, body: 'Nothing   works.\n' }))
    const firstAgain = await tickets.receive(anInboundTicket({ source: 'email', externalId: '<same@x>' }))

    expect([one.outcome, two.outcome].sort()).toEqual(['created', 'duplicate'])
    expect(one.ticket.id).toBe(two.ticket.id)
    expect(again).toMatchObject({ outcome: 'duplicate', ticket: { id: one.ticket.id } })
    expect(firstAgain).toMatchObject({ outcome: 'duplicate', ticket: { id: first.ticket.id, degraded: undefined } })
    expect((await tickets.open()).map(({ subject, degraded }) => [subject, degraded !== undefined])).toEqual([
      ['I was charged twice', false],
      ['production is down', true],
    ])
  })

  test('keeps a message with a borrowed id in the thread it answers', async () => {
    const { ticket } = await tickets.receive(anInboundTicket({ externalId: 'a' }))
    await tickets.receive(anInboundTicket({ externalId: 'b' }))
    const answer = await tickets.receive(anInboundTicket({ externalId: 'b', references: ['a'], body: 'More of it.' }))

    expect(answer).toMatchObject({ outcome: 'appended', ticket: { id: ticket.id, messages: 2 } })
  })

  test('keeps tickets of different sources apart though their message ids are the same', async () => {
    await tickets.receive(anInboundTicket({ source: 'email' }))
    await tickets.receive(anInboundTicket({ source: 'widget' }))

    expect(await tickets.open()).toHaveLength(2)
  })

  test('tells how much of a message was left out, and what was attached', async () => {
    const attachments = [{ name: 'log.txt', type: 'text/plain', bytes: 12 }]
    const { ticket } = await tickets.receive(anInboundTicket({ body: 'Help!\n> Grüße', visible: 'Help!', attachments }))

    expect(await tickets.messages(ticket.id)).toMatchObject([{ visible: 'Help!', characters: 13, attachments }])
  })

  test('puts an answer into the thread it answers', async () => {
    const { ticket } = await tickets.receive(anInboundTicket({ externalId: 'a' }))
    const answer = await tickets.receive(anInboundTicket({ externalId: 'b', references: ['?', 'a'] }))
    const next = await tickets.receive(anInboundTicket({ externalId: 'c', references: ['b'] }))

    expect(answer).toMatchObject({ outcome: 'appended', ticket: { id: ticket.id, messages: 2, version: 2 } })
    expect(next).toMatchObject({ outcome: 'appended', ticket: { id: ticket.id, messages: 3, version: 3 } })
    expect((await tickets.messages(ticket.id)).map(({ externalId }) => externalId)).toEqual(['a', 'b', 'c'])
    expect((await tickets.events(ticket.id)).map(({ type }) => type)).toEqual([
      'received',
      'messageAdded',
      'messageAdded',
    ])
  })

  test('finds the thread when the answer arrives before the message it answers', async () => {
    const { ticket } = await tickets.receive(anInboundTicket({ externalId: 'b', references: ['a'] }))
    const original = await tickets.receive(anInboundTicket({ externalId: 'a' }))

    expect(original).toMatchObject({ outcome: 'appended', ticket: { id: ticket.id } })
  })

  test('makes one ticket of a thread that arrives at the same moment', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `m${index}`)
    await Promise.all(
      ids.map((externalId, index) =>
        tickets.receive(anInboundTicket({ externalId, references: ids.slice(0, index).toReversed() })),
      ),
    )

    const open = await tickets.open()
    expect(open.map(({ messages }) => messages)).toEqual([10])
  })

  test('keeps the original once', async () => {
    const raw = { type: 'message/rfc822', base64: Buffer.from('From: ada').toString('base64') }
    await tickets.receive(anInboundTicket({ externalId: 'a', raw }))
    await tickets.receive(anInboundTicket({ externalId: 'b', raw }))

    const rows = await database.read.selectFrom('raw_inputs').selectAll().execute()
    expect(rows).toMatchObject([{ type: 'message/rfc822', base64: raw.base64 }])
    expect(rows[0]?.hash).toHaveLength(64)
  })

  test('saves events, the state they lead to and the jobs that follow', async () => {
    const { ticket } = await tickets.receive(anInboundTicket())
    const next = await tickets.record(ticket, [accepted('grace')])

    expect(next).toMatchObject({ status: 'accepted', assignee: 'grace', version: 2, undoable: { move: 'accepted' } })
    expect(await tickets.get(ticket.id)).toEqual(next)
    expect(await tickets.byNumber(ticket.number)).toEqual(next)
    expect(await tickets.events(ticket.id)).toEqual([
      { type: 'received', at: ticket.receivedAt, by: 'generic', version: 1 },
      { ...accepted('grace'), version: 2 },
    ])
    expect(await jobs()).toContainEqual({ kind: 'announce', ticketId: ticket.id })
  })

  test('saves nothing when a job cannot be saved', async () => {
    const failing = ticketStore(database, () => Promise.reject(new Error('no queue')))

    await expect(failing.receive(anInboundTicket())).rejects.toThrow('no queue')
    expect(await tickets.open()).toEqual([])
    expect((await tickets.receive(anInboundTicket())).outcome).toBe('created')
  })

  test('refuses a write that is based on an old version', async () => {
    const { ticket } = await tickets.receive(anInboundTicket())
    await tickets.record(ticket, [accepted('grace')])

    await expect(tickets.record(ticket, [accepted('alan')])).rejects.toThrow(StaleTicketError)
    expect((await tickets.get(ticket.id)).assignee).toBe('grace')
    expect(await tickets.events(ticket.id)).toHaveLength(2)
  })

  test('lets one of two hundred win who accept at the same moment', async () => {
    const { ticket } = await tickets.receive(anInboundTicket())
    const names = Array.from({ length: 200 }, (_, index) => `agent-${index}`)
    const results = await Promise.allSettled(names.map((name) => tickets.record(ticket, [accepted(name)])))

    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value?.assignee] : []))
    const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    expect(winners).toHaveLength(1)
    expect(losers.every((error) => error instanceof StaleTicketError)).toBe(true)
    expect((await tickets.get(ticket.id)).assignee).toBe(winners[0])
    expect(await tickets.events(ticket.id)).toHaveLength(2)
  })

  test('lets a cause take effect once', async () => {
    const inbox = inboxStore(database)
    await inbox.store({ key: 'click', kind: 'slack_interaction', payload: '{}', receivedAt: at })
    const { ticket } = await tickets.receive(anInboundTicket())
    const next = (await tickets.record(ticket, [accepted('grace')], { inboxKey: 'click' }))!

    expect(await tickets.record(next, [accepted('grace')], { inboxKey: 'click' })).toBeUndefined()
    expect((await tickets.get(ticket.id)).version).toBe(2)
    expect(await inbox.claimUnfinished(timestamp('2027-01-01T00:00:00Z'), at, 10)).toEqual([])
  })

  test('does not use up a cause when the write is refused', async () => {
    const inbox = inboxStore(database)
    await inbox.store({ key: 'click', kind: 'slack_interaction', payload: '{}', receivedAt: at })
    const { ticket } = await tickets.receive(anInboundTicket())
    const next = (await tickets.record(ticket, [accepted('alan')]))!

    await expect(tickets.record(ticket, [accepted('grace')], { inboxKey: 'click' })).rejects.toThrow(StaleTicketError)
    expect(await tickets.record(next, [accepted('grace')], { inboxKey: 'click' })).toMatchObject({ assignee: 'grace' })
  })

  test('counts the open tickets of an account', async () => {
    const { ticket } = await tickets.receive(anInboundTicket({ externalId: 'a' }))
    await tickets.receive(anInboundTicket({ externalId: 'b' }))
    await database.write((tx) => tx.updateTable('tickets').set({ account_id: 'acme' }).execute())
    await tickets.record(ticket, [{ type: 'resolved', person: personId('grace'), at, by: 'grace' }])

    expect(await tickets.openOfAccount('acme' as Parameters<typeof tickets.openOfAccount>[0])).toBe(1)
    expect(await tickets.open()).toHaveLength(1)
  })

  test('lists what somebody has and what waits in a team, those due first first, and counts the rest', async () => {
    const open = async (name: string, values: Record<string, string | null>) => {
      const { ticket } = await tickets.receive(anInboundTicket({ externalId: name, subject: name }))
      await database.write((tx) => tx.updateTable('tickets').set(values).where('id', '=', ticket.id).execute())
    }
    const [soon, later] = ['2026-01-05T10:00:00Z', '2026-01-05T12:00:00Z']
    await open('no deadline', { team: 'billing', status: 'accepted', assignee: 'grace' })
    await open('later', { team: 'billing', status: 'accepted', assignee: 'grace', respond_by: later })
    await open('soon', { team: 'billing', status: 'offered', assignee: 'grace', respond_by: soon })
    await open('queued', { team: 'billing', status: 'queued', respond_by: later })
    await open('elsewhere', { team: 'login', status: 'queued', respond_by: soon })
    await open('done', { team: 'billing', status: 'resolved', assignee: 'grace', respond_by: soon })
    await open('undecided', { status: 'triage' })
    const subjects = (found: readonly Ticket[]) => found.map(({ subject }) => subject)

    expect(subjects(await tickets.openOfPerson(personId('grace'), 9))).toEqual(['soon', 'later', 'no deadline'])
    expect(subjects(await tickets.openOfPerson(personId('grace'), 1))).toEqual(['soon'])
    expect(subjects(await tickets.waitingIn(teamId('billing'), 9))).toEqual(['soon', 'queued'])
    expect(subjects(await tickets.waitingIn(teamId('billing'), 1))).toEqual(['soon'])
    const counts = await tickets.openCounts()
    expect(counts).toHaveLength(5)
    expect(counts).toContainEqual({ team: 'billing', status: 'accepted', count: 2 })
    expect(counts).toContainEqual({ team: undefined, status: 'triage', count: 1 })
  })

  test('lists the newest tickets in short, and counts all', async () => {
    for (const subject of ['first', 'second', 'third'])
      await tickets.receive(anInboundTicket({ externalId: subject, subject }))
    const { ticket } = await tickets.receive(anInboundTicket({ externalId: 'first', subject: 'first' }))
    await tickets.record(ticket, [accepted('grace')])

    const [newest, ...older] = await tickets.newest(3)

    expect(newest).toEqual({
      number: 3,
      version: 1,
      subject: 'third',
      status: 'received',
      priority: undefined,
      team: undefined,
      assignee: undefined,
      receivedAt: ticket.receivedAt,
    })
    expect(older.map(({ number, version, status, assignee }) => [number, version, status, assignee])).toEqual([
      [2, 1, 'received', undefined],
      [1, 2, 'accepted', 'grace'],
    ])
    expect(await tickets.newest(1)).toEqual([newest])
    expect(await tickets.count()).toBe(3)
  })

  test('says that a ticket is not there', async () => {
    await expect(tickets.get('nowhere' as Parameters<typeof tickets.get>[0])).rejects.toThrow(RejectedError)
    expect(await tickets.byNumber(4711)).toBeUndefined()
  })

  test('keeps everything over a restart', async () => {
    const { ticket } = await tickets.receive(anInboundTicket())
    const next = await tickets.record(ticket, [accepted('grace')])
    await database.close()

    const after = ticketStore(await reopen(database.location), addJob)
    expect(await after.get(ticket.id)).toEqual(next)
    expect(await after.events(ticket.id)).toHaveLength(2)
  })

  test('shows the harm when the check of versions is taken out on purpose', async () => {
    const { ticket } = await tickets.receive(anInboundTicket())
    await tickets.record(ticket, [accepted('grace')])
    armFaults({ bugs: ['no-compare-and-set'] })
    await tickets.record(ticket, [accepted('alan')]).finally(() => armFaults({}))

    expect((await tickets.get(ticket.id)).assignee).toBe('alan')
    expect(await tickets.events(ticket.id)).toHaveLength(3)
  })

  test('names the tickets that a lost job leaves without decision, card, page or lesson', async () => {
    const posts = postStore(database, addJob)
    const decided = async (externalId: string, priority: 'P1' | 'P2') => {
      const { ticket } = await tickets.receive(anInboundTicket({ externalId }))
      const classification = aClassification({ priority })
      const known = { customerId: undefined, accountId: undefined }
      return (await tickets.record(ticket, [
        { type: 'routed', classification, decision: aDecision(), ...known, at, by: 'router' },
      ]))!
    }
    const shown = (ticket: Ticket, kind: 'card' | 'page') =>
      posts.intend({ key: `${kind} ${ticket.id}`, kind, ticketId: ticket.id, target: 'C0', urgent: true }, at)
    const { ticket: undecided } = await tickets.receive(anInboundTicket({ externalId: 'undecided' }))
    const unshown = await decided('unshown', 'P2')
    const calling = await decided('calling', 'P1')
    await shown(calling, 'card')
    const called = await decided('called', 'P1')
    await shown(called, 'card')
    await shown(called, 'page')
    const unanswered = await decided('unanswered', 'P1')
    await shown(unanswered, 'card')
    await shown(unanswered, 'page')
    const claim = await posts.claim(`page ${unanswered.id}`, at, at)
    await posts.settle(claim!.key, claim!.fence, { state: 'dead', error: 'user_not_found' })
    const accepting = await decided('resolved', 'P2')
    const resolved = (await tickets.record(accepting, [
      { type: 'resolved', person: personId('grace'), at, by: 'grace' },
    ]))!

    expect(await tickets.unattended()).toEqual({
      undecided: [undecided.id],
      unshown: [unshown.id],
      calling: [calling.id, unanswered.id],
      unlearned: [resolved.id],
    })

    await tickets.learned(resolved.id, resolved.version - 1)
    expect((await tickets.unattended()).unlearned).toEqual([resolved.id])
    await tickets.learned(resolved.id, resolved.version)
    expect((await tickets.unattended()).unlearned).toEqual([])
  })
})
