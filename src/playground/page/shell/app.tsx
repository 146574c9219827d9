import { useEffect, useState } from 'react'
import { usePage, usePageTools } from '../page.ts'
import { Strip } from '../strip/strip.tsx'
import { Modal } from '../views/modal.tsx'
import { Announcer } from './announcer.tsx'
import { Banner } from './banner.tsx'
import { ChannelPane } from './channel-pane.tsx'
import { useKeys } from './keys.ts'
import { KeysHelp } from './keys-help.tsx'
import { type Pane, PaneBar } from './pane-bar.tsx'
import { Sidebar } from './sidebar.tsx'
import { Switcher } from './switcher.tsx'
import { ThreadPane } from './thread-pane.tsx'
import { Toasts } from './toasts.tsx'

export function App() {
  const { store, api, acts } = usePageTools()
  const state = usePage((whole) => whole)
  const [pane, setPane] = useState<Pane>('messages')
  const [overlay, setOverlay] = useState<'switcher' | 'keys' | null>(null)
  useKeys(setOverlay)

  const { me, ticket, thread, place } = state
  const channel = place.channel
  const needed = channel !== null && me !== null && state.connection !== 'lost' && !state.rooms[channel]?.loaded
  const isLoading = channel !== null && state.rooms[channel]?.loading === true
  useEffect(() => {
    if (needed && !isLoading && channel !== null) void acts.load(channel, false)
  }, [needed, isLoading, channel, acts])

  const unread = state.channels.reduce((sum, one) => sum + one.unread, 0)
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Waybill playground` : 'Waybill playground'
  }, [unread])

  const threadMissing =
    thread !== null && state.connection === 'live' && !state.threads[`${thread.channel}/${thread.ts}`]
  useEffect(() => {
    if (threadMissing) void acts.openThread(thread)
  }, [threadMissing, thread, acts])

  return (
    <div className="app" data-pane={pane} data-thread={thread !== null}>
      <header className="unseen">
        <h1>Waybill playground</h1>
      </header>
      <a className="skip" href="#messages">
        Skip to messages
      </a>
      <Banner />
      <div className="columns">
        <Sidebar
          onGo={() => setPane('messages')}
          onSwitch={() => setOverlay('switcher')}
          onKeys={() => setOverlay('keys')}
        />
        <ChannelPane onBack={() => setPane('sidebar')} />
        {thread && <ThreadPane key={`${thread.channel}/${thread.ts}`} thread={thread} />}
        <aside className="strip" aria-label="Journey of a ticket" data-pane-name="strip" tabIndex={-1}>
          <Strip
            state={state}
            api={api}
            ticket={ticket}
            onPickTicket={(number) => store.dispatch({ kind: 'follow', ticket: number })}
          />
        </aside>
      </div>
      <PaneBar pane={pane} onPick={setPane} />
      <Modal />
      <Toasts />
      <Announcer />
      {overlay === 'switcher' && <Switcher onClose={() => setOverlay(null)} onGo={() => setPane('messages')} />}
      {overlay === 'keys' && <KeysHelp onClose={() => setOverlay(null)} />}
    </div>
  )
}
