import type { Answer, Inspection, Member } from '../../../slack/inspect.ts'
import { meaningOf } from '../../doctor/slack-errors.ts'
import type { Asker } from '../asker.ts'
import type { DraftPerson, Topic } from '../policy-draft.ts'

/** Somebody who exists in Slack, and what they answer. */
export async function askPerson(
  asker: Asker,
  slack: Inspection,
  topics: readonly Topic[],
  { question, role }: { readonly question: string; readonly role: DraftPerson['role'] },
): Promise<DraftPerson> {
  const member = await existing(asker, slack, question)
  const name = member.name || (await asker.text('Name', { refuses: required }))
  const email = member.email ?? (await asker.text(`E-mail address of ${name}`, { refuses: noAddress }))
  const timeZone = member.timeZone ?? (await asker.text(`Time zone of ${name}`, { initial: 'UTC', refuses: noZone }))
  asker.done(`${name}, ${timeZone}`)
  const skills = await asker.several(
    `What does ${name} answer?`,
    topics.map(({ id, name: label }) => ({ value: id, label })),
    topics.map(({ id }) => id),
  )
  const hours = await asker.choose(
    `When may tickets be offered to ${name}?`,
    [
      { value: 'week', label: 'Monday to Friday, 9 to 17', hint: timeZone },
      { value: 'always', label: 'At any time' },
    ],
    'week',
  )
  return { name, email, slack: member.id, role, timeZone, skills, hours }
}

async function existing(asker: Asker, slack: Inspection, question: string): Promise<Member> {
  for (;;) {
    const said = await asker.text(`${question} (e-mail address, or member id: profile, three dots, "Copy member ID")`, {
      refuses: required,
    })
    const id = /^[UW][A-Z0-9]{3,}$/.exec(said)?.[0]
    if (!id && noAddress(said)) {
      asker.wrong(`"${said}" is neither an e-mail address nor a member id.`, 'A member id looks like U024BE7LH.')
      continue
    }
    const answer: Answer<Member> = id ? await slack.member(id) : await slack.memberByEmail(said)
    if (answer.ok && !answer.isDeactivated && !answer.isBot) return answer
    if (answer.ok)
      asker.wrong(
        `${answer.name} ${answer.isBot ? 'is a bot' : 'was deactivated'}.`,
        'Name somebody who can answer tickets.',
      )
    else if (id && answer.error === 'missing_scope')
      return { id, name: '', email: undefined, timeZone: undefined, isDeactivated: false, isBot: false }
    else if (['user_not_found', 'users_not_found', 'user_not_visible'].includes(answer.error))
      asker.wrong(`Nobody in this workspace is ${said}.`, 'Copy the member id: profile, three dots, "Copy member ID".')
    else asker.wrong(meaningOf(answer.error).says, id ? meaningOf(answer.error).fix : 'Give the member id instead.')
  }
}

const required = (answer: string) => (answer === '' ? 'This is needed.' : undefined)
const noAddress = (answer: string) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(answer) ? undefined : 'That is no e-mail address.'

function noZone(answer: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: answer }).resolvedOptions().timeZone ? undefined : NO_ZONE
  } catch {
    return NO_ZONE
  }
}

const NO_ZONE = 'That is no IANA time zone such as Europe/Berlin.'
