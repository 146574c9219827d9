import { usePage, usePageTools } from '../page.ts'
import { Strip } from '../strip/strip.tsx'
import { useNarrow } from './narrow.ts'

/** The journey strip sees everything there is, so it alone is drawn anew with every change. */
export function StripPane() {
  const { store, api } = usePageTools()
  const state = usePage((whole) => whole)
  const isNarrow = useNarrow()
  return (
    // One element with two roles: another element would forget what was open in it.
    <section
      className="strip"
      role={isNarrow ? 'main' : 'complementary'}
      aria-label="Journey of a ticket"
      data-pane-name="strip"
      tabIndex={-1}
    >
      <Strip
        state={state}
        api={api}
        ticket={state.ticket}
        onPickTicket={(ticket) => store.dispatch({ kind: 'follow', ticket })}
        onOwnMail={(ticket) => store.dispatch({ kind: 'await', ticket })}
      />
    </section>
  )
}
