import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../../../src/playground/scene.ts'
import { SCENES } from '../../../src/playground/scenes/index.ts'
import { slackOutage } from '../../../src/playground/scenes/slack-outage.ts'
import { stormOf } from '../../../src/playground/scenes/storm.ts'
import type { Stage } from '../../../src/playground/stage/contract.ts'
import { startStage } from '../../../src/playground/stage/stage.ts'
import { SETTINGS } from '../stage/settings.ts'

/*
 * One bot in a process of its own for all scenes, fed all the while. What follows an outage takes 20 s of waiting, in which
 * the others play: a scene looks at its own tickets only.
 */

interface Play {
  readonly said: readonly string[]
  /** Rejects with what was said and what did not come true. */
  readonly over: Promise<void>
}

const SMALLER: Readonly<Record<string, Scene>> = { storm: stormOf(20) }
const OTHERS = SCENES.filter((scene) => scene !== slackOutage).map((scene) => SMALLER[scene.name] ?? scene)

let stage: Stage
let outage: Play

function play(scene: Scene): Play {
  const said: string[] = []
  const over = scene
    .run(stage, (text) => said.push(text))
    .catch((error: Error) => {
      throw new Error([...said, error.message].join('\n'), { cause: error })
    })
  over.catch(() => {}) // somebody looks at it later
  return { said, over }
}

beforeAll(async () => {
  stage = await startStage({ settings: SETTINGS, tickets: 12, perMinute: 60, haste: { thinkMs: 10 } })
  await stage.feeder.wish({ do: 'play' })
  outage = play(slackOutage)
  await Promise.race([
    outage.over,
    stage.slack.until(() => outage.said.some((text) => text.startsWith('Slack is back')), 60_000),
  ])
}, 120_000)

afterAll(() => stage.stop())

afterEach(() => {
  expect(Object.values(stage.breaks.on)).toEqual([false, false, false, false])
  expect(stage.bot.state.state).toBe('up')
})

test.each(OTHERS.filter(({ name }) => name !== 'bot-killed'))(
  '$name comes true',
  async (scene) => {
    const { said, over } = play(scene)

    await over

    expect(said.length).toBeGreaterThan(1)
  },
  120_000,
)

test('slack-outage comes true', async () => {
  await outage.over

  expect(outage.said.at(-1)).toContain('All 4 have exactly one card')
}, 120_000)

test('bot-killed comes true', async () => {
  const { starts } = stage.bot.state

  await play(OTHERS.find(({ name }) => name === 'bot-killed')!).over

  expect(stage.bot.state.starts).toBe(starts + 1)
}, 120_000)

describe('a scene that cannot come true', () => {
  test.each([
    ['slack-outage', 'slack-down', 'Slack is down already'],
    ['model-down', 'model-down', 'The language model is down already'],
  ] as const)('says so and leaves what others broke: %s', async (name, broken, why) => {
    await stage.breaks.set(broken, true)

    await expect(play(SCENES.find((scene) => scene.name === name)!).over).rejects.toThrow(why)

    expect(stage.breaks.on[broken]).toBe(true)
    await stage.breaks.set(broken, false)
  })

  test('mends what it broke though its promise was not kept', async () => {
    const { policies, directory, clock } = stage.app
    const [ada] = stage.people
    await directory.setSkill(ada!.id, 'shipping', 2, ada!.id, clock.now())
    const document = await policies.document()
    const { starts } = stage.bot.state
    const withoutMail = {
      ...stage,
      feeder: { ...stage.feeder, mail: () => Promise.reject(new Error('no mail today')) },
    }
    const failing = SCENES.filter(({ name }) => name !== 'storm' && name !== 'bot-killed')

    for (const scene of failing) await expect(scene.run(withoutMail, () => {})).rejects.toThrow('no mail today')

    expect(Object.values(stage.breaks.on)).toEqual([false, false, false, false])
    expect(await policies.document()).toBe(document)
    expect((await directory.person(ada!.id))?.skills).toEqual({ ...ada!.skills, shipping: 2 })
    expect(stage.bot.state.starts).toBe(starts)
  })
})

test('names are as people type them, and all different', () => {
  const names = SCENES.map(({ name }) => name)

  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
})
