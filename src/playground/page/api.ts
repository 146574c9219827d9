import type { FeedWish, Journey, OwnMail, PageEvent, PageMessage, SourceText } from '../page-contract.ts'
import type { BreakName } from '../stage/contract.ts'

/** Where a control stands. */
export type Target = { readonly channel: string; readonly ts: string } | 'modal' | 'home'

/** The gestures and what each needs besides who makes it. */
export interface Gestures {
  click: { readonly target: Target; readonly control: string; readonly value?: unknown }
  offered: { readonly target: Target; readonly control: string; readonly query: string }
  /** `values`: block_id -> what was entered. */
  submit: { readonly values: Readonly<Record<string, unknown>> }
  close: Readonly<Record<string, never>>
  command: { readonly channel: string; readonly line: string }
  shortcut: { readonly callbackId: string; readonly target?: Target }
  openHome: Readonly<Record<string, never>>
  say: { readonly channel: string; readonly text: string; readonly thread?: string }
  react: { readonly target: Target; readonly name: string }
  edit: { readonly target: Target; readonly text: string }
  unsay: { readonly target: Target }
}

/** The page's line to its server. Every call rejects with an `Error` whose message is for people. */
export interface Api {
  /** Begins with a snapshot, and again each time the line was lost; returns how to hang up. */
  stream(as: string | null, hear: (event: PageEvent) => void, lost: () => void): () => void
  messages(as: string, channel: string, limit: number, before?: string): Promise<readonly PageMessage[]>
  thread(as: string, channel: string, ts: string): Promise<readonly PageMessage[]>
  gesture<Name extends keyof Gestures>(name: Name, as: string, body: Gestures[Name]): Promise<unknown>
  read(as: string, channel: string, ts: string): Promise<unknown>
  journey(number: number): Promise<Journey>
  event(number: number, version: number): Promise<SourceText>
  decision(number: number): Promise<SourceText>
  source(path: string): Promise<SourceText>
  feed(wish: FeedWish): Promise<unknown>
  mail(mail: OwnMail): Promise<{ readonly number: number }>
  /** `raw`: base64 of the file. */
  eml(name: string, raw: string): Promise<{ readonly number: number }>
  break(what: BreakName, on: boolean): Promise<unknown>
  scene(name: string): Promise<unknown>
}

const KINDS: readonly PageEvent['kind'][] = [
  'snapshot',
  'message',
  'gone',
  'channels',
  'modal',
  'home',
  'status',
  'ticket',
  'scene',
  'failure',
]

const RETRY_MS = 1_500

export function connectedApi(): Api {
  return {
    stream(as, hear, lost) {
      let source: EventSource
      let waiting: ReturnType<typeof setTimeout> | undefined
      const open = (who: string | null) => {
        source = new EventSource(`/api/stream?${query({ as: who ?? undefined })}`)
        for (const kind of KINDS) {
          source.addEventListener(kind, (event) => hear(eventIn(event)))
        }
        source.addEventListener('error', () => {
          lost()
          // The browser tries again by itself, except when it was refused: this person may not exist any more.
          if (source.readyState === EventSource.CLOSED) waiting = setTimeout(() => open(null), RETRY_MS)
        })
      }
      open(as)
      return () => {
        clearTimeout(waiting)
        source.close()
      }
    },

    messages: (as, channel, limit, before) => get(`/api/messages?${query({ as, channel, before, limit })}`),
    thread: (as, channel, ts) => get(`/api/thread?${query({ as, channel, ts })}`),
    journey: (number) => get(`/api/journey/${number}`),
    event: (number, version) => get(`/api/event/${number}/${version}`),
    decision: (number) => get(`/api/decision/${number}`),
    source: (path) => get(`/api/source?${query({ path })}`),

    gesture: (name, as, body) => post(`/api/gesture/${name}`, { as, ...body }),
    read: (as, channel, ts) => post('/api/read', { as, channel, ts }),
    feed: (wish) => post('/api/feed', wish),
    mail: (mail) => post('/api/mail', mail),
    eml: (name, raw) => post('/api/eml', { name, raw }),
    break: (what, on) => post('/api/break', { what, on }),
    scene: (name) => post('/api/scene', { name }),
  }
}

function eventIn(event: Event): PageEvent {
  return JSON.parse('data' in event ? String(event.data) : '') as PageEvent
}

function query(params: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(params).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  )
  return new URLSearchParams(given).toString()
}

const get = <T>(path: string): Promise<T> => answered(fetch(path))

const post = <T>(path: string, body: unknown): Promise<T> =>
  answered(fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }))

async function answered<T>(asked: Promise<Response>): Promise<T> {
  const response = await asked.catch((error: unknown) => {
    throw new Error('The playground does not answer; is "npm run demo" still running?', { cause: error })
  })
  const body: unknown = await response.json().catch(() => null)
  const said = typeof body === 'object' && body !== null ? (body as { result?: unknown; error?: unknown }) : {}
  if (!response.ok || said.error !== undefined) {
    throw new Error(typeof said.error === 'string' ? said.error : `The playground answered ${response.status}.`)
  }
  // Reads answer with the thing itself, gestures and wishes with { result }.
  return (Array.isArray(body) || !('result' in said) ? body : said.result) as T
}
