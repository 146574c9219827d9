import { usePage, usePageTools } from '../page.ts'
import { Strip } from '../strip/strip.tsx'

/** The journey strip sees everything there is, so it alone is drawn anew with every change. */
export function StripPane() {
  const { store, api } = usePageTools()
  const state = usePage((whole) => whole)
  return (
    <aside className="strip" aria-label="Journey of a ticket" data-pane-name="strip" tabIndex={-1}>
      <Strip
        state={state}
        api={api}
        ticket={state.ticket}
        onPickTicket={(ticket) => store.dispatch({ kind: 'follow', ticket })}
      />
    </aside>
  )
}
