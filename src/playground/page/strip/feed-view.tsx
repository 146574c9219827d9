import { useState } from 'react'
import type { FeedState, PageStatus } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import { Icon } from '../shell/icon.tsx'
import type { EmlDrop } from './eml-drop.tsx'
import { EmlPicker } from './eml-drop.tsx'
import { Failure, Switch } from './parts.tsx'
import { notchOf, SPEEDS, speedWords } from './speed.ts'
import { useAsk } from './use-ask.ts'

/** Where tickets come from: the stream, oneself, or files. */
export function FeedView(props: {
  readonly api: Api
  readonly status: PageStatus
  readonly drop: EmlDrop
  onWrite(): void
  onTicket(number: number): void
}) {
  const { api, status, drop, onWrite, onTicket } = props
  const { feed, counts } = status
  const { ask, failed } = useAsk()

  return (
    <div className="stack">
      <section className="card" aria-labelledby="strip-own">
        <h3 id="strip-own">Your own</h3>
        <button type="button" className="wide" onClick={onWrite}>
          <Icon name="pencil" /> Write your own e-mail
        </button>
        <EmlPicker drop={drop} onTicket={onTicket} />
      </section>

      <section className="card" aria-labelledby="strip-stream">
        <h3 id="strip-stream">The stream</h3>
        <p className="quiet">
          {feed.source.slice(0, 1).toUpperCase() + feed.source.slice(1)}
          {feed.total !== null && feed.sent >= feed.total && ': all of them are sent'}
        </p>
        <Unaccepted feed={feed} />
        <Speed perMinute={feed.perMinute} onSet={(perMinute) => ask(() => api.feed({ do: 'speed', perMinute }))} />
        <Switch
          on={feed.peopleWork}
          label="Others work too"
          says={
            feed.peopleWork
              ? 'The people of the town accept, hand on and resolve by themselves.'
              : 'Nobody clicks but you.'
          }
          onChange={(on) => void ask(() => api.feed({ do: 'peopleWork', on }))}
        />
        <Failure says={failed} />
      </section>

      <section className="card" aria-labelledby="strip-counts">
        <h3 id="strip-counts">So far</h3>
        <dl className="counts">
          <Count name="Tickets" value={counts.tickets} says="that arrived" />
          <Count name="Open" value={counts.open} says="not resolved yet" />
          <Count name="Waiting" value={counts.waiting} says="for somebody to take them" />
          <Count name="Lessons" value={counts.lessons} says="learned from clicks" />
        </dl>
      </section>
    </div>
  )
}

/** What the bot could not take yet. */
export function Unaccepted({ feed: { waiting = 0 } }: { readonly feed: FeedState }) {
  if (waiting === 0) return null
  return (
    <p className="quiet">
      {waiting === 1 ? 'One ticket was' : `${waiting} tickets were`} sent and not accepted yet; who sends{' '}
      {waiting === 1 ? 'it' : 'them'} tries again.
    </p>
  )
}

/** Moving it says what it would be; letting go sets it. */
function Speed(props: { readonly perMinute: number; onSet(perMinute: number): Promise<unknown> }) {
  const { perMinute, onSet } = props
  const [moved, setMoved] = useState<number | null>(null)
  const chosen = moved === null ? undefined : SPEEDS[moved]
  const words = speedWords(chosen ?? perMinute)
  const set = async () => {
    if (chosen !== undefined && moved !== notchOf(perMinute)) await onSet(chosen)
    setMoved(null)
  }

  return (
    <label className="speed">
      <span className="speed-head">
        <span>Speed</span>
        <span className="quiet">{words}</span>
      </span>
      <input
        type="range"
        min={0}
        max={SPEEDS.length - 1}
        step={1}
        value={moved ?? notchOf(perMinute)}
        aria-valuetext={words}
        onChange={({ target }) => setMoved(Number(target.value))}
        onPointerUp={() => void set()}
        onKeyUp={() => void set()}
        onBlur={() => void set()}
      />
    </label>
  )
}

function Count({ name, value, says }: { readonly name: string; readonly value: number; readonly says: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value.toLocaleString('en-GB')}</strong> <span>{says}</span>
      </dd>
    </div>
  )
}
