import { type DragEvent, useRef, useState } from 'react'
import type { Api } from '../api.ts'
import { Glyph } from './glyph.tsx'
import { base64Of, emlFault } from './own-mail.ts'

/** What became of one file. */
export interface EmlOutcome {
  readonly id: number
  readonly name: string
  readonly state: 'reading' | 'arrived' | 'refused'
  readonly number?: number
  readonly says?: string
}

export interface EmlDrop {
  readonly outcomes: readonly EmlOutcome[]
  /** Files hang over the strip. */
  readonly isOver: boolean
  /** One after the other, in the order they were given. */
  take(files: Iterable<File>): Promise<void>
  /** For the element on which files may be dropped. */
  readonly target: {
    onDragEnter(event: DragEvent): void
    onDragOver(event: DragEvent): void
    onDragLeave(event: DragEvent): void
    onDrop(event: DragEvent): void
  }
}

export function useEmlDrop(api: Api, onDone: (outcomes: readonly EmlOutcome[]) => void): EmlDrop {
  const [outcomes, setOutcomes] = useState<readonly EmlOutcome[]>([])
  const [depth, setDepth] = useState(0)
  const next = useRef(0)

  const take = async (files: Iterable<File>) => {
    const waiting = [...files].map((file) => ({ file, id: next.current++ }))
    if (waiting.length === 0) return
    setOutcomes(waiting.map(({ id, file: { name } }) => ({ id, name, state: 'reading' })))
    const done: EmlOutcome[] = []
    for (const { file, id } of waiting) {
      const outcome = { id, ...(await handIn(api, file)) }
      done.push(outcome)
      setOutcomes((before) => before.map((one) => (one.id === id ? outcome : one)))
    }
    onDone(done)
  }
  const withFiles = (event: DragEvent, then: () => void) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    then()
  }

  return {
    outcomes,
    isOver: depth > 0,
    take,
    target: {
      onDragEnter: (event) => withFiles(event, () => setDepth((depth) => depth + 1)),
      onDragOver: (event) => withFiles(event, () => {}),
      onDragLeave: (event) => withFiles(event, () => setDepth((depth) => Math.max(0, depth - 1))),
      onDrop: (event) =>
        withFiles(event, () => {
          setDepth(0)
          void take(event.dataTransfer.files)
        }),
    },
  }
}

async function handIn(api: Api, file: File): Promise<Omit<EmlOutcome, 'id'>> {
  const { name } = file
  const fault = emlFault(name, file.size)
  if (fault) return { name, state: 'refused', says: fault }
  try {
    const raw = base64Of(new Uint8Array(await file.arrayBuffer()))
    const { number } = await api.eml(name, raw)
    return { name, state: 'arrived', number }
  } catch (error) {
    return { name, state: 'refused', says: error instanceof Error ? error.message : String(error) }
  }
}

/** A button for files, where to drop them, and what became of those that were given. */
export function EmlPicker({ drop, onTicket }: { readonly drop: EmlDrop; onTicket(number: number): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="eml">
      <button type="button" className="wide eml-button" onClick={() => input.current?.click()}>
        <Glyph name="drop" /> Choose .eml files or drop them here
      </button>
      <input
        ref={input}
        type="file"
        accept=".eml,message/rfc822"
        multiple
        hidden
        aria-label="E-mail files"
        onChange={({ target }) => {
          void drop.take([...(target.files ?? [])])
          target.value = ''
        }}
      />
      <ul className="outcomes" aria-live="polite">
        {drop.outcomes.map(({ id, name, state, number, says }) => (
          <li key={id} data-state={state}>
            {state === 'reading' && `${name}: being read …`}
            {state === 'refused' && `✗ ${says}`}
            {state === 'arrived' && number !== undefined && (
              <>
                ✓ {name} is{' '}
                <button type="button" className="link" onClick={() => onTicket(number)}>
                  ticket #{number}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
