import type { App, BlockAction, ViewSubmitAction } from '@slack/bolt'
import { ticketId } from '../core/ids.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Cause } from '../ports.ts'
import { type Action, type ActionForm, actionWireId } from './action.ts'
import { ACTIONS } from './actions/index.ts'
import { answerCommand } from './answer-command.ts'
import { parseButtonValue } from './cards/buttons.ts'
import { type Desk, formContext, isFresh, openConversation, openForm, refuseClick, tellNearTicket } from './desk.ts'
import { formValues } from './form-values.ts'
import { performAction, refusalOf } from './perform-action.ts'
import type { DeliveryContext } from './receiver.ts'

/** Registers the whole clickable surface: the shelves decide what there is. */
export function listen(app: App, desk: Desk): void {
  for (const action of ACTIONS) {
    listenToButton(app, desk, action)
    if (action.form) listenToForm(app, desk, action, action.form)
  }
  app.action<BlockAction>('waybill:read', async ({ ack, body, action: button, context }) => {
    await ack()
    const ear = { user: body.user.id, channel: body.channel?.id, responseUrl: body.response_url }
    const card = button.type === 'button' ? parseButtonValue(button.value ?? '') : undefined
    if (!card) return void (await desk.whisper(ear, { text: 'This button belongs to no ticket any more.' }))
    const { receivedAt } = context as DeliveryContext
    const click = { ticket: card.ticket, slackUser: body.user.id, triggerId: body.trigger_id, receivedAt }
    const refused = await openConversation(desk, click)
    if (refused) await desk.whisper(ear, { text: refused })
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

function listenToButton(app: App, desk: Desk, action: Action): void {
  const pressed = { type: 'block_actions', action_id: actionWireId(action.id) } as const
  app.action<BlockAction>(pressed, async ({ ack, body, action: button, context }) => {
    await ack()
    const ear = { user: body.user.id, channel: body.channel?.id, responseUrl: body.response_url }
    const card = button.type === 'button' ? parseButtonValue(button.value ?? '') : undefined
    if (!card) return void (await desk.whisper(ear, { text: 'This button belongs to no ticket any more.' }))

    const { receivedAt, ...delivery } = context as DeliveryContext
    const click = { ticket: card.ticket, slackUser: body.user.id }
    const refused = action.form
      ? await openForm(desk, action, { ...click, triggerId: body.trigger_id, receivedAt })
      : await performAction(action, click, desk, causeOf(delivery))
    if (refused) await refuseClick(desk, ear, card, refused)
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
  })
}

const causeOf = ({ inboxKey }: DeliveryContext): Cause => (inboxKey ? { inboxKey } : {})
