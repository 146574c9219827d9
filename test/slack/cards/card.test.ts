import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PRIORITIES, RISK_FLAGS } from '../../../src/core/classification.ts'
import type { Decision } from '../../../src/core/decision.ts'
import { applyEvent } from '../../../src/core/events.ts'
import { accountId, personId, teamId } from '../../../src/core/ids.ts'
import type { Ticket } from '../../../src/core/ticket.ts'
import { plusMs, timestamp } from '../../../src/core/time.ts'
import { checkBlocks } from '../../../src/playground/workspace/block-kit.ts'
import type { RenderedMessage } from '../../../src/slack/cards/blocks.ts'
import { renderCard, renderMoved, renderPage } from '../../../src/slack/cards/card.ts'
import { aTicket } from '../../support/tickets.ts'
import {
  aClassification,
  aDecision,
  anOfferedTicket,
  aView,
  BILLING,
  GRACE,
  LEA,
  LOGIN,
  NOW,
  OMAR,
} from '../support.ts'

describe('a card', () => {
  test('says what it is, for whom, until when and why', () => {
    const card = renderCard(
      anOfferedTicket({ receivedAt: timestamp('2026-01-05T09:00:00Z') }),
      aView({
        topicName: () => 'Duplicate charge',
        teamName: () => 'Billing',
        account: {
          id: accountId('acme'),
          name: 'Acme GmbH',
          tier: 'enterprise',
          domains: [],
          owner: undefined,
          value: 84_000,
        },
        openTickets: 3,
        original: 'https://desk.example/t/1',
      }),
    )

    const shown = shownBy(card)
    expect(shown).toContain('🟠 *P2 high · Duplicate charge* · #4711')
    expect(shown).toContain('<https://desk.example/t/1|I was charged twice>')
    expect(shown).toContain('“my card was charged twice in March. Please look into it.”')
    expect(shown).toContain('*Customer:* Ada, Acme GmbH\n*Account:* enterprise · €84k a year')
    expect(shown).toContain('*Also open:* 3 other tickets')
    expect(shown).toContain('*Reads as:* problem, frustrated')
    expect(shown).toContain(
      '*Reply due:* <!date^1767607200^{date_short_pretty} at {time}|2026-01-05 10:00 UTC>\n*For:* <@UGRACE>: knows billing well',
    )
    expect(shown).toContain('96 % sure, judged by your rules and similar tickets · policy v12 · `/waybill why 4711`')
    expect(shown).toContain('Offered to Grace Hopper in Billing, not accepted yet.')
    expect(card.text).toBe(
      'P2 high ticket #4711 “I was charged twice” from Ada. Reply due 2026-01-05 10:00 UTC. ' +
        'Offered to Grace Hopper in Billing, not accepted yet.',
    )
    expect(card.blocks[0]?.block_id).toBe('w1:marker')
  })

  test('does not pass a guess off as a fact while people have to decide', () => {
    const decision = aDecision({ destination: { kind: 'triage' }, because: ['Not sure enough.'] })
    const ticket = anOfferedTicket({ status: 'triage', team: undefined, assignee: undefined, decision })

    const shown = shownBy(renderCard(ticket, aView()))

    expect(shown).toContain('*P2 high · billing or login?*')
    expect(shown).toContain('Waiting for people to decide. Not sure enough.')
    expect(shown).not.toContain('96 % sure')
  })

  describe('says whose the topic is', () => {
    const OFFERED = anOfferedTicket()
    const moved = applyEvent(OFFERED, {
      type: 'reassigned',
      team: LOGIN,
      person: undefined,
      wrong: 'topic',
      topic: 'login',
      priority: undefined,
      note: undefined,
      respondBy: undefined,
      at: NOW,
      by: OMAR,
    })
    const footOf = (ticket: Ticket) => shownBy(renderCard(ticket, aView({ nameOf: (person) => `<${person}>` })))

    test('once a person set it, by name while the move is the last one', () => {
      expect(footOf(moved)).toContain('Topic set by &lt;omar&gt; · policy v12 · `/waybill why 4711`')
      expect(footOf(moved)).not.toContain('96 % sure')

      const accepted = applyEvent(moved, { type: 'accepted', person: LEA, at: NOW, by: LEA })
      expect(footOf(accepted)).toContain('Topic set by a person · policy v12')
      expect(footOf(accepted)).not.toContain('96 % sure')
    })

    test('and goes back to the voices with the move, or when only the place was wrong', () => {
      expect(footOf({ ...moved, topic: 'billing' })).toContain('96 % sure, judged by')
      const restored = moved.undoable!.before
      const undone = applyEvent(moved, {
        type: 'undone',
        takenBack: 3,
        move: 'reassigned',
        restored,
        at: NOW,
        by: OMAR,
      })
      expect(footOf(undone)).toContain('96 % sure, judged by')
    })

    test('gives no share of another topic when a slower voice changed what was read', () => {
      const foot = footOf({ ...OFFERED, classification: aClassification({ topic: 'login' }) })
      expect(foot).toContain('Judged by your rules and similar tickets')
      expect(foot).not.toContain('set by')
      expect(foot).not.toContain('96 % sure')
    })
  })

  test('says what keeps each person of the team when it was offered to nobody', () => {
    const excluded = [
      { person: LEA, reason: 'is not in team billing' },
      { person: GRACE, reason: 'has 6 of 6 tickets open' },
    ]
    const queuedFor = (ranking: Decision['ranking']) =>
      shownBy(
        renderCard(anOfferedTicket({ status: 'queued', assignee: undefined, decision: queued(ranking) }), aView()),
      )
    const queued = (ranking: Decision['ranking']) =>
      aDecision({ destination: { kind: 'queue', team: BILLING }, ranking })

    expect(queuedFor({ candidates: [], excluded })).toContain(
      'Offered to nobody: Grace Hopper: has 6 of 6 tickets open.\n',
    )
    expect(queuedFor({ candidates: [], excluded: [] })).toContain('the team has no members yet')
  })

  test('shows the summary of a model in its own words, and those of a customer as a quotation', () => {
    const digestOf = (given: Partial<Ticket>) => mrkdwnIn(renderCard(anOfferedTicket(given), aView()))[1]
    const classification = aClassification({ summary: 'Wants a refund of €3.50.' })

    expect(digestOf({ classification })).toBe('Wants a refund of €3.50.')
    const subjectAgain = { subject: 'Re: Wants a refund of €3.50', body: 'We paid it twice in March.' }
    expect(digestOf({ classification, ...subjectAgain })).toBe('“We paid it twice in March.”')
    expect(
      digestOf({ body: 'Dear support team,\n\nWe paid €3.50\ntoo much in March. Please send it back! Thanks.' }),
    ).toBe('“We paid €3.50 too much in March. Please send it back!”')
    expect(
      digestOf({ body: 'お世話になっております。ログインできません。昨日から二段階認証コードが届きません。' }),
    ).toContain('“')
    expect(digestOf({ body: 'لا أستطيع تسجيل الدخول.' })).toBe('\u2068“لا أستطيع تسجيل الدخول.”\u2069')
    expect(digestOf({ body: '' })).toBe('(no text)')
  })

  test('leaves out what mail programs put before a subject, unless that is all there is', () => {
    const lineOf = (subject: string) => mrkdwnIn(renderCard(anOfferedTicket({ subject }), aView()))[0]?.split('\n')[1]

    expect(lineOf('Re: Fwd: [EXTERNAL] AW: Charged twice')).toBe('Charged twice')
    expect(lineOf('Re:')).toBe('Re:')
    expect(lineOf('Return: of the king')).toBe('Return: of the king')
  })

  test('says when a voice stayed silent and when a mail could not be read', () => {
    const classification = aClassification({ missing: ['the language model did not answer in 8 s'] })
    const shown = shownBy(
      renderCard(anOfferedTicket({ classification, degraded: 'the MIME tree is too deep' }), aView()),
    )

    expect(shown).toContain('The language model did not answer in 8 s; decided without.')
    expect(shown).toContain('This message could not be read properly: the MIME tree is too deep')
  })

  test.each([
    ['offered', { status: 'offered' }, ['Accept!', 'Reassign', 'Escalate', 'Resolve', 'Hand back', 'Read all']],
    ['queued', { status: 'queued', assignee: undefined }, ['Accept!', 'Reassign', 'Escalate', 'Resolve', 'Read all']],
    [
      'in triage',
      { status: 'triage', assignee: undefined },
      ['Accept!', 'Reassign', 'Escalate', 'Resolve', 'Read all'],
    ],
    ['accepted', { status: 'accepted' }, ['Reassign', 'Escalate', 'Resolve!', 'Hand back', 'Read all']],
    [
      'called for help',
      { status: 'accepted', escalation: 1 },
      ['Acknowledge', 'Reassign', 'Resolve!', 'Hand back', 'Read all'],
    ],
    ['still being read', { status: 'received', assignee: undefined }, ['Read all']],
    ['resolved', { status: 'resolved' }, []],
  ] as const)('offers what is possible next while %s', (_, given, labels) => {
    expect(buttonsOf(renderCard(anOfferedTicket(given), aView()))).toEqual(labels)
  })

  test('shows what the customer wrote since, escaped, and that it opened the ticket again', () => {
    const wrote = { excerpt: 'now <!channel> is down', at: NOW }

    const again = shownBy(renderCard(anOfferedTicket({ latestMessage: { ...wrote, reopened: false } }), aView()))
    expect(again).toContain('Customer wrote again')
    expect(again).toContain('now &lt;!channel&gt; is down')
    const reopened = anOfferedTicket({
      status: 'queued',
      assignee: undefined,
      latestMessage: { ...wrote, reopened: true },
    })
    expect(shownBy(renderCard(reopened, aView()))).toContain('Opened again')
  })

  test('offers Undo for a minute after a move', () => {
    const undoable = { version: 3, move: 'accepted', by: GRACE, at: NOW, before: anOfferedTicket() }
    const ticket = anOfferedTicket({ status: 'accepted', undoable })

    expect(buttonsOf(renderCard(ticket, aView({ now: plusMs(NOW, 60_000) })))).toContain('Undo')
    expect(buttonsOf(renderCard(ticket, aView({ now: plusMs(NOW, 60_001) })))).not.toContain('Undo')
  })

  test('carries ids in its buttons and nothing else', () => {
    const card = renderCard(anOfferedTicket(), aView())

    expect(elementsOf(card).map(({ action_id }) => action_id)).toEqual([
      'waybill:accept',
      'waybill:reassign',
      'waybill:escalate',
      'waybill:resolve',
      'waybill:hand-back',
      'waybill:read',
    ])
    expect(new Set(elementsOf(card).map(({ value }) => value))).toEqual(
      new Set(['00000000-0000-4000-8000-000000000001:2']),
    )
  })

  test('never mentions the person who clicked', () => {
    const accepted = shownBy(renderCard(anOfferedTicket({ status: 'accepted' }), aView()))

    expect(accepted).not.toContain('<@')
    expect(accepted).toContain('Grace Hopper is on it.')
  })

  test('shows how it stands by words and colour alike', () => {
    const colourOf = (ticket: Ticket, now = NOW) => renderCard(ticket, aView({ now })).attachments[0]?.color

    expect(colourOf(anOfferedTicket())).toBe('#e6a117')
    expect(colourOf(anOfferedTicket({ priority: 'P1' }))).toBe('#c0392b')
    expect(colourOf(anOfferedTicket({ status: 'accepted' }))).toBe('#2e8b57')
    expect(colourOf(anOfferedTicket({ status: 'resolved' }))).toBe('#9aa0a6')
    const late = timestamp('2026-01-05T11:00:00Z')
    expect(colourOf(anOfferedTicket(), late)).toBe('#c0392b')
    expect(shownBy(renderCard(anOfferedTicket(), aView({ now: late })))).toContain('The reply is overdue.')
  })

  test('shrinks to one line once resolved', () => {
    const card = renderCard(anOfferedTicket({ status: 'resolved' }), aView())

    expect(card.blocks).toHaveLength(1)
    expect(shownBy(card)).toBe('✅ #4711 I was charged twice · billing\nResolved by Grace Hopper.')
  })
})

describe('a page', () => {
  test('tells the on-call person why, with Acknowledge and a way to the card', () => {
    const ticket = anOfferedTicket({ priority: 'P1', decision: aDecision({ page: true }) })
    const page = renderPage(ticket, aView(), { because: 'You lead billing.', card: 'https://x.example/p1' })

    expect(buttonsOf(page)).toEqual(['Acknowledge!', 'Read all', 'Open the card'])
    expect(shownBy(page)).toContain('🚨 *You lead billing.*')
    expect(page.text).toMatch(/^🚨 P1 urgent ticket #4711 .* You lead billing\./)
  })

  test('loses Acknowledge once somebody has', () => {
    const ticket = anOfferedTicket({ priority: 'P1', decision: aDecision({ page: true }), acknowledgedBy: OMAR })
    const page = renderPage(ticket, aView(), { because: 'on call' })

    expect(buttonsOf(page)).toEqual(['Read all'])
    expect(shownBy(page)).toContain('Omar acknowledged the call.')
    expect(shownBy(page)).not.toContain('🚨')
  })

  test('shrinks to one line and a way to the card once resolved', () => {
    const ticket = anOfferedTicket({ priority: 'P1', decision: aDecision({ page: true }), status: 'resolved' })
    const page = renderPage(ticket, aView(), { because: 'on call', card: 'https://x.example/p1' })

    expect(buttonsOf(page)).toEqual(['Open the card'])
    expect(shownBy(page)).toBe('✅ #4711 I was charged twice · billing\nResolved by Grace Hopper.')
  })
})

test('a card that has left says where it went, without buttons', () => {
  const stub = renderMoved(anOfferedTicket(), aView({ teamName: () => 'Billing' }), 'https://x.example/p2')

  expect(shownBy(stub)).toContain('#4711 moved to Billing: I was charged twice · <https://x.example/p2|See its card>')
  expect(buttonsOf(stub)).toEqual([])
})

test('whatever a customer writes, a card stays within Slack’s limits and nothing of theirs comes alive', () => {
  fc.assert(
    fc.property(hostileTicket, hostile, fc.boolean(), (ticket, words, known) => {
      const account = {
        id: accountId('a'),
        name: words,
        tier: words,
        domains: [],
        owner: undefined,
        value: 1e9,
      }
      const view = aView({
        account: known ? account : undefined,
        openTickets: 4,
        original: known ? 'https://desk.example/1' : `javascript:${words}`,
        nameOf: () => words,
        topicName: () => words,
        teamName: () => words,
        slackUserOf: () => (known ? 'UGRACE' : words),
      })

      const pictures = [
        renderCard(ticket, view),
        renderMoved(ticket, view, 'https://x.example/p1'),
        renderPage(ticket, view, { because: words, card: 'https://x.example/p1' }),
      ]
      for (const { text, blocks, attachments } of pictures) {
        expect(checkBlocks(blocks, 'message')).toEqual([])
        for (const attachment of attachments) expect(checkBlocks(attachment.blocks, 'message')).toEqual([])
        expect(text.length).toBeLessThanOrEqual(3000)
        for (const said of [text, ...mrkdwnIn({ blocks, attachments })]) expect(liveMarkup(said)).toEqual([])
        expect(unguardedMrkdwn({ blocks, attachments })).toEqual([])
      }
    }),
    { numRuns: 1_000 },
  )
})

const TOKENS = [
  '<!channel>',
  '<!here|here>',
  '<@U0EVIL>',
  '<#C0EVIL|x>',
  '<https://evil.example|Reset password>',
  'https://evil.example',
  '<!date^1^{date}^https://evil.example|x>',
  '&lt;!channel&gt;',
  '&',
  '👩‍🚀',
  '\ud800',
  '\u202e',
  '\n',
  '|',
  '`',
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...TOKENS), fc.string({ unit: 'binary', maxLength: 40 })), { maxLength: 40 })
  .map((parts) => parts.join(''))
  .chain((text) => fc.constantFrom(text, text.repeat(40), `${text}${'x'.repeat(4000)}`))

const hostileTicket: fc.Arbitrary<Ticket> = fc
  .record({
    subject: hostile,
    body: hostile,
    name: hostile,
    summary: fc.option(hostile, { nil: undefined }),
    missing: fc.array(hostile, { maxLength: 3 }),
    degraded: fc.option(hostile, { nil: undefined }),
    status: fc.constantFrom('received', 'triage', 'queued', 'offered', 'accepted', 'resolved'),
    priority: fc.option(fc.constantFrom(...PRIORITIES), { nil: undefined }),
    flags: fc.subarray([...RISK_FLAGS]),
    escalation: fc.nat(3),
    decided: fc.boolean(),
    page: fc.boolean(),
    assigned: fc.boolean(),
    messages: fc.nat(2000),
  })
  .map((given) =>
    aTicket({
      subject: given.subject,
      body: given.body,
      requester: { name: given.name, email: given.name },
      degraded: given.degraded,
      status: given.status,
      priority: given.priority,
      topic: given.subject,
      team: teamId(given.subject),
      assignee: given.assigned ? personId(given.name) : undefined,
      escalation: given.escalation,
      messages: given.messages,
      respondBy: timestamp('2026-01-05T10:00:00Z'),
      undoable: given.page
        ? { version: 1, move: 'resolved', by: personId('x'), at: NOW, before: anOfferedTicket() }
        : undefined,
      classification: given.decided
        ? aClassification({ summary: given.summary, missing: given.missing, flags: given.flags })
        : undefined,
      decision: given.decided
        ? aDecision({
            page: given.page,
            because: [given.subject, given.body],
            facts: { tier: given.name, account: given.name, missing: given.missing },
            destination: { kind: 'offer', team: BILLING, person: personId(given.name) },
          })
        : undefined,
    }),
  )

/** Slack's own grammar: everything between < and > is markup. Ours may be dates, Grace, and links to x.example. */
function liveMarkup(text: string): readonly string[] {
  const tokens = text.match(/<[^>]*>?/g) ?? []
  const ours = [
    /^<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[\d: -]+UTC>$/,
    /^<@UGRACE>$/,
    /^<https:\/\/(desk|x)\.example\/\w+\|[^<>|]+>$/,
  ]
  const bare = text.replaceAll(/<[^>]*>/g, '').match(/https?:\/\/\S+|\bmailto:|[<>]/g) ?? []
  return [...tokens.filter((token) => !ours.some((pattern) => pattern.test(token))), ...bare]
}

interface Mrkdwn {
  readonly type: 'mrkdwn'
  readonly text: string
  readonly verbatim?: boolean
}

function texts(value: unknown): readonly Mrkdwn[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  if (typeof value !== 'object' || value === null) return []
  if ('type' in value && value.type === 'mrkdwn') return [value as Mrkdwn]
  return Object.values(value).flatMap(texts)
}

const mrkdwnIn = (picture: object): readonly string[] => texts(picture).map(({ text }) => text)
const unguardedMrkdwn = (picture: object): readonly string[] =>
  texts(picture).flatMap(({ text, verbatim }) => (verbatim ? [] : [text]))

const shownBy = ({ blocks, attachments }: RenderedMessage): string => mrkdwnIn({ blocks, attachments }).join('\n')

interface ButtonSeen {
  readonly action_id: string
  readonly value: string
  readonly style?: string
  readonly text: { readonly text: string }
}

const elementsOf = ({ blocks }: RenderedMessage): readonly ButtonSeen[] =>
  blocks.flatMap((block) => (block.type === 'actions' ? (block.elements as unknown as ButtonSeen[]) : []))

/** Labels, the primary one marked with an exclamation mark. */
const buttonsOf = (card: RenderedMessage): readonly string[] =>
  elementsOf(card).map(({ text, style }) => (style === 'primary' ? `${text.text}!` : text.text))
