import { byteLines } from '../byte-lines.ts'

/**
 * Splits an mbox (RFC 4155; mboxo and mboxrd) into its mails while it is read: no more than one mail is held, and of a mail
 * beyond `longestMail` bytes only that much. ">From " becomes "From " again, ">>From " becomes ">From ".
 */
export async function* splitMbox(chunks: AsyncIterable<Uint8Array>, longestMail: number): AsyncGenerator<Uint8Array> {
  let mail: Uint8Array[] | undefined
  let bytes = 0
  let afterBlank = true

  for await (const line of byteLines(chunks)) {
    if (afterBlank && isFromLine(line)) {
      if (mail) yield Buffer.concat(mail)
      mail = []
      bytes = 0
      afterBlank = false
      continue
    }
    afterBlank = line.length <= 2 && line.every((byte) => byte === 0x0a || byte === 0x0d)
    mail ??= []
    if (bytes > longestMail) continue
    const written = isQuotedFromLine(line) ? line.subarray(1) : line
    mail.push(written)
    bytes += written.length
  }
  if (mail && bytes > 0) yield Buffer.concat(mail)
}

/** "From ann@example.com Mon Nov  2 10:00:00 2026": the one line that parts two mails. */
const FROM_LINE = /^From \S+.{0,40}\s\d{1,2}:\d\d/u

const startOf = (line: Uint8Array): string => Buffer.from(line.subarray(0, 200)).toString('latin1')
const isFromLine = (line: Uint8Array): boolean => line[0] === 0x46 && FROM_LINE.test(startOf(line))
const isQuotedFromLine = (line: Uint8Array): boolean => line[0] === 0x3e && /^>+From /u.test(startOf(line))

/** Does this file begin like an mbox? */
export const isMbox = (start: Uint8Array): boolean => isFromLine(start)
