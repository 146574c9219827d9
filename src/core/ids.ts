declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type WorkspaceId = Branded<'WorkspaceId'>
export type TicketId = Branded<'TicketId'>
export type PersonId = Branded<'PersonId'>
export type TeamId = Branded<'TeamId'>
export type AccountId = Branded<'AccountId'>
export type CustomerId = Branded<'CustomerId'>

export const workspaceId = (text: string) => text as WorkspaceId
export const ticketId = (text: string) => text as TicketId
export const personId = (text: string) => text as PersonId
export const teamId = (text: string) => text as TeamId
export const accountId = (text: string) => text as AccountId
export const customerId = (text: string) => text as CustomerId
