/** Longer lines are never taken for an attribution or a signature: nobody writes those, and patterns on them cost time. */
const LONGEST_MARK = 300
/** A closing ("Best regards") starts a signature only when no more than this follows. */
const SIGNATURE_LINES = 10
const SIGNATURE_LINE_LENGTH = 90
/** A signature is looked for in this many lines at the end. */
const SEARCHED_LINES = 80

/**
 * What the sender wrote this time: without quoted mails, their headers, and the signature. Forwarded mails stay, they are
 * the matter itself. Never empty when `text` is not: a mail of nothing but quotes is shown whole.
 */
export function visibleText(text: string): string {
  const lines = text
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/[\u200b\u200e\u200f\u2060\ufeff]/gu, '')
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.trimEnd())

  const own = withoutSignature(withoutQuotes(lines))
  const visible = collapseBlankLines(own)
  return visible === '' ? collapseBlankLines(lines) : visible
}

function withoutQuotes(lines: readonly string[]): string[] {
  const kept: string[] = []
  let written = false
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (isQuoted(line)) continue

    const attribution = attributionAt(lines, at)
    if (attribution > 0) {
      const next = nextWritten(lines, at + attribution)
      if (next === undefined) break
      if (isQuoted(lines[next] ?? '')) {
        at = next - 1
        continue
      }
      if (written) break
      at += attribution - 1
      continue
    }

    if (isForward(line)) return [...kept, ...lines.slice(at)]
    if (written && (isReplySeparator(line) || isHeaderBlock(lines, at))) break
    kept.push(line)
    written ||= line !== '' && !isRuler(line)
  }
  while (kept.length > 0 && (kept.at(-1) === '' || isRuler(kept.at(-1) ?? ''))) kept.pop()
  return kept
}

const isQuoted = (line: string): boolean => /^\s{0,3}(?:>|\|\s)/u.test(line)
const isRuler = (line: string): boolean => /^\s*[-_=*]{5,}\s*$/u.test(line)

function nextWritten(lines: readonly string[], from: number): number | undefined {
  for (let at = from; at < lines.length; at++) if (lines[at] !== '') return at
  return undefined
}

/** "wrote" as mail programs say it, in 30 languages. */
const WROTE =
  /(?:wrote|writes|schrieb|écrit|escribió|escribio|escrigué|scritto|ha scritto|escreveu|schreef|geschreven|skrev|kirjoitti|pisze|napisał(?:\(a\)|a)?|napísal(?:\(a\)|a)?|napsal(?:\(a\)|a)?|írta|a scris|написал(?:\(а\)|а)?|пишет|написав(?:\(ла\)|ла)?|пише|написа|έγραψε|yazdı|şunu yazdı|viết|đã viết|menulis|כתב(?:ה)?|كتب(?:ت)?|เขียน|写道|寫道|のメッセージ|のメール|작성|님이 작성|rašė|kirjutas|rakstīja|piše|je napisao|је написао|skrifaði|idatzi zuen)/iu

/** Lines that make up "On Monday Ann wrote:" from here on; 0 when there is none. */
function attributionAt(lines: readonly string[], at: number): number {
  let joined = ''
  for (let count = 1; count <= 4; count++) {
    const line = (lines[at + count - 1] ?? '').trim()
    if (line === '' || (count > 1 && isQuoted(line) && !/^>.{0,20}[:：]$/u.test(line))) return 0
    if (count === 1 && !opensAttribution(line)) return 0
    joined = joined === '' ? line : `${joined} ${line}`
    if (joined.length > LONGEST_MARK) return 0
    if (isAttribution(joined)) return count
  }
  return 0
}

const ADDRESS = /[\p{L}\d._%+-]@[\p{L}\d-]/u
const MOMENT = /\d{1,2}[:.h]\d{2}|(?:19|20)\d{2}|\d{1,2}\s?[./-]\s?\d{1,2}/u

/** Day, name or address stand on its first line; a sentence that merely comes before it has none of them. */
const opensAttribution = (line: string): boolean =>
  ADDRESS.test(line) ||
  MOMENT.test(line) ||
  /^[-*\s]*(?:on|am|le|el|il|em|op|den|på|dne|dnia|w dniu|pe|vào|pada|në|în|a|în data|in data)\s/iu.test(line)

function isAttribution(line: string): boolean {
  const bare = line.replace(/^-+\s*/u, '').replace(/\s*-+$/u, '')
  const ends = /[:：]\s*$/u.test(bare)
  const address = ADDRESS.test(bare)
  const moment = MOMENT.test(bare)
  if (WROTE.test(bare) && (address || moment) && (ends || /\p{L}$/u.test(bare))) {
    return (
      ends ||
      /(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|geschreven|skrev|kirjoitti|написал|작성|写道)$/iu.test(
        bare,
      )
    )
  }
  // 2016-09-26 15:30 GMT+03:00 Ann <ann@example.com>:
  if (!ends || !/<\s?[^<>\s]+@[^<>\s]+\s?>[^<>]{0,3}$/u.test(bare)) return false
  return (moment && /^["“]?\d/u.test(bare)) || (/\d{1,2}[:.]\d{2}/u.test(bare) && /(?:19|20)\d{2}/u.test(bare))
}

/** Gmail's and Apple's mark of a forwarded mail. What follows it belongs to the matter. */
const isForward = (line: string): boolean =>
  line.length < LONGEST_MARK &&
  /^[\s*]*(?:-{4,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|wiadomość przekazana|пересылаемое сообщение|пересланное сообщение|転送されたメッセージ|转发的邮件)|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message (?:réexpédié|transféré))/iu.test(
    line,
  )

/** "-----Original Message-----", and what Outlook makes of it elsewhere. */
function isReplySeparator(line: string): boolean {
  const match = /^[\s*]*-{2,}\s*([^-]{3,60}?)\s*-{2,}[\s*]*$/u.exec(line.slice(0, LONGEST_MARK))
  return /original|ursprüngliche|origine|oorspronkelijk|opprinnelig|oprindelig|alkuperäinen|исходное|oryginaln|původní|eredeti|orijinal|元のメッセージ|原始|원본|reply message/iu.test(
    match?.[1] ?? '',
  )
}

const HEADER_LABELS = [
  /^(?:from|message du|von|de|da|van|från|fra|od|от|від|lähettäjä|feladó|gönderen|kimden|差出人|发件人|寄件者|寄件人|보낸 사람)$/iu,
  /^(?:sent|date|gesendet|datum|envoyé|date d'envoi|enviado|enviado el|enviada em|fecha|data|inviato|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|wysłano|odesláno|отправлено|дата|надіслано|elküldve|gönderilme tarihi|tarih|送信日時|日付|发送时间|日期|보낸 날짜)$/iu,
  /^(?:to|an|à|a|para|aan|till|til|do|komu|кому|vastaanottaja|címzett|kime|宛先|收件人|收件者|받는 사람)$/iu,
  /^(?:subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|тема|tárgy|konu|件名|主题|主旨|제목)$/iu,
]

/** The header of a quoted mail as Outlook writes it: three of From, Sent, To, Subject on neighbouring lines. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!HEADER_LABELS[0]?.test(labelOf(lines[at] ?? ''))) return false
  const near = lines.slice(at, at + 8).map(labelOf)
  return HEADER_LABELS.filter((label) => near.some((text) => label.test(text))).length >= 3
}

function labelOf(line: string): string {
  return /^[\s*_>]{0,4}([\p{L}' ]{1,24}?)\s?[*_]{0,2}\s?[:：]/u.exec(line.slice(0, LONGEST_MARK))?.[1]?.trim() ?? ''
}

const MOBILE_SIGNATURE =
  /^[\s*_]*(?:sent (?:from|via|with) |get outlook for |(?:diese nachricht wurde )?(?:von meine[mr] .{2,40} gesendet|gesendet (?:von|mit|über) )|envoyé (?:de|depuis|à partir|avec) |télécharger outlook |enviado (?:desde|do|a partir|de) |inviato da |verzonden (?:vanaf|met|via) |verstuurd (?:vanaf|met) |skickat från |sendt fra |lähetetty |wysłan[eo] z |odesláno z |отправлено (?:с|из) |надіслано (?:з|із) |iphoneから送信|発信元|发自我的|從我的|나의 .{1,30}에서 보냄|sent on the )/iu

const CLOSING =
  /^[\s*_]*(?:(?:(?:with )?(?:best|kind|kindest|warm|warmest|many|sincere)?\s?(?:regards|wishes)|all the best|sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)|respectfully|cheers|best|mit (?:freundlichen|besten|lieben|herzlichen) gr(?:ü|ue)(?:ß|ss)en?|(?:viele|beste|liebe|freundliche|schöne|herzliche) gr(?:ü|ue)(?:ß|ss)e?|(?:mfg|vg|lg)|(?:bien )?cordialement|(?:très )?cordialement|bien à vous|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|atenciosamente|cordiali saluti|distinti saluti|met vriendelijke groeten?|(?:med )?vänliga hälsningar|mvh|med venlig hilsen|med vennlig hilsen|ystävällisin terveisin|z poważaniem|pozdrawiam|s pozdravem|с уважением|з повагою|saygılarımla|よろしくお願いいたします|此致))[\s,.!]*$/iu

function withoutSignature(lines: readonly string[]): string[] {
  const written = lines.findIndex((line) => line !== '')
  for (let at = Math.max(written + 1, lines.length - SEARCHED_LINES); at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^\s*--\s?$/u.test(line) || /^\s*(?:_{2,}|—)\s*$/u.test(line)) {
      if (isSignatureBlock(lines.slice(at + 1), /^\s*--\s?$/u.test(line) ? 30 : SIGNATURE_LINES))
        return lines.slice(0, at)
    }
    if (line.length > LONGEST_MARK) continue
    if (MOBILE_SIGNATURE.test(line) && isSignatureBlock(lines.slice(at + 1), 6)) return lines.slice(0, at)
    if (CLOSING.test(line) && isSignatureBlock(lines.slice(at + 1), SIGNATURE_LINES)) return lines.slice(0, at)
  }
  return [...lines]
}

/** Short lines to the end of the mail, and not many. */
function isSignatureBlock(rest: readonly string[], atMost: number): boolean {
  const written = rest.filter((line) => line !== '')
  if (written.length > atMost) return false
  return written.filter((line) => line.length > SIGNATURE_LINE_LENGTH).length <= written.length / 3
}

const collapseBlankLines = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .replace(/^\n+/u, '')
    .trimEnd()
