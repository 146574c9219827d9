import { expect, test } from 'vitest'
import { checkBlocks, checkView, type Surface, textLength } from '../../../src/playground/workspace/block-kit.ts'
import { button, input, modal, section } from './support.ts'

const x = (length: number) => 'x'.repeat(length)
const plain = (length: number) => ({ type: 'plain_text', text: x(length) })
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
const option = (index: number, text = 'one') => ({ text: { type: 'plain_text', text }, value: `v${index}` })
const actions = (...elements: readonly unknown[]) => ({ type: 'actions', elements })
const select = (more: Record<string, unknown>) => ({ type: 'static_select', action_id: 'pick', ...more })
const cell = (text: string) => ({ type: 'raw_text', text })
const pie = (segments: readonly unknown[], title = 'Tickets') => ({
  type: 'data_visualization',
  title,
  chart: { type: 'pie', segments },
})
const bar = (series: readonly unknown[], axis: Record<string, unknown> = { categories: ['Mon'] }) => ({
  type: 'data_visualization',
  title: 'Tickets',
  chart: { type: 'bar', series, axis_config: axis },
})
const slice = { label: 'Billing', value: 3 }
const icon = { type: 'icon_button', icon: 'trash', text: plain(1) }
const group = (label: number) => ({ label: plain(label), options: [option(0)] })
const video = { type: 'video', alt_text: 'a', title: plain(1), video_url: 'https://v', thumbnail_url: 'https://t' }

/** Each at its limit, and one step beyond; the pointer is where Slack would complain. */
const LIMITS: readonly (readonly [
  what: string,
  fits: readonly unknown[],
  tooBig: readonly unknown[],
  pointer: string,
])[] = [
  ['50 blocks', many(50, () => section('a')), many(51, () => section('a')), '/blocks'],
  ['section text 3000', [section(x(3000))], [section(x(3001))], '/blocks/0/text/text'],
  ['section text not empty', [section('a')], [section('')], '/blocks/0/text/text'],
  [
    'section fields 10',
    [{ type: 'section', fields: many(10, () => plain(1)) }],
    [{ type: 'section', fields: many(11, () => plain(1)) }],
    '/blocks/0/fields',
  ],
  [
    'field 2000',
    [{ type: 'section', fields: [plain(2000)] }],
    [{ type: 'section', fields: [plain(2001)] }],
    '/blocks/0/fields/0/text',
  ],
  ['header 150', [{ type: 'header', text: plain(150) }], [{ type: 'header', text: plain(151) }], '/blocks/0/text/text'],
  [
    'block_id 255',
    [{ type: 'divider', block_id: x(255) }],
    [{ type: 'divider', block_id: x(256) }],
    '/blocks/0/block_id',
  ],
  [
    'actions 25',
    [actions(...many(25, (n) => button(`a${n}`, 'A')))],
    [actions(...many(26, (n) => button(`a${n}`, 'A')))],
    '/blocks/0/elements',
  ],
  [
    'context 10',
    [{ type: 'context', elements: many(10, () => plain(1)) }],
    [{ type: 'context', elements: many(11, () => plain(1)) }],
    '/blocks/0/elements',
  ],
  ['button text 75', [actions(button('a', x(75)))], [actions(button('a', x(76)))], '/blocks/0/elements/0/text/text'],
  [
    'button value 2000',
    [actions(button('a', 'A', x(2000)))],
    [actions(button('a', 'A', x(2001)))],
    '/blocks/0/elements/0/value',
  ],
  ['action_id 255', [actions(button(x(255), 'A'))], [actions(button(x(256), 'A'))], '/blocks/0/elements/0/action_id'],
  [
    'button url 3000',
    [actions({ ...button('a', 'A'), url: x(3000) })],
    [actions({ ...button('a', 'A'), url: x(3001) })],
    '/blocks/0/elements/0/url',
  ],
  [
    'options 100',
    [actions(select({ options: many(100, (n) => option(n)) }))],
    [actions(select({ options: many(101, (n) => option(n)) }))],
    '/blocks/0/elements/0/options',
  ],
  [
    'option text 75',
    [actions(select({ options: [option(0, x(75))] }))],
    [actions(select({ options: [option(0, x(76))] }))],
    '/blocks/0/elements/0/options/0/text/text',
  ],
  [
    'option value 150',
    [actions(select({ options: [{ ...option(0), value: x(150) }] }))],
    [actions(select({ options: [{ ...option(0), value: x(151) }] }))],
    '/blocks/0/elements/0/options/0/value',
  ],
  [
    'placeholder 150',
    [actions({ type: 'users_select', action_id: 'u', placeholder: plain(150) })],
    [actions({ type: 'users_select', action_id: 'u', placeholder: plain(151) })],
    '/blocks/0/elements/0/placeholder/text',
  ],
  [
    'overflow 5',
    [actions({ type: 'overflow', action_id: 'o', options: many(5, (n) => option(n)) })],
    [actions({ type: 'overflow', action_id: 'o', options: many(6, (n) => option(n)) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'checkboxes 10',
    [actions({ type: 'checkboxes', action_id: 'c', options: many(10, (n) => option(n)) })],
    [actions({ type: 'checkboxes', action_id: 'c', options: many(11, (n) => option(n)) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'radio buttons 10',
    [actions({ type: 'radio_buttons', action_id: 'r', options: many(10, (n) => option(n)) })],
    [actions({ type: 'radio_buttons', action_id: 'r', options: many(11, (n) => option(n)) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'confirm title 100',
    [actions({ ...button('a', 'A'), confirm: confirm(100) })],
    [actions({ ...button('a', 'A'), confirm: confirm(101) })],
    '/blocks/0/elements/0/confirm/title/text',
  ],
  [
    'image url 3000',
    [{ type: 'image', alt_text: 'a', image_url: x(3000) }],
    [{ type: 'image', alt_text: 'a', image_url: x(3001) }],
    '/blocks/0/image_url',
  ],
  [
    'image alt 2000',
    [{ type: 'image', alt_text: x(2000), image_url: 'u' }],
    [{ type: 'image', alt_text: x(2001), image_url: 'u' }],
    '/blocks/0/alt_text',
  ],
  [
    'markdown 12000',
    [{ type: 'markdown', text: x(12_000) }],
    [{ type: 'markdown', text: x(12_001) }],
    '/blocks/0/text',
  ],
  [
    'input label 2000',
    [input('i', x(2000), { type: 'plain_text_input' })],
    [input('i', x(2001), { type: 'plain_text_input' })],
    '/blocks/0/label/text',
  ],
  [
    'max_length 3000',
    [input('i', 'I', { type: 'plain_text_input', max_length: 3000 })],
    [input('i', 'I', { type: 'plain_text_input', max_length: 3001 })],
    '/blocks/0/element/max_length',
  ],
  ['alert 200', [{ type: 'alert', text: plain(200) }], [{ type: 'alert', text: plain(201) }], '/blocks/0/text/text'],
  ['data_table rows 201', [table(201, 1)], [table(202, 1)], '/blocks/0/rows'],
  ['data_table has a header and a row', [table(2, 1)], [table(1, 1)], '/blocks/0/rows'],
  ['data_table columns 20', [table(2, 20)], [table(2, 21)], '/blocks/0/rows/0'],
  [
    'data_table page 100',
    [{ ...table(2, 1), page_size: 100 }],
    [{ ...table(2, 1), page_size: 101 }],
    '/blocks/0/page_size',
  ],
  [
    'data_table content 20000',
    [{ type: 'data_table', caption: 'c', rows: [[cell('h')], [cell(x(19_900))]] }],
    [{ type: 'data_table', caption: 'c', rows: [[cell('h')], [cell(x(20_001))]] }],
    '/blocks/0/rows',
  ],
  ['chart title 50', [pie([slice], x(50))], [pie([slice], x(51))], '/blocks/0/title'],
  ['pie segments 12', [pie(many(12, () => slice))], [pie(many(13, () => slice))], '/blocks/0/chart/segments'],
  ['pie value above 0', [pie([slice])], [pie([{ ...slice, value: 0 }])], '/blocks/0/chart/segments/0/value'],
  [
    'chart points 20',
    [bar([{ name: 'a', data: many(20, () => slice) }])],
    [bar([{ name: 'a', data: many(21, () => slice) }])],
    '/blocks/0/chart/series/0/data',
  ],
  [
    'axis label 50',
    [bar([{ name: 'a', data: [slice] }], { categories: ['M'], x_label: x(50) })],
    [bar([{ name: 'a', data: [slice] }], { categories: ['M'], x_label: x(51) })],
    '/blocks/0/chart/axis_config/x_label',
  ],
  ['two charts', [pie([slice]), pie([slice])], [pie([slice]), pie([slice]), pie([slice])], '/blocks'],
  ['video title 200', [{ ...video, title: plain(200) }], [{ ...video, title: plain(201) }], '/blocks/0/title/text'],
  ['card body 200', [{ type: 'card', body: plain(200) }], [{ type: 'card', body: plain(201) }], '/blocks/0/body/text'],
  [
    'carousel 10',
    [{ type: 'carousel', elements: many(10, () => ({ type: 'card', body: plain(1) })) }],
    [{ type: 'carousel', elements: many(11, () => ({ type: 'card', body: plain(1) })) }],
    '/blocks/0/elements',
  ],
  [
    'container children 10',
    [{ type: 'container', child_blocks: many(10, () => section('a')) }],
    [{ type: 'container', child_blocks: many(11, () => section('a')) }],
    '/blocks/0/child_blocks',
  ],
  [
    'option description 75',
    [actions(select({ options: [{ ...option(0), description: plain(75) }] }))],
    [actions(select({ options: [{ ...option(0), description: plain(76) }] }))],
    '/blocks/0/elements/0/options/0/description/text',
  ],
  [
    'option groups 100',
    [actions(select({ option_groups: many(100, () => group(75)) }))],
    [actions(select({ option_groups: many(101, () => group(75)) }))],
    '/blocks/0/elements/0/option_groups',
  ],
  [
    'option group label 75',
    [actions(select({ option_groups: [group(75)] }))],
    [actions(select({ option_groups: [group(76)] }))],
    '/blocks/0/elements/0/option_groups/0/label/text',
  ],
  [
    'accessibility label 75',
    [actions({ ...button('a', 'A'), accessibility_label: x(75) })],
    [actions({ ...button('a', 'A'), accessibility_label: x(76) })],
    '/blocks/0/elements/0/accessibility_label',
  ],
  [
    'input hint 2000',
    [input('i', 'I', { type: 'plain_text_input' }, { hint: plain(2000) })],
    [input('i', 'I', { type: 'plain_text_input' }, { hint: plain(2001) })],
    '/blocks/0/hint/text',
  ],
  [
    'file input 10',
    [input('i', 'I', { type: 'file_input', max_files: 10 })],
    [input('i', 'I', { type: 'file_input', max_files: 11 })],
    '/blocks/0/element/max_files',
  ],
  [
    'chart series 12',
    [bar(many(12, () => ({ name: 'a', data: [slice] })))],
    [bar(many(13, () => ({ name: 'a', data: [slice] })))],
    '/blocks/0/chart/series',
  ],
  [
    'series name 20',
    [bar([{ name: x(20), data: [slice] }])],
    [bar([{ name: x(21), data: [slice] }])],
    '/blocks/0/chart/series/0/name',
  ],
  [
    'categories 20',
    [bar([{ name: 'a', data: [slice] }], { categories: many(20, String) })],
    [bar([{ name: 'a', data: [slice] }], { categories: many(21, String) })],
    '/blocks/0/chart/axis_config/categories',
  ],
  [
    'segment label 20',
    [pie([{ ...slice, label: x(20) }])],
    [pie([{ ...slice, label: x(21) }])],
    '/blocks/0/chart/segments/0/label',
  ],
  ['video author 50', [{ ...video, author_name: x(50) }], [{ ...video, author_name: x(51) }], '/blocks/0/author_name'],
  ['video alt text 200', [{ ...video, alt_text: x(200) }], [{ ...video, alt_text: x(201) }], '/blocks/0/alt_text'],
  [
    'context actions 5',
    [{ type: 'context_actions', elements: many(5, () => icon) }],
    [{ type: 'context_actions', elements: many(6, () => icon) }],
    '/blocks/0/elements',
  ],
  [
    'card actions 3',
    [{ type: 'card', body: plain(1), actions: many(3, () => button('a', 'A')) }],
    [{ type: 'card', body: plain(1), actions: many(4, () => button('a', 'A')) }],
    '/blocks/0/actions',
  ],
  [
    'container title 150',
    [{ type: 'container', title: plain(150), child_blocks: [] }],
    [{ type: 'container', title: plain(151), child_blocks: [] }],
    '/blocks/0/title/text',
  ],
]

test.each(LIMITS)('%s: fits at the limit, refused one step beyond', (_, fits, tooBig, pointer) => {
  expect(checkBlocks(fits, 'message')).toEqual([])
  expect(checkBlocks(tooBig, 'message').join('\n')).toContain(`[json-pointer:${pointer}]`)
})

const WRONG: readonly (readonly [what: string, blocks: unknown, surface: Surface, said: string])[] = [
  ['an unknown block', [{ type: 'nonsense' }], 'message', 'unsupported type [json-pointer:/blocks/0/type]'],
  [
    'an unknown element',
    [actions({ type: 'nonsense' })],
    'message',
    'unsupported type [json-pointer:/blocks/0/elements/0/type]',
  ],
  ['an unknown field', [{ type: 'divider', colour: 'red' }], 'message', 'invalid additional property: colour'],
  ['a missing field', [{ type: 'header' }], 'message', 'missing required field: text'],
  [
    'mrkdwn where only plain text goes',
    [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }],
    'message',
    '/blocks/0/text/type',
  ],
  ['a section with nothing in it', [{ type: 'section' }], 'message', 'missing required field: text or fields'],
  [
    'the same block_id twice',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    'message',
    '`block_id` a already exists',
  ],
  [
    'the same action_id twice in a block',
    [actions(button('a', 'A'), button('a', 'B'))],
    'message',
    '`action_id` a already exists',
  ],
  [
    'options and option groups at once',
    [actions(select({ options: [option(0)], option_groups: [{ label: plain(1), options: [option(0)] }] }))],
    'message',
    'exactly one of: options, option_groups',
  ],
  ['a menu with neither', [actions(select({}))], 'message', 'exactly one of: options, option_groups'],
  ['a chart in a modal', [pie([slice])], 'modal', 'unsupported type'],
  [
    'an input element outside an input block',
    [actions({ type: 'plain_text_input', action_id: 'a' })],
    'message',
    'unsupported type',
  ],
  ['no list at all', { type: 'section' }, 'message', 'must be an array'],
]

test.each(WRONG)('refuses %s', (_, blocks, surface, said) => {
  expect(checkBlocks(blocks, surface).join('\n')).toContain(said)
})

test('takes the same action_id in different blocks, and every state-bearing element in an input', () => {
  expect(checkBlocks([actions(button('a', 'A')), actions(button('a', 'A'))], 'message')).toEqual([])

  const elements = [
    'users_select',
    'conversations_select',
    'channels_select',
    'datepicker',
    'timepicker',
    'datetimepicker',
  ]
  const others = [
    'multi_users_select',
    'multi_external_select',
    'plain_text_input',
    'email_text_input',
    'url_text_input',
    'file_input',
  ]
  const blocks = [...elements, ...others].map((type) => input(type, type, { type }))
  expect(checkBlocks(blocks, 'modal')).toEqual([])
})

test.each([
  ['a title above 24', modal([section('a')], { title: plain(25) }), '/title/text'],
  ['a submit above 24', modal([section('a')], { submit: plain(25) }), '/submit/text'],
  ['private_metadata above 3000', modal([section('a')], { private_metadata: x(3001) }), '/private_metadata'],
  ['a callback_id above 255', modal([section('a')], { callback_id: x(256) }), '/callback_id'],
  ['more than 100 blocks', modal(many(101, () => section('a'))), '/blocks'],
  ['no blocks', modal([]), '/blocks'],
  [
    'an input without a submit',
    { ...modal([input('i', 'I', { type: 'plain_text_input' })]), submit: undefined },
    '/submit',
  ],
  ['a Home tab with a title', { type: 'home', title: plain(3), blocks: [section('a')] }, 'title'],
])('refuses a view with %s', (_, view, where) => {
  expect(checkView(view).join('\n')).toContain(where)
})

test('takes a view at its limits', () => {
  const full = { title: plain(24), submit: plain(24), close: plain(24), private_metadata: x(3000), callback_id: x(255) }
  expect(
    checkView(
      modal(
        many(100, () => section('a')),
        full,
      ),
    ),
  ).toEqual([])
  expect(checkView({ type: 'home', blocks: [section('a')] })).toEqual([])
})

test('counts the text of blocks wherever it stands', () => {
  expect(textLength([section('12345'), actions(button('a', '123'))])).toBe(8)
})

function confirm(title: number) {
  return { title: plain(title), text: plain(300), confirm: plain(30), deny: plain(30) }
}

function table(rows: number, columns: number) {
  return { type: 'data_table', caption: 'Tickets', rows: many(rows, () => many(columns, () => cell('a'))) }
}
