import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react'
import type { JourneySource, SourceText } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { Glyph } from './glyph.tsx'
import { sourceName } from './journey-lines.ts'
import { Failure } from './parts.tsx'
import { sourceLines } from './source-lines.ts'
import { useAsk } from './use-ask.ts'

/** What made a line of the journey: the stored event, the stored decision, or the code. */
export function SourceDrawer(props: {
  readonly api: Api
  readonly ticket: number
  readonly source: JourneySource
  onClose(): void
}) {
  const { api, ticket, source, onClose } = props
  const [text, setText] = useState<SourceText | null>(null)
  const { ask, failed } = useAsk()
  const line = source.kind === 'file' ? source.line : undefined
  const load = () => void ask(async () => setText(await sourceText(api, ticket, source)))
  // The drawer is made anew for each source.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(load, [])

  return (
    <Dialog label={`Source: ${text?.title ?? sourceName(source)}`} className="drawer" onClose={onClose}>
      <header className="drawer-head">
        <div>
          <h2>{source.kind === 'file' ? source.path.split('/').at(-1) : (text?.title ?? sourceName(source))}</h2>
          <p>{about(source, ticket)}</p>
        </div>
        {text && <Copy text={text.text} />}
        <button type="button" className="round" aria-label="Close the source" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Failure says={failed}>
        <button type="button" className="small" onClick={load}>
          Try again
        </button>
      </Failure>
      {!text && failed === null && <p className="drawer-wait">Fetching it …</p>}
      {text && <Listing source={text} marked={line} />}
    </Dialog>
  )
}

function sourceText(api: Api, ticket: number, source: JourneySource): Promise<SourceText> {
  switch (source.kind) {
    case 'event':
      return api.event(ticket, source.version)
    case 'decision':
      return api.decision(ticket)
    case 'file':
      return api.source(source.path)
  }
}

function about(source: JourneySource, ticket: number): string {
  switch (source.kind) {
    case 'event':
      return `Event ${source.version} of ticket #${ticket}, as it stands in the database. Events are never changed.`
    case 'decision':
      return `Everything the decision about ticket #${ticket} was made from, kept with it for good.`
    case 'file':
      return source.line === undefined ? source.path : `${source.path}, line ${source.line}`
  }
}

function Listing({ source, marked }: { readonly source: SourceText; readonly marked: number | undefined }) {
  const mark = useRef<HTMLLIElement>(null)
  const lines = useMemo(() => sourceLines(source), [source])
  const digits = String(lines.length).length

  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'center' })
  }, [])

  return (
    <section
      className="listing"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={`Text of ${source.title}`}
      style={{ '--digits': `${digits}ch` } as CSSProperties}
    >
      <ol>
        {lines.map((pieces, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are their numbers
          <li key={at} ref={at + 1 === marked ? mark : undefined} aria-current={at + 1 === marked ? 'true' : undefined}>
            <code>
              {pieces.map(({ text, kind }, place) =>
                kind === 'plain' ? (
                  text
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
                  <span key={place} data-kind={kind}>
                    {text}
                  </span>
                ),
              )}
              {'\n'}
            </code>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Copy({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      setSaid('The browser did not allow it: select the text and copy it.')
    }
  }
  return (
    <span className="copy">
      <button type="button" className="small" onClick={() => void copy()}>
        <Glyph name="copy" /> Copy
      </button>
      <span role="status">{said}</span>
    </span>
  )
}
