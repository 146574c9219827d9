import type { Confirmation } from '../blocks/surface.ts'
import { textOf } from '../blocks/values.ts'
import { Mrkdwn } from '../text/rich.tsx'
import { Dialog } from './dialog.tsx'

/** The question an app asks before its button does anything. */
export function Confirm({ confirm, yes, no }: Confirmation) {
  const title = textOf(confirm.title) || 'Are you sure?'
  return (
    <Dialog label={title} className="confirm" onClose={no}>
      <h2 className="dialog-title">{title}</h2>
      <div className="confirm-text">
        <Mrkdwn text={textOf(confirm.text)} />
      </div>
      <div className="dialog-foot">
        <button type="button" className="button" onClick={no}>
          {textOf(confirm.deny) || 'Cancel'}
        </button>
        <button type="button" className={`button ${confirm.style === 'danger' ? 'danger' : 'primary'}`} onClick={yes}>
          {textOf(confirm.confirm) || 'Yes'}
        </button>
      </div>
    </Dialog>
  )
}
