import { expect, it } from 'vitest'
import { completions } from '../../../viewer/page/src/parts/completions.ts'

const keys = [
  { key: 'user.tier', values: ['gold', 'silver plate'] },
  { key: 'user.id', values: ['7'] },
]

it.each([
  ['us', ['user.tier=', 'user.id=']],
  ['status=error (tier', ['status=error (user.tier=']],
  ['user.tier=', ['user.tier=gold', 'user.tier="silver plate"']],
  ['a=1 user.tier!=si', ['a=1 user.tier!="silver plate"']],
  ['user.tier="sil', ['user.tier="silver plate"']],
  ['user.tier=gold', []],
  ['', []],
])('a query that begins %s is completed', (text, expected) => {
  expect(completions(text, keys)).toEqual(expected)
})
