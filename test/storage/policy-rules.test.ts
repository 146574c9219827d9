import { expect, test } from 'vitest'
import { ruleFaults } from '../../src/classifiers/index.ts'
import { readPolicyDocument } from '../../src/storage/policy-document.ts'
import { policyDocument } from '../support/workplace.ts'

test('a rule with a pattern that cannot be compiled is refused where it stands', () => {
  const yaml = policyDocument().replace('pattern: "."', 'pattern: "(unclosed"')
  const line = yaml.split('\n').findIndex((text) => text.includes('(unclosed')) + 1

  expect(() => readPolicyDocument(yaml, ruleFaults)).toThrow(new RegExp(`line ${line}, .*rules.1.when.pattern`))
})
