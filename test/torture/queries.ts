import type { Field } from './field.ts'

/** What stands in the database, by plain SQL that the product does not share. */
export interface TicketRow {
  readonly id: string
  readonly number: number
  readonly version: number
  readonly subject: string
  readonly status: string
  readonly team: string | null
  readonly assignee: string | null
  readonly priority: string | null
}

export interface EventRow {
  readonly ticket_id: string
  readonly version: number
  readonly type: string
  readonly by: string
  readonly detail: string
}

export interface PostRow {
  readonly key: string
  readonly kind: string
  readonly ticket_id: string
  readonly state: string
  readonly target: string
  readonly ts: string | null
  readonly last_error: string | null
}

interface Count {
  readonly count: number | string
  readonly what: string
}

/** Everything that is not finished, in words; empty when the bot has nothing left to do. */
export async function jobsLeft({ sql, kind }: Pick<Field, 'sql' | 'kind'>): Promise<string[]> {
  const queued =
    kind === 'sqlite'
      ? `select 'job ' || kind as what, count(*) as count from jobs where state <> 'dead' group by kind`
      : `select 'job ' || task_identifier as what, count(*) as count from graphile_worker.jobs where attempts < max_attempts or locked_at is not null group by task_identifier`
  const rows = await sql.rows<Count>(`${queued}
    union all select 'inbox entry ' || kind, count(*) from inbox where state = 'new' group by kind
    union all select 'post ' || state, count(*) from slack_posts where state in ('pending', 'sending', 'uncertain') group by state
    union all select 'card behind its ticket', count(*) from slack_posts join tickets on tickets.id = slack_posts.ticket_id
      where slack_posts.state = 'posted' and slack_posts.kind = 'card' and coalesce(slack_posts.sent_version, 0) < tickets.version
    union all select 'ticket not decided', count(*) from tickets where status = 'received'
    union all select 'post with sweeps to come', count(*) from slack_posts where state = 'posted' and ambiguous_at is not null and sweeps < ${SWEEPS}`)
  return rows.filter(({ count }) => Number(count) > 0).map(({ what, count }) => `${Number(count)} × ${what}`)
}

/** As many as the shortened timings hold. */
const SWEEPS = 3

export const allTickets = ({ sql }: Pick<Field, 'sql'>): Promise<readonly TicketRow[]> =>
  sql.rows('select id, number, version, subject, status, team, assignee, priority from tickets')

export const allEvents = ({ sql }: Pick<Field, 'sql'>): Promise<readonly EventRow[]> =>
  sql.rows('select ticket_id, version, type, "by", detail from ticket_events order by ticket_id, version')

export const allPosts = ({ sql }: Pick<Field, 'sql'>): Promise<readonly PostRow[]> =>
  sql.rows('select key, kind, ticket_id, state, target, ts, last_error from slack_posts')

export const deadJobs = async ({ sql, kind }: Pick<Field, 'sql' | 'kind'>): Promise<readonly string[]> => {
  const rows = await sql.rows<{ readonly what: string; readonly error: string | null }>(
    kind === 'sqlite'
      ? `select kind as what, last_error as error from jobs where state = 'dead'`
      : `select task_identifier as what, last_error as error from graphile_worker.jobs where attempts >= max_attempts and locked_at is null`,
  )
  return rows.map(({ what, error }) => `${what}: ${error ?? 'no reason given'}`)
}

export const setAside = async ({ sql }: Pick<Field, 'sql'>): Promise<readonly string[]> => {
  const rows = await sql.rows<{ readonly key: string; readonly last_error: string | null }>(
    `select key, last_error from inbox where state not in ('new', 'done')`,
  )
  return rows.map(({ key, last_error }) => `${key}: ${last_error ?? 'no reason given'}`)
}

/** Interactions that were stored, whatever became of them. */
export async function storedInteractions({ sql }: Pick<Field, 'sql'>): Promise<number> {
  const [row] = await sql.rows<{ readonly count: number | string }>(
    `select count(*) as count from inbox where kind = 'slack_interaction'`,
  )
  return Number(row?.count ?? 0)
}

/** What SQLite says about its own file; nothing when it is whole. */
export async function integrityFaults({ sql, kind }: Pick<Field, 'sql' | 'kind'>): Promise<readonly string[]> {
  if (kind !== 'sqlite') return []
  const rows = await sql.rows<{ readonly integrity_check: string }>('pragma integrity_check')
  return rows.map(({ integrity_check }) => integrity_check).filter((line) => line !== 'ok')
}
