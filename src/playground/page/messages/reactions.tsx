import type { PageMessage } from '../../page-contract.ts'
import { useActs, usePage } from '../page.ts'
import type { PageState } from '../state.ts'
import { Emoji } from '../text/rich.tsx'

export function Reactions({ message }: { readonly message: PageMessage }) {
  const acts = useActs()
  const me = usePage((state) => state.me)
  const people = usePage((state) => state.people)
  const { channel, ts, reactions } = message
  const given = Object.entries(reactions).filter(([, users]) => users.length > 0)
  if (given.length === 0) return null
  return (
    <div className="reactions">
      {given.map(([name, users]) => (
        <button
          key={name}
          type="button"
          className="reaction"
          aria-pressed={users.includes(me ?? '')}
          aria-label={`${name.replaceAll('_', ' ')}, ${users.length}: ${namesOf(users, people)}`}
          title={namesOf(users, people)}
          onClick={() => void acts.gesture('react', { target: { channel, ts }, name })}
        >
          <Emoji name={name} /> {users.length}
        </button>
      ))}
    </div>
  )
}

function namesOf(users: readonly string[], people: PageState['people']): string {
  return users.map((id) => people[id]?.realName || people[id]?.name || id).join(', ')
}
