import { useRef, useState } from 'react'
import type { CastMember } from '../../page-contract.ts'
import { Avatar } from '../messages/avatar.tsx'
import { useActs, usePage } from '../page.ts'
import { Icon } from './icon.tsx'
import { Popup } from './popup.tsx'

const PARTS: Readonly<Record<CastMember['part'], string>> = {
  agent: 'Agent',
  'on-call': 'On call',
  lead: 'Team lead',
  admin: 'Admin',
  guest: 'Guest',
}

/** Whose screen this is. */
export function ActAs() {
  const acts = useActs()
  const cast = usePage((state) => state.cast)
  const people = usePage((state) => state.people)
  const me = usePage((state) => state.me)
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const mine = cast.find(({ id }) => id === me)
  const person = me === null ? undefined : people[me]
  if (!person || me === null) return <div className="act-as placeholder-line">Connecting …</div>

  return (
    <div className="act-as">
      <button
        ref={anchor}
        type="button"
        className="act-as-button"
        data-first
        aria-haspopup="true"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Avatar person={person} id={me} size={28} />
        <span className="act-as-name">
          <small>Act as {mine && <span className="part">{PARTS[mine.part]}</span>}</small>
          <span>{person.realName || person.name}</span>
        </span>
        <Icon name="chevron" size={12} />
      </button>
      {open && (
        <Popup anchor={anchor} className="act-as-list" onClose={() => setOpen(false)}>
          <ul aria-label="Act as">
            {cast.map(({ id, part, about }) => (
              <li key={id}>
                <button
                  type="button"
                  className="cast-member"
                  ref={id === me ? focus : undefined}
                  aria-current={id === me ? 'true' : undefined}
                  data-act-as={part}
                  onClick={() => {
                    setOpen(false)
                    if (id !== me) acts.actAs(id)
                    anchor.current?.focus()
                  }}
                >
                  <Avatar person={people[id]} id={id} size={32} />
                  <span>
                    <strong>{people[id]?.realName || people[id]?.name || id}</strong>{' '}
                    <span className="part">{PARTS[part]}</span>
                    <small>{about}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </Popup>
      )}
    </div>
  )
}

const focus = (node: HTMLElement | null) => node?.focus()
