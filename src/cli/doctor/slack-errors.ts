/** What an error code of Slack means for whoever sets up, and what to do about it. */
export function meaningOf(error: string): { readonly says: string; readonly fix: string } {
  const known = MEANINGS[error]
  if (known) return { says: `${known[0]} (${error})`, fix: known[1] }
  if (/^(?:internal|fatal|service|request)_/.test(error))
    return { says: `Slack has trouble itself (${error})`, fix: 'Try again later; see https://status.slack.com.' }
  // Codes of the network and of HTTP, and answers that are none of Slack's.
  if (!/^[a-z][a-z_]+$/.test(error))
    return {
      says: `Slack could not be reached (${error})`,
      fix: 'Check network, proxy and SLACK_API_URL, and https://status.slack.com.',
    }
  return { says: `Slack said ${error}`, fix: `Look it up: https://docs.slack.dev/reference/methods (${error}).` }
}

const COPY_ANEW =
  'Copy the Bot User OAuth Token (xoxb-…) anew from OAuth & Permissions of your app into SLACK_BOT_TOKEN.'
const REINSTALL = 'Reinstall the app to your workspace (OAuth & Permissions > Reinstall) and copy the token anew.'

const MEANINGS: Readonly<Record<string, readonly [says: string, fix: string]>> = {
  invalid_auth: ['no such token', COPY_ANEW],
  not_authed: ['no token arrived', COPY_ANEW],
  account_inactive: ['the app was uninstalled, or its workspace is gone', REINSTALL],
  token_revoked: ['the token was revoked', REINSTALL],
  token_expired: ['the token has expired', REINSTALL],
  not_allowed_token_type: ['this is a token of another kind', COPY_ANEW],
  missing_scope: ['a scope is missing', REINSTALL],
  ratelimited: ['too many requests just now', 'Wait a minute and run it again.'],
}
