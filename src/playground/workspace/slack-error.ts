import type { Fields } from './model.ts'

/** Becomes `{ ok: false, error: code, ...detail }` on the wire, as Slack answers. */
export class SlackError extends Error {
  readonly code: string
  readonly detail: Fields

  constructor(code: string, detail: Fields = {}) {
    super(code)
    this.name = 'SlackError'
    this.code = code
    this.detail = detail
  }
}

export function invalid(
  code: 'invalid_blocks' | 'invalid_arguments' | 'invalid_attachments',
  messages: readonly string[],
) {
  return new SlackError(code, { errors: messages, response_metadata: { messages } })
}
