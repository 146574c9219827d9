import { type RawBuilder, sql } from 'kysely'
import type { Census } from '../core/census.ts'
import type { Priority } from '../core/classification.ts'
import type { TicketStatus } from '../core/ticket.ts'
import type { Timestamp } from '../core/time.ts'
import type { Database } from './database.ts'

/** What the tables say of themselves, by a few counts over indexes. */
export async function countRows({
  read,
  workspace,
}: Database): Promise<Pick<Census, 'openTickets' | 'posts' | 'inbox' | 'lessons'>> {
  const posts = (of: RawBuilder<boolean>) =>
    read
      .selectFrom('slack_posts')
      .select(({ fn }) => ['state', fn.countAll<number>().as('count'), fn.min('intent_at').as('oldest')])
      .where('workspace_id', '=', workspace)
      .where(of)
      .groupBy('state')
      .execute()
  // Words as the partial indexes have them, or they are not used.
  const [tickets, waiting, dead, unfinished, aside, learning] = await Promise.all([
    read
      .selectFrom('tickets')
      .select(({ fn }) => ['status', 'priority', 'team', fn.countAll<number>().as('count')])
      .where('workspace_id', '=', workspace)
      .where(sql<boolean>`status <> 'resolved'`)
      .groupBy(['status', 'priority', 'team'])
      .execute(),
    posts(sql`state in ('pending', 'sending', 'uncertain')`),
    posts(sql`state = 'dead'`),
    read
      .selectFrom('inbox')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('received_at').as('oldest')])
      .where('workspace_id', '=', workspace)
      .where(sql<boolean>`state = 'new'`)
      .executeTakeFirstOrThrow(),
    read
      .selectFrom('inbox')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('workspace_id', '=', workspace)
      .where(sql<boolean>`state = 'set_aside'`)
      .executeTakeFirstOrThrow(),
    read.selectFrom('learning').select('sequence').where('workspace_id', '=', workspace).executeTakeFirst(),
  ])
  return {
    openTickets: tickets.map(({ status, priority, team, count }) => ({
      status: status as TicketStatus,
      priority: (priority as Priority | null) ?? undefined,
      team: team ?? undefined,
      count,
    })),
    posts: [...waiting, ...dead].map(({ state, count, oldest }) => ({ state, count, oldestAt: oldest as Timestamp })),
    inbox: {
      unfinished: unfinished.count,
      setAside: aside.count,
      oldestAt: (unfinished.oldest as Timestamp | null) ?? undefined,
    },
    lessons: learning?.sequence ?? 0,
  }
}
