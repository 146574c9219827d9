import { personId } from '../../core/ids.ts'
import { callees } from '../../core/on-call.ts'
import { isWorking, WEEKDAYS } from '../../core/working-hours.ts'
import { watchCards } from '../card-watch.ts'
import { arrives, becomes, cardOf, decided, eventually, hold, inShort, type Say, type Scene } from '../scene.ts'
import type { Stage } from '../stage/contract.ts'

export const nightP1: Scene = {
  name: 'night-p1',
  title: 'P1 at night',
  about:
    'Everything is down while nobody works: the person on call gets a direct message, acknowledges, and nobody else is called.',
  run: (stage, say) => atNight(stage, say, () => emergency(stage, say)),
}

async function emergency(stage: Stage, say: Say): Promise<void> {
  const { app, slack } = stage
  const watch = watchCards(stage)
  const arrived = await arrives(stage, {
    from: { name: 'Signe Dahl', email: 'signe.dahl@nordlys-energi.example' },
    subject: 'Whole platform unreachable, all our districts',
    body: [
      'Neither the web app nor the mobile app loads for anyone here since 02:10. We get a gateway timeout after a minute.',
      '640 engineers have no job list, nobody can work. Production is down. Please confirm you are on it.',
      '',
      'Signe Dahl, duty operations manager',
    ].join('\n'),
  })
  const ticket = await decided(stage, arrived)
  hold(ticket.priority === 'P1', `Ticket ${inShort(ticket)} was not taken for an emergency.`)
  hold(ticket.status === 'queued', `Ticket ${inShort(ticket)} was ${ticket.status} though nobody works.`)
  say(`${inShort(ticket)} arrived. It was offered to nobody: they are all outside working hours.`)

  const team = ticket.team && (await app.directory.team(ticket.team))
  const [first] = callees(team || undefined, await app.directory.people(), app.clock.now())
  hold(first !== undefined, 'Nobody in the policy can be called.')
  const { name, slackUser } = first.person
  const onCall = slack.as(slackUser)
  const page = await eventually(
    stage,
    () => {
      const calls = watch.calls(ticket.id).map(({ ts }) => ts)
      return onCall.sees('@waybill').find(({ ts }) => calls.includes(ts))
    },
    `${name} was not called.`,
  )
  say(`${name} was called by direct message: “${first.because}”`)

  await onCall.click(page, 'waybill:acknowledge')
  await becomes(stage, ticket, ({ acknowledgedBy }) => acknowledgedBy === first.person.id, 'acknowledged')
  const card = await cardOf(stage, ticket)
  hold(card.shows.includes(`${name} acknowledged the call`), 'The card does not say who acknowledged.')
  say(`${name} clicked Acknowledge, and the card in #${card.channelName} says so.`, 'good')

  const pages = (await app.posts.ofTicket(ticket.id)).filter(({ kind }) => kind === 'page')
  hold(pages.length === 1 && watch.calls(ticket.id).length === 1, 'Somebody else was called too.')
  hold(watch.of(ticket.id).length === 1, 'The ticket has more than one card.')
  say('Nobody else was called.', 'good')
}

/** Imports a version of the policy in which nobody works now, and the old one again afterwards. */
async function atNight(stage: Stage, say: Say, run: () => Promise<void>): Promise<void> {
  const { policies, directory, clock } = stage.app
  const document = await policies.document()
  hold(document !== undefined, 'There is no policy to change.')
  const before = await directory.people()
  const importAs = (yaml: string, reason: string) =>
    policies.importDocument(yaml, { author: 'playground', reason, at: clock.now() })

  const workday = WEEKDAYS[(new Date(clock.now()).getUTCDay() + 2) % WEEKDAYS.length]!
  const night = document.replaceAll(HOURS, `hours: { ${workday}: "09:00-17:00" }`)
  try {
    const { version } = await importAs(night, 'the scene night-p1: nobody works now')
    const now = clock.now()
    const awake = (await directory.people()).filter(({ hours, timeZone }) => isWorking(hours, timeZone, now))
    hold(
      awake.length === 0,
      `${awake.map(({ name }) => name).join(', ')} would still work; the hours in this policy are written in a way the scene cannot change.`,
    )
    say(`Policy v${version} is in force: nobody works before ${DAY_NAMES[workday]}.`)
    await run()
  } finally {
    const { version } = await importAs(document, 'the scene night-p1 is over')
    // Importing takes back what was changed from Slack since the last import; that is not the scene's to take back.
    for (const { id, skills } of before) {
      const imported = (await directory.person(id))?.skills ?? {}
      for (const [skill, level] of Object.entries(skills))
        if (imported[skill] !== level) await directory.setSkill(id, skill, level, BY, clock.now())
      for (const skill of Object.keys(imported))
        if (skills[skill] === undefined) await directory.removeSkill(id, skill, BY, clock.now())
    }
    say(`Policy v${version} puts everybody's hours back.`)
  }
}

/** Who the log of changes names. */
const BY = personId('playground')

/** As the starter policy writes them: a word, or spans in braces. */
const HOURS = /\bhours:[ \t]*(?:always\b|\{[^}]*\})/g

const DAY_NAMES: Readonly<Record<(typeof WEEKDAYS)[number], string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}
