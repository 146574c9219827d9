import type { HomeView } from '@slack/types'
import type { Log } from '../ports.ts'
import { renderHomeTab, renderStrangersHome, WELCOMED } from './cards/home-tab.ts'
import { type HomeFactsDeps, homeFacts } from './home-facts.ts'
import { codeOf } from './whisper.ts'

/** The Home view somebody has before them, as Slack tells it. */
export interface SeenHome {
  readonly hash?: string | undefined
  readonly private_metadata?: string | undefined
}

/**
 * Draws Home tabs. Nobody waits for it: a page that could not be published is logged, and drawn when it is opened again.
 * One page of a person is under way at a time; whatever happens meanwhile is one more page, drawn from what is true then.
 */
export interface HomeTabs {
  /** Somebody looks at their Home tab; `seen` is missing when nothing was ever published to it. */
  opened(slackUser: string, seen: SeenHome | undefined): void
  /** Somebody did something that may change it: drawn anew if it was opened before, or if it was done there (`seen`). */
  touched(slackUser: string, seen?: SeenHome): void
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

/**
 * Shows a page unless the one with `hash` has been replaced meanwhile (hash_conflict); resolves with the hash of the new
 * one and rejects with Slack's error.
 */
export type PublishHome = (slackUser: string, view: HomeView, hash: string | undefined) => Promise<string | undefined>

/** One person's page. */
interface Page {
  isNew: boolean
  /** Of the view Slack shows now, as far as we know: a page drawn for an older one must not replace a newer one. */
  hash: string | undefined
  isOutdated: boolean
  drawing: Promise<void> | undefined
}

export function homeTabs(deps: HomeFactsDeps & { readonly publish: PublishHome; readonly log: Log }): HomeTabs {
  const { log } = deps
  const pages = new Map<string, Page>()

  const draw = (slackUser: string, page: Page): void => {
    page.isOutdated = true
    page.drawing ??= drawUntilCurrent(slackUser, page)
  }

  async function drawUntilCurrent(slackUser: string, page: Page): Promise<void> {
    while (page.isOutdated) {
      page.isOutdated = false
      try {
        await publish(slackUser, page)
      } catch (error) {
        log.warn({ code: codeOf(error) }, 'a home tab could not be published')
      }
    }
    page.drawing = undefined
  }

  async function publish(slackUser: string, page: Page): Promise<void> {
    try {
      await publishOver(slackUser, page, page.hash)
    } catch (error) {
      if (codeOf(error) !== 'hash_conflict') throw error
      // Somebody else of us published meanwhile: what is true now counts, whatever stands there.
      await publishOver(slackUser, page, undefined)
    }
  }

  async function publishOver(slackUser: string, page: Page, hash: string | undefined): Promise<void> {
    const facts = await homeFacts(slackUser, page.isNew, deps)
    const view = 'refused' in facts ? renderStrangersHome(facts.refused) : renderHomeTab(facts)
    page.hash = await deps.publish(slackUser, view, hash)
  }

  const opened: HomeTabs['opened'] = (slackUser, seen) => {
    const page = pages.get(slackUser) ?? { isNew: true, hash: undefined, isOutdated: false, drawing: undefined }
    pages.set(slackUser, page)
    page.isNew = seen?.private_metadata !== WELCOMED
    page.hash = seen?.hash
    draw(slackUser, page)
  }

  return {
    opened,

    touched(slackUser, seen) {
      const page = pages.get(slackUser)
      if (page) draw(slackUser, page)
      else if (seen) opened(slackUser, seen)
    },

    async idle() {
      for (;;) {
        const drawing = [...pages.values()].flatMap((page) => page.drawing ?? [])
        if (drawing.length === 0) return
        await Promise.all(drawing)
      }
    },
  }
}
