import type { PageMessage } from '../../page-contract.ts'
import { usePage } from '../page.ts'

/** Tells a screen reader of the newest message of the channel in front, and of nothing else. */
export function Announcer() {
  const newest = usePage(({ place, rooms }) =>
    place.channel === null ? undefined : rooms[place.channel]?.messages.at(-1),
  )
  const me = usePage((state) => state.me)
  const name = usePage(({ people }) => (newest ? people[newest.user]?.realName : undefined))
  const isOwn = newest?.user === me
  return (
    <div className="unseen" role="status" aria-label="Newest message">
      {newest && !isOwn && isRecent(newest) ? `${name ?? 'Somebody'}: ${newest.text.slice(0, 160)}` : ''}
    </div>
  )
}

/** Old messages are not news when a channel is opened. */
const isRecent = ({ postedAt }: PageMessage) => Date.now() - postedAt < 15_000
