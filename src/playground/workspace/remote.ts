import { type Changes, changes } from './changes.ts'
import type { SlackWorkspace } from './contract.ts'
import type { Outcome } from './delivery.ts'
import type { SeenView } from './eyes.ts'
import type { FaultKind, FaultPlan } from './faults.ts'
import type { Submission } from './gestures.ts'
import type { CallRecord, DeliveryRecord, FailureSeen, Flagged, Posting, VisibleMessage } from './ledger.ts'
import type { Fields } from './model.ts'

/** A message by where it is, the newest that shows a text, or the view open now. */
type RemoteTarget = VisibleMessage | { readonly channel: string; readonly ts: string } | string

interface RemoteUser {
  sees(channel: string): Promise<VisibleMessage[]>
  whispers(channel?: string): Promise<VisibleMessage[]>
  modal(): Promise<SeenView | undefined>
  home(): Promise<SeenView | undefined>
  click(target: RemoteTarget, control: string, value?: unknown, how?: { readonly asShown?: boolean }): Promise<Outcome>
  offered(
    target: RemoteTarget,
    control: string,
    query: string,
  ): Promise<{ readonly value: string; readonly label: string }[]>
  submit(values?: Fields): Promise<Submission>
  close(): Promise<Outcome>
  command(line: string, channel?: string): Promise<Outcome>
  shortcut(callbackId: string, on?: RemoteTarget): Promise<Outcome>
  openHome(): Promise<Outcome>
  say(channel: string, text: string, where?: { readonly thread?: string }): Promise<VisibleMessage>
  react(on: RemoteTarget, name: string): Promise<void>
}

interface RemoteSummary {
  readonly visible: readonly VisibleMessage[]
  readonly ephemerals: readonly VisibleMessage[]
  /** How often each method was called. */
  readonly calls: Readonly<Record<string, number>>
  readonly failures: readonly FailureSeen[]
  readonly faults: Readonly<Record<string, number>>
  readonly unfurling: readonly Flagged[]
  readonly liveMarkup: readonly Flagged[]
  readonly postings: number
  readonly deliveries: number
  readonly pendingDeliveries: number
  readonly connections: number
}

export interface RemoteWorkspace {
  readonly url: string
  app(): Promise<SlackWorkspace['app']>
  as(who: string): RemoteUser
  ledger(): Promise<RemoteSummary>
  visible(channel?: string): Promise<VisibleMessage[]>
  calls(method?: string): Promise<CallRecord[]>
  deliveries(type?: string): Promise<DeliveryRecord[]>
  postings(): Promise<Posting[]>
  announce(event: Fields, envelope?: Fields): Promise<Outcome>
  setFaults(plan: FaultPlan | undefined): Promise<void>
  failNext(method: string, kind: FaultKind): Promise<void>
  down(isDown: boolean): Promise<void>
  deliverTo(url: string | undefined): Promise<void>
  deactivate(who: string): Promise<void>
  archive(channel: string): Promise<void>
  refreshSockets(): Promise<void>
  cutSockets(): Promise<void>
  reset(): Promise<void>
  /** Asks again every 20 ms until the answer is truthy. */
  readonly until: Changes['until']
}

/** The same workspace from another process. What the workspace refuses is thrown with its own words. */
export function remoteWorkspace(url: string): RemoteWorkspace {
  const ask = async (operation: string, sent: Fields = {}) => {
    const response = await fetch(`${url}/_workspace/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    })
    const { result, error } = (await response.json()) as { readonly result?: unknown; readonly error?: string }
    if (!response.ok) throw new Error(`${operation}: ${error}`)
    return result ?? undefined
  }
  /** The other side runs the same code, so what it answers has the type of its operation. */
  const asking =
    <T>(operation: string, shape: (...given: never[]) => Fields = () => ({})) =>
    async (...given: unknown[]) =>
      (await ask(operation, shape(...(given as never[])))) as T

  const waiting = changes()
  return {
    url,
    app: asking('app'),
    ledger: asking('ledger'),
    visible: asking('visible', (channel?: string) => ({ channel })),
    calls: asking('calls', (method?: string) => ({ method })),
    deliveries: asking('deliveries', (type?: string) => ({ type })),
    postings: asking('postings'),
    announce: asking('announce', (event: Fields, envelope?: Fields) => ({ event, envelope })),
    setFaults: asking('setFaults', (plan?: FaultPlan) => ({ plan: plan ?? null })),
    failNext: asking('failNext', (method: string, kind: FaultKind) => ({ method, kind })),
    down: asking('down', (down: boolean) => ({ down })),
    deliverTo: asking('deliverTo', (to?: string) => ({ url: to ?? null })),
    deactivate: asking('deactivate', (who: string) => ({ who })),
    archive: asking('archive', (channel: string) => ({ channel })),
    refreshSockets: asking('refreshSockets'),
    cutSockets: asking('cutSockets'),
    reset: asking('reset'),
    until: (condition, timeoutMs) => waiting.until(condition, timeoutMs),

    as: (who) => ({
      sees: asking('sees', (channel: string) => ({ as: who, channel })),
      whispers: asking('whispers', (channel?: string) => ({ as: who, channel })),
      modal: asking('modal', () => ({ as: who })),
      home: asking('home', () => ({ as: who })),
      click: asking('click', (target: RemoteTarget, control: string, value?: unknown, how: Fields = {}) => ({
        as: who,
        target,
        control,
        value,
        ...how,
      })),
      offered: asking('offered', (target: RemoteTarget, control: string, query: string) => ({
        as: who,
        target,
        control,
        query,
      })),
      submit: asking('submit', (values?: Fields) => ({ as: who, values })),
      close: asking('close', () => ({ as: who })),
      command: asking('command', (line: string, channel?: string) => ({ as: who, line, channel })),
      shortcut: asking('shortcut', (callbackId: string, on?: RemoteTarget) => ({ as: who, callbackId, on })),
      openHome: asking('openHome', () => ({ as: who })),
      say: asking('say', (channel: string, text: string, where: Fields = {}) => ({ as: who, channel, text, ...where })),
      react: asking('react', (on: RemoteTarget, name: string) => ({ as: who, on, name })),
    }),
  }
}
