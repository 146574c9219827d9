import { type ReactNode, useMemo } from 'react'
import { useActs, usePage, usePageTools } from '../page.ts'
import { inPlace } from '../shell/in-place.ts'
import { emojiNamed } from './emoji.ts'
import { type Inline, type Piece, readMrkdwn } from './mrkdwn.ts'
import { slackDate } from './slack-date.ts'

/** Text in Slack's markup. */
export function Mrkdwn({ text, verbatim = false }: { readonly text: string; readonly verbatim?: boolean }) {
  const pieces = useMemo(() => readMrkdwn(text, { autolink: !verbatim }), [text, verbatim])
  return inPlace(pieces, pieceView)
}

function pieceView(piece: Piece): ReactNode {
  if (piece.kind === 'pre') return <pre className="code-block">{piece.text}</pre>
  if (piece.kind === 'quote') {
    return (
      <blockquote className="quote">
        <Inlines nodes={piece.children} />
      </blockquote>
    )
  }
  return (
    <span className="lines">
      <Inlines nodes={piece.children} />
    </span>
  )
}

/** A longer one may break, for it would not fit on a phone. */
const UNBROKEN = 24

export function Code({ children }: { readonly children: string }) {
  return <code className={children.length > UNBROKEN ? 'code' : 'code code-short'}>{children}</code>
}

function Inlines({ nodes }: { readonly nodes: readonly Inline[] }) {
  return inPlace(nodes, inlineView)
}

function inlineView(node: Inline): ReactNode {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'code':
      return <Code>{node.text}</Code>
    case 'bold':
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      )
    case 'link':
      return (
        <SafeLink href={node.href}>
          <Inlines nodes={node.children} />
        </SafeLink>
      )
    case 'user':
      return <UserMention id={node.id} label={node.label} />
    case 'channel':
      return <ChannelMention id={node.id} label={node.label} />
    case 'group':
      return <span className="mention">{node.label ?? `@${node.id}`}</span>
    case 'broadcast':
      return <span className="mention mention-me">@{node.name.replace(/^@/, '')}</span>
    case 'date':
      return <SlackDate epochSeconds={node.epochSeconds} format={node.format} fallback={node.fallback} />
    case 'emoji':
      return <Emoji name={node.name} />
  }
}

export function Emoji({ name }: { readonly name: string }) {
  const found = emojiNamed(name)
  if (found === undefined) return <span>:{name}:</span>
  return (
    <span role="img" aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}>
      {found}
    </span>
  )
}

export function SlackDate({
  epochSeconds,
  format,
  fallback,
}: {
  readonly epochSeconds: number
  readonly format: string
  readonly fallback: string
}) {
  if (!Number.isFinite(epochSeconds)) return <span>{fallback}</span>
  const at = new Date(epochSeconds * 1000)
  return (
    <time dateTime={at.toISOString()} title={at.toLocaleString('en-GB')}>
      {slackDate(epochSeconds, format, Date.now())}
    </time>
  )
}

export function UserMention({ id, label }: { readonly id: string; readonly label?: string | undefined }) {
  const person = usePage(({ people }) => people[id])
  const me = usePage((state) => state.me)
  const name = person?.realName || person?.name || label?.replace(/^@/, '') || id
  return <span className={id === me ? 'mention mention-me' : 'mention'}>@{name}</span>
}

export function ChannelMention({ id, label }: { readonly id: string; readonly label?: string | undefined }) {
  const acts = useActs()
  const channel = usePage(({ channels }) => channels.find((one) => one.id === id))
  if (!channel) return <span className="mention">#{label ?? 'private-channel'}</span>
  return (
    <button type="button" className="mention mention-link" onClick={() => acts.go({ channel: id, tab: 'messages' })}>
      #{channel.name}
    </button>
  )
}

/** Leads to its message when it is a permalink of this workspace; anything else opens in a tab of its own. */
export function SafeLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const { store, acts } = usePageTools()
  const domain = usePage(({ team }) => team.domain)
  const inside = permalink(href, domain)
  if (!/^(?:https?:|mailto:|tel:)/i.test(href)) return <span>{children}</span>
  if (!inside) {
    return (
      <a href={href} target="_blank" rel="noreferrer noopener">
        {children}
      </a>
    )
  }
  return (
    <a
      href={href}
      onClick={(event) => {
        event.preventDefault()
        if (!store.get().channels.some(({ id }) => id === inside.channel)) {
          store.dispatch({ kind: 'toast', says: 'This message is in a channel you are not in.' })
          return
        }
        acts.go({ channel: inside.channel, tab: 'messages' })
        if (inside.thread) acts.openThread({ channel: inside.channel, ts: inside.thread })
        else store.dispatch({ kind: 'seek', channel: inside.channel, ts: inside.ts })
      }}
    >
      {children}
    </a>
  )
}

function permalink(href: string, domain: string) {
  const found = /^https:\/\/([\w-]+)\.slack\.com\/archives\/(\w+)\/p(\d{10})(\d{6})(?:\?thread_ts=([\d.]+))?/.exec(href)
  if (!found || found[1] !== domain) return undefined
  return { channel: found[2]!, ts: `${found[3]}.${found[4]}`, thread: found[5] }
}
