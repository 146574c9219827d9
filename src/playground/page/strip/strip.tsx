import type { Api } from '../api.ts'
import type { PageState } from '../state.ts'

export interface StripProps {
  readonly state: PageState
  readonly api: Api
  /** The ticket to follow. */
  readonly ticket: number | null
  onPickTicket(ticket: number): void
}

export function Strip(_props: StripProps) {
  return null
}
