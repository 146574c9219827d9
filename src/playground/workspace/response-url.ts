import type { Content, Fields } from './model.ts'
import { checkedDraft, contentOfDraft, edit, land, mustSaySomething, remove, rewhisper, whisper } from './posting.ts'
import type { Site } from './site.ts'
import { SlackError } from './slack-error.ts'
import { findMessage, type ResponseUrl } from './world.ts'

const LIVES_MS = 30 * 60_000
const MOST_USES = 5

export function newResponseUrl(site: Site, url: Omit<ResponseUrl, 'madeAt' | 'uses'>): string {
  const id = site.world.nextId('R')
  site.world.responseUrls.set(id, { ...url, madeAt: site.world.now(), uses: 0 })
  return `${site.url()}/actions/${site.world.self.teamId}/${id}`
}

/** What the app posted to a response_url; good five times within thirty minutes. */
export function respond(site: Site, id: string, said: Fields): { readonly status: number; readonly body: string } {
  const url = site.world.responseUrls.get(id)
  const expired = !url || site.world.now() - url.madeAt > LIVES_MS
  const error = expired ? 'expired_url' : url.uses >= MOST_USES ? 'used_url' : undefined
  const args = { ...said, response_url: id }
  if (!url || error) {
    const refused = error ?? 'expired_url'
    site.record.called({ method: 'response_url', at: site.world.now(), args, ok: false, error: refused })
    return { status: 404, body: JSON.stringify({ ok: false, error: refused }) }
  }

  url.uses += 1
  try {
    apply(site, url, said)
    site.record.called({ method: 'response_url', at: site.world.now(), args, ok: true })
    return { status: 200, body: 'ok' }
  } catch (problem) {
    if (!(problem instanceof SlackError)) throw problem
    site.record.called({ method: 'response_url', at: site.world.now(), args, ok: false, error: problem.code })
    return { status: 400, body: JSON.stringify({ ok: false, error: problem.code, ...problem.detail }) }
  }
}

function apply(site: Site, { channel, user, source }: ResponseUrl, said: Fields): void {
  const { world } = site
  const original = source && !source.ephemeral ? findMessage(world, channel, source.ts) : undefined
  if (said.delete_original) {
    if (original) void remove(site, original)
    else if (source) rewhisper(site, source.ts, undefined)
    return
  }

  const draft = checkedDraft(world, pick(said))
  mustSaySomething(draft)
  if (said.replace_original && original)
    return void edit(site, original, { text: '', blocks: [], attachments: [], ...draft })
  if (said.replace_original && source) {
    rewhisper(site, source.ts, contentOfDraft(draft))
    return
  }

  const threadTs = typeof said.thread_ts === 'string' ? said.thread_ts : undefined
  tell(site, channel, user, contentOfDraft(draft), said.response_type === 'in_channel', threadTs)
}

/** Says something into the channel for everybody, or to the one person alone. */
export function tell(
  site: Site,
  channelId: string,
  user: string,
  content: Content,
  toAll: boolean,
  threadTs?: string,
): void {
  const { world } = site
  const channel = world.channels.get(channelId)
  if (!channel) throw new SlackError('channel_not_found')
  if (!toAll) return void whisper(site, channel, user, content, threadTs)
  const { botUserId, botId } = world.self
  land(site, { ...content, channel: channelId, user: botUserId, botId, ...(threadTs ? { threadTs } : {}) })
}

function pick({ text, blocks, attachments }: Fields): Fields {
  return {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
  }
}
