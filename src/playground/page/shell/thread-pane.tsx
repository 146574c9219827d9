import { useEffect, useRef } from 'react'
import { Composer } from '../composer/composer.tsx'
import { MessageView } from '../messages/message.tsx'
import { useActs, usePage } from '../page.ts'
import { appChannel, type ThreadPlace, threadKey } from '../state.ts'
import { Icon } from './icon.tsx'

export function ThreadPane({ thread }: { readonly thread: ThreadPlace }) {
  const acts = useActs()
  const held = usePage(({ threads }) => threads[threadKey(thread)])
  const channel = usePage(({ channels }) => channels.find(({ id }) => id === thread.channel))
  const isApp = usePage((state) => appChannel(state)?.id === thread.channel)
  const end = useRef<HTMLDivElement>(null)
  const count = held?.messages.length ?? 0

  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'end' })
  }, [count])

  return (
    <section className="thread-pane" aria-label="Thread" data-pane-name="thread" tabIndex={-1}>
      <header className="pane-head">
        <h2>
          Thread <span className="where">{channel?.kind === 'dm' ? channel.name : `#${channel?.name ?? ''}`}</span>
        </h2>
        <button type="button" className="icon-button" aria-label="Close thread" onClick={() => acts.openThread(null)}>
          <Icon name="close" />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div className="thread-scroll" role="log" aria-label="Messages of the thread" tabIndex={0}>
        {!held && <p className="list-note">Loading …</p>}
        {held?.messages.map((message, index) => (
          <div key={message.ts}>
            <MessageView message={message} compact={false} inThread />
            {index === 0 && count > 1 && (
              <div className="reply-line">
                <span>
                  {count - 1} {count === 2 ? 'reply' : 'replies'}
                </span>
              </div>
            )}
          </div>
        ))}
        <div ref={end} />
      </div>
      {channel?.joined && !channel.archived && !isApp && (
        <Composer channel={thread.channel} thread={thread.ts} label="Reply …" eager />
      )}
    </section>
  )
}
