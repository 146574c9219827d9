import { useEffect, useState } from 'react'
import { Icon } from '../shell/icon.tsx'

export interface TourStep {
  readonly says: string
  /** What is said of it afterwards, if that is something else. */
  readonly said?: string
  readonly done: boolean
  readonly does?: { readonly label: string; act(): void }
}

const KEY = 'waybill.tour'

/** The first three things to do, ticked off as they are done. Once it was closed it stays so, in this browser. */
export function Tour({ steps }: { readonly steps: readonly TourStep[] }) {
  const [isOpen, setOpen] = useState(() => remembered() !== 'closed')
  const set = (open: boolean) => {
    setOpen(open)
    remember(open ? 'open' : 'closed')
  }
  // What was done once stays done, whoever one acts as later.
  const [reached, setReached] = useState<readonly boolean[]>([])
  const now = steps.map(({ done }, at) => done || reached[at] === true)
  const key = now.join()
  useEffect(() => setReached(key.split(',').map((done) => done === 'true')), [key])
  const all = now.every(Boolean)

  if (!isOpen) {
    return (
      <button type="button" className="link tour-again" onClick={() => set(true)}>
        What can I do here?
      </button>
    )
  }
  return (
    <section className="tour" aria-labelledby="strip-tour">
      <div className="tour-head">
        <h2 id="strip-tour">{all ? 'First steps done' : 'Start here'}</h2>
        <button type="button" className="round" aria-label="Close these hints" onClick={() => set(false)}>
          <Icon name="close" size={12} />
        </button>
      </div>
      <ol>
        {steps.map(({ says, said = says, does }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: always the same steps, in other words
          <li key={at} data-done={now[at]}>
            <span className="tour-number" aria-hidden="true">
              {now[at] ? '✓' : at + 1}
            </span>
            <span>
              {now[at] && <span className="unseen">Done: </span>}
              {now[at] ? said : says}
              {!now[at] && does && (
                <>
                  {' '}
                  <button type="button" className="link" onClick={does.act}>
                    {does.label}
                  </button>
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
      {all && <p className="quiet">Act as somebody else, write your own e-mail, break something.</p>}
    </section>
  )
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    // A browser that keeps nothing shows the hints each time.
    return null
  }
}

function remember(state: string): void {
  try {
    localStorage.setItem(KEY, state)
  } catch {
    // As above.
  }
}
