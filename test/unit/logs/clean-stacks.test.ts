import { expect, it } from 'vitest'
import { searchStacksOnce } from '../../../src/logs/clean-stacks.ts'
import { createRedactor } from '../../../src/logs/redact.ts'

const stackOf = (name: string): string => `Error: ${name}\n    at handler (worker.mjs:1:2)`

const counting = () => {
  const asked: string[] = []
  const redact = searchStacksOnce((text) => {
    asked.push(text)
    return text.replaceAll('hunter2', '[REDACTED]')
  })
  return { asked, redact }
}

it('a stack that comes again is not searched again, and other texts always are', () => {
  const { asked, redact } = counting()
  for (const text of [stackOf('declined'), 'a line']) {
    expect([redact(text), redact(text)]).toEqual([text, text])
  }
  expect(asked).toEqual([stackOf('declined'), 'a line', 'a line'])
})

it('a stack with a secret in it is not kept, and searched each time', () => {
  const { asked, redact } = counting()
  const redacted = [redact(stackOf('hunter2')), redact(stackOf('hunter2'))]
  expect(redacted).toEqual([stackOf('[REDACTED]'), stackOf('[REDACTED]')])
  expect(asked).toHaveLength(2)
})

it('of a thousand different stacks the last 100 are remembered', () => {
  const { asked, redact } = counting()
  for (let each = 0; each < 1000; each++) redact(stackOf(String(each)))
  asked.length = 0
  for (let each = 900; each < 1000; each++) redact(stackOf(String(each)))
  expect(asked).toEqual([])
  redact(stackOf('899'))
  expect(asked).toHaveLength(1)
})

it('a stack of more than 4096 characters is searched, and not remembered', () => {
  const { asked, redact } = counting()
  const long = stackOf('x'.repeat(4096))
  redact(long)
  redact(long)
  expect(asked).toHaveLength(2)
})

it('a secret in a stack is found by a redactor that has seen the same stack without', () => {
  const redactor = createRedactor({})
  const stack = stackOf('connect to the database')
  expect(redactor.text(stack)).toBe(stack)
  const secret = stack.replace('the database', 'postgres://u:hunter2@db/x')
  for (let times = 0; times < 2; times++) {
    expect(redactor.text(secret)).not.toContain('hunter2')
  }
})
