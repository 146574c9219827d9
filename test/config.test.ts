import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Settings } from '../src/app.ts'
import { readSettings, settingNames } from '../src/config.ts'

const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
const lines = example.split('\n').flatMap((line) => /^([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? [])
const named = lines.filter((_, index) => index % 2 === 0)
const given = Object.fromEntries(named.map((name, index) => [name, lines[index * 2 + 1]]))

test('.env.example lists exactly the settings that exist', () => {
  expect(named.toSorted()).toEqual(settingNames(Settings).toSorted())
})

test('.env.example as it stands is accepted and means the defaults', () => {
  expect(readSettings(given, Settings)).toEqual(readSettings({}, Settings))
})

describe('settings that are wrong', () => {
  test('are all named at once', () => {
    const wrong = { PORT: 'http', LOG_LEVEL: 'loud', SLACK_BOT_TOKEN: 'xoxp-1', SLACK_API_URL: 'https://slack.com/api' }

    expect(() => readSettings(wrong, Settings)).toThrow(
      /PORT: [\s\S]*LOG_LEVEL: [\s\S]*SLACK_BOT_TOKEN: [\s\S]*SLACK_API_URL: /,
    )
  })

  test('never have their value repeated: it may be a secret', () => {
    const refused = () => readSettings({ SLACK_BOT_TOKEN: 'very-secret' }, Settings)

    expect(refused).toThrow('SLACK_BOT_TOKEN')
    expect(refused).not.toThrow('very-secret')
  })
})
