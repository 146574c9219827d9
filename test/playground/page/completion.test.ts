import { expect, test } from 'vitest'
import { commandBeingTyped, completed, completions } from '../../../src/playground/page/composer/completion.ts'

const hint = (form: string) => ({ form, does: `does ${form}` })
const COMMANDS = [
  '/waybill help',
  '/waybill skills list',
  '/waybill skills add @grace sso 3',
  '/waybill why <number>',
].map(hint)
const forms = (typed: string) => completions(typed, COMMANDS).map(({ form }) => form)

test('offers every command for a slash, and fewer with each letter', () => {
  expect(forms('/')).toHaveLength(4)
  expect(forms('/waybill s')).toEqual(['/waybill skills list', '/waybill skills add @grace sso 3'])
  expect(forms('/waybill skills a')).toEqual(['/waybill skills add @grace sso 3'])
  expect(forms('/waybill why')).toEqual(['/waybill why <number>'])
})

test('offers nothing for other words, other lines and arguments', () => {
  expect(forms('hello')).toEqual([])
  expect(forms('/deploy')).toEqual([])
  expect(forms('/waybill why 4711')).toEqual([])
  expect(forms('/waybill\nhelp')).toEqual([])
})

test('a taken command ends with room for its arguments, when it has some', () => {
  expect(COMMANDS.map(completed)).toEqual([
    '/waybill help',
    '/waybill skills list',
    '/waybill skills add ',
    '/waybill why ',
  ])
})

test('says which command is being typed while its arguments are', () => {
  expect(commandBeingTyped('/waybill skills add @g', COMMANDS)).toEqual(hint('/waybill skills add @grace sso 3'))
  expect(commandBeingTyped('/waybill why ', COMMANDS)).toEqual(hint('/waybill why <number>'))
  expect(commandBeingTyped('/waybill why', COMMANDS)).toBeUndefined()
})
