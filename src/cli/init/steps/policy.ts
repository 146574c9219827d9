import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { buildApp } from '../../../app.ts'
import { RejectedError } from '../../../errors.ts'
import { type Bot, inspectSlack } from '../../../slack/inspect.ts'
import { inspectDatabase } from '../../../storage/inspect.ts'
import { importPolicy } from '../../policy.ts'
import { writePrivately } from '../env-file.ts'
import { type DraftPerson, draftPolicy, topicsOf } from '../policy-draft.ts'
import type { Setup } from '../setup.ts'
import { askChannel } from './channel.ts'
import { askPerson } from './person.ts'

const STARTER = new URL('../../../../db/seeds/starter.yml', import.meta.url)

/** The first team: its channel, its people, what they answer; written to policy.yml, shown, and imported. */
export async function askPolicy(setup: Setup, bot: Bot): Promise<void> {
  const { asker, policyFile, settings } = setup
  const { DATABASE_URL, WORKSPACE } = settings()
  const found = await inspectDatabase(DATABASE_URL, WORKSPACE)
  if (found.state === 'there' && found.policy !== undefined) return asker.done('policy: imported before')

  const written = await readFile(policyFile, 'utf8').catch(() => undefined)
  if (written !== undefined && (await asker.confirm('policy.yml is here but was not imported. Import it?', true))) {
    if (await imported(setup, written)) return
  }
  const draft = await askDraft(setup, bot)
  await writePrivately(policyFile, draft)
  setup.wrote('policy.yml')
  asker.show(
    shown(draft),
    `policy.yml (topics, matrix and rules are the starter's, all ${draft.split('\n').length} lines are yours to change):`,
  )
  if (!(await imported(setup, draft)))
    throw new RejectedError('The policy that was just written is refused. Mend policy.yml, then run it again.')
}

async function askDraft(setup: Setup, bot: Bot): Promise<string> {
  const { asker } = setup
  const starter = await readFile(STARTER, 'utf8')
  const topics = topicsOf(starter)
  const slack = inspectSlack(setup.settings().SLACK_BOT_TOKEN ?? '', setup.slack())

  asker.step('Your first team', 'One is enough to begin with; policy.yml takes as many as you like later.')
  const team = await asker.text('Name of the team', {
    initial: 'Support',
    refuses: (name) => (name ? undefined : 'Give it a name.'),
  })
  const channel = await askChannel(asker, slack, bot, 'Channel where its cards appear (#name or id)')
  const triage = await askChannel(
    asker,
    slack,
    bot,
    'Channel for what cannot be decided (the same will do)',
    `#${channel.name}`,
  )
  const people: DraftPerson[] = [
    await askPerson(asker, slack, topics, { question: 'Who are you in Slack?', role: 'admin' }),
  ]
  while (await asker.confirm('Add somebody else?', false)) {
    const person = await askPerson(asker, slack, topics, { question: 'Who is it?', role: 'agent' })
    if (people.some((other) => other.slack === person.slack))
      asker.wrong(`${person.name} is in it already.`, 'Name somebody else, or go on.')
    else people.push(person)
  }
  return draftPolicy(starter, { team, channel: channel.id, triage: triage.id, people })
}

/** Says what is wrong with it and resolves with false when it is refused. */
async function imported({ asker, settings, wrote }: Setup, document: string): Promise<boolean> {
  const app = await buildApp(settings())
  try {
    const said: string[] = []
    const change = { author: userInfo().username, reason: 'waybill init' }
    await importPolicy(app, document, change, { out: (line) => said.push(line), err: () => undefined })
    wrote('the imported policy')
    asker.done(said.join(' '))
    return true
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    asker.wrong(error.message, 'Mend policy.yml and run this again, or answer the questions for a new one.')
    return false
  } finally {
    await app.stop()
  }
}

/** What was asked for; the rest is the starter's. */
function shown(document: string): string {
  const lines = document.split('\n')
  const from = lines.indexOf('teams:')
  const to = lines.indexOf('matrix:')
  return lines
    .slice(from, to)
    .filter((line) => !line.startsWith('#') && line !== '')
    .join('\n')
}
