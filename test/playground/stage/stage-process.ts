import { startStage } from '../../../src/playground/stage/stage.ts'
import { SETTINGS } from './settings.ts'

/** A stage in a process of its own, for tests that take the process away. Says the id of its bot's. */
const stage = await startStage({ settings: SETTINGS, keep: process.argv[2] })
process.stdout.write(`${stage.bot.state.pid}\n`)
