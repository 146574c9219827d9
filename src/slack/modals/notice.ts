import type { ModalView } from '@slack/types'
import { LIMITS, plain, section } from '../cards/blocks.ts'

/** One thing to say to somebody who clicked where nothing can be whispered, such as on the Home tab. `text` is Slack markup. */
export const noticeView = (text: string): ModalView => ({
  type: 'modal',
  title: plain('Waybill', LIMITS.modalTitle),
  close: plain('Close', LIMITS.modalTitle),
  blocks: [section(text)],
})
