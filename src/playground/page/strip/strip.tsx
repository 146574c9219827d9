import { useState } from 'react'
import type { JourneySource } from '../../page-contract.ts'
import type { Api } from '../api.ts'
import type { PageState } from '../state.ts'
import { brokenWords } from './breaks.ts'
import { BreaksView } from './breaks-view.tsx'
import { useEmlDrop } from './eml-drop.tsx'
import { FeedView } from './feed-view.tsx'
import { JourneyPane } from './journey-pane.tsx'
import { OwnMailDialog } from './own-mail-dialog.tsx'
import { Empty } from './parts.tsx'
import { ScenesView } from './scenes-view.tsx'
import { SourceDrawer } from './source-drawer.tsx'
import './strip.css'
import './frame.css'
import './journey.css'
import './panes.css'
import './dialogs.css'
import { Tabs } from './tabs.tsx'
import { ticketsInUse } from './tickets-in-use.ts'
import { Transport } from './transport.tsx'
import { useFollow } from './use-follow.ts'
import { useJourney } from './use-journey.ts'

export interface StripProps {
  readonly state: PageState
  readonly api: Api
  /** The ticket to follow. */
  readonly ticket: number | null
  onPickTicket(ticket: number): void
  /** An own e-mail became this ticket; its card has yet to come. */
  onOwnMail(ticket: number): void
}

type TabName = 'journey' | 'feed' | 'scenes' | 'break'

/** Beside the workspace: why a ticket went where it went, and how to feed, direct and break the thing. */
export function Strip({ state, api, ticket, onPickTicket, onOwnMail }: StripProps) {
  const { status, tickets, scenes } = state
  const [tab, setTab] = useState<TabName>('journey')
  const [source, setSource] = useState<{ readonly ticket: number; readonly source: JourneySource } | null>(null)
  const [hasLooked, setLooked] = useState(false)
  const [isWriting, setWriting] = useState(false)
  const [isReading, setReading] = useState(false)

  const line = tickets.find(({ number }) => number === ticket)
  const followed = useJourney(api, ticket, line, status?.counts.lessons)
  const following = useFollow({
    newest: tickets[0]?.number ?? null,
    newer: tickets.filter(({ number }) => ticket !== null && number > ticket).length,
    ticket,
    held: isReading || source !== null || tab !== 'journey',
    news: followed.fresh.length,
    inUse: ticket !== null && ticketsInUse(state).includes(ticket),
    onPick: onPickTicket,
  })
  const show = (number: number) => {
    following.pick(number)
    setTab('journey')
  }
  const drop = useEmlDrop(api, (outcomes) => {
    const [first] = outcomes
    if (outcomes.length === 1 && first?.number !== undefined) show(first.number)
    else setTab('feed')
  })

  if (!status) return <NotThereYet connection={state.connection} />

  const isRunning = scenes.some(({ state }) => state === 'running')
  return (
    <div className="guide" {...drop.target}>
      <Transport api={api} status={status} />
      <Tabs<TabName>
        label="What to look at"
        chosen={tab}
        onChoose={setTab}
        tabs={[
          {
            name: 'journey',
            label: 'Journey',
            content: (
              <JourneyPane
                {...{ state, api, ticket, following, followed, hasLooked }}
                onSource={(source) => ticket !== null && setSource({ ticket, source })}
                onReading={setReading}
              />
            ),
          },
          {
            name: 'feed',
            label: 'Feed',
            content: (
              <div className="scroll">
                <FeedView {...{ api, status, drop }} onWrite={() => setWriting(true)} onTicket={show} />
              </div>
            ),
          },
          {
            name: 'scenes',
            label: 'Scenes',
            mark: isRunning ? { sign: '▸', says: 'one is running' } : undefined,
            content: (
              <div className="scroll">
                <ScenesView api={api} scenes={scenes} onTicket={show} />
              </div>
            ),
          },
          {
            name: 'break',
            label: 'Break',
            mark: brokenWords(status) ? { sign: '!', says: 'something is broken' } : undefined,
            content: (
              <div className="scroll">
                <BreaksView api={api} status={status} />
              </div>
            ),
          },
        ]}
      />
      {drop.isOver && <p className="drop-here">Let go: each .eml becomes a ticket</p>}
      {source && (
        <SourceDrawer
          api={api}
          {...source}
          onClose={() => {
            setSource(null)
            setLooked(true)
          }}
        />
      )}
      {isWriting && (
        <OwnMailDialog
          api={api}
          isSentOut={status.model.kind === 'yours'}
          onClose={() => setWriting(false)}
          onSent={(number) => {
            setWriting(false)
            show(number)
            onOwnMail(number)
          }}
        />
      )}
    </div>
  )
}

function NotThereYet({ connection }: { readonly connection: PageState['connection'] }) {
  return (
    <div className="guide">
      {connection === 'lost' ? (
        <Empty title="The playground does not answer">
          <p>Is “npm run demo” still running? This page connects again by itself.</p>
        </Empty>
      ) : (
        <Empty title="Connecting …">
          <p>The bot, its database and our Slack are starting.</p>
        </Empty>
      )}
    </div>
  )
}
