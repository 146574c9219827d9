import { useMemo, useState } from 'react'
import type { PageView } from '../../page-contract.ts'
import { keyOf } from '../acts.ts'
import { Blocks } from '../blocks/block.tsx'
import { type Surface, SurfaceContext } from '../blocks/surface.ts'
import type { Given } from '../blocks/values.ts'
import { BotMark } from '../messages/avatar.tsx'
import { useActs, usePage } from '../page.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { formErrors } from './form-errors.ts'

/** The view in front of this person, if there is one. */
export function Modal() {
  const modal = usePage((state) => state.modal)
  // By view, so that a form still has what was entered when the one pushed over it closes.
  const [entered, setEntered] = useState<Readonly<Record<string, Entries>>>({})
  if (!modal) return null
  const { id } = modal
  return (
    <ModalForm
      key={id}
      modal={modal}
      entries={entered[id] ?? NOTHING}
      onEnter={(control, value) => setEntered((before) => ({ ...before, [id]: { ...before[id], [control]: value } }))}
    />
  )
}

type Entries = Readonly<Record<string, Given>>
const NOTHING: Entries = {}

interface ModalFormProps {
  readonly modal: PageView
  readonly entries: Entries
  onEnter(control: string, value: Given): void
}

function ModalForm({ modal, entries, onEnter }: ModalFormProps) {
  const acts = useActs()
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const submitting = usePage(({ uses }) => uses[keyOf('modal', 'submit')])
  const trouble = usePage(({ uses }) => {
    const failed = Object.entries(uses).find(([key, use]) => key.startsWith('modal/') && use.state === 'failed')
    return failed?.[1].state === 'failed' ? failed[1].says : null
  })

  const surface = useMemo<Surface>(
    () => ({
      target: 'modal',
      entries,
      errors,
      held: modal.values,
      enter(control, value) {
        onEnter(control, value)
        const [block = ''] = control.split('/')
        setErrors((before) => Object.fromEntries(Object.entries(before).filter(([id]) => id !== block)))
      },
    }),
    [entries, errors, modal, onEnter],
  )
  const close = () => void acts.gesture('close', {}, keyOf('modal', 'close'))

  return (
    <Dialog label={modal.title} className="modal" onClose={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const wrong = formErrors(modal, entries)
          setErrors(wrong)
          if (Object.keys(wrong).length > 0 || submitting?.state === 'busy') return
          void acts.submit(entries).then(setErrors)
        }}
      >
        <header className="dialog-head">
          <BotMark size={24} />
          <h2 className="dialog-title">{modal.title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <section className="modal-body" tabIndex={0} aria-label={modal.title}>
          {trouble !== null && (
            <p className="trouble" role="alert">
              {trouble}
            </p>
          )}
          <SurfaceContext value={surface}>
            <Blocks blocks={modal.blocks} />
          </SurfaceContext>
        </section>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={close}>
            {modal.close}
          </button>
          {modal.submit !== null && (
            <button type="submit" className="button primary" aria-disabled={submitting?.state === 'busy'}>
              {submitting?.state === 'busy' && <span className="spinner" aria-hidden="true" />}
              {modal.submit}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  )
}
