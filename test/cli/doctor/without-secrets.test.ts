import { expect, test } from 'vitest'
import { withoutSecrets } from '../../../src/cli/doctor/without-secrets.ts'

const cut = withoutSecrets({
  SLACK_BOT_TOKEN: 'not-even-a-token',
  SLACK_SIGNING_SECRET: 'plain words',
  WEBHOOK_SECRET: 'first-one,second-one',
  DATABASE_URL: 'postgres://waybill:hunter%20two@db.example/waybill',
  SMTP_URL: 'smtp://mail.example:587',
  PORT: '3000',
})

test.each([
  ['refused not-even-a-token today', 'refused [secret] today'],
  ['plain words', '[secret]'],
  ['second-one was wrong', '[secret] was wrong'],
  ['postgres://waybill:hunter%20two@db.example', 'postgres://waybill:[secret]@db.example'],
  ['an unknown xoxb-123456789012-abcdef slipped in', 'an unknown [secret 1] slipped in'],
])('takes the secret out of "%s"', (text, wanted) => {
  expect(cut(text)).toBe(wanted)
})

test.each([
  '/var/lib/waybill/2026-11-22/backup-0123456789abcdef.db answers on 192.168.100.200:3000',
  'grace@northwind.example has the member id U0GRACE0123',
  'npm run waybill -- init',
])('leaves what people need: "%s"', (text) => {
  expect(cut(text)).toBe(text)
})
