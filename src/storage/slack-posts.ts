import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { ticketId } from '../core/ids.ts'
import { type Job, LANES } from '../core/jobs.ts'
import { plusMs, type Timestamp } from '../core/time.ts'
import { isPlanted } from '../lib/fault-injection.ts'
import type { PostKind, PostOutcome, PostState, PostStore, SlackPost } from '../ports.ts'
import type { Database, Enqueue, Tx } from './database.ts'

/** Every post and what is known of it. Each method is one transaction; who may change a row is decided in its `where`. */
export function postStore({ read, write, workspace }: Database, enqueue: Enqueue): PostStore {
  const row = (tx: Tx, key: string) =>
    tx.updateTable('slack_posts').where('workspace_id', '=', workspace).where('key', '=', key)

  async function showElsewhere(tx: Tx, post: Row): Promise<void> {
    const kind = post.kind === 'page' ? 'page' : 'announce'
    const job: Job = { kind, ticketId: ticketId(post.ticket_id) }
    await enqueue(tx, job, { priority: post.urgent ? LANES.urgent : LANES.ordinary })
  }

  /** The card that was shown instead still has its buttons, at the same version of the ticket. */
  async function drawOthersAnew(tx: Tx, { key, kind, ticket_id: id }: Row): Promise<void> {
    const others = await tx
      .updateTable('slack_posts')
      .set({ sent_version: null })
      .where('workspace_id', '=', workspace)
      .where('ticket_id', '=', id)
      .where('kind', '=', kind)
      .where('state', '=', 'posted')
      .where('key', '!=', key)
      .returning('key')
      .execute()
    for (const { key: postKey } of others) await enqueue(tx, { kind: 'deliver', postKey })
  }

  return {
    intend: ({ key, kind, ticketId, target, urgent }, at) =>
      write(async (tx) => {
        const added = await tx
          .insertInto('slack_posts')
          .values({
            workspace_id: workspace,
            key,
            kind,
            ticket_id: ticketId,
            target,
            urgent: urgent ? 1 : 0,
            state: 'pending',
            attempt: 0,
            fence: 0,
            intent_at: at,
            sweeps: 0,
          })
          .onConflict((conflict) => conflict.columns(['workspace_id', 'key']).doNothing())
          .returning('key')
          .executeTakeFirst()
        if (!added) return false
        await enqueue(tx, { kind: 'deliver', postKey: key }, { priority: urgent ? LANES.urgent : LANES.ordinary })
        return true
      }),

    async get(key) {
      const found = await read
        .selectFrom('slack_posts')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('key', '=', key)
        .executeTakeFirst()
      return found && toPost(found)
    },

    async ofTicket(id) {
      const rows = await read
        .selectFrom('slack_posts')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('ticket_id', '=', id)
        .orderBy('intent_at')
        .orderBy('key')
        .execute()
      return rows.map(toPost)
    },

    async ticketNumbers(keys) {
      if (keys.length === 0) return new Map()
      const rows = await read
        .selectFrom('slack_posts')
        .innerJoin('tickets', (join) =>
          join
            .onRef('tickets.workspace_id', '=', 'slack_posts.workspace_id')
            .onRef('tickets.id', '=', 'slack_posts.ticket_id'),
        )
        .select(['slack_posts.key', 'tickets.number'])
        .where('slack_posts.workspace_id', '=', workspace)
        .where('slack_posts.key', 'in', keys)
        .execute()
      return new Map(rows.map(({ key, number }) => [key, number]))
    },

    claim: (key, now, leaseUntil) =>
      write(async (tx) => {
        const claimed = await row(tx, key)
          .set((is) => ({
            state: 'sending',
            attempt: is('attempt', '+', 1),
            fence: is('fence', '+', 1),
            lease_until: leaseUntil,
            not_before: null,
          }))
          .where('state', '=', 'pending')
          .where((is) => is.or([is('not_before', 'is', null), is('not_before', '<=', now)]))
          .returningAll()
          .executeTakeFirst()
        return claimed && toPost(claimed)
      }),

    settle: (key, fence, outcome) =>
      write(async (tx) => {
        const claimed = isPlanted('no-fence')
          ? row(tx, key)
          : row(tx, key).where('state', '=', 'sending').where('fence', '=', fence)
        const settled = await claimed
          .set({
            ...toColumns(outcome),
            // Every ambiguity may leave a late copy of its own, so the sweeps begin anew.
            ...(outcome.state === 'uncertain' && { ambiguous_at: outcome.at, sweeps: 0 }),
          })
          .returningAll()
          .executeTakeFirst()
        if (settled && outcome.state === 'dead') await showElsewhere(tx, settled)
        return settled !== undefined
      }),

    adopt: (key, { ts, channel }) =>
      write(async (tx) => {
        const unlessAnother = row(tx, key).where((is) => is.or([is('ts', 'is', null), is('ts', '=', ts)]))
        const found = { state: 'posted', ts, channel, lease_until: null, not_before: null, last_error: null }
        const revived = await unlessAnother.set(found).where('state', '=', 'dead').returningAll().executeTakeFirst()
        if (revived) {
          await drawOthersAnew(tx, revived)
          return true
        }
        const adopted = await unlessAnother.set(found).where('state', '!=', 'gone').returning('key').executeTakeFirst()
        return adopted !== undefined
      }),

    expireLeases: (now) =>
      write(async (tx) => {
        const expired = await tx
          .updateTable('slack_posts')
          .set((is) => ({
            state: 'uncertain',
            ambiguous_at: is.ref('lease_until'),
            sweeps: 0,
            last_error: 'the process that was posting did not come back',
          }))
          .where('workspace_id', '=', workspace)
          .where('state', '=', 'sending')
          .where('lease_until', '<=', now)
          .returning('key')
          .execute()
        return expired.map(({ key }) => key)
      }),

    release: (key, fence) =>
      write(async (tx) => {
        const released = await row(tx, key)
          .set({ state: 'pending', lease_until: null, not_before: null })
          .where('state', '=', 'uncertain')
          .where('fence', '=', fence)
          .returning('key')
          .executeTakeFirst()
        return released !== undefined
      }),

    async shown(key, sentVersion, redrawAt) {
      const shown = { sent_version: sentVersion, redraw_at: redrawAt ?? null, last_error: null }
      await write((tx) => row(tx, key).set(shown).execute())
    },

    async markGone(key, error) {
      await write(async (tx) => {
        const gone = await row(tx, key)
          .set({ state: 'gone', last_error: error, lease_until: null, not_before: null })
          .where('state', '=', 'posted')
          .returningAll()
          .executeTakeFirst()
        if (gone) await showElsewhere(tx, gone)
      })
    },

    async swept(key, sweeps) {
      await write((tx) => row(tx, key).set({ sweeps }).execute())
    },

    async doubt(key, at) {
      await write((tx) => row(tx, key).set({ ambiguous_at: at, sweeps: 0 }).execute())
    },

    async doubtEdits(at) {
      await write((tx) =>
        tx
          .updateTable('slack_posts')
          .set({ ambiguous_at: at, sweeps: 0 })
          .where('workspace_id', '=', workspace)
          .where('state', '=', 'posted')
          .where(({ exists, selectFrom }) =>
            exists(
              selectFrom('tickets')
                .select('id')
                .whereRef('tickets.workspace_id', '=', 'slack_posts.workspace_id')
                .whereRef('tickets.id', '=', 'slack_posts.ticket_id')
                .whereRef('tickets.version', '>', 'slack_posts.sent_version'),
            ),
          )
          .execute(),
      )
    },

    async unfinished(now, sweepsMs, limit) {
      const rows = await read
        .selectFrom('slack_posts as post')
        .leftJoin('tickets as ticket', (join) =>
          join.onRef('ticket.workspace_id', '=', 'post.workspace_id').onRef('ticket.id', '=', 'post.ticket_id'),
        )
        .select('post.key')
        .where('post.workspace_id', '=', workspace)
        .where((is) =>
          is.or([
            is.and([
              is('post.state', 'in', ['pending', 'sending', 'uncertain']),
              is.or([is('post.not_before', 'is', null), is('post.not_before', '<=', now)]),
            ]),
            is.and([
              is('post.state', '=', 'posted'),
              is.or([
                is('post.sent_version', 'is', null),
                is('post.sent_version', '<', is.ref('ticket.version')),
                is('post.redraw_at', '<=', now),
              ]),
            ]),
            is.and([
              is('post.state', 'in', ['posted', 'dead', 'gone']),
              is.or(
                sweepsMs.map((ms, done) =>
                  is.and([is('post.sweeps', '=', done), is('post.ambiguous_at', '<=', plusMs(now, -ms))]),
                ),
              ),
            ]),
          ]),
        )
        .orderBy('post.urgent', 'desc')
        .orderBy('post.intent_at')
        .limit(limit)
        .execute()
      return rows.map(({ key }) => key)
    },

    async dead(limit) {
      const rows = await read
        .selectFrom('slack_posts')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('state', '=', 'dead')
        .orderBy('intent_at', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toPost)
    },
  }
}

type Row = Selectable<Schema['slack_posts']>

function toColumns(outcome: PostOutcome): Partial<Row> {
  const free = { lease_until: null, not_before: null }
  switch (outcome.state) {
    case 'posted': {
      const { ts, channel, sentVersion, redrawAt } = outcome
      const shown = { sent_version: sentVersion, redraw_at: redrawAt ?? null }
      return { ...free, state: 'posted', ts, channel, ...shown, last_error: null }
    }
    case 'pending':
      return { ...free, state: 'pending', not_before: outcome.notBefore ?? null, last_error: outcome.error }
    case 'uncertain':
      return { ...free, state: 'uncertain', lease_until: outcome.at, last_error: outcome.error }
    case 'dead':
    case 'gone':
      return { ...free, state: outcome.state, last_error: outcome.error }
  }
}

const toPost = (row: Row): SlackPost => ({
  key: row.key,
  kind: row.kind as PostKind,
  ticketId: ticketId(row.ticket_id),
  target: row.target,
  channel: row.channel ?? undefined,
  urgent: row.urgent === 1,
  state: row.state as PostState,
  attempt: row.attempt,
  fence: row.fence,
  leaseUntil: (row.lease_until as Timestamp | null) ?? undefined,
  intentAt: row.intent_at as Timestamp,
  ambiguousAt: (row.ambiguous_at as Timestamp | null) ?? undefined,
  notBefore: (row.not_before as Timestamp | null) ?? undefined,
  ts: row.ts ?? undefined,
  sentVersion: row.sent_version ?? undefined,
  redrawAt: (row.redraw_at as Timestamp | null) ?? undefined,
  sweeps: row.sweeps,
  lastError: row.last_error ?? undefined,
})
