import { useEffect, useEffectEvent, useRef, useState } from 'react'

export interface Following {
  readonly on: boolean
  /** How many tickets came after the one that is shown. */
  readonly newer: number
  set(on: boolean): void
  /** Stays with this ticket from now on. */
  pick(ticket: number): void
}

/** One ticket is shown at least this long; one at which something happens after that, longer. */
const LOOK_MS = 5_000
const NEWS_MS = 10_000

/**
 * Shows the newest ticket until somebody picks another one, here or by a click on its card. Who is reading (`held`) is not
 * torn away. Who uses the card of this very ticket (`inUse`) stays with it.
 */
export function useFollow(options: {
  readonly newest: number | null
  readonly ticket: number | null
  readonly held: boolean
  readonly news: number
  readonly inUse: boolean
  readonly newer: number
  onPick(ticket: number): void
}): Following {
  const { newest, ticket, held, news, inUse, newer, onPick } = options
  const [on, setOn] = useState(true)
  const own = useRef<number | null>(null)
  const shownAt = useRef(0)
  const stayUntil = useRef(0)

  const show = useEffectEvent((number: number) => {
    own.current = number
    onPick(number)
  })

  // Picked by somebody else, such as a click on a card.
  const changed = useEffectEvent((to: number | null) => {
    shownAt.current = Date.now()
    stayUntil.current = Date.now() + LOOK_MS
    if (to !== null && to !== own.current && to !== newest) setOn(false)
  })
  useEffect(() => changed(ticket), [ticket])

  useEffect(() => {
    // A card and a slower voice come with every ticket.
    if (news > 0 && Date.now() > shownAt.current + LOOK_MS) stayUntil.current = Date.now() + NEWS_MS
  }, [news])

  useEffect(() => {
    if (inUse) setOn(false)
  }, [inUse])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new puts off the time to go on
  useEffect(() => {
    if (!on || held || newest === null || newest === ticket) return
    const wait = ticket === null ? 0 : Math.max(0, stayUntil.current - Date.now())
    const timer = setTimeout(() => show(newest), wait)
    return () => clearTimeout(timer)
  }, [on, held, newest, ticket, news])

  return {
    on,
    newer,
    set(next) {
      setOn(next)
      if (next && newest !== null) {
        own.current = newest
        onPick(newest)
      }
    },
    pick(number) {
      setOn(false)
      own.current = number
      onPick(number)
    },
  }
}
