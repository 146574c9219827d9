import type { PageState } from '../state.ts'

/** Tickets on whose cards somebody has just used a button, a select or a menu. */
export function ticketsInUse({ uses, rooms }: Pick<PageState, 'uses' | 'rooms'>): readonly number[] {
  return Object.keys(uses).flatMap((key) => {
    const [channel = '', ts] = key.split('/')
    return rooms[channel]?.messages.find((message) => message.ts === ts)?.ticket ?? []
  })
}
