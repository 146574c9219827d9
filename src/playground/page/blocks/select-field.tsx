import { useEffect, useId, useRef, useState } from 'react'
import type { Fields } from '../../workspace/model.ts'
import { useActs, usePage } from '../page.ts'
import { Confirm } from '../shell/confirm.tsx'
import { Icon } from '../shell/icon.tsx'
import { Picker } from '../shell/picker.tsx'
import type { PageState } from '../state.ts'
import type { ControlProps } from './control-props.ts'
import { useControl, useSurface } from './surface.ts'
import { type Choice, type ChoiceGroup, choiceOf, choicesOf, type Given, textOf, wordOf } from './values.ts'

/** Every menu Slack knows: one or several of the app's options, of people, of channels, or of what the app looks up. */
export function SelectField({ block, element, labelledBy, describedBy }: ControlProps) {
  const type = String(element.type)
  const several = type.startsWith('multi_')
  const used = useControl(block, element)
  const { groups, search, looking } = useChoices(element, used.control)
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const id = useId()

  const known = groups.flatMap(({ choices }) => choices)
  const chosen = labelled(used.given, [...known, ...initialChoices(element)])
  const placeholder = textOf(element.placeholder) || (several ? 'Select options' : 'Select an option')
  const atMost = typeof element.max_selected_items === 'number' ? element.max_selected_items : Number.POSITIVE_INFINITY

  const pick = (choice: Choice) => {
    // The app is asked again for what stands under this label, so an external menu goes by its label.
    const value = type.endsWith('external_select') ? choice.label : choice.value
    if (!several) {
      setOpen(false)
      anchor.current?.focus()
      used.choose(value)
      return
    }
    const values = chosen.map((one) => (type.endsWith('external_select') ? one.label : one.value))
    if (values.includes(value)) used.choose(values.filter((one) => one !== value))
    else if (values.length < atMost) used.choose([...values, value])
  }
  const clear = () => used.choose(several ? [] : null)

  return (
    <span className="select">
      <button
        ref={anchor}
        id={id}
        type="button"
        className="select-button"
        data-control={used.control}
        data-focus={element.focus_on_load === true ? '' : undefined}
        aria-disabled={used.busy}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-labelledby={labelledBy ? `${labelledBy} ${id}` : undefined}
        aria-describedby={describedBy}
        onClick={() => setOpen(!open && !used.busy)}
      >
        <span className={chosen.length === 0 ? 'select-value placeholder' : 'select-value'}>
          {chosen.length === 0
            ? placeholder
            : several
              ? chosen.map((one) => (
                  <span key={one.value} className="chip">
                    {one.label}
                  </span>
                ))
              : chosen[0]?.label}
        </span>
        {used.busy ? <span className="spinner" aria-hidden="true" /> : <Icon name="chevron" size={12} />}
      </button>
      {block.type === 'input' && block.optional === true && chosen.length > 0 && (
        <button type="button" className="select-clear" aria-label="Clear" onClick={clear}>
          <Icon name="close" size={12} />
        </button>
      )}
      {open && (
        <Picker
          anchor={anchor}
          label={placeholder}
          groups={groups}
          chosen={chosen.map(({ value }) => value)}
          several={several}
          empty={looking}
          {...(search ? { onSearch: search } : {})}
          onPick={pick}
          onClose={() => setOpen(false)}
        />
      )}
      {used.asking && <Confirm {...used.asking} />}
    </span>
  )
}

function labelled(given: Given | undefined, known: readonly Choice[]): readonly Choice[] {
  const values = Array.isArray(given) ? given : [wordOf(given)].filter(Boolean)
  return values.map((value) => {
    const found = known.find((choice) => choice.value === value || choice.label === value)
    return found ?? { value: String(value), label: String(value), description: '' }
  })
}

function initialChoices(element: Fields): readonly Choice[] {
  const initial = [element.initial_option, element.initial_options].flat()
  return initial.flatMap((option) => (option && typeof option === 'object' ? [choiceOf(option as Fields)] : []))
}

/** What a menu offers, and for external ones how to look something up. */
function useChoices(element: Fields, control: string) {
  const type = String(element.type).replace(/^multi_/, '')
  const acts = useActs()
  const { target } = useSurface()
  const people = usePage((state) => state.people)
  const channels = usePage((state) => state.channels)
  const [found, setFound] = useState<readonly Choice[]>([])
  const [asked, setAsked] = useState<string | null>(null)
  const least = typeof element.min_query_length === 'number' ? element.min_query_length : 3
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(waiting.current), [])

  if (type === 'external_select') {
    return {
      groups: [{ label: '', choices: found }],
      looking: asked === null ? `Type ${least > 1 ? `${least} letters` : 'something'} to look it up` : 'Nothing found',
      search(query: string) {
        clearTimeout(waiting.current)
        if (query.length < least) {
          setFound([])
          setAsked(null)
          return
        }
        waiting.current = setTimeout(() => {
          void acts.offered(target, control, query).then((options) => {
            setFound(options.map(({ value, label }) => ({ value, label, description: '' })))
            setAsked(query)
          })
        }, 250)
      },
    }
  }
  const own =
    type === 'users_select'
      ? [{ label: '', choices: personChoices(people) }]
      : type === 'channels_select'
        ? [{ label: '', choices: channelChoices(channels.filter(({ kind }) => kind === 'public')) }]
        : type === 'conversations_select'
          ? [{ label: '', choices: channelChoices(channels) }]
          : choicesOf(element)
  return { groups: own satisfies readonly ChoiceGroup[], looking: 'Nothing like that', search: undefined }
}

function personChoices(people: PageState['people']): readonly Choice[] {
  return Object.values(people)
    .filter(({ deactivated, isBot }) => !deactivated && !isBot)
    .map(({ id, realName, name }) => ({ value: id, label: realName || name, description: realName ? name : '' }))
}

function channelChoices(channels: PageState['channels']): readonly Choice[] {
  return channels.map(({ id, name, kind }) => ({
    value: id,
    label: kind === 'dm' ? name : `#${name}`,
    description: '',
  }))
}
