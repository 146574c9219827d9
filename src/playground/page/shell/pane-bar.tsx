import { usePage } from '../page.ts'
import { Icon, type IconName } from './icon.tsx'

/** Which of the panes a phone shows; wide screens show them all. */
export type Pane = 'sidebar' | 'messages' | 'strip'

const PANES: readonly { readonly id: Pane; readonly name: string; readonly icon: IconName }[] = [
  { id: 'sidebar', name: 'Channels', icon: 'hash' },
  { id: 'messages', name: 'Messages', icon: 'thread' },
  { id: 'strip', name: 'Journey', icon: 'journey' },
]

/** On a phone: one pane at a time. */
export function PaneBar({ pane, onPick }: { readonly pane: Pane; onPick(pane: Pane): void }) {
  const unread = usePage(({ channels, place }) =>
    channels.some((channel) => channel.unread > 0 && channel.id !== place.channel),
  )
  return (
    <nav className="pane-bar" aria-label="Panes">
      {PANES.map(({ id, name, icon }) => (
        <button key={id} type="button" aria-current={pane === id ? 'page' : undefined} onClick={() => onPick(id)}>
          <Icon name={icon} size={18} />
          <span>{name}</span>
          {id === 'sidebar' && unread && <span className="dot" role="img" aria-label="unread messages" />}
        </button>
      ))}
    </nav>
  )
}
