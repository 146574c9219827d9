import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { Api } from '../api.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { MAIL_EXAMPLES, type MailExample } from './mail-examples.ts'
import { BLANK_MAIL, mailFaults } from './own-mail.ts'
import { Failure } from './parts.tsx'
import { useAsk } from './use-ask.ts'

/** Write as any customer; it is made a real e-mail and read like any other. */
export function OwnMailDialog(props: {
  readonly api: Api
  /** A language model outside reads along. */
  readonly isSentOut: boolean
  onClose(): void
  onSent(number: number): void
}) {
  const { api, isSentOut, onClose, onSent } = props
  const [mail, setMail] = useState(BLANK_MAIL)
  const [example, setExample] = useState<MailExample | null>(null)
  const [tried, setTried] = useState(false)
  const { ask, busy, failed } = useAsk()
  const faults = tried ? mailFaults(mail) : {}
  const lang = example?.lang

  const send = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const [first] = Object.keys(mailFaults(mail))
    if (first) {
      document.getElementById(`strip-mail-${first}`)?.focus()
      return
    }
    const trimmed = { ...mail, from: { name: mail.from.name.trim(), email: mail.from.email.trim() } }
    void ask(async () => onSent((await api.mail(trimmed)).number))
  }

  return (
    <Dialog label="Write your own e-mail" className="mail" onClose={onClose}>
      <header className="drawer-head">
        <div>
          <h2>Write your own e-mail</h2>
          <p>
            It becomes a real e-mail and is read like any other,{' '}
            {isSentOut ? 'also by the language model you have set.' : 'and nothing leaves this machine.'}
          </p>
        </div>
        <button type="button" className="round" aria-label="Close without sending" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <form className="mail-form" onSubmit={send} noValidate>
        <fieldset className="examples">
          <legend>Begin with an example, and change it as you like</legend>
          {MAIL_EXAMPLES.map((one) => (
            <button
              key={one.mail.subject}
              type="button"
              className="example"
              aria-pressed={one === example}
              onClick={() => {
                setExample(one)
                setMail(one.mail)
              }}
            >
              <b>{one.language}</b> {one.kind}
            </button>
          ))}
        </fieldset>
        <p className="watch" role="status">
          {example ? `Watch for: ${example.watch}` : ''}
        </p>
        <div className="mail-from">
          <Field name="name" label="From: name" fault={faults.name}>
            {(of) => (
              <input
                {...of}
                type="text"
                value={mail.from.name}
                lang={lang}
                autoComplete="off"
                placeholder="Kim Customer"
                onChange={({ target }) => setMail({ ...mail, from: { ...mail.from, name: target.value } })}
              />
            )}
          </Field>
          <Field name="email" label="From: address" fault={faults.email}>
            {(of) => (
              <input
                {...of}
                type="email"
                value={mail.from.email}
                autoComplete="off"
                placeholder="kim@customer.example"
                onChange={({ target }) => setMail({ ...mail, from: { ...mail.from, email: target.value } })}
              />
            )}
          </Field>
        </div>
        <Field name="subject" label="Subject" fault={faults.subject}>
          {(of) => (
            <input
              {...of}
              type="text"
              value={mail.subject}
              lang={lang}
              autoComplete="off"
              onChange={({ target }) => setMail({ ...mail, subject: target.value })}
            />
          )}
        </Field>
        <Field name="body" label="Text" fault={faults.body}>
          {(of) => (
            <textarea
              {...of}
              rows={9}
              value={mail.body}
              lang={lang}
              onChange={({ target }) => setMail({ ...mail, body: target.value })}
            />
          )}
        </Field>
        <Failure says={failed} />
        <div className="mail-foot">
          <button type="button" className="small" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="play" disabled={busy}>
            <Icon name="send" /> {busy ? 'Sending …' : 'Send'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function Field(props: {
  readonly name: string
  readonly label: string
  readonly fault: string | undefined
  children(attributes: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }): ReactNode
}) {
  const { name, label, fault, children } = props
  const id = useId()
  const field = `strip-mail-${name}`
  return (
    <div className="mail-field">
      <label htmlFor={field}>{label}</label>
      {children({
        id: field,
        'aria-invalid': fault !== undefined,
        'aria-describedby': fault === undefined ? undefined : `${id}-fault`,
      })}
      {fault !== undefined && (
        <p id={`${id}-fault`} className="mail-fault">
          {fault}
        </p>
      )}
    </div>
  )
}
