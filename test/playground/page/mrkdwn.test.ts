import { expect, test } from 'vitest'
import { type Inline, readMrkdwn } from '../../../src/playground/page/text/mrkdwn.ts'

const text = (value: string): Inline => ({ kind: 'text', text: value })
const bold = (...children: Inline[]): Inline => ({ kind: 'bold', children })
const inline = (source: string, autolink = true) => {
  const pieces = readMrkdwn(source, { autolink })
  expect(pieces).toHaveLength(1)
  return pieces[0]
}

test.each<[string, Inline[]]>([
  [
    '*bold* _it_ ~no~',
    [
      bold(text('bold')),
      text(' '),
      { kind: 'italic', children: [text('it')] },
      text(' '),
      { kind: 'strike', children: [text('no')] },
    ],
  ],
  ['*P1 · a &lt;b&gt; &amp; c*', [bold(text('P1 · a <b> & c'))]],
  ['*_both_*', [bold({ kind: 'italic', children: [text('both')] })]],
  ['5 * 3 * 2, snake_case_name, 3*4*5', [text('5 * 3 * 2, snake_case_name, 3*4*5')]],
  ['*open', [text('*open')]],
  ['*over\nlines*', [text('*over\nlines*')]],
  [
    '*a <https://x.example/*|b*> c*',
    [bold(text('a '), { kind: 'link', href: 'https://x.example/*', children: [text('b*')] }, text(' c'))],
  ],
  ['`a *b* &lt;c`', [{ kind: 'code', text: 'a *b* <c' }]],
  [
    '<@U1> <@U2|Bo> <#C1|ops>',
    [
      { kind: 'user', id: 'U1', label: undefined },
      text(' '),
      { kind: 'user', id: 'U2', label: 'Bo' },
      text(' '),
      { kind: 'channel', id: 'C1', label: 'ops' },
    ],
  ],
  [
    '<!here> <!subteam^S1|@team>',
    [{ kind: 'broadcast', name: 'here' }, text(' '), { kind: 'group', id: 'S1', label: '@team' }],
  ],
  [
    '<!date^1732291200^{date} at {time}|14:20>',
    [{ kind: 'date', epochSeconds: 1732291200, format: '{date} at {time}', fallback: '14:20' }],
  ],
  [
    '<https://a.example/?x=1&amp;y=2|see *it*>',
    [{ kind: 'link', href: 'https://a.example/?x=1&y=2', children: [text('see '), bold(text('it'))] }],
  ],
  ['<mailto:a@b.c>', [{ kind: 'link', href: 'mailto:a@b.c', children: [text('a@b.c')] }]],
  [':tada: at 10:30:00', [{ kind: 'emoji', name: 'tada' }, text(' at 10:30:00')]],
  [
    'see https://a.example/x.',
    [text('see '), { kind: 'link', href: 'https://a.example/x', children: [text('https://a.example/x')] }, text('.')],
  ],
])('reads %s', (source, children) => {
  expect(inline(source)).toEqual({ kind: 'lines', children })
})

test('a link that would run code stays text', () => {
  expect(inline('<javascript:alert(1)|click>')).toEqual({
    kind: 'lines',
    children: [text('<javascript:alert(1)|click>')],
  })
})

test('leaves bare addresses alone where Slack was told to', () => {
  expect(inline('https://a.example', false)).toEqual({ kind: 'lines', children: [text('https://a.example')] })
})

test('parts quotes, lines and code', () => {
  expect(readMrkdwn('before\n&gt; one\n> two\n```\nx *y*\n  &lt;z\n```\nafter')).toEqual([
    { kind: 'lines', children: [text('before')] },
    { kind: 'quote', children: [text('one\ntwo')] },
    { kind: 'pre', text: 'x *y*\n  <z' },
    { kind: 'lines', children: [text('after')] },
  ])
})
