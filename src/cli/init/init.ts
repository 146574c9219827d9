import type { Readable, Writable } from 'node:stream'
import { checks } from '../doctor/checks/index.ts'
import { examine } from '../doctor/examine.ts'
import { surroundings } from '../doctor/surroundings.ts'
import { type Asker, LeftError } from './asker.ts'
import { plainAsker } from './plain-asker.ts'
import { type Setup, setupIn } from './setup.ts'
import { askAppToken } from './steps/app-token.ts'
import { askBotToken } from './steps/bot-token.ts'
import { askDatabase } from './steps/database.ts'
import { askModel } from './steps/model.ts'
import { askPolicy } from './steps/policy.ts'
import { createSlackApp } from './steps/slack-app.ts'
import { postTestTicket } from './steps/test-ticket.ts'
import { terminalAsker } from './terminal-asker.ts'

interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
}

/** When somebody leaves, as shells count Ctrl-C. */
const LEFT = 130

/**
 * `waybill init`: from nothing to a card in a channel. Asks for what is missing, checks each answer where it is used, and
 * keeps it in .env at once, so that the next run goes on where this one ended. Resolves with the exit code.
 */
export async function init(
  environment: Readonly<Record<string, string | undefined>>,
  { stdin, stdout }: Streams = process,
  folder: string = process.cwd(),
): Promise<number> {
  if (stdin.isTTY && stdout.isTTY) return setUp(environment, folder, terminalAsker(stdin, stdout))
  const plain = plainAsker(stdin, stdout, { echoes: stdin.isTTY ?? false })
  try {
    return await setUp(environment, folder, plain)
  } finally {
    plain.close()
  }
}

async function setUp(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  asker: Asker,
): Promise<number> {
  asker.begin('Waybill in your Slack workspace')
  const setup = setupIn(folder, environment, asker)
  try {
    await createSlackApp(setup)
    const bot = await askBotToken(setup)
    await askAppToken(setup)
    await askDatabase(setup)
    await askPolicy(setup, bot)
    await askModel(setup)
    const isShown = await postTestTicket(setup, bot)
    const isSound = await lookOver(setup)
    const next = isShown && isSound ? 'Start it: npm start' : 'Mend that, then start it: npm start'
    asker.end(`${next}        Look again at any time: npm run waybill -- doctor`)
    return isShown && isSound ? 0 : 1
  } catch (error) {
    if (!(error instanceof LeftError)) throw error
    const kept = setup.kept()
    const left = kept.length > 0 ? `Kept: ${kept.join(', ')}.` : 'Nothing was written.'
    asker.end(`${error.message} ${left} To go on: npm run waybill -- init`)
    return LEFT
  }
}

/** What the doctor would say now, where it is not fine. True when nothing has to be mended. */
async function lookOver({ asker, environment, folder }: Setup): Promise<boolean> {
  const found = await examine(checks, surroundings(environment(), folder))
  for (const { level, says, fix } of found)
    if (level === 'fault') asker.wrong(says, fix)
    else if (level === 'warning') asker.careful(says, fix)
  const isSound = !found.some(({ level }) => level === 'fault')
  if (isSound) asker.done('everything looked over: nothing is wrong')
  return isSound
}
