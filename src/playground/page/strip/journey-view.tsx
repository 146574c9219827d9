import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Journey, JourneyChapter, JourneyLine, JourneySource } from '../../page-contract.ts'
import { Glyph } from './glyph.tsx'
import { figureOf, lineKeys, STAGE_HINTS, sourceName } from './journey-lines.ts'
import { clockTime, fullTime } from './times.ts'

/** One ticket from its arrival to what comes next, along a line. */
export function JourneyView(props: {
  readonly journey: Journey
  /** Keys of lines that have just come. */
  readonly fresh: readonly string[]
  onSource(source: JourneySource): void
}) {
  const { journey, fresh, onSource } = props
  const keys = lineKeys(journey)
  const root = useRef<HTMLDivElement>(null)
  const unseen = useUnseen(root, fresh)
  const newest = journey.chapters.flatMap(({ lines }) => lines).findLast((line) => fresh.includes(keys.get(line) ?? ''))

  return (
    <div ref={root} className="journey">
      <ol className="chapters">
        {journey.chapters.map((chapter) => (
          <Chapter key={chapter.stage} chapter={chapter} keys={keys} fresh={fresh} onSource={onSource} />
        ))}
      </ol>
      <p className="unseen" role="status">
        {newest ? `New: ${newest.says}` : ''}
      </p>
      {unseen > 0 && (
        <div className="news">
          <button
            type="button"
            className="bubble"
            onClick={() => root.current?.querySelector('[data-fresh="true"]')?.scrollIntoView({ block: 'center' })}
          >
            <Glyph name="down" size={10} />
            {unseen === 1 ? 'Something new' : `${unseen} new lines`}
          </button>
        </div>
      )}
    </div>
  )
}

function Chapter(props: {
  readonly chapter: JourneyChapter
  readonly keys: ReadonlyMap<JourneyLine, string>
  readonly fresh: readonly string[]
  onSource(source: JourneySource): void
}) {
  const { chapter, keys, fresh, onSource } = props
  const { stage, title, lines } = chapter
  const keyOfLine = (line: JourneyLine) => keys.get(line) ?? ''
  return (
    <li className="chapter" data-stage={stage}>
      <h3 title={STAGE_HINTS[stage]}>{title}</h3>
      <ul>
        {lines.map((line) => (
          <Line
            key={keyOfLine(line)}
            name={keyOfLine(line)}
            line={line}
            isFresh={fresh.includes(keyOfLine(line))}
            onSource={onSource}
          />
        ))}
      </ul>
    </li>
  )
}

function Line(props: {
  readonly name: string
  readonly line: JourneyLine
  readonly isFresh: boolean
  onSource(source: JourneySource): void
}) {
  const { name, line, isFresh, onSource } = props
  const { at, says, detail, share, tone, source } = line
  const figure = figureOf(line)
  const origin = <Origin at={at} says={says} source={source} onSource={onSource} />
  return (
    <li className="line" data-tone={tone} data-fresh={isFresh} data-line={name}>
      <p className="says">
        {isFresh && <span className="tag">new</span>}
        {tone === 'good' && <Sign sign="✓" says="" />}
        {tone === 'bad' && <Sign sign="!" says="Mind: " />}
        {upperFirst(says)} {share === undefined && !detail && origin}
      </p>
      {share !== undefined && (
        <div className="share">
          <span className="bar" aria-hidden="true">
            <span style={{ inlineSize: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
          </span>
          {figure && <span className="figure">{figure}</span>}
          {origin}
        </div>
      )}
      {detail && (
        <p className="detail">
          {detail} {share === undefined && origin}
        </p>
      )}
    </li>
  )
}

/** When it happened, and what made the line; at the end of it, wherever there is room. */
function Origin(props: {
  readonly at: string | undefined
  readonly says: string
  readonly source: JourneySource
  onSource(source: JourneySource): void
}) {
  const { at, says, source, onSource } = props
  const name = sourceName(source)
  return (
    <span className="origin">
      {at && (
        <time dateTime={at} title={fullTime(at)}>
          {clockTime(at)}
        </time>
      )}{' '}
      <button
        type="button"
        className="source-link"
        aria-label={`${name}: what made the line “${says}”`}
        title={source.kind === 'file' ? source.path : `Show the ${name}`}
        onClick={() => onSource(source)}
      >
        {name}
      </button>
    </span>
  )
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

function Sign({ sign, says }: { readonly sign: string; readonly says: string }) {
  return (
    <>
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      {says && <span className="unseen">{says}</span>}
    </>
  )
}

/** How many new lines have never been in view. */
function useUnseen(root: RefObject<HTMLElement | null>, fresh: readonly string[]): number {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())

  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      const now = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => keyOf(target))
      if (now.length > 0) setSeen((before) => new Set([...before, ...now]))
    })
    for (const line of root.current?.querySelectorAll('[data-fresh="true"]') ?? []) {
      if (fresh.includes(keyOf(line))) observer.observe(line)
    }
    return () => observer.disconnect()
  }, [root, fresh])

  return fresh.filter((key) => !seen.has(key)).length
}

const keyOf = (line: Element): string => line.getAttribute('data-line') ?? ''
