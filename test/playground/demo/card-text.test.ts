import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { cardText, readable, stateText } from '../../../src/playground/demo/card-text.ts'
import { renderCard } from '../../../src/slack/cards/card.ts'
import { anOfferedTicket, aView } from '../../slack/support.ts'

const NAMES = { personOf: (id: string) => (id === 'UGRACE' ? 'Grace Hopper' : undefined) }
/** As it stands between `chat.postMessage` and a screen: JSON. */
const posted = (ticket = anOfferedTicket()) => JSON.parse(JSON.stringify(renderCard(ticket, aView())))
const linesOf = (card: Parameters<typeof cardText>[0]) => stripVTControlCharacters(cardText(card, NAMES)).split('\n')

describe('a card in a terminal', () => {
  test('sets fields side by side, buttons in a row, and the state last', () => {
    const lines = linesOf(posted())

    expect(lines).toContain('│ 🟠 P2 high · billing · #4711')
    expect(lines.find((line) => line.includes('Customer: Ada'))).toMatch(/Customer: Ada +│ Reply due: /)
    expect(lines).toContain('│ [Accept] [Reassign] [Escalate] [Resolve] [Hand back] [Read all]')
    expect(lines.at(-2)).toBe('│ ▌ Offered to Grace Hopper in billing, not accepted yet.')
    expect(stateText(posted(), NAMES)).toBe('Offered to Grace Hopper in billing, not accepted yet.')
  })

  test('shows no markup: names, labels and moments instead', () => {
    expect(linesOf(posted()).join('\n')).not.toMatch(/<[!@]|&amp;|\*/)
    expect(readable('<@UGRACE> <@UNOBODY>', NAMES)).toBe('@Grace Hopper @UNOBODY')
    expect(readable('<https://x.example/1|See its card> &lt;b&gt; &amp;amp;', NAMES)).toBe('See its card <b> &amp;')
    expect(readable('<!date^1767607200^{date} at {time}|2026-01-05 10:00 UTC>', NAMES)).toMatch(/ at \d\d:\d\d$/)
  })

  test('never grows wider than its frame, whatever is written in it', () => {
    const body = `${'x'.repeat(119)} ログインできません${'。'.repeat(60)} ${'word '.repeat(50)}`

    // Counted in characters: wide ones take two columns, so a line of them has fewer.
    for (const line of linesOf(posted(anOfferedTicket({ subject: 'y'.repeat(110), body }))))
      expect(Array.from(line).length).toBeLessThanOrEqual(99)
  })
})
