import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Journey, TicketLine } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import { freshLines } from './journey-lines.ts'

export interface Followed {
  readonly journey: Journey | null
  /** Keys of the lines that came since this ticket is looked at; see `lineKeys`. */
  readonly fresh: readonly string[]
  /** Why the newest state could not be had. */
  readonly failed: string | null
  retry(): void
}

/** What a journey says about time to come gets old by itself. */
const REREAD_MS = 20_000

/**
 * The journey of one ticket, read again when its line changed or something was learned, for a lesson comes a moment after
 * its click and without another event of the ticket. Never two questions at once.
 */
export function useJourney(
  api: Api,
  number: number | null,
  line: TicketLine | undefined,
  lessons: number | undefined,
): Followed {
  const [read, setRead] = useState<Omit<Followed, 'retry'>>({ journey: null, fresh: [], failed: null })
  const asking = useRef(false)
  const again = useRef(false)
  const current = useRef(number)

  const ask = useEffectEvent(async () => {
    if (number === null) return
    if (asking.current) {
      again.current = true
      return
    }
    asking.current = true
    try {
      do {
        again.current = false
        const wanted = current.current
        if (wanted === null) return
        const journey = await api.journey(wanted)
        if (wanted === current.current) setRead((before) => followedOn(before, journey))
      } while (again.current)
    } catch (error) {
      setRead((before) => ({ ...before, failed: error instanceof Error ? error.message : String(error) }))
    } finally {
      asking.current = false
      if (again.current) void ask()
    }
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: these two are the reasons to read again
  useEffect(() => {
    current.current = number
    void ask()
  }, [number, line, lessons])

  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && void ask(), REREAD_MS)
    return () => clearInterval(timer)
  }, [])

  const own = read.journey?.ticket.number === number
  return {
    journey: own ? read.journey : null,
    fresh: own ? read.fresh : [],
    failed: read.failed,
    retry: () => void ask(),
  }
}

function followedOn(before: Omit<Followed, 'retry'>, journey: Journey): Omit<Followed, 'retry'> {
  if (before.journey?.ticket.number !== journey.ticket.number) return { journey, fresh: [], failed: null }
  const news = freshLines(before.journey, journey)
  return { journey, fresh: [...new Set([...before.fresh, ...news])], failed: null }
}
