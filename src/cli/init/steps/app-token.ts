import { inspectAppToken } from '../../../slack/inspect.ts'
import { meaningOf } from '../../doctor/slack-errors.ts'
import type { Setup } from '../setup.ts'

/** How clicks reach us: an app-level token that opens Socket Mode, or the secret that signs HTTP requests. */
export async function askAppToken(setup: Setup): Promise<void> {
  const { asker, given } = setup
  const token = given('SLACK_APP_TOKEN')
  if (token && (await opens(setup, token))) return asker.done('app token: Socket Mode opens')
  if (!token && given('SLACK_SIGNING_SECRET')) {
    asker.done('signing secret: set; Slack sends to /slack/events')
    return
  }
  const way = await asker.choose(
    'How shall clicks reach Waybill?',
    [
      { value: 'socket', label: 'Socket Mode', hint: 'no public address needed' },
      { value: 'http', label: 'HTTP requests', hint: 'Slack reaches https://<your host>/slack/events' },
    ],
    'socket',
  )
  await (way === 'socket' ? askToken(setup) : askSigningSecret(setup))
}

async function askToken(setup: Setup): Promise<void> {
  const { asker, keep, refuses } = setup
  for (;;) {
    const token = await asker.secret(
      'App-level token (Basic Information > App-Level Tokens > Generate, scope connections:write, xapp-…)',
      (answer) => refuses('SLACK_APP_TOKEN', answer),
    )
    if (!(await opens(setup, token))) continue
    await keep({ SLACK_APP_TOKEN: token })
    return asker.done('app token: Socket Mode opens')
  }
}

async function opens({ asker, slack }: Setup, token: string): Promise<boolean> {
  const answer = await inspectAppToken(token, slack())
  if (answer.ok) return true
  asker.wrong(
    `Slack does not take this app-level token: ${meaningOf(answer.error).says}`,
    'Generate one under Basic Information > App-Level Tokens with the scope connections:write, and see that Socket Mode is on.',
  )
  return false
}

async function askSigningSecret({ asker, keep, refuses }: Setup): Promise<void> {
  const secret = await asker.secret('Signing secret (Basic Information > App Credentials)', (answer) =>
    refuses('SLACK_SIGNING_SECRET', answer),
  )
  await keep({ SLACK_SIGNING_SECRET: secret })
  asker.done('signing secret: kept; the first request from Slack will prove it')
  asker.show(
    'In App Manifest of your Slack app set socket_mode_enabled to false and give https://<your host>/slack/events as\nrequest_url of event_subscriptions, interactivity and the slash command.',
  )
}
