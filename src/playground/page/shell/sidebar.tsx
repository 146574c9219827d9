import type { PageChannel } from '../../page-contract.ts'
import { BotMark } from '../messages/avatar.tsx'
import { useActs, usePage } from '../page.ts'
import { appChannel } from '../state.ts'
import { useTheme } from '../theme.ts'
import { ActAs } from './act-as.tsx'
import { Icon } from './icon.tsx'
import { inOrder } from './keys.ts'
import { useNarrow } from './narrow.ts'

export interface SidebarProps {
  onGo(): void
  onSwitch(): void
  onKeys(): void
}

export function Sidebar({ onGo, onSwitch, onKeys }: SidebarProps) {
  const team = usePage((state) => state.team)
  const channels = usePage((state) => state.channels)
  const app = usePage(appChannel)
  const { theme, toggle } = useTheme()
  const isNarrow = useNarrow()
  const sorted = inOrder(channels)
  const mine = sorted.filter(({ kind, joined }) => kind !== 'dm' && joined)
  const others = sorted.filter(({ kind, joined }) => kind !== 'dm' && !joined)
  const direct = sorted.filter(({ kind, id }) => kind === 'dm' && id !== app?.id)

  return (
    <div className="sidebar" role={isNarrow ? 'main' : undefined} data-pane-name="sidebar" tabIndex={-1}>
      <nav aria-label="Workspace">
        <header className="sidebar-head">
          <BotMark size={30} />
          <div className="brand">
            <span className="wordmark">Waybill</span>
            <span className="team">{team.name || 'playground'}</span>
          </div>
          <button
            type="button"
            className="icon-button"
            aria-label={theme === 'dark' ? 'Use light colours' : 'Use dark colours'}
            onClick={toggle}
          >
            <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
          </button>
          <button type="button" className="icon-button" aria-label="Keys" onClick={onKeys}>
            <Icon name="keyboard" />
          </button>
        </header>
        <ActAs />
        <button type="button" className="jump" onClick={onSwitch}>
          <Icon name="search" size={14} /> Jump to … <kbd>Ctrl K</kbd>
        </button>
        <div className="sidebar-lists">
          <ChannelGroup title="Channels" channels={mine} onGo={onGo} />
          {others.length > 0 && <ChannelGroup title="Other channels" channels={others} onGo={onGo} />}
          {app && <ChannelGroup title="Apps" channels={[app]} onGo={onGo} />}
          {direct.length > 0 && <ChannelGroup title="Direct messages" channels={direct} onGo={onGo} />}
        </div>
      </nav>
    </div>
  )
}

function ChannelGroup({
  title,
  channels,
  onGo,
}: {
  readonly title: string
  readonly channels: readonly PageChannel[]
  onGo(): void
}) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {channels.length === 0 && <p className="sidebar-empty">None yet</p>}
      <ul>
        {channels.map((channel) => (
          <li key={channel.id}>
            <ChannelLink channel={channel} onGo={onGo} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function ChannelLink({ channel, onGo }: { readonly channel: PageChannel; onGo(): void }) {
  const acts = useActs()
  const isHere = usePage(({ place }) => place.channel === channel.id)
  const { id, name, unread, kind, joined } = channel
  return (
    <button
      type="button"
      className={['channel', unread > 0 && 'unread', !joined && 'not-joined'].filter(Boolean).join(' ')}
      aria-current={isHere ? 'page' : undefined}
      data-channel-link={id}
      onClick={() => {
        acts.go({ channel: id, tab: 'messages' })
        onGo()
      }}
    >
      <ChannelIcon channel={channel} />
      <span className="channel-name">{name}</span>
      {kind !== 'dm' && !joined && <span className="unseen"> (not a member)</span>}
      {unread > 0 && (
        <span className="count">
          {unread > 99 ? '99+' : unread}
          <span className="unseen"> unread</span>
        </span>
      )}
    </button>
  )
}

export function ChannelIcon({ channel: { kind, archived } }: { readonly channel: PageChannel }) {
  if (archived) return <Icon name="archive" size={15} />
  if (kind === 'private') return <Icon name="lock" size={15} />
  return kind === 'dm' ? <span className="presence" aria-hidden="true" /> : <Icon name="hash" size={15} />
}
