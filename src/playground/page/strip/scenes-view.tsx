import type { SceneState } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import { Glyph } from './glyph.tsx'
import { Empty, Failure } from './parts.tsx'
import { lineSigns, SIGNS } from './scene-lines.ts'
import { mentions } from './tickets.ts'
import { clockTime } from './times.ts'
import { useAsk } from './use-ask.ts'

const STATES: Readonly<Record<SceneState['state'], string>> = {
  idle: '',
  running: 'running …',
  passed: '✓ went as promised',
  failed: '✗ did not go as promised',
}

/** Short plays to watch, each also a test; one at a time. */
export function ScenesView(props: {
  readonly api: Api
  readonly scenes: readonly SceneState[]
  onTicket(number: number): void
}) {
  const { api, scenes, onTicket } = props
  const running = scenes.find(({ state }) => state === 'running')
  if (scenes.length === 0) {
    return (
      <Empty title="No scenes here">
        <p>This playground was started without scenes.</p>
      </Empty>
    )
  }
  return (
    <div className="stack">
      <p className="quiet">
        {running
          ? `“${running.title}” is running; the others wait for it.`
          : 'A scene does something in front of you and checks what comes of it. Each is also a test.'}
      </p>
      {scenes.map((scene) => (
        <Scene key={scene.name} {...{ api, scene, onTicket }} waits={running !== undefined} />
      ))}
    </div>
  )
}

function Scene(props: {
  readonly api: Api
  readonly scene: SceneState
  readonly waits: boolean
  onTicket(number: number): void
}) {
  const { api, scene, waits, onTicket } = props
  const { name, title, about, state, says } = scene
  const { ask, busy, failed } = useAsk()
  const signs = lineSigns(scene)
  return (
    <section className="card scene" data-state={state} aria-label={title}>
      <div className="scene-head">
        <div>
          <h3>{title}</h3>
          <p>{about}</p>
        </div>
        <button
          type="button"
          className="small"
          aria-label={`${state === 'idle' ? 'Run' : 'Run again'}: ${title}`}
          disabled={busy || waits}
          onClick={() => void ask(() => api.scene(name))}
        >
          <Glyph name="play" size={11} /> {state === 'passed' || state === 'failed' ? 'Again' : 'Run'}
        </button>
      </div>
      <Failure says={failed} />
      <p className="scene-state" role="status">
        {STATES[state]}
      </p>
      {says.length > 0 && (
        <ol className="scene-log" aria-label={`What happened in “${title}”`}>
          {says.map(({ at, text }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows
            <li key={place} data-sign={signs[place]}>
              <time dateTime={at}>{clockTime(at)}</time>
              <span>
                {signs[place] && SIGNS[signs[place]]}
                <Told text={text} onTicket={onTicket} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** What a scene says; a ticket in it leads to its journey. */
function Told({ text, onTicket }: { readonly text: string; onTicket(number: number): void }) {
  return mentions(text).map((piece, at) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
      <button key={at} type="button" className="link" onClick={() => onTicket(piece)}>
        #{piece}
      </button>
    ),
  )
}
