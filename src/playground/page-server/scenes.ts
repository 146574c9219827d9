import { RejectedError } from '../../errors.ts'
import type { SceneState } from '../page-contract.ts'
import type { Stage } from '../stage/contract.ts'

/** A story that plays by itself and checks what comes of it; it passed unless it throws. */
export interface PlayableScene extends Pick<SceneState, 'name' | 'title' | 'about'> {
  run(stage: Stage, say: (text: string, tone?: 'good' | 'bad') => void): Promise<void>
}

export interface SceneBoard {
  readonly states: readonly SceneState[]
  state(name: string): SceneState | undefined
  /** Begins it. RejectedError 404 when there is no such scene, 409 while another one plays. */
  play(name: string): SceneState
}

/** What a page shows of a scene; a storm says more than anybody reads. */
const MOST_LINES = 300

/** Which scene plays and what it has said so far; `changed` is told which one is another. */
export function sceneBoard(
  scenes: readonly PlayableScene[],
  stage: Stage,
  changed: (name: string) => void,
): SceneBoard {
  const idle = ({ name, title, about }: PlayableScene): SceneState => ({ name, title, about, state: 'idle', says: [] })
  const states = new Map(scenes.map((scene) => [scene.name, idle(scene)]))

  const become = (name: string, change: (before: SceneState) => SceneState): void => {
    const before = states.get(name)
    if (!before) return
    states.set(name, change(before))
    changed(name)
  }
  const say = (name: string) => (text: string, tone?: 'good' | 'bad') => {
    const at = new Date().toISOString()
    become(name, (before) => ({
      ...before,
      says: [...before.says, { at, text, ...(tone ? { tone } : {}) }].slice(-MOST_LINES),
    }))
  }

  async function run(scene: PlayableScene): Promise<void> {
    try {
      await scene.run(stage, say(scene.name))
      become(scene.name, (before) => ({ ...before, state: 'passed' }))
    } catch (error) {
      say(scene.name)(error instanceof Error ? error.message : String(error), 'bad')
      become(scene.name, (before) => ({ ...before, state: 'failed' }))
    }
  }

  return {
    get states() {
      return [...states.values()]
    },
    state: (name) => states.get(name),

    play(name) {
      const scene = scenes.find((one) => one.name === name)
      if (!scene) {
        const names = scenes.map((one) => one.name).join(', ') || 'none'
        throw new RejectedError(`There is no scene "${name}"; there are: ${names}.`, { status: 404 })
      }
      const playing = [...states.values()].find(({ state }) => state === 'running')
      if (playing) {
        throw new RejectedError(`"${playing.title}" plays now. Scenes play one at a time; wait until it has ended.`, {
          status: 409,
        })
      }
      become(name, () => ({ ...idle(scene), state: 'running' }))
      void run(scene)
      return states.get(name) ?? idle(scene)
    },
  }
}
