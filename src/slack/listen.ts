import type { App, BlockAction, ViewSubmitAction } from '@slack/bolt'
import { ticketId } from '../core/ids.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Cause } from '../ports.ts'
import { type Action, type ActionForm, actionWireId } from './action.ts'
import { ACTIONS } from './actions/index.ts'
import { answerCommand } from './answer-command.ts'
import { parseButtonValue } from './cards/buttons.ts'
import {
  type Desk,
  formContext,
  isFresh,
  type Opening,
  openConversation,
  openForm,
  openWhy,
  refuseClick,
  tellNearTicket,
  tellWhoClicked,
} from './desk.ts'
import { formValues } from './form-values.ts'
import { performAction, refusalOf } from './perform-action.ts'
import type { DeliveryContext } from './receiver.ts'
import type { Ear } from './whisper.ts'
import { answerWhyShortcut } from './why-shortcut.ts'

/** Registers the whole clickable surface: the shelves decide what there is. */
export function listen(app: App, desk: Desk): void {
  for (const action of ACTIONS) {
    listenToButton(app, desk, action)
    if (action.form) listenToForm(app, desk, action, action.form)
  }
  listenToReader(app, desk, 'waybill:read', openConversation)
  listenToReader(app, desk, 'waybill:why', (_, click) => openWhy(desk, click, 'Why here'))
  app.shortcut('waybill:why', async ({ ack, shortcut, context }) => {
    await ack()
    if (shortcut.type === 'message_action') await answerWhyShortcut(desk, shortcut, context)
  })

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') desk.homes.opened(event.user, event.view)
  })

  // A link: Slack reports the click, and there is nothing to do.
  app.action('waybill:open-card', async ({ ack }) => ack())

  app.command('/waybill', async ({ ack, command }) => {
    await ack()
    const said = await answerCommand(command.text, command.user_id, desk)
    crashPoint('slack.command.before-answer')
    await desk.answer({ user: command.user_id, channel: command.channel_id, responseUrl: command.response_url }, said)
  })
}

/** A button that opens a window and changes nothing. */
function listenToReader(
  app: App,
  desk: Desk,
  actionId: string,
  open: (desk: Desk, click: Opening) => Promise<string | undefined>,
): void {
  app.action<BlockAction>(actionId, async ({ ack, body, action: button, context }) => {
    await ack()
    const ear = earOf(body)
    const card = button.type === 'button' ? parseButtonValue(button.value ?? '') : undefined
    if (!card) return void (await desk.whisper(ear, { text: NO_TICKET }))
    const { receivedAt } = context as DeliveryContext
    const click = { ticket: card.ticket, slackUser: body.user.id, triggerId: body.trigger_id, receivedAt }
    const refused = await open(desk, click)
    if (refused) await tellWhoClicked(desk, ear, card.ticket, refused)
  })
}

function listenToButton(app: App, desk: Desk, action: Action): void {
  const pressed = { type: 'block_actions', action_id: actionWireId(action.id) } as const
  app.action<BlockAction>(pressed, async ({ ack, body, action: button, context }) => {
    await ack()
    const ear = earOf(body)
    const card = button.type === 'button' ? parseButtonValue(button.value ?? '') : undefined
    if (!card) return void (await desk.whisper(ear, { text: NO_TICKET }))

    const { receivedAt, ...delivery } = context as DeliveryContext
    const click = { ticket: card.ticket, slackUser: body.user.id }
    const refused = action.form
      ? await openForm(desk, action, { ...click, triggerId: body.trigger_id, receivedAt })
      : await performAction(action, click, desk, causeOf(delivery))
    if (refused) await refuseClick(desk, ear, card, refused)
    desk.homes.touched(body.user.id, body.view?.type === 'home' ? body.view : undefined)
  })
}

function listenToForm(app: App, desk: Desk, action: Action, form: ActionForm<unknown>): void {
  app.view<ViewSubmitAction>(actionWireId(action.id), async ({ ack, body, view, context }) => {
    const { receivedAt, ...delivery } = context as DeliveryContext
    // The form carries the ticket only; who submitted it is what Slack signed.
    const click = { ticket: ticketId(view.private_metadata), slackUser: body.user.id }
    const sendBack = async (errors: Readonly<Record<string, string>>) => {
      await ack({ response_action: 'errors', errors: { ...errors } })
      // After a restart the form is gone, so its errors are whispered.
      if (!isFresh(desk, receivedAt))
        await tellNearTicket(desk, click.slackUser, click.ticket, Object.values(errors).join(' '))
    }
    const refuse = (text: string) => sendBack({ [Object.keys(view.state.values)[0] ?? 'note']: text })

    const gone = await refusalOf(action, click, desk)
    if (gone) return refuse(gone)
    const drawn = await formContext(desk)
    if (!drawn) return refuse('There is no policy any more.')
    const parsed = form.parse(formValues(view.state.values), await desk.tickets.get(click.ticket), drawn)
    if ('errors' in parsed) return sendBack(parsed.errors)
    const { answers } = parsed
    const refused = await refusalOf(action, { ...click, answers }, desk)
    if (refused) return refuse(refused)

    crashPoint('slack.submit.before-ack')
    await ack()
    crashPoint('slack.submit.after-ack')
    const late = await performAction(action, { ...click, answers }, desk, causeOf(delivery))
    if (late) await tellNearTicket(desk, click.slackUser, click.ticket, late)
    desk.homes.touched(click.slackUser)
  })
}

const NO_TICKET = 'This button belongs to no ticket any more.'

const earOf = ({ user, channel, response_url, trigger_id }: BlockAction): Ear => ({
  user: user.id,
  channel: channel?.id,
  responseUrl: response_url,
  triggerId: trigger_id,
})

const causeOf = ({ inboxKey }: DeliveryContext): Cause => (inboxKey ? { inboxKey } : {})
