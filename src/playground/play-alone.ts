import { RejectedError } from '../errors.ts'
import { SCENES } from './scenes/index.ts'
import { type StageOptions, startStage } from './stage/stage.ts'

export interface PlayAlone {
  /** Whether it came true. */
  readonly over: Promise<boolean>
  /** Ends the stage, wherever the scene is. */
  stop(): Promise<void>
}

/**
 * Plays one scene on a stage of its own, without a page, and tells it line by line. RejectedError when there is no scene of
 * this name.
 */
export async function playAlone(name: string, options: StageOptions, tell: (line: string) => void): Promise<PlayAlone> {
  const scene = SCENES.find((one) => one.name === name)
  if (!scene)
    throw new RejectedError(`There is no scene "${name}"; there are: ${SCENES.map((one) => one.name).join(', ')}.`)

  const stage = await startStage(options)
  tell(`${scene.title}. ${scene.about}`)
  const over = scene
    .run(stage, (text, tone) => tell(`${SIGNS[tone ?? 'neutral']} ${text}`))
    .then(
      () => ({ isTrue: true, words: 'It came true.' }),
      (error: Error) => ({ isTrue: false, words: `It did not come true: ${error.message}` }),
    )
    .then(({ isTrue, words }) => {
      tell(words)
      return isTrue
    })
  return { over, stop: () => stage.stop() }
}

const SIGNS = { good: '\u2713', bad: '!', neutral: '\u00b7' } as const
