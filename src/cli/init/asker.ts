/** Whoever sets Waybill up left in the middle. What was answered before is kept; what was being asked is not. */
export class LeftError extends Error {
  override readonly name = 'LeftError'
}

/** What to do about something that is not right, leaving among it: LeftError. */
export async function andNow<Value extends string>(asker: Asker, choices: readonly Choice<Value>[]): Promise<Value> {
  const next = await asker.choose<Value | 'leave'>('And now?', [
    ...choices,
    { value: 'leave', label: 'Leave; I will go on later' },
  ])
  if (next === 'leave') throw new LeftError('You left.')
  return next
}

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly hint?: string
}

/** Asks a person and tells them things. Every question rejects with LeftError when they leave. */
export interface Asker {
  begin(title: string): void
  /** What comes next, and why. */
  step(title: string, explanation?: string): void
  /** Something is right. */
  done(says: string): void
  /** Something is not, and what to do. */
  wrong(says: string, fix: string): void
  /** Something works, but is hardly meant so. */
  careful(says: string, fix: string): void
  /** Text to read or to copy, as it stands. */
  show(text: string, title?: string): void
  end(says: string): void
  /** Trimmed; `initial` is taken for an empty answer. Asked again, with the reason, as long as `refuses` gives one. */
  text(
    question: string,
    how?: { readonly initial?: string; readonly refuses?: (answer: string) => string | undefined },
  ): Promise<string>
  /** Trimmed, and never shown. */
  secret(question: string, refuses?: (answer: string) => string | undefined): Promise<string>
  choose<Value extends string>(question: string, choices: readonly Choice<Value>[], initial?: Value): Promise<Value>
  /** At least one. */
  several<Value extends string>(
    question: string,
    choices: readonly Choice<Value>[],
    initial: readonly Value[],
  ): Promise<readonly Value[]>
  confirm(question: string, initial: boolean): Promise<boolean>
  /** Says what takes its time while it does. */
  busy<Result>(says: string, work: () => Promise<Result>): Promise<Result>
}
