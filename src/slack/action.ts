import type { ModalView } from '@slack/types'
import type { NameOf, Outcome } from '../core/moves.ts'
import type { Agent, Person, Team } from '../core/person.ts'
import type { Policy } from '../core/policy.ts'
import type { Ticket } from '../core/ticket.ts'
import type { Timestamp } from '../core/time.ts'

/** What an action may look up when it is performed. */
interface ActionContext {
  readonly nameOf: NameOf
  /** For deadlines; `undefined` before the first import. */
  readonly policy?: Policy | undefined
}

/** What a form is drawn from. */
export interface FormContext extends ActionContext {
  readonly teams: readonly Team[]
  /** People of all teams with their load. */
  readonly agents: readonly Agent[]
  readonly policy: Policy
}

/** What somebody entered: block id -> selected value or typed text. */
export type FormValues = Readonly<Record<string, string | undefined>>

/** Answers for `perform`, or what is wrong by block id, shown inside the modal. */
export type Parsed<Answers> = { readonly answers: Answers } | { readonly errors: Readonly<Record<string, string>> }

/** A form that is filled in before the action is performed. */
export interface ActionForm<Answers> {
  view(ticket: Ticket, context: FormContext): ModalView
  parse(values: FormValues, ticket: Ticket, context: FormContext): Parsed<Answers>
}

/** A button on the card. Pure: it decides what should happen, the runner makes it happen. */
export interface Action<Answers = unknown> {
  /** The wire name is `waybill:<id>`: a literal for ever, old cards live on. */
  readonly id: string
  readonly label: string
  /** The first primary action a card offers is the expected next step; only that one is drawn so. */
  readonly style?: 'primary' | 'danger'
  isOffered(ticket: Ticket, now: Timestamp): boolean
  readonly form?: ActionForm<Answers>
  perform(ticket: Ticket, person: Person, now: Timestamp, context: ActionContext, answers?: Answers): Outcome
}

/** Ties a form to the action that understands its answers, so that shelves can hold actions of every kind. */
export const action = <Answers>(definition: Action<Answers>): Action => definition

export const actionWireId = (id: string): string => `waybill:${id}`
