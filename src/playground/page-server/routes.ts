import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as z from 'zod'
import type { App } from '../../app.ts'
import { RejectedError, UnavailableError } from '../../errors.ts'
import type { Journey } from '../page-contract.ts'
import type { Fields } from '../workspace/model.ts'
import { isFields } from '../workspace/reading.ts'
import { SlackError } from '../workspace/slack-error.ts'
import { refusalOf, Thread, Whole, Window } from './asked-for.ts'
import { deeds } from './deeds.ts'
import { guard } from './guard.ts'
import type { House } from './house.ts'
import { onePage } from './one-page.ts'
import type { PageFiles } from './page-files.ts'
import { servePage } from './serve-page.ts'
import { sources } from './sources.ts'
import { eventStream, type StreamOptions } from './stream.ts'
import type { Streams } from './streams.ts'

export type JourneyOf = (app: App, number: number) => Promise<Journey>

export interface RouteOptions extends StreamOptions {
  readonly house: House
  readonly streams: Streams
  readonly journeyOf: JourneyOf
  readonly files: PageFiles
}

/** A mail of 25 MiB, the most that is read, is a third longer in base64. */
const LONGEST_BODY_BYTES = 36 * 1024 * 1024

/** Everything the page asks its server; see page-contract.ts. */
export function routes({
  house,
  streams,
  journeyOf,
  files,
  ...limits
}: RouteOptions): Hono<{ Bindings: HttpBindings }> {
  const { stage } = house
  const { log } = stage.app
  const behind = sources(stage.app)
  const possible = deeds(house, (user) => streams.tell({ kind: 'channels' }, user))

  const act = async (context: Context): Promise<Response> => {
    const name = context.req.path.slice('/api/'.length)
    const deed = possible.get(name)
    if (!deed)
      throw new RejectedError(`There is no "${name}" to ask for; there are ${[...possible.keys()].join(', ')}.`, {
        status: 404,
      })
    try {
      return context.json({ result: (await deed(await jsonOf(context))) ?? null })
    } catch (error) {
      throw inWords(error)
    }
  }

  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(guard)
  app.get('/api/stream', (context) => {
    // Nobody would read what is told.
    if (context.req.method === 'HEAD') return context.body(null)
    const as = context.req.query('as') || stage.cast[0]?.id || ''
    return eventStream(onePage(house, as), streams, { ...limits, log, cut: () => context.env.outgoing.destroy() })
  })
  app.get('/api/messages', async (context) => {
    const { as, channel, before, limit } = Window.parse(context.req.query())
    return context.json(await onePage(house, as).messages(channel, { before, limit }))
  })
  app.get('/api/thread', async (context) => {
    const { as, channel, ts } = Thread.parse(context.req.query())
    return context.json(await onePage(house, as).thread(channel, ts))
  })
  app.get('/api/journey/:number', async (context) =>
    context.json(await journeyOf(stage.app, Whole.parse(context.req.param('number')))),
  )
  app.get('/api/event/:number/:version', async (context) => {
    const { number, version } = z.object({ number: Whole, version: Whole }).parse(context.req.param())
    return context.json(await behind.event(number, version))
  })
  app.get('/api/decision/:number', async (context) =>
    context.json(await behind.decision(Whole.parse(context.req.param('number')))),
  )
  app.get('/api/source', async (context) => context.json(await behind.file(context.req.query('path') ?? '')))
  const onError = () => {
    throw new RejectedError('That is larger than the 25 MiB a mail may have.', { status: 413 })
  }
  app.post('/api/*', bodyLimit({ maxSize: LONGEST_BODY_BYTES, onError }), act)
  app.get('/api/*', () => {
    throw new RejectedError('There is nothing to read at this address.', { status: 404 })
  })
  app.get('*', (context) => servePage(files, context.req.raw))
  app.notFound((context) => context.json({ error: 'There is nothing at this address.' }, 404))
  app.onError((error, context) => {
    const { status, says } = answerFor(error)
    if (status >= 500)
      log.error({ path: context.req.path, reason: `${error.name}: ${error.message}` }, 'page request failed')
    return Response.json({ error: says }, { status, headers: status === 413 ? { connection: 'close' } : {} })
  })
  return app
}

async function jsonOf(context: Context): Promise<Fields> {
  const text = await context.req.text()
  try {
    const sent: unknown = JSON.parse(text)
    if (isFields(sent)) return sent
  } catch (error) {
    throw new RejectedError('The body is not JSON.', { cause: error })
  }
  throw new RejectedError('The body must be a JSON object.')
}

/** Gestures and wishes are refused with plain errors in words for people; a bug is none of these. */
function inWords(error: unknown): unknown {
  const isPlain = error instanceof Error && error.constructor === Error
  return isPlain ? new RejectedError(error.message, { cause: error }) : error
}

function answerFor(error: Error): { readonly status: number; readonly says: string } {
  if (error instanceof RejectedError) return { status: error.status, says: error.message }
  if (error instanceof z.ZodError) return { status: 400, says: refusalOf(error) }
  if (error instanceof SlackError) return { status: 400, says: `Slack refuses that: ${error.code}.` }
  if (error instanceof UnavailableError) return { status: 503, says: error.message }
  return { status: 500, says: 'Something went wrong in the playground; its log says what.' }
}
