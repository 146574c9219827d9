import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeText, link, mention } from '../../../src/slack/cards/escape.ts'

describe('the escaping gate', () => {
  test.each([
    ['<!channel> hello', '&lt;!channel&gt; hello'],
    ['<@U123> & <#C1|general>', '&lt;@U123&gt; &amp; &lt;#C1|general&gt;'],
    ['<http://evil.example|Reset password>', '&lt;http:\u2060//evil.example|Reset password&gt;'],
    ['see https://evil.example/x', 'see https:\u2060//evil.example/x'],
    ['see www.evil.example', 'see www\u2060.evil.example'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['a\u0000b\u0007c\r\n\td', 'a b c d'],
    ['\u202egnp.exe\u2066', 'gnp.exe'],
    ['lone \ud800 half', 'lone \ufffd half'],
  ])('makes %j harmless', (given, safe) => {
    expect(escapeText(given, 200)).toBe(safe)
  })

  test('does not let a word joiner of the customer hide a link', () => {
    expect(escapeText('http:\u2060//evil.example', 200)).toBe('http:\u2060//evil.example')
    expect(escapeText('<\u2060!channel>', 200)).toBe('&lt;!channel&gt;')
  })

  test('shortens a huge word', () => {
    expect(escapeText('x'.repeat(500), 1000)).toBe(`${'x'.repeat(119)}…`)
  })

  test('never cuts an entity or a character', () => {
    expect(escapeText('ab&cd', 6)).toBe('ab…')
    expect(escapeText('ab&cd', 8)).toBe('ab&amp;…')
    expect(escapeText('ab👩‍🚀cd', 4)).toBe('ab…')
  })

  test('cuts between words where there are any', () => {
    expect(escapeText('please read this to the end', 20)).toBe('please read this to…')
    expect(escapeText('please read this, to the end', 19)).toBe('please read this…')
    expect(escapeText('ログインできませんので', 6)).toBe('ログインで…')
  })

  test('isolates words from right to left, so that they do not turn ours around', () => {
    expect(escapeText('ليلى', 50)).toBe('\u2068ليلى\u2069')
  })

  test('keeps its promises for any text and any limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(200), (text, max) => {
        const safe = escapeText(text, max)

        expect(safe.length).toBeLessThanOrEqual(max)
        expect(safe).not.toMatch(/[<>]/)
        expect(safe.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&')
        expect(safe.isWellFormed()).toBe(true)
        expect(safe).not.toMatch(/\p{Cc}/u)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('links and mentions of ours', () => {
  test('links web addresses and nothing else', () => {
    expect(link('https://desk.example/t?a=1&b=2', 'it')).toBe('<https://desk.example/t?a=1&amp;b=2|it>')
    expect(link('javascript:alert(1)', 'it')).toBe('it')
    expect(link('https://a.example/><!channel>', 'it')).toBe('it')
    expect(link(undefined, 'it')).toBe('it')
  })

  test('mentions Slack ids and nothing else', () => {
    expect(mention('U123', 'Grace')).toBe('<@U123>')
    expect(mention('!channel', 'Grace')).toBe('Grace')
    expect(mention(undefined, 'Grace')).toBe('Grace')
  })
})
