import type { PageStatus } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import { BREAKS, type BreakWords, botWords, isOn } from './breaks.ts'
import { Unaccepted } from './feed-view.tsx'
import { Failure, Switch } from './parts.tsx'
import { useAsk } from './use-ask.ts'

/** What may go wrong in the real world, from switches; and what is promised for each. */
export function BreaksView({ api, status }: { readonly api: Api; readonly status: PageStatus }) {
  const { bot, feed, model, counts } = status
  return (
    <div className="stack">
      <section className="card" aria-label="What runs">
        <p className="bot bot-line" data-state={bot.state} role="status">
          <span className="lamp" aria-hidden="true" />
          {botWords(bot)}
        </p>
        <p className="quiet">Language model: {model.says}</p>
        <p className="quiet">
          {counts.waiting === 1 ? 'One ticket waits' : `${counts.waiting} tickets wait`} for somebody to take{' '}
          {counts.waiting === 1 ? 'it' : 'them'}.
        </p>
        <Unaccepted feed={feed} />
      </section>
      {BREAKS.map((words) => (
        <Break key={words.what} words={words} api={api} status={status} />
      ))}
    </div>
  )
}

function Break(props: { readonly words: BreakWords; readonly api: Api; readonly status: PageStatus }) {
  const { words, api, status } = props
  const { what, title, see, promise } = words
  const { ask, busy, failed } = useAsk()
  const on = isOn(what, status)
  const pointless = what === 'model-down' && status.model.kind === 'none' && !on
  const changing = what === 'bot-down' && ['starting', 'stopping'].includes(status.bot.state)
  return (
    <section className="card break" data-on={on} aria-label={title}>
      <Switch
        danger
        on={on}
        label={on ? `${title}: on` : title}
        disabled={busy || pointless || changing}
        onChange={(next) => void ask(() => api.break(what, next))}
      />
      {pointless && <p className="quiet">There is no language model that could go down.</p>}
      <dl className="promise">
        <div>
          <dt>You see</dt>
          <dd>{see}</dd>
        </div>
        <div>
          <dt>Promised</dt>
          <dd>{promise}</dd>
        </div>
      </dl>
      <Failure says={failed} />
    </section>
  )
}
