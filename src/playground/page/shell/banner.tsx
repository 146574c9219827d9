import { usePage } from '../page.ts'

/** Says that nothing moves, and why. */
export function Banner() {
  const connection = usePage((state) => state.connection)
  const slackIsDown = usePage((state) => state.status?.broken['slack-down'] === true)
  const bot = usePage((state) => state.status?.bot.state)
  if (connection === 'lost') {
    return (
      <div className="banner banner-bad" role="status">
        <span className="spinner" aria-hidden="true" /> Connection lost. Reconnecting …
      </div>
    )
  }
  if (slackIsDown) {
    return (
      <div className="banner" role="status">
        Slack is down in this playground: nothing you click arrives. Waybill catches up when it is back.
      </div>
    )
  }
  if (bot === 'down' || bot === 'starting') {
    return (
      <div className="banner" role="status">
        {bot === 'down'
          ? 'Waybill is not running: clicks time out until it is started again.'
          : 'Waybill is starting …'}
      </div>
    )
  }
  return null
}
