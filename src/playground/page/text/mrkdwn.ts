/** Slack's own markup, read: docs.slack.dev/messaging/formatting-message-text. */
export type Piece =
  | { readonly kind: 'lines'; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'pre'; readonly text: string }

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly kind: 'user' | 'channel' | 'group'; readonly id: string; readonly label: string | undefined }
  | { readonly kind: 'broadcast'; readonly name: string }
  | { readonly kind: 'date'; readonly epochSeconds: number; readonly format: string; readonly fallback: string }
  | { readonly kind: 'emoji'; readonly name: string }

export interface ReadOptions {
  /** Makes links of bare addresses, as Slack does unless `verbatim` is set. */
  readonly autolink: boolean
}

export function readMrkdwn(text: string, options: ReadOptions = { autolink: true }): readonly Piece[] {
  return text.split(/(```[\s\S]+?```)/).flatMap((part, index, all) => {
    if (index % 2 === 1) return [{ kind: 'pre', text: plainly(part.slice(3, -3).replace(/^\n|\n$/g, '')) } as const]
    const before = index === 0 ? part : part.replace(/^\n/, '')
    const inner = index + 1 < all.length ? before.replace(/\n$/, '') : before
    return inner === '' ? [] : linesOf(inner, options)
  })
}

/** `&lt;`, `&gt;` and `&amp;` are the only entities Slack knows. */
export function plainly(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_, name: 'lt' | 'gt' | 'amp') => ({ lt: '<', gt: '>', amp: '&' })[name])
}

function linesOf(text: string, options: ReadOptions): Piece[] {
  const pieces: { kind: 'lines' | 'quote'; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line)
    const kind = quoted ? 'quote' : 'lines'
    const last = pieces.at(-1)
    if (last?.kind === kind) last.lines.push(quoted?.[1] ?? line)
    else pieces.push({ kind, lines: [quoted?.[1] ?? line] })
  }
  return pieces.map(({ kind, lines }) => ({ kind, children: inlines(lines.join('\n'), options) }))
}

// A mark opens after the start, a blank or punctuation and before something; it closes the other way round.
const MARKED = /(?<![\p{L}\p{N}*_~`])(?:(?<b>\*)(?=\S)|(?<i>_)(?=\S)|(?<s>~)(?=\S))/u
const TOKEN = new RegExp(
  [
    '`(?<code>[^`\\n]+)`',
    '<(?<entity>[^<>\\n]+)>',
    "(?<!\\d):(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):",
    '(?<url>https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]*_~\'"])',
    MARKED.source,
  ].join('|'),
  'gu',
)
const KINDS = { b: 'bold', i: 'italic', s: 'strike' } as const

function inlines(text: string, options: ReadOptions): readonly Inline[] {
  const found: Inline[] = []
  let from = 0
  let plain = ''
  const flush = () => {
    if (plain !== '') found.push({ kind: 'text', text: plainly(plain) })
    plain = ''
  }
  while (from < text.length) {
    const rest = search(text, from)
    if (!rest) break
    plain += text.slice(from, rest.index)
    const read = readToken(text, rest, options)
    if (read) {
      flush()
      found.push(read.inline)
      from = read.end
    } else {
      plain += rest[0]
      from = rest.index + rest[0].length
    }
  }
  plain += text.slice(from)
  flush()
  return found
}

function search(text: string, from: number): RegExpExecArray | null {
  TOKEN.lastIndex = from
  return TOKEN.exec(text)
}

function readToken(
  text: string,
  match: RegExpExecArray,
  options: ReadOptions,
): { readonly inline: Inline; readonly end: number } | undefined {
  const { code, entity, emoji, url, ...marks } = match.groups ?? {}
  const end = match.index + match[0].length
  if (code !== undefined) return { inline: { kind: 'code', text: plainly(code) }, end }
  if (entity !== undefined) return { inline: readEntity(entity, options), end }
  if (emoji !== undefined) return { inline: { kind: 'emoji', name: emoji }, end }
  if (url !== undefined) {
    if (!options.autolink) return undefined
    const href = plainly(url)
    return { inline: { kind: 'link', href, children: [{ kind: 'text', text: href }] }, end }
  }

  const kind = (['b', 'i', 's'] as const).find((mark) => marks[mark] !== undefined)
  if (!kind) return undefined
  const close = closing(text, end, match[0])
  if (close < 0) return undefined
  return { inline: { kind: KINDS[kind], children: inlines(text.slice(end, close), options) }, end: close + 1 }
}

/** Where the mark that opened before `from` ends, on the same line and outside of code and links. */
function closing(text: string, from: number, mark: string): number {
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    const hidden = /^(?:`[^`\n]+`|<[^<>\n]+>)/.exec(text.slice(at))
    if (hidden) at += hidden[0].length - 1
    else if (text[at] === mark && at > from && /\S/.test(text[at - 1]!) && !/[\p{L}\p{N}]/u.test(text[at + 1] ?? ' '))
      return at
  }
  return -1
}

function readEntity(entity: string, options: ReadOptions): Inline {
  const [target, label] = splitOnce(entity, '|')
  const named = label === undefined ? undefined : plainly(label)
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), label: named }
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), label: named }
  if (target.startsWith('!subteam^')) return { kind: 'group', id: target.slice(9), label: named }
  if (target.startsWith('!date^')) {
    const [, epochSeconds = '', format = ''] = target.split('^')
    return { kind: 'date', epochSeconds: Number(epochSeconds), format: plainly(format), fallback: named ?? '' }
  }
  if (target.startsWith('!')) return { kind: 'broadcast', name: named ?? target.slice(1) }
  const href = plainly(target)
  if (!/^(?:https?:|mailto:|tel:)/i.test(href)) return { kind: 'text', text: `<${plainly(entity)}>` }
  const shown = href.replace(/^mailto:|^tel:/i, '')
  const children =
    label === undefined ? [{ kind: 'text', text: shown } as const] : inlines(label, { ...options, autolink: false })
  return { kind: 'link', href, children }
}

function splitOnce(text: string, by: string): readonly [string, string | undefined] {
  const at = text.indexOf(by)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
