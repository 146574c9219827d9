import { useRef, useState } from 'react'
import type { PageMessage } from '../../page-contract.ts'
import { useActs, usePage } from '../page.ts'
import { Icon } from '../shell/icon.tsx'
import { Menu, type MenuEntry } from '../shell/menu.tsx'
import { Popup } from '../shell/popup.tsx'
import { REACTIONS } from '../text/emoji.ts'
import { Emoji } from '../text/rich.tsx'

export interface MessageToolsProps {
  readonly message: PageMessage
  readonly inThread: boolean
  onEdit(): void
}

/** What appears beside a message under the pointer or the focus. */
export function MessageTools({ message, inThread, onEdit }: MessageToolsProps) {
  const acts = useActs()
  const me = usePage((state) => state.me)
  const shortcuts = usePage((state) => state.shortcuts)
  const [open, setOpen] = useState<'emoji' | 'more' | null>(null)
  const emoji = useRef<HTMLButtonElement>(null)
  const more = useRef<HTMLButtonElement>(null)
  const { channel, ts, threadTs } = message
  const target = { channel, ts }

  const entries: readonly MenuEntry[] = [
    ...shortcuts
      .filter(({ kind }) => kind === 'message')
      .map(({ callbackId, name }) => ({
        id: callbackId,
        label: name,
        hint: 'Waybill',
        choose: () => void acts.gesture('shortcut', { callbackId, target }),
      })),
    ...(message.user === me
      ? [
          { id: 'edit', label: 'Edit message', choose: onEdit },
          { id: 'unsay', label: 'Delete message', danger: true, choose: () => void acts.gesture('unsay', { target }) },
        ]
      : []),
  ]

  return (
    <div className={open ? 'tools tools-open' : 'tools'} role="toolbar" aria-label="Message actions">
      <button
        ref={emoji}
        type="button"
        className="icon-button"
        aria-label="Add reaction"
        aria-expanded={open === 'emoji'}
        onClick={() => setOpen(open === 'emoji' ? null : 'emoji')}
      >
        <Icon name="smile" />
      </button>
      {!inThread && (
        <button
          type="button"
          className="icon-button"
          aria-label="Reply in thread"
          onClick={() => acts.openThread({ channel, ts: threadTs ?? ts })}
        >
          <Icon name="thread" />
        </button>
      )}
      {entries.length > 0 && (
        <button
          ref={more}
          type="button"
          className="icon-button"
          aria-label="More actions"
          aria-haspopup="menu"
          aria-expanded={open === 'more'}
          onClick={() => setOpen(open === 'more' ? null : 'more')}
        >
          <Icon name="more" />
        </button>
      )}
      {open === 'more' && <Menu anchor={more} label="More actions" entries={entries} onClose={() => setOpen(null)} />}
      {open === 'emoji' && (
        <Popup anchor={emoji} className="emoji-picker" onClose={() => setOpen(null)}>
          {REACTIONS.map((name) => (
            <button
              key={name}
              type="button"
              className="icon-button"
              aria-label={`React with ${name.replaceAll('_', ' ')}`}
              onClick={() => {
                setOpen(null)
                void acts.gesture('react', { target, name })
              }}
            >
              <Emoji name={name} />
            </button>
          ))}
        </Popup>
      )}
    </div>
  )
}
