import { useCallback } from 'react'
import type { PageChannel } from '../../page-contract.ts'
import { Composer } from '../composer/composer.tsx'
import { MessageList } from '../messages/list.tsx'
import { useActs, usePage } from '../page.ts'
import { appChannel, EMPTY_ROOM } from '../state.ts'
import { Home } from '../views/home.tsx'
import { Icon } from './icon.tsx'
import { ChannelIcon } from './sidebar.tsx'

export function ChannelPane({ onBack }: { onBack(): void }) {
  const acts = useActs()
  const place = usePage((state) => state.place)
  const me = usePage((state) => state.me)
  const channel = usePage(({ channels, place: { channel: id } }) => channels.find((one) => one.id === id))
  const isApp = usePage((state) => channel !== undefined && appChannel(state)?.id === channel.id)

  return (
    <main className="pane" id="messages" data-pane-name="messages" tabIndex={-1}>
      {!channel ? (
        <div className="empty">
          <p>{me === null ? 'Opening the workspace …' : 'Nothing to see here: this person is in no channel.'}</p>
        </div>
      ) : (
        <>
          <header className="pane-head">
            <button type="button" className="icon-button only-narrow" aria-label="Channels" onClick={onBack}>
              <Icon name="back" />
            </button>
            <h2>
              <ChannelIcon channel={channel} /> {channel.name}
            </h2>
            {isApp && (
              <nav className="tabs" aria-label="Tabs of the app">
                {(['home', 'messages'] as const).map((tab) => (
                  <button
                    key={tab}
                    type="button"
                    aria-current={place.tab === tab ? 'page' : undefined}
                    onClick={() => {
                      acts.go({ channel: channel.id, tab })
                      if (tab === 'home') void acts.gesture('openHome', {})
                    }}
                  >
                    {tab === 'home' ? 'Home' : 'Messages'}
                  </button>
                ))}
              </nav>
            )}
          </header>
          {isApp && place.tab === 'home' ? (
            <Home />
          ) : (
            <Room key={`${me}/${channel.id}`} channel={channel} isApp={isApp} />
          )}
        </>
      )}
    </main>
  )
}

function Room({ channel, isApp }: { readonly channel: PageChannel; readonly isApp: boolean }) {
  const acts = useActs()
  const room = usePage(({ rooms }) => rooms[channel.id]) ?? EMPTY_ROOM
  const { id, kind, name, archived, joined, unread } = channel
  const seen = useCallback(
    (ts: string) => {
      if (unread > 0) acts.read(id, ts)
    },
    [acts, id, unread],
  )
  const older = useCallback(() => void acts.load(id, true), [acts, id])
  const label = kind === 'dm' ? `Messages with ${name}` : `Messages in ${name}`

  return (
    <>
      {room.loaded && room.messages.length === 0 ? (
        <Nothing channel={channel} isApp={isApp} />
      ) : room.messages.length === 0 ? (
        <Skeleton />
      ) : (
        <MessageList label={label} channel={id} room={room} onOlder={older} onSeen={seen} />
      )}
      {archived || !joined || isApp ? (
        <p className="cannot-write">
          {isApp
            ? 'Sending messages to this app has been turned off. Type /waybill in any channel.'
            : archived
              ? 'This channel is archived; nobody can write here.'
              : 'You can read this channel; only its members write in it.'}
        </p>
      ) : (
        <Composer channel={id} label={kind === 'dm' ? `Message ${name}` : `Message #${name}`} />
      )}
    </>
  )
}

function Nothing({ channel: { kind, name }, isApp }: { readonly channel: PageChannel; readonly isApp: boolean }) {
  return (
    <div className="empty">
      <h3>{kind === 'dm' ? name : `#${name}`}</h3>
      <p>
        {isApp
          ? 'Waybill writes to you here when you are called for a P1.'
          : kind === 'dm'
            ? 'No messages yet. Say hello.'
            : 'No tickets yet. Press “next” in the journey strip, or write an e-mail of your own, and a card lands here.'}
      </p>
    </div>
  )
}

function Skeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading messages">
      {[52, 78, 40, 66].map((width) => (
        <div key={width}>
          <span className="bone bone-avatar" />
          <span className="bone" style={{ inlineSize: `${width}%` }} />
        </div>
      ))}
    </div>
  )
}
