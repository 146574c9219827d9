import type { Change } from '../workspace/changes.ts'
import type { Mailbox, News } from './mailbox.ts'

/** The pages that listen now, and what each of them is to hear of. */
export interface Streams {
  add(user: string, mailbox: Mailbox): void
  remove(mailbox: Mailbox): void
  /** To everybody, or to the pages of one person. */
  tell(news: News, user?: string): void
  /** Something happened in the workspace. */
  happened(change: Change): void
  close(): void
}

/** `watched` is called when the first page comes and the last one goes. */
export function streams(watched: (isWatched: boolean) => void): Streams {
  const open = new Map<Mailbox, string>()

  const tell = (news: News, user?: string): void => {
    for (const [mailbox, whose] of open) if (user === undefined || whose === user) mailbox.put(news)
  }

  const happened = (change: Change): void => {
    switch (change.kind) {
      case 'message': {
        const { channel, ts, thread } = change
        tell({ kind: 'message', channel, ts })
        // Which counts its answers.
        if (thread !== undefined && thread !== ts) tell({ kind: 'message', channel, ts: thread })
        tell({ kind: 'channels' })
        break
      }
      case 'whisper':
        tell({ kind: 'message', channel: change.channel, ts: change.ts }, change.to)
        break
      case 'channels':
        tell({ kind: 'channels' })
        break
      case 'view':
        tell({ kind: change.type }, change.user)
        break
      case 'failure':
        tell({ kind: 'failure', gesture: change.gesture, error: change.error }, change.user)
        break
      case 'people':
      case 'reset':
        tell({ kind: 'snapshot' })
    }
  }

  return {
    add(user, mailbox) {
      open.set(mailbox, user)
      if (open.size === 1) watched(true)
    },
    remove(mailbox) {
      if (open.delete(mailbox) && open.size === 0) watched(false)
    },
    tell,
    happened,
    close() {
      for (const mailbox of open.keys()) mailbox.close()
    },
  }
}
