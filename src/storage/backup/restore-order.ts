import { RejectedError } from '../../errors.ts'

export interface RestoreOrder {
  /** Move what is there aside. */
  readonly replace: boolean
  readonly restoredAt: string
  /** Told how many rows were read so far. */
  readonly onRows: (read: number) => void
}

export const notEmpty = (place: string, content: string): RejectedError =>
  new RejectedError(
    `${place} is not empty: it holds ${content}. Restore into another DATABASE_URL, or add --replace, which keeps what is there under another name.`,
  )
