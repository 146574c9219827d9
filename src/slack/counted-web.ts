import type { Meter } from '../ports.ts'
import type { Answer, SlackWeb } from './web.ts'

/** The same Slack, with every call counted under the name of its Web API method. */
export function countedWeb(web: SlackWeb, meter: Pick<Meter, 'called'>): SlackWeb {
  async function counted<Result>(method: string, call: Promise<Answer<Result>>): Promise<Answer<Result>> {
    const answer = await call
    meter.called(method, answer.ok ? 'ok' : answer.error === 'ratelimited' ? 'ratelimited' : answer.fate)
    return answer
  }
  return {
    identity: () => web.identity(),
    post: (channel, message) => counted('chat.postMessage', web.post(channel, message)),
    update: (channel, ts, message) => counted('chat.update', web.update(channel, ts, message)),
    remove: (channel, ts) => counted('chat.delete', web.remove(channel, ts)),
    history: (channel, oldest, cursor) => counted('conversations.history', web.history(channel, oldest, cursor)),
    hasReplies: (channel, ts) => counted('conversations.replies', web.hasReplies(channel, ts)),
    openDm: (user) => counted('conversations.open', web.openDm(user)),
  }
}
