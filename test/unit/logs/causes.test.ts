import { expect, it } from 'vitest'
import { causesOf } from '../../../src/logs/causes.ts'

it.each([
  { cause: ['password', 'hunter2'] },
  { cause: ['host', 'a.example', 'authorization', 'hunter2'] },
])('of a cause that lists names and values, no secret is told: $cause', ({ cause }) => {
  const text = causesOf(new Error('a', { cause }))
  expect(text).toContain(cause[0])
  expect(text).not.toContain('hunter2')
})
