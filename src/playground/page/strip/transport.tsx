import type { PageStatus } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import { BREAKS, botWords, brokenWords, isOn } from './breaks.ts'
import { Glyph } from './glyph.tsx'
import { Failure } from './parts.tsx'
import { useAsk } from './use-ask.ts'

/** Always at hand, whichever tab is shown: tickets come, stop, or come one by one; and whether all is well. */
export function Transport(props: { readonly api: Api; readonly status: PageStatus }) {
  const { api, status } = props
  const { feed, bot } = status
  const { ask, busy, failed } = useAsk()
  const done = feed.total !== null && feed.sent >= feed.total
  const broken = brokenWords(status)
  const mend = async () => {
    for (const { what } of BREAKS) if (isOn(what, status)) await api.break(what, false)
  }

  return (
    <div className="transport">
      <div className="transport-row">
        <button
          type="button"
          className="play"
          disabled={busy || (done && !feed.playing)}
          onClick={() => void ask(() => api.feed({ do: feed.playing ? 'pause' : 'play' }))}
        >
          <Glyph name={feed.playing ? 'pause' : 'play'} />
          {feed.playing ? 'Pause' : 'Play'}
        </button>
        <button
          type="button"
          className="small"
          disabled={busy || done}
          onClick={() => void ask(() => api.feed({ do: 'next' }))}
        >
          <Glyph name="next" /> Next ticket
        </button>
        <p className="transport-facts">
          <span>
            {feed.sent}
            {feed.total === null ? ' sent' : ` of ${feed.total} sent`}
          </span>
          <span className="bot" data-state={bot.state} title={botWords(bot)}>
            <span className="lamp" aria-hidden="true" /> Bot {bot.state}
          </span>
        </p>
      </div>
      {feed.total !== null && (
        <span className="bar bar-thin" aria-hidden="true">
          <span style={{ inlineSize: `${Math.min(1, feed.sent / Math.max(1, feed.total)) * 100}%` }} />
        </span>
      )}
      {feed.says && <p role="status">{feed.says}</p>}
      <Failure says={failed} />
      {broken && (
        <div className="broken" role="status">
          <span>{broken}</span>
          <button type="button" className="link" disabled={busy} onClick={() => void ask(mend)}>
            {busy ? 'Mending …' : 'Mend it'}
          </button>
        </div>
      )}
    </div>
  )
}
