import { expect, test } from 'vitest'
import { groupCommit } from '../../src/storage/group-commit.ts'

function steps(given: { readonly commit?: () => void; readonly begin?: () => Promise<void> } = {}) {
  const said: string[] = []
  let open = false
  const say = (step: string) => () => void said.push(step)
  return {
    said,
    windowMs: 5,
    tx: 'tx',
    begin: async () => {
      await given.begin?.()
      open = true
      said.push('begin')
    },
    savepoint: say('savepoint'),
    release: say('release'),
    rollback: say('rollback'),
    isOpen: () => open,
    commit() {
      given.commit?.()
      said.push('commit')
      open = false
    },
    abort() {
      said.push('abort')
      open = false
    },
    giveUp: () => {
      open = false
    },
  }
}

test('runs what arrives together between one begin and one commit', async () => {
  const given = steps()
  const { write } = groupCommit(given)
  const results = await Promise.all([write(() => Promise.resolve(1)), write(() => Promise.resolve(2))])

  expect(results).toEqual([1, 2])
  expect(given.said).toEqual(['begin', 'savepoint', 'release', 'savepoint', 'release', 'commit'])
})

test('tells nobody of success before the commit', async () => {
  const told: string[] = []
  const given = steps({ commit: () => told.push('commit') })
  const { write } = groupCommit(given)
  await Promise.all(['a', 'b'].map((name) => write(() => Promise.resolve(name)).then((name) => told.push(name))))

  expect(told).toEqual(['commit', 'a', 'b'])
})

test('rejects everybody when the commit fails, and goes on with the next', async () => {
  let full = true
  const given = steps({
    commit() {
      if (full) throw new Error('disk full')
    },
  })
  const { write } = groupCommit(given)
  const results = await Promise.allSettled([write(() => Promise.resolve(1)), write(() => Promise.resolve(2))])
  full = false

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(given.said.at(-1)).toBe('abort')
  expect(await write(() => Promise.resolve(3))).toBe(3)
})

test('rejects everybody when the database gave up the transaction in the middle', async () => {
  const given = steps()
  const { write } = groupCommit(given)
  const broken = () => {
    given.giveUp()
    return Promise.reject(new Error('disk full'))
  }
  const results = await Promise.allSettled([write(() => Promise.resolve(1)), write(broken)])

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(given.said).not.toContain('commit')
})

test('rejects everybody when no transaction can begin', async () => {
  const given = steps({ begin: () => Promise.reject(new Error('busy')) })
  const { write } = groupCommit(given)

  await expect(write(() => Promise.resolve(1))).rejects.toThrow('busy')
})

test('does not wait for the window once a group is full', async () => {
  const given = { ...steps(), windowMs: 3_600_000 }
  const { write } = groupCommit(given)
  await Promise.all(Array.from({ length: 200 }, () => write(() => Promise.resolve())))

  expect(given.said.filter((step) => step === 'commit')).toHaveLength(1)
})
