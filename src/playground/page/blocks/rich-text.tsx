import type { ReactNode } from 'react'
import type { Fields } from '../../workspace/model.ts'
import { fieldsIn, isFields } from '../../workspace/reading.ts'
import { inPlace } from '../shell/in-place.ts'
import { ChannelMention, Code, Emoji, SafeLink, SlackDate, UserMention } from '../text/rich.tsx'
import { wordOf } from './values.ts'

/** A `rich_text` block: sections, lists, quotes and code. */
export function RichText({ elements }: { readonly elements: readonly Fields[] }) {
  return inPlace(elements, richElement)
}

function richElement(element: Fields): ReactNode {
  if (element.type === 'rich_text_list') return <RichList list={element} />
  if (element.type === 'rich_text_quote') {
    return (
      <blockquote className="quote">
        <Parts of={element} />
      </blockquote>
    )
  }
  if (element.type === 'rich_text_preformatted') {
    return (
      <pre className="code-block">
        <Parts of={element} />
      </pre>
    )
  }
  return (
    <span className="lines">
      <Parts of={element} />
    </span>
  )
}

function RichList({ list }: { readonly list: Fields }) {
  const lines = inPlace(fieldsIn(list.elements), (element) => (
    <li>
      <Parts of={element} />
    </li>
  ))
  const style = { marginInlineStart: `${Number(list.indent ?? 0) * 1.5}em` }
  return list.style === 'ordered' ? (
    <ol className="rich-list" style={style} start={Number(list.offset ?? 0) + 1}>
      {lines}
    </ol>
  ) : (
    <ul className="rich-list" style={style}>
      {lines}
    </ul>
  )
}

function Parts({ of }: { readonly of: Fields }) {
  return inPlace(fieldsIn(of.elements), richPart)
}

function richPart(part: Fields): ReactNode {
  switch (part.type) {
    case 'text':
      return styled(wordOf(part.text), part.style)
    case 'link':
      return <SafeLink href={wordOf(part.url)}>{styled(wordOf(part.text) || wordOf(part.url), part.style)}</SafeLink>
    case 'user':
      return <UserMention id={wordOf(part.user_id)} />
    case 'channel':
      return <ChannelMention id={wordOf(part.channel_id)} />
    case 'usergroup':
      return <span className="mention">@{wordOf(part.usergroup_id)}</span>
    case 'broadcast':
      return <span className="mention mention-me">@{wordOf(part.range)}</span>
    case 'emoji':
      return <Emoji name={wordOf(part.name)} />
    case 'date':
      return (
        <SlackDate
          epochSeconds={Number(part.timestamp)}
          format={wordOf(part.format)}
          fallback={wordOf(part.fallback)}
        />
      )
    default:
      return typeof part.text === 'string' ? part.text : null
  }
}

function styled(text: string, style: unknown): ReactNode {
  const { bold, italic, strike, underline, code } = isFields(style) ? style : {}
  let shown: ReactNode = text
  if (code) shown = <Code>{text}</Code>
  if (bold) shown = <strong>{shown}</strong>
  if (italic) shown = <em>{shown}</em>
  if (strike) shown = <s>{shown}</s>
  if (underline) shown = <u>{shown}</u>
  return shown
}
