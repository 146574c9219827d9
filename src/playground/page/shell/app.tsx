import { useEffect, useState } from 'react'
import { usePage, usePageTools } from '../page.ts'
import { threadKey } from '../state.ts'
import { Modal } from '../views/modal.tsx'
import { Announcer } from './announcer.tsx'
import { Banner } from './banner.tsx'
import { ChannelPane } from './channel-pane.tsx'
import { useKeys } from './keys.ts'
import { KeysHelp } from './keys-help.tsx'
import { type Pane, PaneBar } from './pane-bar.tsx'
import { Sidebar } from './sidebar.tsx'
import { StripPane } from './strip-pane.tsx'
import { Switcher } from './switcher.tsx'
import { ThreadPane } from './thread-pane.tsx'
import { Toasts } from './toasts.tsx'

export function App() {
  const { acts } = usePageTools()
  const connection = usePage((state) => state.connection)
  const thread = usePage((state) => state.thread)
  const channel = usePage(({ me, place }) => (me === null ? null : place.channel))
  const isMissing = usePage(({ rooms }) => channel !== null && !rooms[channel]?.loaded && !rooms[channel]?.loading)
  const unread = usePage(({ channels }) => channels.reduce((sum, one) => sum + one.unread, 0))
  const [pane, setPane] = useState<Pane>('messages')
  const [overlay, setOverlay] = useState<'switcher' | 'keys' | null>(null)
  useKeys(setOverlay)

  useEffect(() => {
    if (isMissing && connection === 'live' && channel !== null) void acts.load(channel, false)
  }, [isMissing, connection, channel, acts])

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Waybill playground` : 'Waybill playground'
  }, [unread])

  const isThreadMissing = usePage(({ threads }) => thread !== null && !threads[threadKey(thread)])
  useEffect(() => {
    if (isThreadMissing && connection === 'live' && thread) void acts.loadThread(thread)
  }, [isThreadMissing, connection, thread, acts])

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
        <StripPane />
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
