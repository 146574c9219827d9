import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { CommandHint } from '../../page-contract.ts'
import { usePage, usePageTools } from '../page.ts'
import { Icon } from '../shell/icon.tsx'
import { Menu } from '../shell/menu.tsx'
import type { PageState } from '../state.ts'
import { Mrkdwn } from '../text/rich.tsx'
import { commandBeingTyped, completed, completions } from './completion.ts'

export interface ComposerProps {
  readonly channel: string
  readonly thread?: string
  readonly label: string
  /** Takes the focus when it appears. */
  readonly eager?: boolean
}

/** Says something, or types a command; Enter sends. */
export function Composer({ channel, thread, label, eager = false }: ComposerProps) {
  const { store, acts, drafts } = usePageTools()
  const place = `${channel}/${thread ?? ''}`
  const commands = usePage((state) => state.commands)
  const shortcuts = usePage((state) => state.shortcuts)
  const [text, setText] = useState(drafts.get(place) ?? '')
  const [at, setAt] = useState(0)
  const [isDismissed, setDismissed] = useState(false)
  const [open, setOpen] = useState(false)
  const plus = useRef<HTMLButtonElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()

  useEffect(() => {
    if (eager) field.current?.focus()
  }, [eager])

  const fitting = thread === undefined && !isDismissed ? completions(text, commands) : []
  const usage = thread === undefined ? commandBeingTyped(text, commands) : undefined
  const current = fitting[Math.min(at, fitting.length - 1)]
  const globals = shortcuts.filter(({ kind }) => kind === 'global')

  const change = (typed: string) => {
    setText(typed)
    if (typed === '') drafts.delete(place)
    else drafts.set(place, typed)
    setAt(0)
    setDismissed(false)
  }
  const take = (hint: CommandHint) => {
    change(completed(hint))
    setDismissed(true)
    field.current?.focus()
  }
  const send = () => {
    const said = text.trim()
    if (said === '') return
    change('')
    const done =
      said.startsWith('/') && thread === undefined
        ? acts.gesture('command', { channel, line: said })
        : acts.gesture('say', { channel, text: escaped(said), ...(thread === undefined ? {} : { thread }) })
    // What was not sent is not lost.
    void done.then((isDone) => isDone || setText((now) => now || said))
  }
  const keys = (event: KeyboardEvent) => {
    if (fitting.length > 0 && completionKey(event)) return
    if (event.key === 'ArrowUp' && text === '') {
      const last = lastOwn(store.get(), { channel, thread })
      if (last) event.preventDefault()
      if (last) store.dispatch({ kind: 'editing', message: { channel, ts: last } })
    }
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  const completionKey = (event: KeyboardEvent): boolean => {
    const isWhole = current !== undefined && text.trim() === completed(current).trim()
    if (event.key === 'ArrowDown') setAt((at + 1) % fitting.length)
    else if (event.key === 'ArrowUp') setAt((at + fitting.length - 1) % fitting.length)
    else if (event.key === 'Escape') setDismissed(true)
    else if (current && (event.key === 'Tab' || (event.key === 'Enter' && !isWhole))) take(current)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  return (
    <div className="composer">
      {fitting.length > 0 && (
        <div className="completion" id={`${id}-list`} role="listbox" aria-label="Slash commands">
          {fitting.map((hint) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field that owns this list.
            <div
              key={hint.form}
              id={`${id}-${commands.indexOf(hint)}`}
              role="option"
              tabIndex={-1}
              aria-selected={hint === current}
              className={hint === current ? 'option option-current' : 'option'}
              ref={hint === current ? reveal : undefined}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(hint)}
            >
              <code>{hint.form}</code>
              <small>
                <Mrkdwn text={hint.does} />
              </small>
            </div>
          ))}
        </div>
      )}
      {usage && fitting.length === 0 && (
        <p className="usage" role="status">
          <code>{usage.form}</code> <Mrkdwn text={usage.does} />
        </p>
      )}
      <div className="composer-box">
        {globals.length > 0 && thread === undefined && (
          <button
            ref={plus}
            type="button"
            className="icon-button"
            aria-label="Shortcuts"
            aria-haspopup="menu"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Icon name="plus" />
          </button>
        )}
        <textarea
          ref={field}
          rows={1}
          aria-label={label}
          placeholder={label}
          aria-controls={fitting.length > 0 ? `${id}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${commands.indexOf(current)}` : undefined}
          value={text}
          onChange={({ target }) => change(target.value)}
          onKeyDown={keys}
        />
        <button
          type="button"
          className="icon-button send"
          aria-label="Send"
          disabled={text.trim() === ''}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
      {open && (
        <Menu
          anchor={plus}
          label="Shortcuts"
          onClose={() => setOpen(false)}
          entries={globals.map(({ callbackId, name }) => ({
            id: callbackId,
            label: name,
            hint: 'Waybill',
            choose: () => void acts.gesture('shortcut', { callbackId }),
          }))}
        />
      )}
    </div>
  )
}

const reveal = (node: HTMLElement | null) => node?.scrollIntoView({ block: 'nearest' })

/** The message one said last, here. */
function lastOwn(
  { me, rooms, threads }: PageState,
  { channel, thread }: { readonly channel: string; readonly thread: string | undefined },
): string | undefined {
  const messages = thread === undefined ? rooms[channel]?.messages : threads[`${channel}/${thread}`]?.messages
  return messages?.findLast(({ user, ephemeral }) => user === me && !ephemeral)?.ts
}

/** People type plain text: what looks like Slack's markup of links and entities is none. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
