import { expect, it } from 'vitest'
import { describeError } from '../../../src/logs/error.ts'
import { createLogger } from '../../../src/logs/logger.ts'
import type { LogFields, LogRecord } from '../../../src/logs/record.ts'
import { outputsOf } from './outputs.ts'
import { createRandomValues } from './random-values.ts'

const COUNT = 100_000
const MAX_BYTES = 131_072

it('writes a hundred thousand random values, each as one valid line, in bounded time and size', () => {
  const outputs = outputsOf({ redact: { paths: ['a.*'] } })
  const next = createRandomValues(20261121)
  let records = 0
  let longestMs = 0
  const log = createLogger(
    {
      level: () => 0,
      scope: () => ({}),
      set: () => undefined,
      describe: (error) => describeError(error),
      write: (record: LogRecord) => {
        records++
        const outcome = outputs(record)
        const { line } = outcome
        if (line.length * 3 > MAX_BYTES)
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_BYTES)
        if (/[\n\r\u2028\u2029\u0085]/.test(line) || !line.isWellFormed())
          expect(line).toBe('one line')
        const parsed = JSON.parse(line)
        if (parsed.level !== 'error') expect(parsed).toHaveProperty('level', 'error')
        if (records % 8 === 0) JSON.parse(outcome.otlp)
      },
    },
    'fuzz',
  )
  const start = performance.now()
  for (let i = 0; i < COUNT; i++) {
    const first = next()
    const second = i % 3 === 1 ? next() : undefined
    const made = performance.now()
    if (i % 3 === 0) log.error('message', { first })
    else if (i % 3 === 1) log.error(first as object, second as string, { second })
    else log.error(String(i), first as LogFields)
    longestMs = Math.max(longestMs, performance.now() - made)
  }
  expect(records).toBe(COUNT)
  expect(longestMs).toBeLessThan(500)
  expect(performance.now() - start).toBeLessThan(100_000)
}, 120_000)
