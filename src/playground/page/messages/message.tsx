import { memo, useMemo, useState } from 'react'
import type { PageMessage } from '../../page-contract.ts'
import type { Attachment } from '../../workspace/model.ts'
import { Blocks } from '../blocks/block.tsx'
import { type Surface, SurfaceContext } from '../blocks/surface.ts'
import { useActs, usePage, usePageTools } from '../page.ts'
import { Icon } from '../shell/icon.tsx'
import { inPlace } from '../shell/in-place.ts'
import { Mrkdwn } from '../text/rich.tsx'
import { ago } from '../text/slack-date.ts'
import { Avatar } from './avatar.tsx'
import { EditForm } from './edit-form.tsx'
import { Reactions } from './reactions.tsx'
import { MessageTools } from './tools.tsx'

export interface MessageProps {
  readonly message: PageMessage
  /** Under another one of the same person: no head. */
  readonly compact: boolean
  /** In a thread there is no way into the thread. */
  readonly inThread: boolean
}

/** One message with everything under and beside it. */
export const MessageView = memo(function MessageView({ message, compact, inThread }: MessageProps) {
  const { store } = usePageTools()
  const { channel, ts, user, ephemeral, ticket } = message
  const person = usePage(({ people }) => people[user])
  const isFollowed = usePage((state) => ticket !== null && state.ticket === ticket)
  const editing = usePage((state) => state.editing?.ts === ts && state.editing.channel === channel)
  const changes = useChanges(message)
  const name = person?.realName || person?.name || user
  const classes = [
    'message',
    compact && 'compact',
    ephemeral && 'ephemeral',
    // One of two names in turn, so that the highlight begins anew with each change.
    changes > 0 && `changed-${changes % 2}`,
    isFollowed && 'followed',
  ].filter(Boolean)

  return (
    <article
      className={classes.join(' ')}
      data-ts={ts}
      data-channel={channel}
      data-ticket={ticket ?? undefined}
      aria-label={`${name}, ${clock(message.postedAt)}`}
      tabIndex={-1}
      onFocusCapture={() => ticket !== null && store.dispatch({ kind: 'follow', ticket })}
      onPointerDownCapture={() => ticket !== null && store.dispatch({ kind: 'follow', ticket })}
    >
      <div className="message-side">
        {compact ? <Time at={message.postedAt} /> : <Avatar person={person} id={user} size={36} />}
      </div>
      <div className="message-main">
        {ephemeral && <Whisper message={message} />}
        {!compact && (
          <div className="message-head">
            <span className="message-name">{name}</span>
            {person?.isBot && <span className="badge">App</span>}
            {person?.guest && <span className="badge">Guest</span>}
            <Time at={message.postedAt} />
            {message.edited && message.blocks.length > 0 && <Edited />}
          </div>
        )}
        {editing ? (
          <EditForm message={message} onDone={() => store.dispatch({ kind: 'editing', message: null })} />
        ) : (
          <Content message={message} />
        )}
        <Trouble message={message} />
        <Reactions message={message} />
        {!inThread && message.replyCount > 0 && <ThreadLink message={message} />}
      </div>
      {!editing && !ephemeral && (
        <MessageTools
          message={message}
          inThread={inThread}
          onEdit={() => store.dispatch({ kind: 'editing', message: { channel, ts } })}
        />
      )}
    </article>
  )
})

function Content({ message }: { readonly message: PageMessage }) {
  const { channel, ts, blocks, attachments, text } = message
  const surface = useMemo<Surface>(() => ({ target: { channel, ts } }), [channel, ts])
  return (
    <SurfaceContext value={surface}>
      <div className="message-body">
        {blocks.length > 0 ? <Blocks blocks={blocks} /> : text !== '' && <Mrkdwn text={text} />}
        {message.edited && blocks.length === 0 && <Edited />}
        {inPlace(attachments, (attachment) => (
          <AttachmentView attachment={attachment} />
        ))}
      </div>
    </SurfaceContext>
  )
}

const Edited = () => <span className="edited"> (edited)</span>

const NAMED_COLOURS: Readonly<Record<string, string>> = { good: '#2f8f5b', warning: '#d9960f', danger: '#c9363e' }

function AttachmentView({ attachment }: { readonly attachment: Attachment }) {
  const colour = attachment.color
    ? (NAMED_COLOURS[attachment.color] ?? `#${attachment.color.replace(/^#/, '')}`)
    : undefined
  const words = (['pretext', 'title', 'text'] as const).flatMap((key) =>
    typeof attachment[key] === 'string' ? [{ key, text: attachment[key] }] : [],
  )
  return (
    <div className="attachment" style={colour ? { borderInlineStartColor: colour } : undefined}>
      {attachment.blocks && attachment.blocks.length > 0 ? (
        <Blocks blocks={attachment.blocks} />
      ) : (
        words.map(({ key, text }) => (
          <div key={key} className={`attachment-${key}`}>
            <Mrkdwn text={text} />
          </div>
        ))
      )}
    </div>
  )
}

function Whisper({ message: { channel, ts } }: { readonly message: PageMessage }) {
  const { store } = usePageTools()
  return (
    <div className="whisper">
      <Icon name="eye" size={13} /> Only visible to you
      <button type="button" className="link-button" onClick={() => store.dispatch({ kind: 'dismiss', channel, ts })}>
        Dismiss message
      </button>
    </div>
  )
}

/** What went wrong with a control of this message, as Slack shows it: small, red, right there. */
function Trouble({ message: { channel, ts } }: { readonly message: PageMessage }) {
  const says = usePage(({ uses }) => {
    const failed = Object.entries(uses).find(
      ([key, use]) => use.state === 'failed' && key.startsWith(`${channel}/${ts}/`),
    )
    return failed?.[1].state === 'failed' ? failed[1].says : null
  })
  if (says === null) return null
  return (
    <p className="trouble" role="alert">
      <Icon name="bolt" size={13} /> {says}
    </p>
  )
}

function ThreadLink({ message }: { readonly message: PageMessage }) {
  const acts = useActs()
  const { channel, ts, replyCount, lastReplyTs } = message
  return (
    <button type="button" className="thread-link" onClick={() => acts.openThread({ channel, ts })}>
      <Icon name="thread" size={14} />
      <strong>
        {replyCount} {replyCount === 1 ? 'reply' : 'replies'}
      </strong>
      {lastReplyTs && <span>Last reply {ago(Date.now() - Number(lastReplyTs) * 1000)}</span>}
    </button>
  )
}

export function Time({ at }: { readonly at: number }) {
  const date = new Date(at)
  return (
    <time className="time" dateTime={date.toISOString()} title={date.toLocaleString('en-GB')}>
      {clock(at)}
    </time>
  )
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const clock = (at: number) => CLOCK.format(at)

/** How often the message was changed while it was on the screen. */
function useChanges(message: PageMessage): number {
  const [shown, setShown] = useState({ message, changes: 0 })
  if (shown.message === message) return shown.changes
  const changes = sameContent(message, shown.message) ? shown.changes : shown.changes + 1
  setShown({ message, changes })
  return changes
}

function sameContent(a: PageMessage, b: PageMessage): boolean {
  return a.shows === b.shows && a.edited === b.edited
}
