import type { InputBlock, ModalView, PlainTextOption } from '@slack/types'
import { PRIORITIES } from '../../core/classification.ts'
import { WRONG_PARTS, type WrongPart } from '../../core/events.ts'
import { personId, teamId } from '../../core/ids.ts'
import type { Reassignment } from '../../core/moves.ts'
import type { Agent, Team } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { FormContext, FormValues, Parsed } from '../action.ts'
import { context, LIMITS, plain } from '../cards/blocks.ts'
import { subjectLine } from '../cards/digest.ts'
import { escapeText } from '../cards/escape.ts'
import { PRIORITY_WORDS } from '../cards/words.ts'

const WRONG_WORDS: Readonly<Record<WrongPart, string>> = {
  topic: 'The topic: it is about something else',
  skill: 'The skill: this person cannot answer it',
  full: 'The load: this person has no room for it',
  urgency: 'The urgency: it is more or less urgent',
  owner: 'The owner: somebody else looks after this customer',
}

/** "Reassign": where the ticket goes, and which part of the decision was wrong, because that part is what gets learned. */
export function reassignForm(ticket: Ticket, { teams, agents, policy, nameOf }: FormContext): ModalView {
  const teamOptions = teams.map(({ id, name }) => option(id, name))
  const wrongOptions = WRONG_PARTS.map((part) => option(part, WRONG_WORDS[part]))
  const people = [...agents].sort(
    (a, b) => byTeam(ticket, a) - byTeam(ticket, b) || a.openTickets - b.openTickets || (a.name < b.name ? -1 : 1),
  )
  return {
    type: 'modal',
    callback_id: 'waybill:reassign',
    private_metadata: ticket.id,
    title: plain(`Reassign #${ticket.number}`, LIMITS.modalTitle),
    submit: plain('Reassign', LIMITS.modalTitle),
    close: plain('Cancel', LIMITS.modalTitle),
    blocks: [
      ...context([summary(ticket, { teams, agents, policy, nameOf })]),
      select('team', 'Team', teamOptions, {
        initial: teamOptions.find(({ value }) => value === ticket.team),
        placeholder: 'Choose a team',
        hint: 'The card moves to this team’s channel.',
      }),
      select(
        'person',
        'Person',
        people.map((agent) => personOption(agent, teams)),
        {
          optional: true,
          placeholder: 'Anybody in the team',
        },
      ),
      select('wrong', 'What was wrong?', wrongOptions, {
        placeholder: 'Choose one',
        // In triage nothing but a topic was guessed.
        initial: ticket.status === 'triage' ? wrongOptions[0] : undefined,
        hint: 'Waybill learns this part and nothing else.',
      }),
      select(
        'topic',
        'Right topic',
        policy.topics.map(({ id, name }) => option(id, name)),
        { optional: true, placeholder: 'As it is', hint: 'Needed when the topic was wrong.' },
      ),
      select(
        'priority',
        'Right priority',
        PRIORITIES.map((priority) => option(priority, `${priority} ${PRIORITY_WORDS[priority].word}`)),
        { optional: true, placeholder: 'As it is', hint: 'Needed when the urgency was wrong.' },
      ),
      {
        type: 'input',
        block_id: 'note',
        optional: true,
        label: plain('Note', LIMITS.optionText),
        hint: plain('Kept with the ticket: “/waybill why” shows it.', 150),
        element: { type: 'plain_text_input', action_id: 'note', max_length: 500, multiline: true },
      },
    ],
  }
}

/** Reads what was entered; every fault at once, each under the field it belongs to. */
export function parseReassignForm(
  values: FormValues,
  ticket: Ticket,
  { teams, agents, policy }: FormContext,
): Parsed<Reassignment> {
  const team = teams.find(({ id }) => id === values.team)
  const person = agents.find(({ id }) => id === values.person)
  const wrong = WRONG_PARTS.find((part) => part === values.wrong)
  const priority = PRIORITIES.find((priority) => priority === values.priority)
  const chosen = policy.topics.find(({ id }) => id === values.topic)?.id
  const topic = wrong === 'topic' ? (chosen ?? (team && onlyTopicOf(team.id, policy))) : undefined
  const urgency = wrong === 'urgency' ? priority : undefined

  const errors: Record<string, string> = {}
  if (!team) errors.team = 'Choose the team this ticket belongs to.'
  if (values.person && !person) errors.person = 'This person is no longer here; choose somebody else.'
  if (team && person && !person.teams.includes(team.id))
    errors.person = `${person.name} is not in ${team.name}; choose their team or somebody else.`
  if (!wrong) errors.wrong = 'Say which part was wrong: only that part is learned.'
  if (wrong === 'topic' && !topic) errors.topic = 'Which topic is right? Several lead to this team.'
  // In triage the topic is only a guess that somebody now confirms.
  if (wrong === 'topic' && topic && topic === ticket.topic && ticket.status !== 'triage')
    errors.topic = 'This ticket has that topic already; choose another, or another part that was wrong.'
  if (wrong === 'urgency' && !urgency) errors.priority = 'Which priority is right?'
  if (wrong === 'urgency' && urgency && urgency === ticket.priority)
    errors.priority = `This ticket is ${urgency} already; choose another.`
  if (wrong === 'owner' && !person) errors.person = 'Choose the person who looks after this customer.'
  if (!team || !wrong || Object.keys(errors).length > 0) return { errors }

  const note = values.note?.trim().slice(0, 500)
  return { answers: { team: team.id, person: person?.id, wrong, topic, priority: urgency, note: note || undefined } }
}

/** The topic when exactly one topic of the matrix leads to this team. */
function onlyTopicOf(team: string, { matrix }: Policy): string | undefined {
  const topics = new Set(matrix.flatMap((row) => (row.team === teamId(team) && row.topic ? [row.topic] : [])))
  return topics.size === 1 ? [...topics][0] : undefined
}

const byTeam = ({ team }: Ticket, { teams }: Agent): number => (team && teams.includes(team) ? 0 : 1)

/** Which ticket this is about, and where it is now: the card may be far away on a phone. */
function summary(ticket: Ticket, { teams, policy, nameOf }: FormContext): string {
  const { team, assignee, priority } = ticket
  const topic = policy.topics.find(({ id }) => id === ticket.topic)?.name ?? ticket.topic
  const place = teams.find(({ id }) => id === team)?.name ?? (team ? team : 'nowhere yet')
  const now = [priority, topic, place, assignee && nameOf(assignee)].flatMap((part) => part || [])
  return `*${subjectLine(ticket, 120)}*\nNow ${escapeText(now.join(' · '), 300)}`
}

function personOption(
  { id, name, openTickets, capacity, skills, teams }: Agent,
  all: readonly Team[],
): PlainTextOption {
  const where = teams.map((team) => all.find(({ id }) => id === team)?.name ?? team).join(', ')
  const best = Object.entries(skills).sort(([, a], [, b]) => b - a)
  const skilled = best.map(([skill, level]) => `${skill} ${level}`).join(', ') || 'no skills yet'
  return {
    ...option(personId(id), `${name} (${where})`),
    description: plain(`${openTickets} of ${capacity} open · ${skilled}`, LIMITS.optionDescription),
  }
}

const option = (value: string, label: string): PlainTextOption => ({
  text: plain(escapeText(label, LIMITS.optionText), LIMITS.optionText),
  value,
})

function select(
  name: string,
  label: string,
  options: readonly PlainTextOption[],
  {
    initial,
    optional = false,
    placeholder,
    hint,
  }: {
    readonly initial?: PlainTextOption | undefined
    readonly optional?: boolean
    readonly placeholder: string
    readonly hint?: string
  },
): InputBlock {
  return {
    type: 'input',
    block_id: name,
    optional,
    label: plain(label, LIMITS.optionText),
    ...(hint ? { hint: plain(hint, 150) } : {}),
    element: {
      type: 'static_select',
      action_id: name,
      placeholder: plain(placeholder, 150),
      // Slack refuses an empty select; a policy without teams or topics gets one entry that names the remedy.
      options: options.length > 0 ? options.slice(0, LIMITS.options) : [option('none', 'Nothing to choose yet')],
      ...(initial ? { initial_option: initial } : {}),
    },
  }
}
