import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkView } from '../../../src/playground/workspace/block-kit.ts'
import { conversationView } from '../../../src/slack/modals/conversation.ts'
import { anOfferedTicket, NOW } from '../support.ts'

const aMessage = (visible: string, author: string | undefined = 'ada@customer.example') => ({
  author,
  subject: 'Help',
  visible,
  receivedAt: NOW,
})

test('shows who wrote what, oldest first', () => {
  const view = conversationView(anOfferedTicket(), [aMessage('first words'), aMessage('second words')])
  const shown = JSON.stringify(view.blocks)

  expect(shown.indexOf('first words')).toBeLessThan(shown.indexOf('second words'))
  expect(shown).toContain('ada@customer.example')
})

test('a long message is shown in pieces that lose nothing', () => {
  const lines = Array.from({ length: 600 }, (_, line) => `line ${line}`)
  const view = conversationView(anOfferedTicket(), [aMessage(lines.join('\n'))])

  for (const line of [lines[0], lines[300], lines.at(-1)]) expect(JSON.stringify(view.blocks)).toContain(line)
})

test('whatever was written and however much of it, Slack takes the window and nothing in it is markup', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 9_000 }),
    fc.constant('<!channel> <http://a|b> '.repeat(500)),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
      const view = conversationView(
        anOfferedTicket(),
        texts.map((visible) => aMessage(visible, visible || undefined)),
      )
      expect(checkView(view)).toEqual([])
      const marked = view.blocks.flatMap((block) => (block.type === 'context' ? JSON.stringify(block) : []))
      expect(marked.join('')).not.toMatch(/<!channel|<http/)
    }),
    { numRuns: 60 },
  )
})
