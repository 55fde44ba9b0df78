import { expect, it } from 'vitest'
import { searchOnce } from '../../../src/logs/clean-texts.ts'
import { createRedactor } from '../../../src/logs/redact.ts'

const stackOf = (name: string): string => `Error: ${name}\n    at handler (worker.mjs:1:2)`

const counting = () => {
  const asked: string[] = []
  const redact = searchOnce((text) => {
    asked.push(text)
    return text.replaceAll('hunter2', '[REDACTED]')
  })
  return { asked, redact }
}

it('a stack that comes again is not searched again', () => {
  const { asked, redact } = counting()
  const text = stackOf('declined')
  expect([redact(text), redact(text)]).toEqual([text, text])
  expect(asked).toEqual([text])
})

it('a stack with a secret in it is not kept, and searched each time', () => {
  const { asked, redact } = counting()
  const redacted = [redact(stackOf('hunter2')), redact(stackOf('hunter2'))]
  expect(redacted).toEqual([stackOf('[REDACTED]'), stackOf('[REDACTED]')])
  expect(asked).toHaveLength(2)
})

it('of many different texts no more than 128 are remembered', () => {
  const { asked, redact } = counting()
  for (let each = 0; each < 1060; each++) redact(stackOf(String(each)))
  asked.length = 0
  for (let each = 1040; each < 1060; each++) redact(stackOf(String(each)))
  expect(asked).toEqual([])
  redact(stackOf('1020'))
  expect(asked).toHaveLength(1)
})

it('to find one of 128 that are remembered makes none of them forgotten', () => {
  const { asked, redact } = counting()
  const texts = Array.from({ length: 128 }, (_, each) => stackOf(String(each)))
  texts.map(redact)
  asked.length = 0
  texts.map(redact)
  expect(asked).toEqual([])
})

it('a stack of more than 4096 characters is searched, and not remembered', () => {
  const { asked, redact } = counting()
  const long = stackOf('x'.repeat(4096))
  redact(long)
  redact(long)
  expect(asked).toHaveLength(2)
})

it('what is no stack is searched each time, and makes no stack forgotten', () => {
  const { asked, redact } = counting()
  redact(stackOf('declined'))
  for (let each = 0; each < 300; each++) redact(`order ${each % 2}`)
  redact(stackOf('declined'))
  expect(asked).toHaveLength(301)
})

it('a secret in a stack is found by what has seen the same stack without', () => {
  const redact = searchOnce(createRedactor({}).text)
  const stack = stackOf('connect to the database')
  expect(redact(stack)).toBe(stack)
  const secret = stack.replace('the database', 'postgres://u:hunter2@db/x')
  for (let times = 0; times < 2; times++) {
    expect(redact(secret)).not.toContain('hunter2')
  }
})
