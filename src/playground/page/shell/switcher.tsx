import { type KeyboardEvent, useId, useState } from 'react'
import { useActs, usePage } from '../page.ts'
import { Dialog } from './dialog.tsx'
import { inOrder } from './keys.ts'
import { ChannelIcon } from './sidebar.tsx'

/** Ctrl+K: go to a channel by a few of its letters; unread ones come first. */
export function Switcher({ onClose, onGo }: { onClose(): void; onGo(): void }) {
  const acts = useActs()
  const channels = usePage((state) => state.channels)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const wanted = query.trim().toLowerCase()
  const found = inOrder(channels)
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0))
    .slice(0, 12)
  const current = found[Math.min(at, found.length - 1)]

  const go = (channel: string | undefined) => {
    if (channel === undefined) return
    onClose()
    onGo()
    acts.go({ channel, tab: 'messages' })
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Enter') go(current?.id)
    else return
    event.preventDefault()
  }

  return (
    <Dialog label="Jump to" className="switcher" onClose={onClose}>
      <input
        className="field"
        role="combobox"
        aria-label="Channel or person"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={current ? `${id}-${current.id}` : undefined}
        placeholder="Channel or person …"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value)
          setAt(0)
        }}
        onKeyDown={keys}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Channels and people" tabIndex={-1}>
        {found.map((channel) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the combobox that owns this list.
          <div
            key={channel.id}
            id={`${id}-${channel.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={channel === current}
            className={channel === current ? 'option option-current' : 'option'}
            onClick={() => go(channel.id)}
          >
            <ChannelIcon channel={channel} /> <span>{channel.name}</span>
            {channel.unread > 0 && <span className="count">{channel.unread}</span>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="picker-empty">No channel and nobody is called that.</p>}
    </Dialog>
  )
}
