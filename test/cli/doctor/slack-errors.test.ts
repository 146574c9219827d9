import { expect, test } from 'vitest'
import { meaningOf } from '../../../src/cli/doctor/slack-errors.ts'

test.each([
  ['invalid_auth', 'no such token', 'OAuth & Permissions'],
  ['account_inactive', 'uninstalled', 'Reinstall'],
  ['not sent: ECONNREFUSED', 'could not be reached', 'proxy'],
  ['TimeoutError', 'could not be reached', 'proxy'],
  ['HTTP 503', 'could not be reached', 'status.slack.com'],
  ['the answer could not be read', 'could not be reached', 'SLACK_API_URL'],
  ['internal_error', 'trouble itself', 'later'],
  ['brand_new_error', 'Slack said brand_new_error', 'docs.slack.dev'],
])('%s is explained with what to do', (error, says, fix) => {
  const meaning = meaningOf(error)

  expect(meaning.says).toContain(says)
  expect(meaning.says).toContain(error)
  expect(meaning.fix).toContain(fix)
})
