import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Census } from '../core/census.ts'
import { msBetween, SECOND } from '../core/time.ts'
import type { Clock, Log, Meter } from '../ports.ts'
import { GAUGES } from './gauges/index.ts'

export interface Metrics extends Meter {
  /** The type of what `text` says. */
  readonly contentType: string
  /** Everything in the text format of Prometheus. A census that fails leaves its gauges out and is logged. */
  text(): Promise<string>
  /** Memory, CPU, event loop and garbage collection of this process too, from now on. */
  watchProcess(): void
}

/** A census costs a few queries, so one serves everybody who asks within this time. */
const CENSUS_FOR_MS = 5 * SECOND

/** A registry of its own for each app: nothing is global. */
export function meter({
  census,
  clock,
  log,
}: {
  readonly census: () => Promise<Census>
  readonly clock: Clock
  readonly log: Log
}): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers })
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ) => new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers })

  const received = counter('waybill_messages_received_total', 'Messages that came in.', ['source', 'outcome'])
  const events = counter('waybill_ticket_events_total', 'What happened to tickets, and whether a person did it.', [
    'type',
    'by',
  ])
  const confidence = histogram(
    'waybill_routed_confidence',
    'How sure Waybill was of the topic when it decided.',
    ['topic'],
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
  )
  const timeToCard = histogram(
    'waybill_time_to_card_seconds',
    'From a ticket that came in to its first card.',
    [],
    [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800],
  )
  const calls = counter(
    'waybill_slack_calls_total',
    'Calls of the Web API for cards and pages, by what came of them.',
    ['method', 'outcome'],
  )
  const voices = counter(
    'waybill_voice_answers_total',
    'What the classifiers said: an opinion, nothing, or an error.',
    ['voice', 'outcome'],
  )
  const thinking = histogram(
    'waybill_voice_seconds',
    'How long a classifier took.',
    ['voice'],
    [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10],
  )

  let counted: { readonly at: Census['at']; readonly result: Promise<Census> } | undefined
  const countNow = (): Promise<Census> => {
    const now = clock.now()
    if (!counted || Math.abs(msBetween(counted.at, now)) >= CENSUS_FOR_MS) counted = { at: now, result: census() }
    return counted.result
  }

  return {
    contentType: registry.contentType,
    received: (source, outcome) => received.inc({ source, outcome }),
    happened: (type, by) => events.inc({ type, by }),
    routed: (topic, sure) => confidence.observe({ topic: topic ?? 'none' }, sure),
    shown: (ms) => timeToCard.observe(ms / SECOND),
    called: (method, outcome) => calls.inc({ method, outcome }),
    heard(voice, outcome, ms) {
      voices.inc({ voice, outcome })
      thinking.observe({ voice }, ms / SECOND)
    },

    async text() {
      const counts = await registry.metrics()
      try {
        return `${counts}\n${await gaugesOf(await countNow()).metrics()}`
      } catch (error) {
        counted = undefined
        log.warn({ error: error instanceof Error ? error.name : 'unknown error' }, 'gauges could not be read')
        return counts
      }
    },

    watchProcess: () => collectDefaultMetrics({ register: registry }),
  }
}

/** Made anew each time, since a gauge without a value would show 0. */
function gaugesOf(census: Census): Registry {
  const registry = new Registry()
  for (const { id: name, help, labels: labelNames, read } of GAUGES) {
    const samples = read(census)
    if (samples.length === 0) continue
    const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
    for (const { labels, value } of samples) gauge.set({ ...labels }, value)
  }
  return registry
}
