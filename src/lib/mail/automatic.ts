/** First value of a header by its lower-case name. */
export type HeaderLookup = (name: string) => string | undefined

const MACHINES = /^(?:mailer-daemon|mail-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+=-][^@]*)?@/iu

const LIST_HEADERS = [
  'list-id',
  'list-unsubscribe',
  'list-post',
  'list-help',
  'list-subscribe',
  'list-owner',
  'list-archive',
]

/**
 * Was this mail sent by a machine? RFC 3834 (Auto-Submitted), RFC 2369 and 2919 (List-*), RFC 3464 (delivery reports), and
 * the marks in use before them. `X-Auto-Response-Suppress` is no such mark: people's Outlook sends it too.
 */
export function isAutomatic(header: HeaderLookup, from: string | undefined): boolean {
  const autoSubmitted = header('auto-submitted')?.split(/[;(\s]/u)[0]
  if (autoSubmitted && autoSubmitted.toLowerCase() !== 'no') return true
  if (/^\s*(?:bulk|junk|list|auto_reply)\b/iu.test(header('precedence') ?? '')) return true
  if (LIST_HEADERS.some((name) => header(name) !== undefined)) return true
  if (['x-autoreply', 'x-autorespond', 'x-failed-recipients'].some((name) => header(name) !== undefined)) return true
  if (/^\s*<\s*>\s*$/u.test(header('return-path') ?? '')) return true
  if (/^\s*multipart\/report\b/iu.test(header('content-type') ?? '')) return true
  return from !== undefined && MACHINES.test(from)
}
