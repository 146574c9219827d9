import { type KeyboardEvent, useId, useRef, useState } from 'react'
import type { TicketLine } from '../../page-contract.ts'
import { Icon } from '../shell/icon.tsx'
import { Priority, Switch } from './parts.tsx'
import { found, neighbours, standing } from './tickets.ts'
import type { Following } from './use-follow.ts'

/** Which ticket is shown: search by number or words, one newer, one older, or always the newest. */
export function TicketPicker(props: {
  readonly tickets: readonly TicketLine[]
  readonly ticket: number | null
  readonly following: Following
}) {
  const { tickets, ticket, following } = props
  const { newer, older } = neighbours(tickets, ticket)
  const shown = tickets.find(({ number }) => number === ticket)
  const step = (to: number | null, label: string, className: string) => (
    <button
      type="button"
      className={`round ${className}`}
      aria-label={label}
      title={label}
      disabled={to === null}
      onClick={() => to !== null && following.pick(to)}
    >
      <Icon name="chevron" />
    </button>
  )

  return (
    <div className="which">
      <div className="which-row">
        <TicketSearch tickets={tickets} ticket={ticket} onPick={following.pick} />
        {step(older, 'Older ticket', 'to-older')}
        {step(newer, 'Newer ticket', 'to-newer')}
      </div>
      {shown && <TicketHead ticket={shown} />}
      <div className="which-row which-follow">
        <Switch on={following.on} label="Follow the newest" onChange={following.set} />
        {following.newer > 0 && (
          <button type="button" className="bubble" onClick={() => following.set(true)}>
            {following.newer === 1 ? 'One newer' : `${following.newer} newer`} ↑
          </button>
        )}
      </div>
    </div>
  )
}

function TicketHead({ ticket }: { readonly ticket: TicketLine }) {
  return (
    <div className="ticket-head">
      <h2>
        <span className="ticket-number">#{ticket.number}</span> {ticket.subject || '(no subject)'}
      </h2>
      <p className="ticket-facts">
        <Priority priority={ticket.priority} />
        <span>{standing(ticket)}</span>
      </p>
    </div>
  )
}

/** An editable combobox with list autocomplete (ARIA Authoring Practices). */
function TicketSearch(props: {
  readonly tickets: readonly TicketLine[]
  readonly ticket: number | null
  onPick(ticket: number): void
}) {
  const { tickets, ticket, onPick } = props
  const id = useId()
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const hits = open ? found(tickets, search) : []

  const pick = (hit: TicketLine | undefined) => {
    if (!hit) return
    onPick(hit.number)
    setSearch('')
    setOpen(false)
  }
  const go = (to: number) => {
    setOpen(true)
    setActive(to)
    list.current?.children[to]?.scrollIntoView({ block: 'nearest' })
  }
  const keys = (event: KeyboardEvent) => {
    const last = hits.length - 1
    const does = new Map([
      ['ArrowDown', () => go(!open || active >= last ? 0 : active + 1)],
      ['ArrowUp', () => go(active <= 0 ? Math.max(0, last) : active - 1)],
      ['Enter', () => pick(hits[active])],
      ['Escape', () => (open ? setOpen(false) : setSearch(''))],
    ]).get(event.key)
    if (!does) return
    event.preventDefault()
    does()
  }

  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="text"
        role="combobox"
        aria-label="Find a ticket by its number or by words"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && hits[active] ? `${id}-${hits[active].number}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={tickets.length > 0 ? 'Find a ticket: number or words' : 'No ticket yet'}
        value={search}
        onChange={({ target }) => {
          setSearch(target.value)
          setActive(0)
          setOpen(true)
        }}
        onFocus={() => setActive(0)}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={keys}
      />
      <div className="hits" hidden={!open}>
        <div ref={list} id={`${id}-list`} role="listbox" aria-label="Tickets, newest first">
          {hits.map((hit, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox, which keeps the focus
            <div
              key={hit.number}
              id={`${id}-${hit.number}`}
              role="option"
              tabIndex={-1}
              className="hit"
              data-active={at === active}
              aria-selected={hit.number === ticket}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => pick(hit)}
            >
              <span className="hit-subject">
                <span className="ticket-number">#{hit.number}</span> {hit.subject || '(no subject)'}
              </span>
              <span className="hit-facts">
                <Priority priority={hit.priority} /> · {standing(hit)}
              </span>
            </div>
          ))}
        </div>
        {open && hits.length === 0 && (
          <p className="no-hits">
            {tickets.length === 0 ? 'No ticket has arrived yet.' : `Nothing has “${search}” in it.`}
          </p>
        )}
      </div>
    </div>
  )
}
