import { type UIEvent, useEffect, useRef } from 'react'
import type { JourneySource } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import type { PageState } from '../state.ts'
import { JourneyView } from './journey-view.tsx'
import { Empty, Failure } from './parts.tsx'
import { TicketPicker } from './ticket-picker.tsx'
import { Tour, type TourStep } from './tour.tsx'
import { useAsk } from './use-ask.ts'
import type { Following } from './use-follow.ts'
import type { Followed } from './use-journey.ts'

/** The ticket one looks at, and why it went where it went. */
export function JourneyPane(props: {
  readonly state: PageState
  readonly api: Api
  readonly ticket: number | null
  readonly following: Following
  readonly followed: Followed
  /** Whether a source was ever opened. */
  readonly hasLooked: boolean
  onSource(source: JourneySource): void
  /** Whether somebody has scrolled away from the top. */
  onReading(isReading: boolean): void
}) {
  const { state, api, ticket, following, followed, hasLooked, onSource, onReading } = props
  const { ask, failed } = useAsk()
  const scroller = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another ticket begins at its beginning
  useEffect(() => {
    scroller.current?.scrollTo(0, 0)
  }, [ticket])

  return (
    <div className="journey-pane">
      {ticket !== null && <TicketPicker tickets={state.tickets} ticket={ticket} following={following} />}
      <div
        ref={scroller}
        className="scroll"
        onScroll={({ currentTarget }: UIEvent) => onReading(currentTarget.scrollTop > 48)}
      >
        <Tour steps={firstSteps(state, hasLooked, () => void ask(() => api.feed({ do: 'next' })))} />
        <Failure says={failed} />
        <Failure says={ticket === null ? null : followed.failed}>
          <button type="button" className="small" onClick={followed.retry}>
            Try again
          </button>
        </Failure>
        {ticket === null && (
          <Empty title="No ticket yet">
            <p>Press “Next ticket” above, or write an e-mail of your own under “Feed”.</p>
          </Empty>
        )}
        {ticket !== null && !followed.journey && followed.failed === null && (
          <p className="reading" role="status">
            Reading the journey of #{ticket} …
          </p>
        )}
        {followed.journey && <JourneyView journey={followed.journey} fresh={followed.fresh} onSource={onSource} />}
      </div>
    </div>
  )
}

function firstSteps(state: PageState, hasLooked: boolean, sendOne: () => void): readonly TourStep[] {
  const { me, people, cast, tickets } = state
  const agent = cast.find(({ part }) => part === 'agent')
  const name = agent && people[agent.id]?.realName
  const own = me === null ? undefined : people[me]
  const names = own ? [own.id, own.name, own.realName] : []
  const hasAccepted = tickets.some(
    ({ status, assignee }) => assignee !== null && names.includes(assignee) && status === 'accepted',
  )
  return [
    { says: 'Watch a ticket arrive.', done: tickets.length > 0, does: { label: 'Send one', act: sendOne } },
    {
      says: `${name && me !== agent?.id ? `Act as ${name} and press` : 'Press'} Accept on a card.`,
      said: 'Accept a card.',
      done: hasAccepted,
    },
    { says: 'See here why it went there. The small links show what made a line.', done: hasLooked },
  ]
}
