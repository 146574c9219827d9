import type { PageEvent } from '../page-contract.ts'
import type { Api, Gestures, Target } from './api.ts'
import type { OwnForms } from './own-forms.ts'
import { PAGE_SIZE } from './reduce.ts'
import type { Place, ThreadPlace } from './state.ts'
import type { Store } from './store.ts'

/** What a person at the page can do. Nothing here throws: what fails is shown where it was done, or as a toast. */
export interface Acts {
  /** Shows the workspace as somebody sees it; the server's first one of the cast for null. */
  actAs(who: string | null): void
  go(place: Place): void
  load(channel: string, older: boolean): Promise<void>
  openThread(thread: ThreadPlace | null): void
  loadThread(thread: ThreadPlace): Promise<void>
  read(channel: string, ts: string): void
  /** Whether it was done; `key` is where a failure is shown, a toast when left out. */
  gesture<Name extends keyof Gestures>(name: Name, body: Gestures[Name], key?: string): Promise<boolean>
  submit(values: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, string>>>
  offered(target: Target, control: string, query: string): Promise<readonly OfferedOption[]>
  stop(): void
}

export interface OfferedOption {
  readonly value: string
  readonly label: string
}

/** What has a trigger_id in Slack; a submission has one too. */
const OPENS_FORMS: ReadonlySet<keyof Gestures> = new Set(['click', 'command', 'shortcut'])

/** The key under which `state.uses` holds a control that is being used. */
export function keyOf(target: Target, control: string): string {
  return typeof target === 'string' ? `${target}/${control}` : `${target.channel}/${target.ts}/${control}`
}

export function acts(store: Store, api: Api, forms: OwnForms, remember: (who: string) => void): Acts {
  const { dispatch } = store
  let hangUp = () => {}
  const me = () => {
    const { me } = store.get()
    if (me === null) throw new Error('The playground has not answered yet; wait a moment and try again.')
    return me
  }
  const fail = (error: unknown) => dispatch({ kind: 'toast', says: wordsOf(error) })

  const act: Acts = {
    actAs(who) {
      hangUp()
      dispatch({ kind: 'connection', connection: 'connecting' })
      hangUp = api.stream(
        who,
        (event) => {
          dispatch(withOwnForm(event, forms))
          if (event.kind === 'snapshot') remember(event.snapshot.me)
        },
        () => dispatch({ kind: 'connection', connection: 'lost' }),
      )
    },

    go: (place) => dispatch({ kind: 'go', place }),

    async load(channel, older) {
      const room = store.get().rooms[channel]
      if (room?.loading || (older && !room?.hasOlder)) return
      const as = me()
      dispatch({ kind: 'loading', channel })
      try {
        const before = older ? room?.messages[0]?.ts : undefined
        const messages = await api.messages(as, channel, PAGE_SIZE, before)
        if (store.get().me === as) dispatch({ kind: 'page', channel, messages, older })
      } catch (error) {
        if (store.get().me === as) dispatch({ kind: 'loadFailed', channel, says: wordsOf(error) })
      }
    },

    openThread: (thread) => dispatch({ kind: 'openThread', thread }),

    async loadThread(thread) {
      try {
        const as = me()
        const messages = await api.thread(as, thread.channel, thread.ts)
        if (store.get().me === as) dispatch({ kind: 'replies', thread, messages })
      } catch (error) {
        fail(error)
      }
    },

    read(channel, ts) {
      api.read(me(), channel, ts).catch(fail)
    },

    async gesture(name, body, key) {
      if (OPENS_FORMS.has(name)) forms.gestured()
      if (saysInChannel(name, body)) dispatch({ kind: 'said', channel: body.channel })
      if (key !== undefined) dispatch({ kind: 'using', key })
      try {
        const failed = refusal(await api.gesture(name, me(), body))
        if (key !== undefined) dispatch({ kind: 'used', key, failed })
        return failed === null
      } catch (error) {
        if (key === undefined) fail(error)
        else dispatch({ kind: 'used', key, failed: wordsOf(error) })
        return false
      }
    },

    async submit(values) {
      const key = keyOf('modal', 'submit')
      forms.gestured()
      dispatch({ kind: 'using', key })
      try {
        const submission = (await api.gesture('submit', me(), { values })) as Submission
        const failed =
          submission?.status === 'failed' ? (refusal(submission.outcome) ?? 'The app refused the form.') : null
        dispatch({ kind: 'used', key, failed })
        return submission?.errors ?? {}
      } catch (error) {
        dispatch({ kind: 'used', key, failed: wordsOf(error) })
        return {}
      }
    },

    async offered(target, control, query) {
      try {
        return (await api.gesture('offered', me(), { target, control, query })) as readonly OfferedOption[]
      } catch (error) {
        fail(error)
        return []
      }
    },

    stop: () => hangUp(),
  }
  return act
}

/** What one says, or the command one gives, in a channel itself; the answer stands at its end. */
function saysInChannel(name: keyof Gestures, body: object): body is Gestures['command'] {
  return name === 'command' || (name === 'say' && !('thread' in body))
}

function withOwnForm(event: PageEvent, { own }: OwnForms): PageEvent {
  if (event.kind === 'modal') return { ...event, modal: own(event.modal) }
  if (event.kind !== 'snapshot') return event
  return { ...event, snapshot: { ...event.snapshot, modal: own(event.snapshot.modal) } }
}

interface Submission {
  readonly status: string
  readonly errors: Readonly<Record<string, string>>
  readonly outcome: unknown
}

/** What Slack's own client says when the app did not take the gesture; null when it did. */
function refusal(outcome: unknown): string | null {
  if (typeof outcome !== 'object' || outcome === null || !('acked' in outcome)) return null
  const { acked, status, error } = outcome as { acked: unknown; status?: unknown; error?: unknown }
  if (acked === true) return typeof error === 'string' ? `Slack could not show what the app answered: ${error}` : null
  if (typeof status === 'number') return `The app answered with an error (HTTP ${status}). Try again.`
  return 'The app did not answer in time (operation_timeout). Try again.'
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
