import { expect, test } from 'vitest'
import { ago, slackDate } from '../../../src/playground/page/text/slack-date.ts'

const AT = Date.parse('2026-11-22T23:30:05Z')
const seconds = AT / 1000

test.each([
  ['{date_num} {time}', '2026-11-22 23:30'],
  ['{date} at {time_secs}', '22 November 2026 at 23:30:05'],
  ['{date_short}', '22 Nov 2026'],
  ['{date_short_pretty} at {time}', 'today at 23:30'],
  ['{unknown} day', '{unknown} day'],
])('fills in %s', (format, words) => {
  expect(slackDate(seconds, format, AT, 'UTC')).toBe(words)
})

test("counts days in the reader's zone", () => {
  const later = AT + 3_600_000

  expect(slackDate(seconds, '{date_pretty}', later, 'UTC')).toBe('yesterday')
  expect(slackDate(seconds, '{date_pretty}', later, 'Asia/Tokyo')).toBe('today')
  expect(slackDate(seconds, '{date_pretty}', later - 2 * 86_400_000, 'UTC')).toBe('tomorrow')
})

test('says how long ago', () => {
  expect([45_000, 120_000, 7_200_000, 86_400_000, -120_000].map(ago)).toEqual([
    '45 seconds ago',
    '2 minutes ago',
    '2 hours ago',
    'yesterday',
    'in 2 minutes',
  ])
})
