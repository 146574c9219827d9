import { type Check, fault, ok, unknown } from '../check.ts'
import { meaningOf } from '../slack-errors.ts'

/** Clicks reach us: by Socket Mode, or by HTTP requests we can verify. */
export const requests: Check = {
  id: 'app-token',
  needs: ['settings', 'modules'],
  async look(around) {
    const { SLACK_APP_TOKEN, SLACK_SIGNING_SECRET } = await around.settings()
    if (!SLACK_APP_TOKEN && !SLACK_SIGNING_SECRET)
      return [
        fault(
          'neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: no click reaches Waybill',
          'Basic Information > App-Level Tokens > Generate, scope connections:write; put it into SLACK_APP_TOKEN.',
        ),
      ]
    if (!SLACK_APP_TOKEN)
      return [
        unknown(
          'SLACK_SIGNING_SECRET is set (HTTP); only a request of Slack can prove it',
          '/waybill help in Slack shows whether it is right.',
        ),
      ]
    const answer = await around.appToken()
    if (answer.ok) return [ok('Socket Mode opens with SLACK_APP_TOKEN')]
    const { says, fix } = meaningOf(answer.error)
    const isToken = ['invalid_auth', 'not_authed', 'not_allowed_token_type', 'missing_scope', 'token_revoked'].includes(
      answer.error,
    )
    return [
      fault(
        `Slack does not take SLACK_APP_TOKEN: ${says}`,
        isToken
          ? 'Generate one under Basic Information > App-Level Tokens with the scope connections:write, and turn Socket Mode on.'
          : fix,
      ),
    ]
  },
}
