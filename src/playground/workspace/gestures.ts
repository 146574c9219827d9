import type { Outcome } from './delivery.ts'
import { enteredValue, formValues, isEmptyValue } from './form-values.ts'
import type { Channel, Fields, Person, View } from './model.ts'
import { blockActions, blockSuggestion, type Place, slashCommand, viewClosed, viewSubmission } from './payloads.ts'
import { checkedDraft, contentOfDraft, mustSaySomething } from './posting.ts'
import { type Control, controls, findControl, isFields, labelOf, optionsOf } from './reading.ts'
import { tell } from './response-url.ts'
import type { Site } from './site.ts'
import { SlackError } from './slack-error.ts'
import { changeView, closeModals, pushModal } from './views.ts'
import { channelNamed, findPerson } from './world.ts'

/** What became of a submitted modal. */
export interface Submission {
  readonly status: 'closed' | 'errors' | 'updated' | 'pushed' | 'failed'
  /** block_id -> what is wrong, when the app refused the answers. */
  readonly errors: Readonly<Record<string, string>>
  readonly outcome: Outcome
}

/** Sends a gesture; what is not acknowledged is what the person sees as "operation_timeout". */
export async function send(site: Site, person: Person, gesture: string, delivery: Promise<Outcome>): Promise<Outcome> {
  const outcome = await delivery
  if (!outcome.acked) fail(site, person, gesture, outcome.status ? `HTTP ${outcome.status}` : 'operation_timeout')
  return outcome
}

function fail({ record, world, changes }: Site, person: Person, gesture: string, error: string): void {
  record.failed({ user: person.id, at: world.now(), gesture, error })
  changes.changed({ kind: 'failure', user: person.id, gesture, error })
}

/** Uses a button, a menu or another control where it stands. */
export async function use(
  site: Site,
  person: Person,
  place: Place,
  control: Control,
  asked: string,
  value: unknown,
): Promise<Outcome> {
  const action = await actionOf(site, person, place, control, asked, value)
  if (place.kind === 'view' && control.type !== 'button' && control.type !== 'overflow')
    keep(site, place.view, control, action)

  const now =
    place.kind === 'view' ? { kind: place.kind, view: site.world.views.get(place.view.id) ?? place.view } : place
  const values = place.kind === 'view' ? {} : withValue(formValues(place.message.blocks ?? []), control, action)
  const payload = blockActions(site, person, now, control, action, values)
  return send(site, person, `click ${control.actionId}`, site.delivery.interaction(payload))
}

async function actionOf(
  site: Site,
  person: Person,
  place: Place,
  control: Control,
  asked: string,
  value: unknown,
): Promise<Fields> {
  const { type, element } = control
  if (type === 'button' || type === 'icon_button') {
    const { text, value: carried, style } = element
    return { type, text, ...(carried === undefined ? {} : { value: carried }), ...(style ? { style } : {}) }
  }
  if (type === 'feedback_buttons') return { type, value: String(value) }

  const offered = type.endsWith('external_select')
    ? await suggested(site, person, place, control, String(value))
    : optionsOf(element)
  const isOption = offered.some((option) => labelOf(option) === asked || option.value === asked)
  const given = value ?? (isOption ? asked : undefined)
  if (given === undefined) throw new Error(`${control.actionId} is a ${type}: say which of its options.`)
  if (type !== 'overflow') return enteredValue(element, given, nameFinder(site), offered)
  return { ...enteredValue({ ...element, type: 'static_select' }, given, nameFinder(site), offered), type }
}

/** Asks the app for the options of an external menu. */
export async function suggested(
  site: Site,
  person: Person,
  place: Place,
  control: Control,
  query: string,
): Promise<readonly Fields[]> {
  const payload = blockSuggestion(site, person, place, control, query)
  const { answer } = await send(site, person, `look up ${control.actionId}`, site.delivery.interaction(payload))
  return isFields(answer) ? optionsOf(answer) : []
}

/** Fills in the modal in front and submits it. Keys are block_ids, action_ids or labels. */
export async function submit(site: Site, person: Person, view: View, entries: Fields): Promise<Submission> {
  const fields = controls({ blocks: view.blocks })
  let filled = view
  for (const [key, given] of Object.entries(entries)) {
    const control = findControl(fields, key)
    if (!control)
      throw new Error(
        `The modal has no field "${key}"; it has ${fields.map(({ label, actionId }) => `"${label}" (${actionId})`).join(', ')}.`,
      )
    const place: Place = { kind: 'view', view: filled }
    const offered = control.type.endsWith('external_select')
      ? await suggested(site, person, place, control, String(given))
      : optionsOf(control.element)
    filled = keep(site, filled, control, enteredValue(control.element, given, nameFinder(site), offered))
  }
  for (const control of fields) mayBeSubmitted(filled, control)

  const payload = viewSubmission(site, person, filled)
  const outcome = await send(site, person, `submit ${view.callbackId}`, site.delivery.interaction(payload))
  return outcome.acked ? settle(site, person, filled, outcome) : { status: 'failed', errors: {}, outcome }
}

/** What Slack's own client checks before it lets a form go. */
function mayBeSubmitted({ values }: View, { block, element, blockId, actionId, label }: Control): void {
  if (block.type !== 'input') return
  const value = values[blockId]?.[actionId]
  if (isEmptyValue(value)) {
    if (block.optional !== true)
      throw new Error(`"${label}" must be filled in before Slack lets anybody submit the modal.`)
    return
  }
  const text = value?.value
  if (typeof text !== 'string') return
  const [least, most] = [Number(element.min_length ?? 0), Number(element.max_length ?? 3000)]
  if (text.length < least) throw new Error(`"${label}" is shorter than ${least} characters.`)
  if (text.length > most) throw new Error(`"${label}" is longer than ${most} characters.`)
}

function settle(site: Site, person: Person, view: View, outcome: Outcome): Submission {
  const answer = isFields(outcome.answer) ? outcome.answer : {}
  try {
    switch (answer.response_action) {
      case 'errors':
        return { status: 'errors', errors: errorsFor(view, answer.errors), outcome }
      case 'update':
        changeView(site, view, answer.view, undefined)
        return { status: 'updated', errors: {}, outcome }
      case 'push':
        pushModal(site, person.id, answer.view)
        return { status: 'pushed', errors: {}, outcome }
      default:
        closeModals(site, person.id, answer.response_action === 'clear')
        return { status: 'closed', errors: {}, outcome }
    }
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    const detail = fieldsOf(error.detail.errors)
    fail(site, person, `submit ${view.callbackId}`, `${error.code} ${detail}`.trim())
    return { status: 'failed', errors: {}, outcome: { ...outcome, error: `${error.code} ${detail}`.trim() } }
  }
}

function fieldsOf(errors: unknown): string {
  return Array.isArray(errors) ? errors.join('; ') : ''
}

/** Slack shows an error under the input block it names; naming anything else breaks the modal. */
function errorsFor(view: View, errors: unknown): Readonly<Record<string, string>> {
  const inputs = new Set(view.blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id))
  if (!isFields(errors) || Object.keys(errors).length === 0) throw new SlackError('invalid_errors')
  const strange = Object.keys(errors).filter((id) => !inputs.has(id))
  if (strange.length > 0) throw new SlackError('invalid_errors', { errors: [`no input block ${strange.join(', ')}`] })
  return errors as Readonly<Record<string, string>>
}

/** Closes the modal in front, and tells the app if it asked to know. */
export async function close(site: Site, person: Person, view: View): Promise<Outcome> {
  closeModals(site, person.id, view.clearOnClose)
  if (!view.notifyOnClose) return { acked: true, ackMs: 0, answer: undefined }
  const payload = viewClosed(site, person, view, view.clearOnClose)
  return send(site, person, `close ${view.callbackId}`, site.delivery.interaction(payload))
}

/** Types a slash command; what the app answers in the acknowledgement is whispered, or said to all. */
export async function command(site: Site, person: Person, channel: Channel, line: string): Promise<Outcome> {
  const [name, ...words] = line.trim().split(' ')
  if (!name?.startsWith('/')) throw new Error(`"${line}" is not a slash command; it must begin with a slash.`)
  const fields = slashCommand(site, person, channel, name, words.join(' ').trim())
  const outcome = await send(site, person, name, site.delivery.command(fields))
  if (!outcome.acked || !outcome.answer) return outcome

  const said = isFields(outcome.answer) ? outcome.answer : { text: outcome.answer }
  try {
    const { text, blocks, attachments, response_type: type } = said
    const named = { text, blocks, attachments }
    const draft = checkedDraft(
      site.world,
      Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    )
    mustSaySomething(draft)
    tell(site, channel.id, person.id, contentOfDraft(draft), type === 'in_channel')
    return outcome
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    fail(site, person, name, `${error.code} ${fieldsOf(error.detail.errors)}`.trim())
    return { ...outcome, error: error.code }
  }
}

function keep(site: Site, view: View, control: Control, value: Fields): View {
  const after = { ...view, values: withValue(view.values, control, value) }
  site.world.views.set(view.id, after)
  site.changes.changed({ kind: 'view', type: view.type, user: view.user })
  return after
}

function withValue(values: View['values'], { blockId, actionId }: Control, value: Fields): View['values'] {
  return { ...values, [blockId]: { ...values[blockId], [actionId]: value } }
}

/** People by name, e-mail or id, channels by name or id. */
function nameFinder({ world }: Site): (name: string) => string {
  return (name) => {
    const id = findPerson(world, name)?.id ?? channelNamed(world, name)?.id ?? world.channels.get(name)?.id
    if (!id) throw new Error(`Nobody and no channel here is called "${name}".`)
    return id
  }
}
