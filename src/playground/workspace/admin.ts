import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { SlackWorkspace } from './contract.ts'
import { FAULT_KINDS } from './faults.ts'
import type { Fields } from './model.ts'
import { GESTURES, Gesture } from './people-operations.ts'
import { readSent } from './read-sent.ts'
import type { Site } from './site.ts'

const Plan = z.strictObject({
  seed: z.number(),
  rate: z.number().min(0).max(1),
  methods: z.array(z.string()).exactOptional(),
  kinds: z.array(z.enum(FAULT_KINDS)).exactOptional(),
  delayMs: z.number().exactOptional(),
  lateMs: z.number().exactOptional(),
  retryAfterS: z.number().exactOptional(),
  droppedEvents: z.number().min(0).max(1).exactOptional(),
  doubledEvents: z.number().min(0).max(1).exactOptional(),
})

const AnyFields = z.record(z.string(), z.unknown())
type Operation = (sent: Fields, workspace: SlackWorkspace, site: Site) => unknown

/** What other processes may do: look, act as a person, break things. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  app: (_, { app }) => app,
  ledger: (_, workspace) => summary(workspace),
  visible: (sent, { ledger }) => ledger.visible(z.object({ channel: z.string().optional() }).parse(sent).channel),
  calls: (sent, { ledger }) => ledger.calls(z.object({ method: z.string().optional() }).parse(sent).method),
  deliveries: (sent, { ledger }) => ledger.deliveries(z.object({ type: z.string().optional() }).parse(sent).type),
  postings: (_, { ledger }) => ledger.postings,

  sees: (sent, workspace) => {
    const { as, channel } = Gesture.extend({ channel: z.string() }).parse(sent)
    return workspace.as(as).sees(channel)
  },
  whispers: (sent, workspace) => {
    const { as, channel } = Gesture.extend({ channel: z.string().optional() }).parse(sent)
    return workspace.as(as).whispers(channel)
  },
  modal: (sent, workspace) => workspace.as(Gesture.parse(sent).as).modal() ?? null,
  home: (sent, workspace) => workspace.as(Gesture.parse(sent).as).home() ?? null,

  ...GESTURES,

  announce: (sent, workspace) => {
    const { event, envelope } = z.object({ event: AnyFields, envelope: AnyFields.optional() }).parse(sent)
    return workspace.announce(event, envelope)
  },

  setFaults: (sent, workspace) =>
    workspace.setFaults(z.object({ plan: Plan.nullable() }).parse(sent).plan ?? undefined),
  failNext: (sent, workspace) => {
    const { method, kind } = z.object({ method: z.string(), kind: z.enum(FAULT_KINDS) }).parse(sent)
    workspace.failNext(method, kind)
  },
  down: (sent, workspace) => workspace.down(z.object({ down: z.boolean() }).parse(sent).down),
  deliverTo: (sent, workspace) =>
    workspace.deliverTo(z.object({ url: z.string().nullable() }).parse(sent).url ?? undefined),
  deactivate: (sent, workspace) => workspace.deactivate(z.object({ who: z.string() }).parse(sent).who),
  archive: (sent, workspace) => workspace.archive(z.object({ channel: z.string() }).parse(sent).channel),
  reset: (_, workspace) => workspace.reset(),
  refreshSockets: (_, { socket }) => socket.refresh(),
  cutSockets: (_, { socket }) => socket.cut(),
}

/** Answers `POST /_workspace/<operation>`: JSON in, `{ result }` or `{ error }` out. */
export async function answerAdmin(
  site: Site,
  workspace: SlackWorkspace,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const say = (status: number, body: Fields) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  // A web page elsewhere cannot send JSON here without asking first, and nobody answers that question.
  if (request.method !== 'POST' || !request.headers['content-type']?.includes('application/json')) {
    return say(415, { error: 'POST JSON, please.' })
  }
  const operation = OPERATIONS[name]
  if (!operation)
    return say(404, { error: `There is no operation "${name}"; there are ${Object.keys(OPERATIONS).join(', ')}.` })

  try {
    say(200, { result: (await operation(await readSent(request), workspace, site)) ?? null })
  } catch (error) {
    const message =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)
    say(400, { error: message })
  }
}

function summary({ ledger, pendingDeliveries, socket }: SlackWorkspace): Fields {
  const { failures, faults, unfurling, liveMarkup, postings } = ledger
  const calls: Record<string, number> = {}
  for (const { method } of ledger.calls()) calls[method] = (calls[method] ?? 0) + 1
  return {
    visible: ledger.visible(),
    ephemerals: ledger.ephemerals(),
    calls,
    failures,
    faults,
    unfurling,
    liveMarkup,
    postings: postings.length,
    deliveries: ledger.deliveries().length,
    pendingDeliveries,
    connections: socket.connections,
  }
}
