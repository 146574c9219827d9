import { type KeyboardEvent, memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import type { PageMessage } from '../../page-contract.ts'
import { usePage, usePageTools } from '../page.ts'
import type { Room } from '../state.ts'
import { relativeDay } from '../text/slack-date.ts'
import { MessageView } from './message.tsx'
import { type Row, rowsOf } from './rows.ts'

export interface MessageListProps {
  readonly label: string
  readonly channel: string
  readonly room: Room
  onOlder(): void
  onSeen(ts: string): void
}

/** How near to an end counts as being there, pixels. */
const NEAR = 80
const OLDER_WITHIN = 1200

/** Only the rows on the screen exist; the list stays where the reader is, and at the bottom when the reader is there. */
export function MessageList({ label, channel, room, onOlder, onSeen }: MessageListProps) {
  const { store } = usePageTools()
  const me = usePage((state) => state.me)
  const seek = usePage((state) => state.seek)
  const rows = useMemo(() => rowsOf(room.messages, room.newAfter, me), [room.messages, room.newAfter, me])
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const atBottom = useRef(true)
  const lastOffset = useRef(0)
  /** The newest message when the reader left the bottom. */
  const [leftAt, setLeftAt] = useState<string | null>(null)
  const shift = useGrownAtStart(room.messages)
  const newest = room.messages.at(-1)?.ts
  const missed =
    leftAt === null
      ? 0
      : room.messages.length - 1 - room.messages.findLastIndex(({ ts }) => Number(ts) <= Number(leftAt))

  const toBottom = useCallback(() => {
    const element = scroller.current
    if (element) element.scrollTop = element.scrollHeight
  }, [])

  // Rows are measured after they were drawn, so that the bottom moves once more.
  useLayoutEffect(() => {
    if (atBottom.current) list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
  }, [rows])

  // Wherever one reads, an answer to oneself is not to be missed.
  useEffect(() => {
    if (room.said === 0) return
    atBottom.current = true
    setLeftAt(null)
    toBottom()
  }, [room.said, toBottom])

  useEffect(() => {
    if (newest !== undefined && atBottom.current && document.visibilityState === 'visible') onSeen(newest)
  }, [newest, onSeen])

  useEffect(() => {
    if (!seek || seek.channel !== channel || !room.loaded) return
    const at = rows.findIndex((row) => row.key === seek.ts)
    store.dispatch({ kind: 'found' })
    if (at < 0) return
    atBottom.current = false
    list.current?.scrollToIndex(at, { align: 'center' })
    focusRow(scroller.current, seek.ts)
  }, [seek, channel, room.loaded, rows, store])

  const scrolled = (offset: number) => {
    const handle = list.current
    if (!handle) return
    const wasAtBottom = atBottom.current
    // A tall row that has just come moves the bottom away; only who scrolls up leaves it.
    const isUpwards = offset < lastOffset.current
    lastOffset.current = offset
    const isNear = handle.scrollSize - handle.viewportSize - offset < NEAR
    atBottom.current = isNear || (wasAtBottom && !isUpwards)
    if (atBottom.current && !wasAtBottom) {
      setLeftAt(null)
      if (newest !== undefined) onSeen(newest)
    }
    if (!atBottom.current && wasAtBottom) setLeftAt(newest ?? null)
    if (offset < OLDER_WITHIN && room.hasOlder && !room.loading) onOlder()
  }

  return (
    <div className="list">
      <div
        ref={scroller}
        className="list-scroll"
        role="log"
        aria-label={label}
        // Rows come and go while scrolling; what is new is said elsewhere.
        aria-live="off"
        aria-busy={room.loading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onKeyDown={(event) => moveFocus(event, scroller.current)}
      >
        <div className="list-grow" />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={shift}
          onScroll={scrolled}
          onResize={() => atBottom.current && toBottom()}
        >
          {(row) => <RowView key={row.key} row={row} />}
        </Virtualizer>
      </div>
      {room.loading && room.loaded && <p className="list-older">Loading older messages …</p>}
      {missed > 0 && (
        <button
          type="button"
          className="pill"
          onClick={() => {
            atBottom.current = true
            setLeftAt(null)
            list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
          }}
        >
          ↓ {missed} new {missed === 1 ? 'message' : 'messages'}
        </button>
      )}
    </div>
  )
}

const RowView = memo(function RowView({ row }: { readonly row: Row }) {
  if (row.kind === 'message') return <MessageView message={row.message} compact={row.compact} inThread={false} />
  if (row.kind === 'new') {
    return (
      <div className="new-line">
        <span>New</span>
      </div>
    )
  }
  return (
    <div className="day-line">
      <h3>{dayName(row.at)}</h3>
    </div>
  )
})

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })

function dayName(at: number): string {
  const name = relativeDay(at, Date.now())
  return name ? `${name[0]?.toUpperCase()}${name.slice(1)}` : DAY.format(at)
}

/** Whether older messages came in before the ones that were there at the last rendering. */
function useGrownAtStart(messages: readonly PageMessage[]): boolean {
  const [state, setState] = useState({ messages, shift: false })
  if (state.messages === messages) return state.shift
  const first = state.messages[0]?.ts
  const shift = first !== undefined && messages[0]?.ts !== first && messages.some(({ ts }) => ts === first)
  setState({ messages, shift })
  return shift
}

function moveFocus(event: KeyboardEvent, scroller: HTMLElement | null): void {
  const target = event.target as HTMLElement
  const isRow = target === scroller || target.matches('article')
  if (!isRow || !scroller || event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
  event.preventDefault()
  const articles = [...scroller.querySelectorAll<HTMLElement>('article')]
  const at = articles.indexOf(target)
  const next = at < 0 ? articles.at(-1) : articles[at + (event.key === 'ArrowUp' ? -1 : 1)]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** Once the row is drawn, for it may not be yet. */
function focusRow(scroller: HTMLElement | null, ts: string): void {
  requestAnimationFrame(() => {
    const row = scroller?.querySelector<HTMLElement>(`article[data-ts="${CSS.escape(ts)}"]`)
    row?.focus({ preventScroll: true })
    row?.classList.add('sought')
    setTimeout(() => row?.classList.remove('sought'), 2000)
  })
}
