import { useState } from 'react'
import type { PageMessage } from '../../page-contract.ts'
import { useActs } from '../page.ts'
import { plainly } from '../text/mrkdwn.ts'

/** Changes what one said oneself. */
export function EditForm({ message, onDone }: { readonly message: PageMessage; onDone(): void }) {
  const acts = useActs()
  const [text, setText] = useState(plainly(message.text))
  const { channel, ts } = message

  const save = () => {
    onDone()
    if (text.trim() !== '' && text !== plainly(message.text))
      void acts.gesture('edit', { target: { channel, ts }, text })
  }

  return (
    <form
      className="edit-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <textarea
        className="field"
        aria-label="Edit message"
        ref={focusAtEnd}
        rows={2}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone()
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          save()
        }}
      />
      <div className="edit-foot">
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" className="button primary">
          Save
        </button>
      </div>
    </form>
  )
}

const focusAtEnd = (field: HTMLTextAreaElement | null) => {
  field?.focus()
  field?.setSelectionRange(field.value.length, field.value.length)
}
