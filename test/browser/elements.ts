import type { Locator, Page } from 'playwright-core'
import type { Fields } from '../../src/playground/workspace/model.ts'

/** An interactive element, how a person uses it, and what Slack then sends of it. */
export interface ElementCase {
  readonly element: Fields
  use(control: Locator, page: Page): Promise<void>
  readonly sent: Fields
}

const plain = (text: string) => ({ type: 'plain_text', text, emoji: true })
const option = (text: string) => ({ text: plain(text), value: text.toLowerCase() })
const [red, green, blue] = [option('Red'), option('Green'), option('Blue')]

/** Picks from the list a menu opens; a menu for several stays open. */
const pick =
  (...labels: readonly string[]) =>
  async (control: Locator, page: Page): Promise<void> => {
    await control.click()
    const list = page.getByRole('listbox')
    for (const label of labels) {
      await list.getByRole('option', { name: label }).click()
      if (labels.length > 1) await control.getByText(label).waitFor()
    }
    if (await list.isVisible()) await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
  }

/** Types what is looked up, then picks from what the app offered. */
const lookUp =
  (...labels: readonly string[]) =>
  async (control: Locator, page: Page): Promise<void> => {
    await control.click()
    for (const label of labels) {
      await page.getByRole('combobox').fill(label.slice(0, 3))
      await page.getByRole('listbox').getByRole('option', { name: label }).click()
      if (labels.length > 1) await control.getByText(label).waitFor()
    }
    if (await page.getByRole('listbox').isVisible()) await page.keyboard.press('Escape')
  }

const enter = (typed: string) => async (control: Locator) => {
  await control.fill(typed)
  await control.blur()
}

const tick = (label: string) => (control: Locator) => control.getByLabel(label).check()

/** All that may stand in messages, beside a section or in a row of actions. */
export const CHOOSERS: Readonly<Record<string, ElementCase>> = {
  static_select: { element: { options: [red, green] }, use: pick('Green'), sent: { selected_option: green } },
  grouped_select: {
    element: {
      type: 'static_select',
      option_groups: [
        { label: plain('Warm'), options: [red] },
        { label: plain('Cold'), options: [green, blue] },
      ],
    },
    use: pick('Blue'),
    sent: { selected_option: blue },
  },
  multi_static_select: {
    element: { options: [red, green, blue], initial_options: [blue] },
    use: pick('Red', 'Green'),
    sent: { selected_options: [blue, red, green] },
  },
  external_select: {
    element: { min_query_length: 2 },
    use: lookUp('Delta Clinic'),
    sent: { selected_option: { text: plain('Delta Clinic'), value: 'delta clinic' } },
  },
  multi_external_select: {
    element: { min_query_length: 2 },
    use: lookUp('Granite'),
    sent: { selected_options: [{ text: plain('Granite'), value: 'granite' }] },
  },
  users_select: { element: {}, use: pick('Omar Said'), sent: { selected_user: 'U0OMAR' } },
  multi_users_select: {
    element: {},
    use: pick('Grace Hopper', 'Omar Said'),
    sent: { selected_users: ['U0GRACE', 'U0OMAR'] },
  },
  conversations_select: { element: {}, use: pick('#billing'), sent: { selected_conversation: 'C0BILLING' } },
  multi_conversations_select: { element: {}, use: pick('#billing'), sent: { selected_conversations: ['C0BILLING'] } },
  channels_select: { element: {}, use: pick('#elsewhere'), sent: { selected_channel: 'C0ELSEWHERE' } },
  multi_channels_select: {
    element: {},
    use: pick('#billing', '#elsewhere'),
    sent: { selected_channels: ['C0BILLING', 'C0ELSEWHERE'] },
  },
  checkboxes: {
    element: { options: [red, green, blue], initial_options: [green] },
    use: tick('Blue'),
    sent: { selected_options: [green, blue] },
  },
  radio_buttons: { element: { options: [red, green] }, use: tick('Red'), sent: { selected_option: red } },
  datepicker: { element: {}, use: enter('2026-12-24'), sent: { selected_date: '2026-12-24' } },
  timepicker: { element: { initial_time: '09:00' }, use: enter('17:45'), sent: { selected_time: '17:45' } },
  datetimepicker: {
    element: {},
    use: enter('2026-12-24T18:00'),
    // In the zone of the browser, Berlin.
    sent: { selected_date_time: Date.UTC(2026, 11, 24, 17) / 1000 },
  },
}

/** What holds no value of its own; in messages only. */
export const BUTTONS: Readonly<Record<string, ElementCase>> = {
  button: {
    element: { text: plain('Approve'), value: 'yes-4711', style: 'primary' },
    use: (control) => control.click(),
    sent: { text: plain('Approve'), value: 'yes-4711', style: 'primary' },
  },
  overflow: {
    element: { options: [red, green] },
    async use(control, page) {
      await control.click()
      await page.getByRole('menuitem', { name: 'Green' }).click()
    },
    sent: { selected_option: green },
  },
}

/** Fields one types into; in forms, and with `dispatch_action` in messages. */
export const FIELDS: Readonly<Record<string, ElementCase>> = {
  plain_text_input: {
    element: { min_length: 3, max_length: 40, placeholder: plain('Say why') },
    use: (control) => control.fill('Because & so'),
    sent: { value: 'Because & so' },
  },
  multiline_input: {
    element: { type: 'plain_text_input', multiline: true },
    use: (control) => control.fill('One\nTwo'),
    sent: { value: 'One\nTwo' },
  },
  email_text_input: {
    element: {},
    use: (control) => control.fill('kim@customer.example'),
    sent: { value: 'kim@customer.example' },
  },
  url_text_input: {
    element: {},
    use: (control) => control.fill('https://customer.example/a?b=1'),
    sent: { value: 'https://customer.example/a?b=1' },
  },
  number_input: {
    element: { is_decimal_allowed: true, min_value: '1', max_value: '9' },
    use: (control) => control.fill('4.5'),
    sent: { value: '4.5' },
  },
  rich_text_input: {
    element: {},
    use: (control) => control.fill('In words'),
    sent: {
      rich_text_value: {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'In words' }] }],
      },
    },
  },
}

/** The element as an app posts it. */
export const elementOf = (name: string, { element }: ElementCase, actionId = name): Fields => ({
  type: name,
  ...element,
  action_id: actionId,
})

/** What an external menu of the test offers for a query. */
export function offeredFor(query: unknown): readonly Fields[] {
  const customers = ['Delta Clinic', 'Delta Works', 'Granite', 'Borealis Grid'].map(option)
  return customers.filter(({ text }) => text.text.toLowerCase().includes(String(query).toLowerCase()))
}
