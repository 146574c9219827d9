/** Settings are wrong: the process does not start and says all that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Never try again: bad signature, malformed, refused by the other side. `status` is the HTTP answer it deserves. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError'
  readonly status: number

  constructor(message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.status = options.status ?? 400
  }
}

/** Try again later, not sooner than `retryAfterMs` from now. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Somebody else wrote first: read again, decide again. */
export class StaleTicketError extends Error {
  override readonly name = 'StaleTicketError'
}
