import { percent } from '../../core/explain.ts'
import type { Person } from '../../core/person.ts'
import { findRow } from '../../core/policy.ts'
import type { Ticket } from '../../core/ticket.ts'
import { arrives, becomes, cardOf, decided, eventually, freePeople, hold, type Say, type Scene } from '../scene.ts'
import type { Stage } from '../stage/contract.ts'

export const learning: Scene = {
  name: 'learning',
  title: 'One click teaches',
  about:
    'A kind of ticket goes to the wrong team, one reassignment teaches the right topic, the next goes right; an undo un-teaches it.',

  async run(stage, say) {
    const { kind, first } = await misread(stage, say)
    const right = await rightTopic(stage, first)
    const [teacher] = freePeople(stage, first.team)
    hold(teacher !== undefined, 'Everybody has a form open, so nobody can reassign.')

    await reassign(stage, first, teacher, right)
    let isTaught = true
    try {
      await eventually(stage, async () => (await activeLessons(stage, first)) > 0, 'The reassignment taught nothing.')
      say(`${teacher.name} reassigned it: the topic is ${right.topic}. That is one lesson.`)

      const second = await readAnew(stage, kind.mails[1])
      hold(second.topic === right.topic, `The next one, #${second.number}, is still read as ${reading(second)}.`)
      say(`The next one, #${second.number}: ${reading(second)} → ${second.team ?? 'triage'}.`, 'good')

      await teacherUndoes(stage, first, teacher)
      isTaught = false
      say(`${teacher.name} clicked Undo: the lesson is taken back.`)
      const third = await readAnew(stage, kind.mails[1])
      hold(third.topic === first.topic, `#${third.number} is read as ${reading(third)}, not as before.`)
      say(`The same mail again, #${third.number}: ${reading(third)} → ${third.team ?? 'triage'}, as at first.`, 'good')
      say(
        `${right.topic}: ${shareOf(first, right.topic)} before, ${shareOf(second, right.topic)} taught, ${shareOf(third, right.topic)} un-taught.`,
      )
    } catch (error) {
      // What went wrong first is what people should read.
      if (isTaught) await teacherUndoes(stage, first, teacher).catch(() => undefined)
      throw error
    }
  },
}

interface Kind {
  readonly mails: readonly [string, string]
}

/** Things no policy names, so that the words around them mislead. */
const KINDS: readonly Kind[] = [
  {
    mails: [
      'Orbis scanner shows a wrong value\n\nSince the update the Orbis scanner in our depot shows the wrong value for every part. Steps: scan any part.',
      'Orbis scanner: wrong value again\n\nOur second Orbis scanner shows the wrong value for spare parts since the update.',
    ],
  },
  {
    mails: [
      'Tamarin handheld crashes\n\nThe Tamarin handheld crashes when a technician scans a part. Steps: scan any part.',
      'Tamarin handheld crashes again\n\nAnother Tamarin handheld crashes as soon as a technician scans a part.',
    ],
  },
  {
    mails: [
      'Lost Quillon badge\n\nA technician of ours has lost the Quillon badge and cannot log in at the gate.',
      'Another lost Quillon badge\n\nOne more technician lost the Quillon badge and cannot log in at the gate.',
    ],
  },
]

const WISHED = ['integrations', 'account', 'howto']

/** The first kind that is not read as what people would say it is: an earlier visitor may have taught some of them. */
async function misread(stage: Stage, say: Say): Promise<{ readonly kind: Kind; readonly first: Ticket }> {
  for (const kind of KINDS) {
    const first = await arrivesAndDecided(stage, kind.mails[0])
    if (first.topic !== undefined && first.team !== undefined && !WISHED.includes(first.topic)) {
      say(`#${first.number} arrived: ${reading(first)} → ${first.team}. For these people that is wrong.`, 'bad')
      return { kind, first }
    }
    say(`#${first.number} is read as ${reading(first)}; that would be no surprise, so another kind of ticket is tried.`)
  }
  throw new Error('Every kind of ticket of this scene was taught before. Forget that, or begin with a fresh stage.')
}

/** Another topic, which another team answers. */
async function rightTopic({ app }: Stage, { topic: wrong, team: wrongTeam, decision }: Ticket) {
  const policy = await app.policies.current()
  const topics = [...WISHED, ...(policy?.topics.map(({ id }) => id) ?? [])]
  for (const topic of topics) {
    const row = policy && findRow(policy.matrix, { topic, tier: decision?.facts.tier, priority: 'P3' })
    const isKnown = policy?.topics.some(({ id }) => id === topic)
    if (row && isKnown && topic !== wrong && row.team !== wrongTeam) return { topic, team: row.team }
  }
  throw new Error('All topics of this policy lead to one team, so nothing can go to the wrong one.')
}

async function reassign(
  stage: Stage,
  ticket: Ticket,
  { slackUser }: Person,
  { topic, team }: { readonly topic: string; readonly team: string },
): Promise<void> {
  const person = stage.slack.as(slackUser)
  await person.click(await cardOf(stage, ticket), 'waybill:reassign')
  await eventually(stage, () => person.modal(), 'The form to reassign did not open.', 10_000)
  const { status, errors } = await person.submit({ team, wrong: 'topic', topic })
  hold(status === 'closed', `The form was not taken: ${Object.values(errors).join(' ') || status}`)
  await becomes(stage, ticket, (now) => now.topic === topic, topic)
}

async function teacherUndoes(stage: Stage, ticket: Ticket, { slackUser }: Person): Promise<void> {
  await stage.slack.as(slackUser).click(await cardOf(stage, ticket), 'waybill:undo')
  await becomes(stage, ticket, (now) => now.topic === ticket.topic, ticket.topic ?? 'as it was')
  await eventually(stage, async () => (await activeLessons(stage, ticket)) === 0, 'The lesson was not taken back.')
}

const activeLessons = async ({ app }: Stage, { id }: Ticket): Promise<number> =>
  (await app.lessons.ofTicket(id)).filter(({ forgotten }) => !forgotten).length

/** How often a mail is sent until the learner has caught up: it answers from what it knew before while it learns anew. */
const TRIES = 5

/** A mail read by a learner that knows every lesson there is now. */
async function readAnew(stage: Stage, mail: string): Promise<Ticket> {
  const { generation, sequence } = await stage.app.lessons.state()
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const ticket = await arrivesAndDecided(stage, mail)
    const [, ofGeneration, ofSequence] = /\.(\d+)@(\d+)$/.exec(ticket.decision?.modelVersion ?? '') ?? []
    if (Number(ofGeneration) >= generation && Number(ofSequence) >= sequence) return ticket
  }
  throw new Error(`The learner did not catch up with ${sequence} lessons.`)
}

async function arrivesAndDecided(stage: Stage, mail: string): Promise<Ticket> {
  const [subject = '', body = ''] = mail.split('\n\n')
  const from = { name: 'Bram Oakes', email: 'bram.oakes@fen-pumps.example' }
  return decided(stage, await arrives(stage, { from, subject, body }))
}

const reading = ({ topic, classification }: Ticket): string =>
  `${topic ?? 'unclear'}, ${percent(classification?.confidence ?? 0)} sure`

const shareOf = ({ classification }: Ticket, topic: string): string => percent(classification?.topics[topic] ?? 0)
