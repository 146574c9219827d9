import { onTestFinished } from 'vitest'
import { type App, buildApp, Settings } from '../../../src/app.ts'
import { readSettings } from '../../../src/config.ts'
import type { Journey, PageEvent, PageMessage, SourceText } from '../../../src/playground/page-contract.ts'
import type { PageFiles } from '../../../src/playground/page-server/page-files.ts'
import { type PageServerOptions, startPageServer } from '../../../src/playground/page-server/server.ts'
import type { BreakName, FeedState, FeedWish, Stage } from '../../../src/playground/stage/contract.ts'
import type { SlackWorkspace } from '../../../src/playground/workspace/contract.ts'
import { freshLocation } from '../../support/databases.ts'
import { silentLog } from '../../support/log.ts'

/** A database to read along in, with nobody at work. */
export async function anApp(): Promise<App> {
  const app = await buildApp(readSettings({ DATABASE_URL: await freshLocation('sqlite') }, Settings), {
    log: silentLog,
  })
  onTestFinished(() => app.stop())
  return app
}

/** A stage whose bot, feeder and breaks do as they are told and remember it. */
export function aStage(slack: SlackWorkspace, app: App, cast: Stage['cast'] = []) {
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const told: unknown[] = []
  let feed: FeedState = { playing: false, perMinute: 12, sent: 0, total: null, source: 'test', peopleWork: false }
  const on: Record<BreakName, boolean> = {
    'rate-limit': false,
    'slack-down': false,
    'model-down': false,
    'bot-down': false,
  }

  const wish = async (wanted: FeedWish) => {
    if (wanted.do === 'speed') feed = { ...feed, perMinute: wanted.perMinute }
    else if (wanted.do === 'peopleWork') feed = { ...feed, peopleWork: wanted.on }
    else feed = { ...feed, playing: wanted.do === 'play' }
    changed()
  }
  const stage: Stage = {
    slack,
    app,
    people: [],
    cast,
    bot: {
      state: { state: 'up', pid: 1, starts: 1 },
      url: 'http://127.0.0.1:1',
      start: async () => undefined,
      kill: async () => undefined,
      stop: async () => 1,
      log: () => [],
    },
    feeder: {
      get state() {
        return feed
      },
      wish,
      async mail(mail) {
        if (!mail.from.email.includes('@')) throw new Error(`"${mail.from.email}" is not an address.`)
        told.push(mail)
        return { number: told.length }
      },
      async eml(name, raw) {
        told.push({ name, raw: Buffer.from(raw).toString('utf8') })
        return { number: told.length }
      },
    },
    breaks: {
      get on() {
        return { ...on }
      },
      async set(what, isOn) {
        on[what] = isOn
        changed()
      },
    },
    model: { kind: 'none', says: 'No language model is asked.' },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: async () => undefined,
  }
  return { stage, told }
}

const NO_PAGE: PageFiles = new Map()
const noJourney = async (): Promise<Journey> => {
  throw new Error('no journeys in this test')
}

/** A page server that stops with its test, and a browser without a face. */
export async function servedPage(stage: Stage, more: Partial<PageServerOptions> = {}) {
  const server = await startPageServer({ stage, port: 0, page: NO_PAGE, journeyOf: noJourney, scenes: [], ...more })
  const stop = () => server.stop()
  onTestFinished(stop)
  const { url } = server

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const type = { 'content-type': 'application/json', ...headers }
    const response = await fetch(`${url}/api/${path}`, { method: 'POST', headers: type, body: JSON.stringify(body) })
    return {
      status: response.status,
      ...((await response.json()) as { readonly result?: unknown; readonly error?: string }),
    }
  }
  const get = async (path: string) => {
    const response = await fetch(`${url}/api/${path}`)
    const body: unknown = await response.json()
    return { status: response.status, body, error: (body as { readonly error?: string }).error }
  }
  const messages = async (as: string, channel: string, part = '') =>
    (await get(`messages?as=${as}&channel=${channel}${part}`)).body as PageMessage[]
  const source = async (path: string) => {
    const { body, ...answer } = await get(path)
    return { ...answer, body: body as SourceText }
  }
  return { url, stop, post, get, messages, source, listen: (as: string) => listen(url, as) }
}

type EventOf<Kind extends PageEvent['kind']> = Extract<PageEvent, { kind: Kind }>

/** Reads the stream like an EventSource; ends with its test. */
export async function listen(url: string, as: string) {
  const leaving = new AbortController()
  const response = await fetch(`${url}/api/stream?as=${as}`, { signal: leaving.signal })
  const events: PageEvent[] = []
  const comments: string[] = []
  const looking = new Set<() => void>()
  let ended = false

  const hear = (text: string) => {
    if (/^(?::|retry:)/.test(text)) return void comments.push(text)
    const { name, data } = /^event: (?<name>.*)\ndata: (?<data>.*)$/.exec(text)?.groups ?? {}
    const event = JSON.parse(data ?? 'null') as PageEvent
    if (event.kind !== name) throw new Error(`event ${name} carries ${event.kind}`)
    events.push(event)
  }
  const read = async () => {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for await (const chunk of response.body ?? []) {
        const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) hear(part)
        for (const look of looking) look()
      }
    } catch (error) {
      if (!leaving.signal.aborted) comments.push(`broke: ${String(error)}`)
    }
    ended = true
    for (const look of looking) look()
  }
  const reading = read()
  onTestFinished(async () => {
    leaving.abort()
    await reading
  })

  /** Waits until something that was heard holds. */
  const until = <T>(holds: () => T | undefined | false): Promise<T> =>
    new Promise((resolve, reject) => {
      const giveUp = setTimeout(
        () =>
          finish(() =>
            reject(new Error(`heard in vain: ${events.map(({ kind }) => kind).join(' ')} (${holds.toString()})`)),
          ),
        10_000,
      )
      const finish = (settle: () => void) => {
        clearTimeout(giveUp)
        looking.delete(look)
        settle()
      }
      const look = () => {
        const found = holds()
        if (found !== undefined && found !== false) finish(() => resolve(found))
      }
      looking.add(look)
      look()
    })

  const heard = <Kind extends PageEvent['kind']>(kind: Kind): EventOf<Kind>[] =>
    events.filter((event): event is EventOf<Kind> => event.kind === kind)
  const { snapshot } = await until(() => heard('snapshot')[0])
  return {
    response,
    snapshot,
    events,
    comments,
    heard,
    until,
    get ended() {
      return ended
    },
    leave: () => leaving.abort(),
  }
}
