import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K or ⌘ K', 'Go to a channel or a person'],
  ['Alt ↑ / Alt ↓', 'Previous or next channel'],
  ['F6 / Shift F6', 'Next or previous pane'],
  ['↑ / ↓ in the messages', 'From message to message'],
  ['Enter', 'Send; Shift Enter begins a new line'],
  ['/', 'In an empty message: slash commands'],
  ['↑ in an empty message', 'Edit what you said last'],
  ['Escape', 'Close a menu, a form or the thread'],
  ['?', 'This list'],
]

export function KeysHelp({ onClose }: { onClose(): void }) {
  return (
    <Dialog label="Keys" className="keys" onClose={onClose}>
      <header className="dialog-head">
        <h2 className="dialog-title">Keys</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <dl className="keys-list">
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
