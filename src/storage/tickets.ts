import { createHash, randomUUID } from 'node:crypto'
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { Priority } from '../core/classification.ts'
import { applyEvent, type TicketEvent } from '../core/events.ts'
import { type PersonId, type TeamId, type TicketId, ticketId } from '../core/ids.ts'
import { followUps, keyOf, laneOf } from '../core/jobs.ts'
import { isCalling } from '../core/on-call.ts'
import { hear } from '../core/replies.ts'
import type { InboundTicket, Ticket, TicketStatus } from '../core/ticket.ts'
import type { Timestamp } from '../core/time.ts'
import { RejectedError, StaleTicketError } from '../errors.ts'
import { crashPoint, isPlanted } from '../lib/fault-injection.ts'
import type { OpenCount, PostKind, Received, TicketStore } from '../ports.ts'
import type { Database, Enqueue, Tx } from './database.ts'
import { finishOnce } from './inbox.ts'
import { newTicket, toEvent, toEventRow, toMessage, toRow, toTicket } from './ticket-rows.ts'

export function ticketStore(database: Database, enqueue: Enqueue): TicketStore {
  const { workspace, read } = database

  return {
    async receive(inbound, cause) {
      const received = await database.write(async (tx) => {
        await lockThread(database, tx, inbound)
        const result = await receive(tx, inbound)
        if (cause?.inboxKey !== undefined) await finishOnce(tx, workspace, cause.inboxKey, inbound.receivedAt)
        crashPoint('tickets.receive.before-commit')
        return result
      })
      crashPoint('tickets.receive.after-commit')
      return received
    },

    async get(id) {
      const ticket = await find(read, id)
      if (!ticket) throw new RejectedError(`There is no ticket ${id}.`, { status: 404 })
      return ticket
    },

    async byNumber(number) {
      const row = await read
        .selectFrom('tickets')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('number', '=', number)
        .executeTakeFirst()
      return row && toTicket(row)
    },

    async record(ticket, events, cause) {
      const recorded = await database.write(async (tx) => {
        const at = events.at(-1)?.at ?? ticket.receivedAt
        if (cause?.inboxKey !== undefined && !(await finishOnce(tx, workspace, cause.inboxKey, at))) return undefined
        const next = events.length > 0 ? await recordEvents(tx, ticket, events) : ticket
        crashPoint('tickets.record.before-commit')
        return next
      })
      crashPoint('tickets.record.after-commit')
      return recorded
    },

    async events(id) {
      const rows = await read
        .selectFrom('ticket_events')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('ticket_id', '=', id)
        .orderBy('version')
        .execute()
      return rows.map(toEvent)
    },

    async messages(id) {
      const rows = await read
        .selectFrom('messages')
        .select(['source', 'external_id', 'author', 'subject', 'visible', 'received_at', 'attachments'])
        .select(sql<number>`length(body)`.as('characters'))
        .where('workspace_id', '=', workspace)
        .where('ticket_id', '=', id)
        .orderBy('received_at')
        .orderBy('external_id')
        .execute()
      return rows.map(toMessage)
    },

    async open() {
      const rows = await read
        .selectFrom('tickets')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('status', '<>', sql.lit('resolved'))
        .orderBy('number')
        .execute()
      return rows.map(toTicket)
    },

    async learned(id, version) {
      await database.write((tx) =>
        tx
          .updateTable('tickets')
          .set({ unlearned_version: null })
          .where('workspace_id', '=', workspace)
          .where('id', '=', id)
          .where('unlearned_version', '<=', version)
          .execute(),
      )
    },

    async unattended() {
      const inOrder = read.selectFrom('tickets').where('workspace_id', '=', workspace).orderBy('number')
      const open = inOrder.where('status', '<>', sql.lit('resolved'))
      const decided = open.where('status', '<>', 'received')
      const [undecided, unshown, calling, unlearned] = await Promise.all([
        open.select('id').where('status', '=', 'received').execute(),
        decided.select('id').where(hasNone('card')).execute(),
        decided
          .selectAll()
          .where('acknowledged_by', 'is', null)
          .where(isUrgent)
          .where(hasNone('page', isLive))
          .execute(),
        inOrder.select('id').where('unlearned_version', 'is not', null).execute(),
      ])
      const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => ticketId(id))
      return {
        undecided: idsOf(undecided),
        unshown: idsOf(unshown),
        calling: calling
          .map(toTicket)
          .filter(isCalling)
          .map(({ id }) => id),
        unlearned: idsOf(unlearned),
      }
    },

    async openOfAccount(id) {
      const { count } = await read
        .selectFrom('tickets')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('workspace_id', '=', workspace)
        .where('account_id', '=', id)
        .where('status', '<>', sql.lit('resolved'))
        .executeTakeFirstOrThrow()
      return count
    },

    async openOfPerson(id, limit) {
      const rows = await dueFirst().where('assignee', '=', id).limit(limit).execute()
      return rows.map(toTicket)
    },

    async waitingIn(team, limit) {
      const waiting = dueFirst().where('team', '=', team).where('status', 'in', ['queued', 'offered'])
      return (await waiting.limit(limit).execute()).map(toTicket)
    },

    async openCounts() {
      const rows = await read
        .selectFrom('tickets')
        .select(({ fn }) => ['team', 'status', fn.countAll<number>().as('count')])
        .where('workspace_id', '=', workspace)
        .where('status', '<>', sql.lit('resolved'))
        .groupBy(['team', 'status'])
        .execute()
      return rows.map(({ team, status, count }) => ({
        team: (team ?? undefined) as TeamId | undefined,
        status: status as OpenCount['status'],
        count,
      }))
    },

    async count() {
      const { count } = await read
        .selectFrom('tickets')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('workspace_id', '=', workspace)
        .executeTakeFirstOrThrow()
      return count
    },

    async newest(limit) {
      const rows = await read
        .selectFrom('tickets')
        .select(['number', 'version', 'subject', 'status', 'priority', 'team', 'assignee', 'received_at'])
        .where('workspace_id', '=', workspace)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        number: row.number,
        version: row.version,
        subject: row.subject,
        status: row.status as TicketStatus,
        priority: (row.priority ?? undefined) as Priority | undefined,
        team: (row.team ?? undefined) as TeamId | undefined,
        assignee: (row.assignee ?? undefined) as PersonId | undefined,
        receivedAt: row.received_at as Timestamp,
      }))
    },
  }

  /** Those without a deadline last, which the two databases would not agree on by themselves. */
  function dueFirst() {
    return read
      .selectFrom('tickets')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('status', '<>', sql.lit('resolved'))
      .orderBy(sql`case when respond_by is null then 1 else 0 end`)
      .orderBy('respond_by')
      .orderBy('number')
  }

  async function find(db: Tx, id: TicketId): Promise<Ticket | undefined> {
    const row = await db
      .selectFrom('tickets')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .$if(db !== read && database.dialect === 'postgres', (query) => query.forUpdate())
      .executeTakeFirst()
    return row && toTicket(row)
  }

  async function receive(tx: Tx, sent: InboundTicket): Promise<Received> {
    const known = await messageOf(tx, sent)
    const isCollision = known !== undefined && known.content_hash !== contentHash(sent)
    const inbound = isCollision ? underItsOwnId(sent) : sent
    const same = isCollision ? await messageOf(tx, inbound) : known
    if (same) return { outcome: 'duplicate', ticket: (await find(tx, ticketId(same.ticket_id)))! }

    const thread = await threadOf(tx, inbound)
    const ticket = thread ? (await find(tx, thread))! : await createTicket(tx, inbound)
    await saveMessage(tx, ticket.id, inbound)
    crashPoint('tickets.receive.after-message')

    if (thread) return { outcome: 'appended', ticket: await recordEvents(tx, ticket, hear(ticket, inbound)) }
    const { receivedAt: at, source: by } = inbound
    return { outcome: 'created', ticket: await recordEvents(tx, ticket, [{ type: 'received', at, by }]) }
  }

  /** The ticket of a message this one answers, or of one that arrived earlier and answers this one. */
  async function threadOf(tx: Tx, { source, externalId, references }: InboundTicket): Promise<TicketId | undefined> {
    const answered = await ticketOfMessages(tx, source, references)
    if (answered) return answered
    const answer = await tx
      .selectFrom('message_references')
      .select('ticket_id')
      .where('workspace_id', '=', workspace)
      .where('source', '=', source)
      .where('reference', '=', externalId)
      .executeTakeFirst()
    return answer && ticketId(answer.ticket_id)
  }

  async function messageOf(tx: Tx, { source, externalId }: InboundTicket) {
    return await tx
      .selectFrom('messages')
      .select(['ticket_id', 'content_hash'])
      .where('workspace_id', '=', workspace)
      .where('source', '=', source)
      .where('external_id', '=', externalId)
      .executeTakeFirst()
  }

  /** The ticket of the first of these messages that is stored. */
  async function ticketOfMessages(tx: Tx, source: string, ids: readonly string[]): Promise<TicketId | undefined> {
    if (ids.length === 0) return undefined
    const rows = await tx
      .selectFrom('messages')
      .select(['external_id', 'ticket_id'])
      .where('workspace_id', '=', workspace)
      .where('source', '=', source)
      .where('external_id', 'in', ids.slice(0, MOST_REFERENCES))
      .execute()
    const first = ids.find((id) => rows.some((row) => row.external_id === id))
    const row = rows.find((row) => row.external_id === first)
    return row && ticketId(row.ticket_id)
  }

  async function createTicket(tx: Tx, inbound: InboundTicket): Promise<Ticket> {
    const id = ticketId(randomUUID())
    const { number } = await tx
      .insertInto('ticket_numbers')
      .values({ workspace_id: workspace, ticket_id: id })
      .returning('number')
      .executeTakeFirstOrThrow()
    const ticket = newTicket(id, number, inbound)
    await tx
      .insertInto('tickets')
      .values({ workspace_id: workspace, ...toRow(ticket) })
      .execute()
    crashPoint('tickets.receive.after-ticket')
    return ticket
  }

  async function saveMessage(tx: Tx, ticket: TicketId, inbound: InboundTicket): Promise<void> {
    const { source, externalId, references, subject, body, visible, receivedAt, attachments, raw } = inbound
    const hash = raw && (await saveRaw(tx, raw, receivedAt))
    await tx
      .insertInto('messages')
      .values({
        workspace_id: workspace,
        source,
        external_id: externalId,
        ticket_id: ticket,
        author: inbound.requester.email ?? inbound.requester.name ?? null,
        subject,
        body,
        visible,
        received_at: receivedAt,
        content_hash: contentHash(inbound),
        raw_hash: hash ?? null,
        attachments: JSON.stringify(attachments),
      })
      .execute()
    const named = [...new Set(references)].slice(0, MOST_REFERENCES)
    if (named.length === 0) return
    await tx
      .insertInto('message_references')
      .values(named.map((reference) => ({ workspace_id: workspace, source, reference, ticket_id: ticket })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }

  async function saveRaw(tx: Tx, raw: NonNullable<InboundTicket['raw']>, at: Timestamp): Promise<string> {
    const hash = createHash('sha256').update(Buffer.from(raw.base64, 'base64')).digest('hex')
    await tx
      .insertInto('raw_inputs')
      .values({ workspace_id: workspace, hash, type: raw.type, base64: raw.base64, stored_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return hash
  }

  async function recordEvents(tx: Tx, ticket: Ticket, events: readonly TicketEvent[]): Promise<Ticket> {
    const base = isPlanted('no-compare-and-set') ? await atNewestVersion(tx, ticket) : ticket
    const next = events.reduce(applyEvent, base)
    const jobs = new Map(events.flatMap((event) => followUps(next, event)).map((job) => [keyOf(job), job]))
    const teaches = [...jobs.values()].some(({ kind }) => kind === 'learn')
    const { numUpdatedRows } = await tx
      .updateTable('tickets')
      .set({ ...toRow(next), ...(teaches && { unlearned_version: next.version }) })
      .where('workspace_id', '=', workspace)
      .where('id', '=', base.id)
      .where('version', '=', base.version)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n)
      throw new StaleTicketError(`Ticket ${ticket.number} is no longer at version ${ticket.version}.`)
    crashPoint('tickets.record.after-state')

    await tx
      .insertInto('ticket_events')
      .values(events.map((event, index) => ({ workspace_id: workspace, ...toEventRow(base, event, index) })))
      .execute()
    crashPoint('tickets.record.after-events')

    for (const job of jobs.values()) await enqueue(tx, job, { priority: laneOf(job, next.priority) })
    return next
  }

  async function atNewestVersion(tx: Tx, ticket: Ticket): Promise<Ticket> {
    return { ...ticket, version: (await find(tx, ticket.id))!.version }
  }
}

type Tickets = ExpressionBuilder<Schema, 'tickets'>

const isUrgent = (is: Tickets) => is.or([is('priority', '=', 'P1'), is('escalation', '>', 0)])

/** Posted, or still to be. */
const isLive = (is: ExpressionBuilder<Schema, 'slack_posts'>) => is('state', 'not in', ['dead', 'gone'])

/** No post of this kind was meant for the ticket, or none of those that count. */
const hasNone =
  (kind: PostKind, counts: (is: ExpressionBuilder<Schema, 'slack_posts'>) => Expression<SqlBool> = () => sql`true`) =>
  ({ not, exists, selectFrom }: Tickets) =>
    not(
      exists(
        selectFrom('slack_posts')
          .select('key')
          .whereRef('slack_posts.workspace_id', '=', 'tickets.workspace_id')
          .whereRef('slack_posts.ticket_id', '=', 'tickets.id')
          .where('slack_posts.kind', '=', kind)
          .where((is) => counts(is as unknown as ExpressionBuilder<Schema, 'slack_posts'>)),
      ),
    )

/** Of what people see of a message; transport, spacing and the time it claims to be from do not count. */
function contentHash({ subject, body, requester, attachments }: InboundTicket): string {
  const plain = (text: string) => text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim()
  const files = attachments.map(({ name, bytes }) => [name, bytes])
  const parts = [plain(subject), plain(body), requester.email?.toLowerCase() ?? null, files]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/**
 * A message whose id belongs to another one already: broken senders repeat ids and hostile ones copy them. It is kept beside
 * the other under an id that its content makes, so that it too is stored once, however often it is delivered.
 */
const underItsOwnId = (inbound: InboundTicket): InboundTicket => ({
  ...inbound,
  externalId: `${inbound.externalId}#${contentHash(inbound).slice(0, 16)}`,
  degraded: [inbound.degraded, 'Another message came with the same id; this may be a changed copy of it.']
    .filter(Boolean)
    .join(' '),
})

/** Mail clients keep 10 to 20 references; more are noise or an attack. */
const MOST_REFERENCES = 100

/** On Postgres, messages that name one another wait for one another; on SQLite every write does. */
async function lockThread(
  { dialect, workspace }: Database,
  tx: Tx,
  { source, externalId, references }: InboundTicket,
): Promise<void> {
  if (dialect === 'sqlite') return
  const locks = [externalId, ...references.slice(0, MOST_REFERENCES)].map((id) =>
    createHash('sha256')
      .update(JSON.stringify([workspace, source, id]))
      .digest()
      .readBigInt64BE(),
  )
  const ordered = [...new Set(locks)].sort((a, b) => (a < b ? -1 : 1)).map(String)
  await sql`select pg_advisory_xact_lock(id) from unnest(${ordered}::bigint[]) as id`.execute(tx)
}
