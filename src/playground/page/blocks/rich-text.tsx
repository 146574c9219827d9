import type { ReactNode } from 'react'
import type { Fields } from '../../workspace/model.ts'
import { fieldsIn, isFields } from '../../workspace/reading.ts'
import { ChannelMention, Emoji, SafeLink, SlackDate, UserMention } from '../text/rich.tsx'

/** A `rich_text` block: sections, lists, quotes and code. */
export function RichText({ elements }: { readonly elements: readonly Fields[] }) {
  return elements.map((element, index) => {
    const key = `${String(element.type)}-${index}`
    if (element.type === 'rich_text_list') return <RichList key={key} list={element} />
    if (element.type === 'rich_text_quote') {
      return (
        <blockquote key={key} className="quote">
          <Parts of={element} />
        </blockquote>
      )
    }
    if (element.type === 'rich_text_preformatted') {
      return (
        <pre key={key} className="code-block">
          <Parts of={element} />
        </pre>
      )
    }
    return (
      <span key={key} className="lines">
        <Parts of={element} />
      </span>
    )
  })
}

function RichList({ list }: { readonly list: Fields }) {
  const lines = fieldsIn(list.elements).map((element, index) => (
    <li key={`${String(element.type)}-${index}`}>
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
  return fieldsIn(of.elements).map((part, index) => <Part key={`${String(part.type)}-${index}`} part={part} />)
}

function Part({ part }: { readonly part: Fields }) {
  switch (part.type) {
    case 'text':
      return styled(String(part.text), part.style)
    case 'link':
      return <SafeLink href={String(part.url)}>{styled(String(part.text ?? part.url), part.style)}</SafeLink>
    case 'user':
      return <UserMention id={String(part.user_id)} />
    case 'channel':
      return <ChannelMention id={String(part.channel_id)} />
    case 'usergroup':
      return <span className="mention">@{String(part.usergroup_id)}</span>
    case 'broadcast':
      return <span className="mention mention-me">@{String(part.range)}</span>
    case 'emoji':
      return <Emoji name={String(part.name)} />
    case 'date':
      return (
        <SlackDate
          epochSeconds={Number(part.timestamp)}
          format={String(part.format)}
          fallback={String(part.fallback ?? '')}
        />
      )
    default:
      return typeof part.text === 'string' ? part.text : null
  }
}

function styled(text: string, style: unknown): ReactNode {
  const { bold, italic, strike, underline, code } = isFields(style) ? style : {}
  let shown: ReactNode = text
  if (code) shown = <code className="code">{shown}</code>
  if (bold) shown = <strong>{shown}</strong>
  if (italic) shown = <em>{shown}</em>
  if (strike) shown = <s>{shown}</s>
  if (underline) shown = <u>{shown}</u>
  return shown
}
