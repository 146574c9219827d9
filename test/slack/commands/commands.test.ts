import { beforeEach, describe, expect, test } from 'vitest'
import { personId } from '../../../src/core/ids.ts'
import { forgetEvent, learnFrom } from '../../../src/pipeline/learn.ts'
import { checkBlocks } from '../../../src/playground/workspace/block-kit.ts'
import { answerCommand } from '../../../src/slack/answer-command.ts'
import { COMMANDS } from '../../../src/slack/commands/index.ts'
import { type Office, office } from '../office.ts'

/** A learner nobody asks. */
const deaf = { version: () => 'base.0@0', refresh: async () => undefined, read: () => ({ because: [] }) }

let at: Office
beforeEach(async () => {
  at = await office()
})

const says = async (who: string, text: string): Promise<string> => {
  const { text: said, blocks } = await answerCommand(text, `U0${who.toUpperCase()}`, at.deps)
  expect(checkBlocks(blocks ?? [], 'message')).toEqual([])
  expect(said.length).toBeLessThan(3000)
  return [said, ...(blocks ?? []).map((block) => JSON.stringify(block))].join('\n')
}
const skillsOf = async (who: string) => (await at.directory.person(personId(who)))?.skills

describe('any command', () => {
  test.each(['', 'help', 'why 1', 'skills', 'skills add @grace sso 3', 'nonsense'])(
    'tells nothing to people nobody added: %s',
    async (text) => {
      expect(await says('mallory', text)).toBe('You are not on the support rota yet. Ask an admin to add you.')
    },
  )

  test('has an entry in the help of those who may use it, and somebody may', async () => {
    const [agent, admin] = [await says('grace', ''), await says('lea', '')]
    const grace = await at.directory.person(personId('grace'))
    for (const { name, mayUse } of COMMANDS) {
      expect(admin).toContain(`/waybill ${name}`)
      expect(agent.includes(`/waybill ${name}`)).toBe(mayUse(grace!))
    }
  })

  test('without its arguments says something, and nothing that is too long', async () => {
    for (const { name } of COMMANDS) expect(await says('lea', name)).not.toBe('')
  })

  test('shows everybody what they can do, and nothing they cannot', async () => {
    expect(await says('grace', '')).not.toContain('skills add')
    expect(await says('omar', '')).toContain('/waybill skills add @grace sso 3')
  })

  test('that does not exist gets the nearest that does', async () => {
    expect(await says('grace', 'skils list')).toContain('Did you mean `/waybill skills`?')
    expect(await says('grace', '<!channel>')).toContain('“&lt;!channel&gt;”')
    expect(await says('grace', 'skills lits')).toContain('Did you mean `/waybill skills list`?')
  })
})

describe('skills', () => {
  test('lists everybody, or one', async () => {
    expect(await says('grace', 'skills list')).toContain('*Lea Lang*: sso 3')
    expect(await says('grace', 'skills list @omar')).toBe('*Omar Said*: billing 2')
    expect(await says('grace', 'skills list <@U0OMAR|omar>')).toBe('*Omar Said*: billing 2')
    expect(await says('grace', 'skills list <@U0OMAR>')).toBe('*Omar Said*: billing 2')
    expect(await says('grace', 'skills list @omra')).toContain('Did you mean @omar?')
  })

  test('changes say what changed, by whom, and how to undo it; and that undoes it', async () => {
    const said = await says('lea', 'skills add <@U0GRACE|grace> SSO 2')

    expect(said).toBe(
      'Grace Hopper: sso none → 2, changed by Lea Lang. To undo it: `/waybill skills remove grace@example.com sso`',
    )
    expect(await skillsOf('grace')).toEqual({ billing: 3, sso: 2 })
    expect(await says('lea', 'skills add @grace billing 1')).toContain(
      '`/waybill skills add grace@example.com billing 3`',
    )
    await says('lea', 'skills add @grace@example.com billing 3')
    await says('lea', 'skills remove @grace@example.com sso')
    expect(await skillsOf('grace')).toEqual({ billing: 3 })
  })

  test('are changed by admins, by leads in their own team, and by nobody else', async () => {
    expect(await says('grace', 'skills add @grace sso 3')).toContain('Only admins, and leads for their own team')
    expect(await says('omar', 'skills add @lea billing 3')).toContain('Leads can change skills in their own team only')
    expect(await skillsOf('grace')).toEqual({ billing: 3 })
    expect(await skillsOf('lea')).toEqual({ sso: 3 })
    expect(await says('omar', 'skills add @grace sso 1')).toContain('changed by Omar Said')
  })

  test.each([
    ['skills add', 'Usage:'],
    ['skills add @grace', 'Usage:'],
    ['skills add @grace sso', 'The level is 1'],
    ['skills add @grace sso 4', 'The level is 1'],
    ['skills add @grace sso 3 please', 'Usage:'],
    ['skills add @nobody sso 3', 'Nobody here is called'],
    ['skills add @grace sos 3', 'Did you mean sso?'],
    ['skills remove @grace sso', 'does not have the skill'],
    ['skills remove @grace', 'Usage:'],
  ])('%s is refused with the reason', async (text, reason) => {
    expect(await says('lea', text)).toContain(reason)
    expect(await skillsOf('grace')).toEqual({ billing: 3 })
  })
})

describe('why', () => {
  test('tells the voices, the decision, who could and could not, what happened and what it taught', async () => {
    const ticket = await at.offered({ subject: 'I was <b>charged</b> twice' })
    const grace = personId('grace')
    const accepted = await at.tickets.record(ticket, [
      { type: 'accepted', person: grace, at: ticket.receivedAt, by: grace },
    ])
    if (accepted)
      await at.tickets.record(accepted, [{ type: 'resolved', person: grace, at: ticket.receivedAt, by: grace }])

    const said = await says('omar', 'why #1')

    for (const part of [
      '#1 I was &lt;b&gt;charged&lt;/b&gt; twice',
      'Topic: billing (96 % sure, else login)',
      'Learned: billing 96 %',
      'Grace Hopper 90 %: knows billing well 100 %',
      'Omar Said: not in team billing',
      'Offered to Grace Hopper in billing: knows billing well',
      'Grace Hopper accepted it',
      'Grace Hopper resolved it',
      'words like these mean billing (Grace Hopper)',
      'What it taught',
      'policy v12 and the 17 lessons up to then',
    ])
      expect(said).toContain(part)
  })

  test('says of a lesson that was forgotten that it teaches no more', async () => {
    const ticket = await at.offered()
    const grace = personId('grace')
    const human = { at: ticket.receivedAt, by: grace } as const
    const resolved = await at.tickets.record(ticket, [
      { type: 'accepted', person: grace, ...human },
      { type: 'resolved', person: grace, ...human },
    ])
    await learnFrom(ticket.id, { ...at.deps, lessons: at.lessons, model: deaf })
    expect(await says('omar', 'why 1')).not.toContain('forgotten')

    await forgetEvent(ticket.id, resolved!.version, 'lea', { ...at.deps, lessons: at.lessons })

    expect(await says('omar', 'why 1')).toMatch(
      /words like these mean billing \(Grace Hopper\); forgotten by Lea Lang, /,
    )
  })

  test('says what is missing', async () => {
    expect(await says('grace', 'why')).toContain('Type its number')
    expect(await says('grace', 'why me')).toContain('Type its number')
    expect(await says('grace', 'why 99')).toBe('There is no ticket #99.')
  })
})
