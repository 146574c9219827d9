import { styleText } from 'node:util'
import type { VisibleMessage } from '../workspace/ledger.ts'
import type { Block, Fields } from '../workspace/model.ts'
import { fieldsIn, isFields, labelOf } from '../workspace/reading.ts'

/** Turns Slack ids into what people see instead. */
export interface Names {
  /** Display name of a member id, without the @. */
  personOf(slackUser: string): string | undefined
}

const WIDTH = 96
const COLUMN = 46

/** A message as it looks in a terminal: fields side by side, buttons in a row, the state behind a bar of its colour. */
export function cardText(
  { blocks, attachments }: Pick<VisibleMessage, 'blocks' | 'attachments'>,
  names: Names,
): string {
  const body = blocks.flatMap((block) => linesOf(block, names))
  const state = attachments.flatMap(({ color, blocks: shown = [] }) =>
    shown.flatMap((block) => linesOf(block, names)).map((line) => `${bar(color)} ${line}`),
  )
  const edge = styleText('dim', '│')
  return [
    styleText('dim', `┌${'─'.repeat(WIDTH + 1)}`),
    ...[...body, ...state].map((line) => `${edge} ${line}`),
    styleText('dim', `└${'─'.repeat(WIDTH + 1)}`),
  ].join('\n')
}

/** What the card says about how the ticket stands. */
export const stateText = ({ attachments }: Pick<VisibleMessage, 'attachments'>, names: Names): string =>
  attachments
    .flatMap(({ blocks = [] }) => blocks.flatMap(({ elements }) => fieldsIn(elements)))
    .map((element) => readable(labelOf(element), names))
    .join(' ')

/** Slack's markup as people read it: names for mentions, labels for links, moments in the time zone of this machine. */
export function readable(mrkdwn: string, { personOf }: Names): string {
  return mrkdwn
    .replace(/<!date\^(\d+)\^[^|>]*\|[^>]*>/g, (_, seconds: string) => moment(Number(seconds) * 1_000))
    .replace(/<@([A-Z0-9_-]+)(?:\|[^>]*)?>/gi, (_, id: string) => `@${personOf(id) ?? id}`)
    .replace(/<(?:https?|mailto):[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('\u2060', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function linesOf(block: Block, names: Names): readonly string[] {
  switch (block.type) {
    case 'section':
      return [...paragraphs(block.text, names), ...columns(fieldsIn(block.fields), names)]
    case 'context':
      return fieldsIn(block.elements).flatMap((element) =>
        wrapped(readable(labelOf({ text: element }), names), WIDTH).map((line) => styleText('dim', line)),
      )
    case 'actions':
      return [fieldsIn(block.elements).map(buttonText).join(' ')]
    default:
      return []
  }
}

function paragraphs(text: unknown, names: Names): readonly string[] {
  if (!isFields(text)) return []
  return readable(labelOf({ text }), names)
    .split('\n')
    .flatMap((line) => wrapped(line, WIDTH).map(bold))
}

/** Two cells a row, as Slack sets them; a long cell goes on below itself. */
function columns(cells: readonly Fields[], names: Names): readonly string[] {
  const texts = cells.map((cell) => wrapped(readable(labelOf({ text: cell }), names), COLUMN))
  return texts.flatMap((left, place) => {
    if (place % 2 === 1) return []
    const right = texts[place + 1] ?? []
    return Array.from({ length: Math.max(left.length, right.length) }, (_, line) =>
      `${bold(padded(left[line] ?? '', COLUMN))}${right[line] ? ` │ ${bold(right[line])}` : ''}`.trimEnd(),
    )
  })
}

function buttonText(button: Fields): string {
  const label = `[${labelOf(button)}]`
  if (button.style === 'primary') return styleText('green', label)
  return button.style === 'danger' ? styleText('red', label) : label
}

const BARS: Readonly<Record<string, 'red' | 'yellow' | 'green'>> = {
  c0392b: 'red',
  e6a117: 'yellow',
  '2e8b57': 'green',
}

const bar = (colour: unknown): string => styleText(BARS[String(colour).replace('#', '')] ?? 'gray', '▌')

/** The asterisks go; what stood between them is bold where the terminal can do that. */
const bold = (line: string): string => line.replace(/\*([^*]+)\*/g, (_, text: string) => styleText('bold', text))

function moment(epochMs: number): string {
  const at = new Date(epochMs)
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  const isToday = at.toDateString() === new Date().toDateString()
  return `${isToday ? 'Today' : at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} at ${time}`
}

/** Breaks between words; a word that is too long by itself is cut. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((word) => pieces(word, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function pieces(word: string, width: number): readonly string[] {
  if (widthOf(word) <= width) return [word]
  const cut: string[] = ['']
  for (const char of word) {
    if (widthOf(cut.at(-1)! + char) > width) cut.push('')
    cut[cut.length - 1] += char
  }
  return cut
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Columns on the screen: none for marks that are not drawn and the asterisks that go, two for wide characters. */
const widthOf = (text: string): number =>
  Array.from(text.replace(/[\p{Cf}\p{Mn}*]/gu, ''), (char) => (WIDE.test(char) ? 2 : 1)).reduce<number>(
    (sum, one) => sum + one,
    0,
  )

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff00-\uff60]/u
